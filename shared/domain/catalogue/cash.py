"""Burn, runway and what moved the cash."""

from shared.domain.expressions import Comparison, DateAfterMonths, Formula, Guard, Number, Rate, RateKind
from shared.domain.metric import Kind, Metric, Unit, money_metric, ratio_metric
from shared.domain.terms import AVERAGE, BURN, C1, CHANGE_IN_CASH, CLOSING, LTM_NB, MONTHS, NB, RUNWAY, C, runway

CASH: tuple[Metric, ...] = (
    money_metric("monthly_net_burn", "Monthly net burn", Kind.FLOW, NB / MONTHS, AVERAGE, "net burn / 3"),
    ratio_metric("runway_months", "Runway", RUNWAY, "cash / monthly net burn", Unit.MONTHS),
    ratio_metric(
        "runway_months_ltm",
        "Runway on LTM burn",
        runway(LTM_NB / Number("12"), LTM_NB),
        "cash / (LTM net burn / 12)",
        Unit.MONTHS,
    ),
    Metric(
        "cash_out_date",
        "Cash-out date",
        Unit.DATE,
        Kind.BALANCE,
        Formula(
            DateAfterMonths(RUNWAY.value),
            (*RUNWAY.guards, Guard(RUNWAY.value, Comparison.BEYOND_A_CENTURY, "not_meaningful")),
        ),
        "period_end + ⌊runway × 30.4375⌋ days; none beyond a century",
    ),
    money_metric("change_in_cash", "Change in cash", Kind.FLOW, CHANGE_IN_CASH, AVERAGE, "cash − cash(q−1)"),
    Metric(
        "fx_effect_on_cash",
        "FX effect on cash",
        Unit.MONEY,
        Kind.FLOW,
        Formula(C * CLOSING - C1 * Rate(RateKind.CLOSING, 1) - CHANGE_IN_CASH * AVERAGE),
        "what the change of closing rates did to the cash held",
    ),
    money_metric(
        "implied_net_financing",
        "Implied net financing",
        Kind.FLOW,
        CHANGE_IN_CASH - BURN,
        AVERAGE,
        "change in cash − cash_burn",
    ),
)

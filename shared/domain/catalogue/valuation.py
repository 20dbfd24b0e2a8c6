"""Debt, enterprise value and its multiples."""

from shared.domain.expressions import Formula, RoundAmount, Valuation, ValuationAge, ratio
from shared.domain.metric import Kind, Metric, Unit, money_metric, ratio_metric
from shared.domain.terms import ARR, CLOSING, INVESTED, LTM_R, PM, C, D, ev_multiple

VALUATION: tuple[Metric, ...] = (
    money_metric("net_debt", "Net debt", Kind.BALANCE, D - C, CLOSING, "debt − cash"),
    Metric(
        "enterprise_value",
        "Enterprise value",
        Unit.MONEY,
        Kind.BALANCE,
        Formula(Valuation(RoundAmount.POST_MONEY, presented=True) + (D - C) * CLOSING),
        "latest post-money valuation + debt − cash",
    ),
    ratio_metric("ev_to_ltm_revenue", "EV / LTM revenue", ev_multiple(LTM_R), "EV / LTM revenue", Unit.MULTIPLE),
    ratio_metric("ev_to_arr", "EV / ARR", ev_multiple(ARR), "EV / ARR", Unit.MULTIPLE),
    ratio_metric(
        "post_money_to_ltm_revenue",
        "Post-money / LTM revenue",
        ratio(PM, LTM_R),
        "latest post-money valuation / LTM revenue",
        Unit.MULTIPLE,
    ),
    ratio_metric(
        "ev_to_invested_capital",
        "EV / invested capital",
        ev_multiple(INVESTED),
        "EV / (equity raised + debt)",
        Unit.MULTIPLE,
    ),
    Metric(
        "valuation_age_days",
        "Valuation age",
        Unit.DAYS,
        Kind.COUNT,
        Formula(ValuationAge()),
        "days from the latest round to period_end",
    ),
)

"""Every derived metric, once: the domain's §4 as data. SQL, API definitions and `docs/metrics.md` are made from it.

Symbols in the sources: R revenue, RR recurring revenue, GP gross profit, SM sales and marketing, OX operating expense,
EB EBITDA, NI net income, NB net burn (−cash_burn), C cash, D debt, E employees, K customers, PM post-money valuation,
QR equity raised, EV enterprise value. Change a formula and its `version` goes up by one.
"""

from shared.domain.expressions import (
    Arr,
    Comparison,
    DateAfterMonths,
    Expr,
    Field,
    Formula,
    Guard,
    Ltm,
    MonthsPerQuarter,
    Number,
    QuartersPerYear,
    Rate,
    RateKind,
    RoundAmount,
    TranslatedLtm,
    Valuation,
    ValuationAge,
    ZeroIfNegative,
    growth,
    positive,
    ratio,
    total,
)
from shared.domain.metric import Kind, Metric, Unit

R, RR, GP = Field("total_revenue"), Field("recurring_revenue"), Field("gross_profit")
SM, OX, EB = Field("sales_marketing_expense"), Field("total_operating_expense"), Field("ebitda")
NI, C, D = Field("net_income"), Field("cash_balance"), Field("debt_outstanding")
E, K = Field("employees"), Field("customers")
BURN, NB = Field("cash_burn"), Number("0") - Field("cash_burn")
R1, R4, SM1 = Field("total_revenue", 1), Field("total_revenue", 4), Field("sales_marketing_expense", 1)
C1, K1 = Field("cash_balance", 1), Field("customers", 1)
AVERAGE, CLOSING = Rate(RateKind.AVERAGE), Rate(RateKind.CLOSING)
YEARLY, MONTHS = QuartersPerYear(), MonthsPerQuarter()
LTM_R, LTM_NB = Ltm("total_revenue"), Number("0") - Ltm("cash_burn")
ARR = Arr(0, (0,))
NEW_ARR = Arr(0, (0, 1)) - Arr(1, (0, 1))
NEW_ARR_YEAR = Arr(0, (0, 4)) - Arr(4, (0, 4))
START_ARR = Arr(1, (0, 1))
CHANGE_IN_CASH = C - C1
PM = Valuation(RoundAmount.POST_MONEY)
EV = PM + D - C
INVESTED = Valuation(RoundAmount.EQUITY_RAISED) + D
EXPANSION, CONTRACTION, CHURN = Field("expansion_arr"), Field("contraction_arr"), Field("churned_arr")
GROSS_MARGIN = ratio(GP, R)
REVENUE_GROWTH_YOY = growth(R, R4)
REPORTED_GROWTH_YOY = growth(R * AVERAGE, R4 * Rate(RateKind.AVERAGE, 4))
LTM_GROWTH = growth(LTM_R, Ltm("total_revenue", 4))
LTM_EBITDA_MARGIN = ratio(Ltm("ebitda"), LTM_R)


def _money(name: str, label: str, kind: Kind, amount: Expr, rate: Rate, words: str, *guards: Guard) -> Metric:
    """An amount derived in the company's currency and translated with one rate."""
    return Metric(name, label, Unit.MONEY, kind, Formula(amount * rate, guards), words)


def _ltm(field: str, label: str) -> Metric:
    """A field summed over four contiguous quarters, each translated at its own average."""
    words = f"{field} of q−3 … q, all four reported, each translated at its own average rate"
    return Metric(f"ltm_{field}", label, Unit.MONEY, Kind.LTM, Formula(TranslatedLtm(field)), words)


def _ratio(name: str, label: str, formula: Formula, words: str, unit: Unit = Unit.RATIO) -> Metric:
    return Metric(name, label, unit, Kind.RATIO, formula, words)


def _generating(burn: Expr, comparison: Comparison = Comparison.NOT_ABOVE_ZERO) -> Guard:
    return Guard(burn, comparison, "cash_generating")


def _no_new_arr(new_arr: Expr) -> Guard:
    return Guard(new_arr, Comparison.NOT_ABOVE_ZERO, "no_net_new_arr")


def _runway(monthly_burn: Expr, burn: Expr) -> Formula:
    """Months of cash left; cash already below zero leaves none."""
    return Formula(ZeroIfNegative(C, C / monthly_burn), (_generating(burn),))


def _ev_multiple(denominator: Expr) -> Formula:
    return Formula(EV / denominator, (*positive(denominator), Guard(EV, Comparison.NOT_ABOVE_ZERO, "not_meaningful")))


RUNWAY = _runway(NB / MONTHS, NB)

METRICS: tuple[Metric, ...] = (
    _money(
        "arr_implied",
        "ARR, implied",
        Kind.FLOW,
        YEARLY * RR,
        AVERAGE,
        "four times the quarter's recurring revenue",
    ),
    _money("arr", "ARR", Kind.BALANCE, ARR, Rate(RateKind.ARR), "contracted_arr where submitted, else implied"),
    _money("net_new_arr", "Net new ARR", Kind.FLOW, NEW_ARR, AVERAGE, "ARR − ARR(q−1), both on one basis"),
    _ratio("recurring_revenue_share", "Recurring share", ratio(RR, R), "recurring revenue / revenue"),
    _ratio("gross_margin", "Gross margin", GROSS_MARGIN, "gross profit / revenue"),
    _ratio("ebitda_margin", "EBITDA margin", ratio(EB, R), "EBITDA / revenue"),
    _ratio("net_income_margin", "Net income margin", ratio(NI, R), "net income / revenue"),
    _ratio("sales_marketing_pct_revenue", "S&M share of revenue", ratio(SM, R), "sales and marketing / revenue"),
    _ratio("operating_expense_pct_revenue", "Opex share of revenue", ratio(OX, R), "operating expense / revenue"),
    _ratio("revenue_growth_qoq", "Revenue growth QoQ", growth(R, R1), "R / R(q−1) − 1, constant currency"),
    _ratio("revenue_growth_yoy", "Revenue growth YoY", REVENUE_GROWTH_YOY, "R / R(q−4) − 1, constant currency"),
    _ratio(
        "gross_profit_growth_yoy",
        "Gross profit growth YoY",
        Formula(
            growth(GP, Field("gross_profit", 4)).value,
            (
                Guard(Field("gross_profit", 4), Comparison.NOT_ABOVE_ZERO, "not_meaningful"),
                Guard(GP, Comparison.BELOW_ZERO, "not_meaningful"),
            ),
        ),
        "GP / GP(q−4) − 1, between profits only",
    ),
    _ratio("employee_growth_qoq", "Headcount growth QoQ", growth(E, Field("employees", 1)), "E / E(q−1) − 1"),
    _ratio("employee_growth_yoy", "Headcount growth YoY", growth(E, Field("employees", 4)), "E / E(q−4) − 1"),
    _ratio(
        "revenue_growth_yoy_reported",
        "Revenue growth YoY, reported",
        Formula(REPORTED_GROWTH_YOY.value, REVENUE_GROWTH_YOY.guards),
        "growth of revenue translated at each quarter's own average rate",
    ),
    _ratio(
        "fx_effect_on_growth",
        "FX effect on growth",
        Formula(REPORTED_GROWTH_YOY.value - REVENUE_GROWTH_YOY.value, REVENUE_GROWTH_YOY.guards),
        "reported growth − constant-currency growth",
    ),
    _ltm("total_revenue", "LTM revenue"),
    _ltm("recurring_revenue", "LTM recurring revenue"),
    _ltm("gross_profit", "LTM gross profit"),
    _ltm("sales_marketing_expense", "LTM sales and marketing"),
    _ltm("total_operating_expense", "LTM operating expense"),
    _ltm("ebitda", "LTM EBITDA"),
    _ltm("net_income", "LTM net income"),
    Metric(
        "ltm_net_burn",
        "LTM net burn",
        Unit.MONEY,
        Kind.LTM,
        Formula(Number("0") - TranslatedLtm("cash_burn")),
        "−cash_burn of q−3 … q, all four reported, each translated at its own average rate",
    ),
    _ratio(
        "ltm_gross_margin",
        "LTM gross margin",
        ratio(Ltm("gross_profit"), LTM_R),
        "LTM gross profit / LTM revenue",
    ),
    _ratio("ltm_ebitda_margin", "LTM EBITDA margin", LTM_EBITDA_MARGIN, "LTM EBITDA / LTM revenue"),
    _ratio(
        "ltm_net_income_margin",
        "LTM net margin",
        ratio(Ltm("net_income"), LTM_R),
        "LTM net income / LTM revenue",
    ),
    _ratio("ltm_revenue_growth_yoy", "LTM revenue growth", LTM_GROWTH, "LTM revenue / LTM revenue(q−4) − 1"),
    _money(
        "revenue_per_employee",
        "Revenue per employee",
        Kind.FLOW,
        YEARLY * R / E,
        AVERAGE,
        "4R / employees",
        *positive(E),
    ),
    _money(
        "gross_profit_per_employee",
        "Gross profit per employee",
        Kind.FLOW,
        YEARLY * GP / E,
        AVERAGE,
        "4GP / employees",
        *positive(E),
    ),
    Metric(
        "ltm_revenue_per_average_employee",
        "LTM revenue per average employee",
        Unit.MONEY,
        Kind.LTM,
        Formula(
            TranslatedLtm("total_revenue") / ((Field("employees", 4) + E) / Number("2")),
            positive(Field("employees", 4) + E),
        ),
        "LTM revenue / mean of employees at q−4 and q",
    ),
    _money(
        "arr_per_customer",
        "ARR per customer",
        Kind.FLOW,
        ARR / K,
        Rate(RateKind.ARR),
        "ARR / customers",
        *positive(K),
    ),
    Metric(
        "net_customer_adds",
        "Net customer adds",
        Unit.COUNT,
        Kind.COUNT,
        Formula(K - K1),
        "customers − customers(q−1)",
    ),
    _money("monthly_net_burn", "Monthly net burn", Kind.FLOW, NB / MONTHS, AVERAGE, "net burn / 3"),
    _ratio("runway_months", "Runway", RUNWAY, "cash / monthly net burn", Unit.MONTHS),
    _ratio(
        "runway_months_ltm",
        "Runway on LTM burn",
        _runway(LTM_NB / Number("12"), LTM_NB),
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
    _money("change_in_cash", "Change in cash", Kind.FLOW, CHANGE_IN_CASH, AVERAGE, "cash − cash(q−1)"),
    Metric(
        "fx_effect_on_cash",
        "FX effect on cash",
        Unit.MONEY,
        Kind.FLOW,
        Formula(C * CLOSING - C1 * Rate(RateKind.CLOSING, 1) - CHANGE_IN_CASH * AVERAGE),
        "what the change of closing rates did to the cash held",
    ),
    _money(
        "implied_net_financing",
        "Implied net financing",
        Kind.FLOW,
        CHANGE_IN_CASH - BURN,
        AVERAGE,
        "change in cash − cash_burn",
    ),
    _ratio(
        "burn_multiple",
        "Burn multiple",
        Formula(NB / NEW_ARR, (_generating(NB, Comparison.BELOW_ZERO), _no_new_arr(NEW_ARR))),
        "net burn / net new ARR; never negative",
        Unit.MULTIPLE,
    ),
    _ratio(
        "burn_multiple_ltm",
        "Burn multiple, LTM",
        Formula(LTM_NB / NEW_ARR_YEAR, (_generating(LTM_NB, Comparison.BELOW_ZERO), _no_new_arr(NEW_ARR_YEAR))),
        "LTM net burn / (ARR − ARR(q−4)); never negative",
        Unit.MULTIPLE,
    ),
    _ratio(
        "rule_of_40",
        "Rule of 40",
        total(LTM_GROWTH, LTM_EBITDA_MARGIN),
        "LTM revenue growth + LTM EBITDA margin",
    ),
    _ratio(
        "magic_number",
        "Magic number",
        Formula(QuartersPerYear() * R / SM1 - QuartersPerYear(1) * R1 / SM1, positive(SM1)),
        "4 × (R − R(q−1)) / S&M(q−1)",
        Unit.MULTIPLE,
    ),
    _ratio(
        "cac_payback_months",
        "CAC payback, approximate",
        Formula(
            SM1 / (NEW_ARR / Number("12") * GROSS_MARGIN.value),
            (
                _no_new_arr(NEW_ARR),
                *GROSS_MARGIN.guards,
                Guard(GROSS_MARGIN.value, Comparison.NOT_ABOVE_ZERO, "not_meaningful"),
            ),
        ),
        "S&M(q−1) / (net new ARR / 12 × gross margin); approximate, from net new ARR",
        Unit.MONTHS,
    ),
    _money("net_debt", "Net debt", Kind.BALANCE, D - C, CLOSING, "debt − cash"),
    Metric(
        "enterprise_value",
        "Enterprise value",
        Unit.MONEY,
        Kind.BALANCE,
        Formula(Valuation(RoundAmount.POST_MONEY, presented=True) + (D - C) * CLOSING),
        "latest post-money valuation + debt − cash",
    ),
    _ratio("ev_to_ltm_revenue", "EV / LTM revenue", _ev_multiple(LTM_R), "EV / LTM revenue", Unit.MULTIPLE),
    _ratio("ev_to_arr", "EV / ARR", _ev_multiple(ARR), "EV / ARR", Unit.MULTIPLE),
    _ratio(
        "post_money_to_ltm_revenue",
        "Post-money / LTM revenue",
        ratio(PM, LTM_R),
        "latest post-money valuation / LTM revenue",
        Unit.MULTIPLE,
    ),
    _ratio(
        "ev_to_invested_capital",
        "EV / invested capital",
        _ev_multiple(INVESTED),
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
    _ratio(
        "nrr",
        "Net revenue retention",
        ratio(START_ARR + EXPANSION - CONTRACTION - CHURN, START_ARR),
        "(start + expansion − contraction − churn) / start",
    ),
    _ratio(
        "grr",
        "Gross revenue retention",
        ratio(START_ARR - CONTRACTION - CHURN, START_ARR),
        "(start − contraction − churn) / start",
    ),
    _ratio("logo_churn", "Logo churn", ratio(Field("customers_lost"), K1), "customers lost / customers(q−1)"),
)

METRICS_BY_NAME: dict[str, Metric] = {metric.name: metric for metric in METRICS}

"""Sums over the last twelve months, and what they are per head."""

from shared.domain.expressions import Field, Formula, Ltm, Number, Rate, RateKind, TranslatedLtm, positive, ratio
from shared.domain.metric import Kind, Metric, Unit, ltm_metric, money_metric, ratio_metric
from shared.domain.terms import ARR, AVERAGE, GP, K1, LTM_EBITDA_MARGIN, LTM_GROWTH, LTM_R, YEARLY, E, K, R

TRAILING: tuple[Metric, ...] = (
    ltm_metric("total_revenue", "LTM revenue"),
    ltm_metric("recurring_revenue", "LTM recurring revenue"),
    ltm_metric("gross_profit", "LTM gross profit"),
    ltm_metric("sales_marketing_expense", "LTM sales and marketing"),
    ltm_metric("total_operating_expense", "LTM operating expense"),
    ltm_metric("ebitda", "LTM EBITDA"),
    ltm_metric("net_income", "LTM net income"),
    Metric(
        "ltm_net_burn",
        "LTM net burn",
        Unit.MONEY,
        Kind.LTM,
        Formula(Number("0") - TranslatedLtm("cash_burn")),
        "−cash_burn of q−3 … q, all four reported, each translated at its own average rate",
    ),
    ratio_metric(
        "ltm_gross_margin",
        "LTM gross margin",
        ratio(Ltm("gross_profit"), LTM_R),
        "LTM gross profit / LTM revenue",
    ),
    ratio_metric("ltm_ebitda_margin", "LTM EBITDA margin", LTM_EBITDA_MARGIN, "LTM EBITDA / LTM revenue"),
    ratio_metric(
        "ltm_net_income_margin",
        "LTM net margin",
        ratio(Ltm("net_income"), LTM_R),
        "LTM net income / LTM revenue",
    ),
    ratio_metric("ltm_revenue_growth_yoy", "LTM revenue growth", LTM_GROWTH, "LTM revenue / LTM revenue(q−4) − 1"),
    money_metric(
        "revenue_per_employee",
        "Revenue per employee",
        Kind.FLOW,
        YEARLY * R / E,
        AVERAGE,
        "4R / employees",
        *positive(E),
    ),
    money_metric(
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
    money_metric(
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
)

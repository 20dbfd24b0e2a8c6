"""ARR, shares of revenue and growth."""

from shared.domain.expressions import Comparison, Field, Formula, Guard, Rate, RateKind, growth, ratio
from shared.domain.metric import Kind, Metric, money_metric, ratio_metric
from shared.domain.terms import (
    ARR,
    AVERAGE,
    EB,
    GP,
    GROSS_MARGIN,
    NEW_ARR,
    NI,
    OX,
    R1,
    REPORTED_GROWTH_YOY,
    REVENUE_GROWTH_YOY,
    RR,
    SM,
    YEARLY,
    E,
    R,
)

REVENUE: tuple[Metric, ...] = (
    money_metric(
        "arr_implied",
        "ARR, implied",
        Kind.FLOW,
        YEARLY * RR,
        AVERAGE,
        "four times the quarter's recurring revenue",
    ),
    money_metric("arr", "ARR", Kind.BALANCE, ARR, Rate(RateKind.ARR), "contracted_arr where submitted, else implied"),
    money_metric("net_new_arr", "Net new ARR", Kind.FLOW, NEW_ARR, AVERAGE, "ARR − ARR(q−1), both on one basis"),
    ratio_metric("recurring_revenue_share", "Recurring share", ratio(RR, R), "recurring revenue / revenue"),
    ratio_metric("gross_margin", "Gross margin", GROSS_MARGIN, "gross profit / revenue"),
    ratio_metric("ebitda_margin", "EBITDA margin", ratio(EB, R), "EBITDA / revenue"),
    ratio_metric("net_income_margin", "Net income margin", ratio(NI, R), "net income / revenue"),
    ratio_metric("sales_marketing_pct_revenue", "S&M share of revenue", ratio(SM, R), "sales and marketing / revenue"),
    ratio_metric("operating_expense_pct_revenue", "Opex share of revenue", ratio(OX, R), "operating expense / revenue"),
    ratio_metric("revenue_growth_qoq", "Revenue growth QoQ", growth(R, R1), "R / R(q−1) − 1, constant currency"),
    ratio_metric("revenue_growth_yoy", "Revenue growth YoY", REVENUE_GROWTH_YOY, "R / R(q−4) − 1, constant currency"),
    ratio_metric(
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
    ratio_metric("employee_growth_qoq", "Headcount growth QoQ", growth(E, Field("employees", 1)), "E / E(q−1) − 1"),
    ratio_metric("employee_growth_yoy", "Headcount growth YoY", growth(E, Field("employees", 4)), "E / E(q−4) − 1"),
    ratio_metric(
        "revenue_growth_yoy_reported",
        "Revenue growth YoY, reported",
        Formula(REPORTED_GROWTH_YOY.value, REVENUE_GROWTH_YOY.guards),
        "growth of revenue translated at each quarter's own average rate",
    ),
    ratio_metric(
        "fx_effect_on_growth",
        "FX effect on growth",
        Formula(REPORTED_GROWTH_YOY.value - REVENUE_GROWTH_YOY.value, REVENUE_GROWTH_YOY.guards),
        "reported growth − constant-currency growth",
    ),
)

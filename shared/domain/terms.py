"""The words the catalogue is written in: the submitted fields under their symbols, and what is composed of them.

Symbols in the sources: R revenue, RR recurring revenue, GP gross profit, SM sales and marketing, OX operating expense,
EB EBITDA, NI net income, NB net burn (−cash_burn), C cash, D debt, E employees, K customers, PM post-money valuation,
QR equity raised, EV enterprise value.
"""

from shared.domain.expressions import (
    Arr,
    Comparison,
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
    Valuation,
    ZeroIfNegative,
    growth,
    positive,
    ratio,
)

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


def generating(burn: Expr, comparison: Comparison = Comparison.NOT_ABOVE_ZERO) -> Guard:
    """No burn, so nothing to set against it."""
    return Guard(burn, comparison, "cash_generating")


def no_new_arr(new_arr: Expr) -> Guard:
    """No ARR was added, so none to divide by."""
    return Guard(new_arr, Comparison.NOT_ABOVE_ZERO, "no_net_new_arr")


def runway(monthly_burn: Expr, burn: Expr) -> Formula:
    """Months of cash left; cash already below zero leaves none."""
    return Formula(ZeroIfNegative(C, C / monthly_burn), (generating(burn),))


def ev_multiple(denominator: Expr) -> Formula:
    """Enterprise value in units of `denominator`."""
    return Formula(EV / denominator, (*positive(denominator), Guard(EV, Comparison.NOT_ABOVE_ZERO, "not_meaningful")))


RUNWAY = runway(NB / MONTHS, NB)

"""What growth costs."""

from decimal import Decimal

from tests.oracle.point import Point
from tests.oracle.reasons import MONTHS, RATIO, Undefined, ago, ltm, metric, now, ratio


def burned_per_new_arr(burn: Decimal, new_arr: Decimal) -> Decimal:
    if burn < 0:
        raise Undefined("cash_generating")
    if new_arr <= 0:
        raise Undefined("no_net_new_arr")
    return burn / new_arr


@metric(RATIO, needs=now("cash_burn"), arr=(0, 1))
def burn_multiple(at: Point) -> Decimal:
    return burned_per_new_arr(-at("cash_burn"), at.arr_change(1))


@metric(RATIO, needs=ltm("cash_burn"), arr=(0, 4))
def burn_multiple_ltm(at: Point) -> Decimal:
    return burned_per_new_arr(-at.ltm("cash_burn"), at.arr_change(4))


@metric(RATIO, needs=(*now("total_revenue"), *ago(1, "total_revenue", "sales_marketing_expense")))
def magic_number(at: Point) -> Decimal:
    added = at.annualised("total_revenue") - at.annualised("total_revenue", 1)
    return ratio(added, at("sales_marketing_expense", 1))


@metric(MONTHS, needs=(*now("total_revenue", "gross_profit"), *ago(1, "sales_marketing_expense")), arr=(0, 1))
def cac_payback_months(at: Point) -> Decimal:
    new_arr = at.arr_change(1)
    if new_arr <= 0:
        raise Undefined("no_net_new_arr")
    if ratio(at("gross_profit"), at("total_revenue")) <= 0:
        raise Undefined("not_meaningful")
    return at("sales_marketing_expense", 1) * 12 * at("total_revenue") / (new_arr * at("gross_profit"))

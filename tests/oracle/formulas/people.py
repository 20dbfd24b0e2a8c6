"""Figures per head, and the change in the number of customers."""

from decimal import Decimal

from tests.oracle.formulas.arr import average
from tests.oracle.formulas.trailing_year import four_averages, translated_sum
from tests.oracle.point import Point
from tests.oracle.reasons import AS_IT_IS, MONEY, ago, ltm, metric, now, ratio


@metric(MONEY, needs=now("total_revenue", "employees"), rates=average)
def revenue_per_employee(at: Point) -> Decimal:
    return ratio(at.annualised("total_revenue") * at.average(), at("employees"))


@metric(MONEY, needs=now("gross_profit", "employees"), rates=average)
def gross_profit_per_employee(at: Point) -> Decimal:
    return ratio(at.annualised("gross_profit") * at.average(), at("employees"))


@metric(
    MONEY,
    needs=(*ltm("total_revenue"), *now("employees"), *ago(4, "employees")),
    rates=four_averages,
    one_currency=False,
)
def ltm_revenue_per_average_employee(at: Point) -> Decimal:
    return ratio(2 * translated_sum(at, "total_revenue"), at("employees", 4) + at("employees"))


@metric(AS_IT_IS, needs=(*now("customers"), *ago(1, "customers")))
def net_customer_adds(at: Point) -> Decimal:
    return at("customers") - at("customers", 1)

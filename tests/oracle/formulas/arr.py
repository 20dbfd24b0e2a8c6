"""Annual recurring revenue, what of it stays, and what it is per customer."""

from decimal import Decimal

from tests.oracle.point import Point
from tests.oracle.reasons import MONEY, RATIO, ago, metric, now, ratio


def average(at: Point) -> tuple[Decimal | None]:
    return (at.average(),)


def rate_of_arr(at: Point) -> Decimal | None:
    """Contracted ARR is a balance; implied ARR is a flow made annual."""
    return at.closing() if at.arr_field(0) == "contracted_arr" else at.average()


def rates_of_arr(at: Point) -> tuple[Decimal | None]:
    return (rate_of_arr(at),)


def opening_arr(at: Point) -> Decimal:
    return at.arr(1, at.arr_field(0, 1))


@metric(MONEY, needs=now("recurring_revenue"), rates=average)
def arr_implied(at: Point) -> Decimal:
    return at.annualised("recurring_revenue") * at.average()


@metric(MONEY, arr=(0,), rates=rates_of_arr)
def arr(at: Point) -> Decimal:
    return at.arr(0, at.arr_field(0)) * rate_of_arr(at)


@metric(MONEY, arr=(0, 1), rates=average)
def net_new_arr(at: Point) -> Decimal:
    return at.arr_change(1) * at.average()


@metric(MONEY, needs=now("customers"), arr=(0,), rates=rates_of_arr)
def arr_per_customer(at: Point) -> Decimal:
    return ratio(at.arr(0, at.arr_field(0)) * rate_of_arr(at), at("customers"))


@metric(RATIO, needs=now("expansion_arr", "contraction_arr", "churned_arr"), arr=(1,), arr_basis=(0, 1))
def nrr(at: Point) -> Decimal:
    kept = opening_arr(at) + at("expansion_arr") - at("contraction_arr") - at("churned_arr")
    return ratio(kept, opening_arr(at))


@metric(RATIO, needs=now("contraction_arr", "churned_arr"), arr=(1,), arr_basis=(0, 1))
def grr(at: Point) -> Decimal:
    return ratio(opening_arr(at) - at("contraction_arr") - at("churned_arr"), opening_arr(at))


@metric(RATIO, needs=(*now("customers_lost"), *ago(1, "customers")))
def logo_churn(at: Point) -> Decimal:
    return ratio(at("customers_lost"), at("customers", 1))

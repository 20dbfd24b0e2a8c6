"""Burn, runway and where the change in cash came from; net burn is minus the cash_burn submitted."""

from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.formulas.arr import average
from tests.oracle.point import DAYS_IN_MONTH, Point
from tests.oracle.reasons import AS_IT_IS, MONEY, MONTHS, Undefined, ago, ltm, metric, now

LONGEST_RUNWAY_MONTHS = 1200
CASH_TWICE = (*now("cash_balance"), *ago(1, "cash_balance"))


def cash_change(at: Point) -> Decimal:
    return at("cash_balance") - at("cash_balance", 1)


def days_of_cash(cash: Decimal, burn: Decimal, days: Decimal | int) -> tuple[Decimal, Decimal]:
    """Numerator and denominator of the days that cash lasts when `burn` took `days`; undivided, so exact."""
    if burn <= 0:
        raise Undefined("cash_generating")
    return max(cash, Decimal(0)) * days, burn


def days_of_cash_at_this_pace(at: Point) -> tuple[Decimal, Decimal]:
    days = at.period.days if at.period.is_irregular else 3 * DAYS_IN_MONTH
    return days_of_cash(at("cash_balance"), -at("cash_burn"), days)


@metric(MONEY, needs=now("cash_burn"), rates=average)
def monthly_net_burn(at: Point) -> Decimal:
    return at.period.monthly(-at("cash_burn") * at.average())


@metric(MONTHS, needs=now("cash_burn", "cash_balance"))
def runway_months(at: Point) -> Decimal:
    days, burn = days_of_cash_at_this_pace(at)
    return days / (burn * DAYS_IN_MONTH)


@metric(MONTHS, needs=(*ltm("cash_burn"), *now("cash_balance")))
def runway_months_ltm(at: Point) -> Decimal:
    days, burn = days_of_cash(at("cash_balance"), -at.ltm("cash_burn"), 12 * DAYS_IN_MONTH)
    return days / (burn * DAYS_IN_MONTH)


@metric(AS_IT_IS, needs=now("cash_burn", "cash_balance"))
def cash_out_date(at: Point) -> date:
    days, burn = days_of_cash_at_this_pace(at)
    if days > LONGEST_RUNWAY_MONTHS * DAYS_IN_MONTH * burn:
        raise Undefined("not_meaningful")
    return at.period.end + timedelta(days=int(days // burn))


@metric(MONEY, needs=CASH_TWICE, rates=average)
def change_in_cash(at: Point) -> Decimal:
    return cash_change(at) * at.average()


@metric(MONEY, needs=CASH_TWICE, rates=lambda at: (at.closing(), at.closing(1), at.average()))
def fx_effect_on_cash(at: Point) -> Decimal:
    closings = at("cash_balance") * at.closing() - at("cash_balance", 1) * at.closing(1)
    return closings - cash_change(at) * at.average()


@metric(MONEY, needs=(*now("cash_burn"), *CASH_TWICE), rates=average)
def implied_net_financing(at: Point) -> Decimal:
    return (cash_change(at) - at("cash_burn")) * at.average()

"""Debt, enterprise value and its multiples; a valuation comes from the round's own currency at the closing rate."""

from decimal import Decimal

from tests.oracle.point import Point
from tests.oracle.reasons import AS_IT_IS, MONEY, RATIO, Undefined, ltm, metric, now, ratio

DEBT_AND_CASH = now("cash_balance", "debt_outstanding")
POST_MONEY = ("post_money_valuation",)


def round_into_local(at: Point) -> tuple[Decimal | None]:
    return (at.round_rate(at.local_currency),)


def local_post_money(at: Point) -> Decimal:
    return at.round.post_money_valuation * at.round_rate(at.local_currency)


def local_net_debt(at: Point) -> Decimal:
    return at("debt_outstanding") - at("cash_balance")


def multiple_of_ev(at: Point, denominator: Decimal) -> Decimal:
    """The denominator is asked first, then whether there is an enterprise value to speak of."""
    value = local_post_money(at) + local_net_debt(at)
    multiple = ratio(value, denominator)
    if value <= 0:
        raise Undefined("not_meaningful")
    return multiple


@metric(MONEY, needs=DEBT_AND_CASH, rates=lambda at: (at.closing(),))
def net_debt(at: Point) -> Decimal:
    return local_net_debt(at) * at.closing()


@metric(
    MONEY,
    needs=DEBT_AND_CASH,
    of_round=POST_MONEY,
    rates=lambda at: (at.closing(), at.round_rate(at.currency)),
)
def enterprise_value(at: Point) -> Decimal:
    return at.round.post_money_valuation * at.round_rate(at.currency) + local_net_debt(at) * at.closing()


@metric(RATIO, needs=(*DEBT_AND_CASH, *ltm("total_revenue")), of_round=POST_MONEY, rates=round_into_local)
def ev_to_ltm_revenue(at: Point) -> Decimal:
    return multiple_of_ev(at, at.ltm("total_revenue"))


@metric(RATIO, needs=DEBT_AND_CASH, arr=(0,), of_round=POST_MONEY, rates=round_into_local)
def ev_to_arr(at: Point) -> Decimal:
    return multiple_of_ev(at, at.arr(0, at.arr_field(0)))


@metric(RATIO, needs=ltm("total_revenue"), of_round=POST_MONEY, rates=round_into_local)
def post_money_to_ltm_revenue(at: Point) -> Decimal:
    return ratio(local_post_money(at), at.ltm("total_revenue"))


@metric(
    RATIO,
    needs=DEBT_AND_CASH,
    of_round=("post_money_valuation", "equity_raised_to_date"),
    rates=round_into_local,
)
def ev_to_invested_capital(at: Point) -> Decimal:
    equity = at.round.equity_raised_to_date * at.round_rate(at.local_currency)
    return multiple_of_ev(at, equity + at("debt_outstanding"))


@metric(AS_IT_IS, of_round=POST_MONEY)
def valuation_age_days(at: Point) -> int:
    return (at.period.end - at.round.closed_on).days

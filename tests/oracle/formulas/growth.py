"""Growth against an earlier fiscal quarter: local, and as it looks in another currency."""

from decimal import Decimal

from tests.oracle.point import Point
from tests.oracle.reasons import RATIO, Metric, Undefined, ago, growth, ltm, metric, now, ratio


def growth_of(name: str, field: str, lag: int) -> Metric:
    return Metric(
        name,
        RATIO,
        lambda at: growth(at(field), at(field, lag)),
        needs=(*now(field), *ago(lag, field)),
    )


revenue_growth_qoq = growth_of("revenue_growth_qoq", "total_revenue", 1)
revenue_growth_yoy = growth_of("revenue_growth_yoy", "total_revenue", 4)
employee_growth_qoq = growth_of("employee_growth_qoq", "employees", 1)
employee_growth_yoy = growth_of("employee_growth_yoy", "employees", 4)


@metric(RATIO, needs=(*now("gross_profit"), *ago(4, "gross_profit")))
def gross_profit_growth_yoy(at: Point) -> Decimal:
    if at("gross_profit") < 0:
        raise Undefined("not_meaningful")
    return growth(at("gross_profit"), at("gross_profit", 4))


REVENUE_A_YEAR_APART = (*now("total_revenue"), *ago(4, "total_revenue"))


def averages_a_year_apart(at: Point) -> tuple[Decimal | None, ...]:
    return at.average(), at.average(4)


def reported_growth(at: Point) -> Decimal:
    return growth(at("total_revenue") * at.average(), at("total_revenue", 4) * at.average(4))


@metric(RATIO, needs=REVENUE_A_YEAR_APART, rates=averages_a_year_apart)
def revenue_growth_yoy_reported(at: Point) -> Decimal:
    return reported_growth(at)


@metric(RATIO, needs=REVENUE_A_YEAR_APART, rates=averages_a_year_apart)
def fx_effect_on_growth(at: Point) -> Decimal:
    return reported_growth(at) - growth(at("total_revenue"), at("total_revenue", 4))


@metric(RATIO, needs=(*ltm("total_revenue"), *ltm("total_revenue", 4)))
def ltm_revenue_growth_yoy(at: Point) -> Decimal:
    return growth(at.ltm("total_revenue"), at.ltm("total_revenue", 4))


@metric(RATIO, needs=(*ltm("total_revenue"), *ltm("total_revenue", 4), *ltm("ebitda")))
def rule_of_40(at: Point) -> Decimal:
    grown = growth(at.ltm("total_revenue"), at.ltm("total_revenue", 4))
    return grown + ratio(at.ltm("ebitda"), at.ltm("total_revenue"))

"""The last four fiscal quarters: money summed quarter by quarter, each at its own average, and local margins."""

from decimal import Decimal

from tests.oracle.point import Point
from tests.oracle.reasons import MONEY, RATIO, Metric, ltm, ratio


def four_averages(at: Point) -> tuple[Decimal | None, ...]:
    return tuple(at.average(lag) for lag in range(4))


def translated_sum(at: Point, field: str) -> Decimal:
    return sum((at(field, lag) * at.average(lag) for lag in range(4)), Decimal(0))


def sum_of_four(name: str, field: str, sign: int = 1) -> Metric:
    return Metric(
        name,
        MONEY,
        lambda at: sign * translated_sum(at, field),
        needs=ltm(field),
        rates=four_averages,
        one_currency=False,
    )


def margin_of_four(name: str, part: str) -> Metric:
    return Metric(
        name,
        RATIO,
        lambda at: ratio(at.ltm(part), at.ltm("total_revenue")),
        needs=(*ltm(part), *ltm("total_revenue")),
    )


ltm_total_revenue = sum_of_four("ltm_total_revenue", "total_revenue")
ltm_recurring_revenue = sum_of_four("ltm_recurring_revenue", "recurring_revenue")
ltm_gross_profit = sum_of_four("ltm_gross_profit", "gross_profit")
ltm_sales_marketing_expense = sum_of_four("ltm_sales_marketing_expense", "sales_marketing_expense")
ltm_total_operating_expense = sum_of_four("ltm_total_operating_expense", "total_operating_expense")
ltm_ebitda = sum_of_four("ltm_ebitda", "ebitda")
ltm_net_income = sum_of_four("ltm_net_income", "net_income")
ltm_net_burn = sum_of_four("ltm_net_burn", "cash_burn", sign=-1)
ltm_gross_margin = margin_of_four("ltm_gross_margin", "gross_profit")
ltm_ebitda_margin = margin_of_four("ltm_ebitda_margin", "ebitda")
ltm_net_income_margin = margin_of_four("ltm_net_income_margin", "net_income")

"""How figures of several companies become one: which add up, and which ratios are those of two sums.

What does not add up has a middle value only. A weighted ratio is taken over exactly the companies whose own ratio is
not null, so that it and the median speak of the same companies.
"""

from dataclasses import dataclass

from shared.domain.catalogue import METRICS
from shared.domain.expressions import Arithmetic, Field
from shared.domain.fields import COUNT_FIELDS, FIELD_NAMES
from shared.domain.metric import Metric, Unit


def adds_up(metric: Metric) -> bool:
    """Whether the sum over companies means something: amounts and counts, but nothing per head and no age."""
    if metric.unit not in {Unit.MONEY, Unit.COUNT}:
        return False
    divisions = (part for part in metric.formula.value.walk() if isinstance(part, Arithmetic) and part.operator == "/")
    below = (node for division in divisions for node in division.right.walk())
    return not any(isinstance(node, Field) and node.name in COUNT_FIELDS for node in below)


SUMMED: tuple[str, ...] = (*FIELD_NAMES, *(metric.name for metric in METRICS if adds_up(metric)))
"""Submitted fields and metrics that are added."""
MIDDLED: tuple[str, ...] = tuple(
    metric.name for metric in METRICS if not adds_up(metric) and metric.unit is not Unit.DATE
)
"""Metrics of which the median is taken; a day has none."""


@dataclass(frozen=True, slots=True)
class RatioOfSums:
    """Factor × Σ numerator / Σ denominator, both columns of the same currency."""

    numerator: str
    denominator: str
    factor: int = 1


WEIGHTED: dict[str, RatioOfSums] = {
    "recurring_revenue_share": RatioOfSums("recurring_revenue", "total_revenue"),
    "gross_margin": RatioOfSums("gross_profit", "total_revenue"),
    "ebitda_margin": RatioOfSums("ebitda", "total_revenue"),
    "net_income_margin": RatioOfSums("net_income", "total_revenue"),
    "sales_marketing_pct_revenue": RatioOfSums("sales_marketing_expense", "total_revenue"),
    "operating_expense_pct_revenue": RatioOfSums("total_operating_expense", "total_revenue"),
    "ltm_gross_margin": RatioOfSums("ltm_gross_profit", "ltm_total_revenue"),
    "ltm_ebitda_margin": RatioOfSums("ltm_ebitda", "ltm_total_revenue"),
    "ltm_net_income_margin": RatioOfSums("ltm_net_income", "ltm_total_revenue"),
    "arr_per_customer": RatioOfSums("arr", "customers"),
    "runway_months": RatioOfSums("cash_balance", "monthly_net_burn"),
    "runway_months_ltm": RatioOfSums("cash_balance", "ltm_net_burn", 12),
    "burn_multiple": RatioOfSums("cash_burn", "net_new_arr", -1),
    "ev_to_ltm_revenue": RatioOfSums("enterprise_value", "ltm_total_revenue"),
    "ev_to_arr": RatioOfSums("enterprise_value", "arr"),
}
"""Ratios whose two parts add up."""
GROWN: tuple[str, ...] = ("total_revenue", "recurring_revenue", "gross_profit")
"""Fields whose growth over the same companies is told."""
QUARTERS_BACK: dict[str, int] = {"qoq": 1, "yoy": 4}

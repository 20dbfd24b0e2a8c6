"""Published worked examples as quarters that a company would submit, and the metric that then is the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.published import Record

D = Decimal
Given = Mapping[str, Decimal]
Values = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Example:
    """How one kind of example is entered.

    Attributes:
        quarters: What is submitted for one quarter after another, from the example's inputs.
        metric: The metric of the newest quarter that answers it.
        shown_as: From our metric to the figure as the example states it (percent, or its inverse).
    """

    quarters: Callable[[Given], list[Values]]
    metric: str
    shown_as: Callable[[Decimal], Decimal] = lambda figure: figure


def _burn(given: Given) -> list[Values]:
    opening = D(10**6)
    closing = opening + given["net_new_arr"]
    return [{"contracted_arr": opening}, {"contracted_arr": closing, "cash_burn": -given["net_burn"]}]


def _runway(given: Given) -> list[Values]:
    return [{"cash_balance": given["cash"], "cash_burn": -3 * given["monthly_net_burn"]}]


def _magic_number(given: Given) -> list[Values]:
    before = D(4_200_000)
    spent = {"total_revenue": before, "sales_marketing_expense": given["sm_prior_quarter"]}
    return [spent, {"total_revenue": before + given["revenue_delta"]}]


def _sales_efficiency(given: Given) -> list[Values]:
    opening = {"contracted_arr": D(10**6), "sales_marketing_expense": given["sm_prior"]}
    all_margin = {"total_revenue": D(1), "gross_profit": D(1)}
    return [opening, {"contracted_arr": 10**6 + given["net_new_arr"], **all_margin}]


def _rule_of_40(given: Given) -> list[Values]:
    revenue = 100 + given["revenue_growth_pct"]
    grown = {"total_revenue": revenue, "ebitda": revenue * given["ebitda_margin_pct"] / 100}
    return [{"total_revenue": D(100)}] * 4 + [grown] * 4


def _growth(given: Given) -> list[Values]:
    return [{"total_revenue": given["previous"]}, {"total_revenue": given["current"]}]


EXAMPLES = {
    "burn_multiple": Example(_burn, "burn_multiple"),
    "runway_months": Example(_runway, "runway_months"),
    "magic_number": Example(_magic_number, "magic_number"),
    "sales_efficiency_no_annualising": Example(_sales_efficiency, "cac_payback_months", lambda months: 12 / months),
    "rule_of_40": Example(_rule_of_40, "rule_of_40", lambda ratio: 100 * ratio),
    "growth_pct": Example(_growth, "revenue_growth_qoq", lambda ratio: 100 * ratio),
}


def given_in(record: Record) -> dict[str, Decimal]:
    """The inputs of an example, written `name=value;name=value`."""
    return {name: D(value) for name, value in (pair.split("=") for pair in record["inputs"].split(";"))}


def is_printed(record: Record, figure: Decimal) -> bool:
    """Whether a figure is the published one, within the rounding that the record states."""
    published = record["published"]
    if published.startswith(">"):
        return figure > D(published[1:])
    if record["rounding"] == "exact":
        return figure == D(published)
    return abs(figure - D(published)) <= D(record["rounding"]) / 2

"""Histories that stand exactly on the edges of the sign rules: zero, and just beyond it."""

from datetime import date
from decimal import Decimal

from tests.oracle.model import Company, History, Quarter, Round

ENDS = [date(year, month, day) for year in (2020, 2021, 2022) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))]
PLAIN = {
    "total_revenue": 100,
    "recurring_revenue": 80,
    "gross_profit": 60,
    "sales_marketing_expense": 30,
    "total_operating_expense": 50,
    "ebitda": 10,
    "net_income": 5,
    "cash_burn": -30,
    "cash_balance": 500,
    "debt_outstanding": 100,
    "employees": 10,
    "customers": 10,
}


def _history(
    early: dict[str, int] | None = None, late: dict[str, int] | None = None, valuation: int = 1000, raised: int = 50
) -> History:
    """A dollar company whose first eight quarters differ from the plain ones in `early`, its last four in `late`."""
    changes = [early or {}] * 8 + [late or {}] * 4
    quarters = [
        Quarter(end, "USD", {name: Decimal(value) for name, value in {**PLAIN, **change}.items()})
        for end, change in zip(ENDS, changes, strict=True)
    ]
    latest = Round(date(2020, 1, 15), "USD", Decimal(valuation), Decimal(raised))
    return Company("12-31"), quarters, [latest]


EDGES: tuple[History, ...] = (
    _history(),
    _history({"total_revenue": 0}, {"total_revenue": 0}),
    _history(late={"total_revenue": 0}),
    _history(late={"total_revenue": -10}),
    _history({"total_revenue": 0}),
    _history(valuation=400),
    _history({"debt_outstanding": 0}, {"debt_outstanding": 0}, raised=0),
    _history({"cash_burn": 0}, {"cash_burn": 0}),
)
"""Nothing grows; no revenue ever; none any more; below zero; only lately some; EV of zero; no capital; no burn."""

"""Comparing derived rows with the oracle's, cell by cell: values, null reasons, period facts, rates and flags."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.domain.catalogue import METRICS
from shared.domain.fields import FIELD_NAMES
from tests.oracle.model import Row

FACTS = (
    "period_start",
    "fiscal_year",
    "fiscal_quarter",
    "reporting_year",
    "reporting_quarter",
    "fx_rate_average",
    "fx_rate_closing",
    "fx_closing_date",
)
METRIC_NAMES = tuple(metric.name for metric in METRICS)


@dataclass(frozen=True)
class Difference:
    """One cell on which database and oracle disagree."""

    company: UUID
    period_end: Any
    currency: str
    cell: str
    database: Any
    oracle: Any


def derived_rows(
    session: Session, companies: Sequence[UUID], currencies: Sequence[str], as_of: str = "infinity"
) -> dict[tuple[UUID, Any, str], dict[str, Any]]:
    """What the installed function answers, by company, period and currency."""
    rows = session.execute(
        text(
            "select * from derive_reporting(cast(:ids as uuid[]), array['actual'], cast(:currencies as text[]),"
            " cast(:as_of as timestamptz))"
        ),
        {"ids": list(companies), "currencies": list(currencies), "as_of": as_of},
    ).mappings()
    return {(row["company_id"], row["period_end"], row["currency"]): dict(row) for row in rows}


def differences(company: UUID, expected: Row, row: dict[str, Any] | None) -> Iterator[Difference]:
    """Every cell of one row that differs."""
    key = (company, expected.period_end, expected.currency)
    if row is None:
        yield Difference(*key, "row", None, "present")
        return
    for name in FACTS:
        if row[name] != getattr(expected, name):
            yield Difference(*key, name, row[name], getattr(expected, name))
    if set(row["flags"]) != set(expected.flags):
        yield Difference(*key, "flags", row["flags"], sorted(expected.flags))
    for names, nulls, values, reasons in (
        (FIELD_NAMES, row["financial_nulls"], expected.financials, expected.financial_nulls),
        (METRIC_NAMES, row["metric_nulls"], expected.metrics, expected.nulls),
    ):
        for name in names:
            if not _same(row[name], values[name]) or nulls.get(name) != reasons.get(name):
                told = row[name] if row[name] is not None else nulls.get(name)
                asked = values[name] if values[name] is not None else reasons.get(name)
                yield Difference(*key, name, told, asked)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Decimal) and isinstance(right, int | Decimal):
        return left == right
    return bool(left == right)


def cells(rows: int) -> int:
    """How many cells that many rows have."""
    return rows * (len(FACTS) + 1 + len(FIELD_NAMES) + len(METRIC_NAMES))

"""Derived rows: deriving and storing them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.changes import note_derived
from shared.data.statement import statement
from shared.domain.selection import Figures

REACH = 8
"""A quarter's inputs are felt up to eight quarters later: seven by the longest look back, one more by its end date."""

_PERIOD = (
    "company_id",
    "scenario",
    "period_end",
    "currency",
    "is_local",
    "quarter_index",
    "period_start",
    "fiscal_year",
    "fiscal_quarter",
    "reporting_year",
    "reporting_quarter",
    "fx_rate_average",
    "fx_rate_closing",
    "fx_closing_date",
    "flags",
)


def _insert(table: Figures, nulls: str) -> str:
    columns = ", ".join((*_PERIOD, *table.names))
    return f"insert into {table} ({columns}, nulls) select {columns}, {nulls} from derived"  # noqa: S608 (names are ours)


_REFRESH = f"""
with derived as materialized (
  select * from derive_reporting(
    cast(:ids as uuid[]), cast(:scenarios as text[]), cast(:currencies as text[]), 'infinity', :first, :last
  )
),
financials as ({_insert(Figures.FINANCIALS, "financial_nulls")})
{_insert(Figures.METRICS, "metric_nulls")}
"""  # noqa: S608 (names are ours)


def refresh_reporting(
    session: Session,
    company_ids: Sequence[UUID],
    scenarios: Sequence[str],
    currencies: Sequence[str],
    first: int = 0,
    last: int = 100_000,
) -> None:
    """Derive again what writes to quarters `first` … `last` can have changed; it replaces what stood there."""
    last += REACH
    bounds = {"ids": list(company_ids), "scenarios": list(scenarios), "first": first, "last": last}
    start, end = _days_of_ends(first, last)
    for table in Figures:
        session.execute(
            statement(
                f"delete from {table} where company_id = any(:ids) and scenario = any(:scenarios)"  # noqa: S608 (ours)
                " and quarter_index between :first and :last and period_end between :start and :end"
            ),
            {**bounds, "start": start, "end": end},
        )
    session.execute(statement(_REFRESH), {**bounds, "currencies": list(currencies)})
    note_derived(session, company_ids, scenarios, first, last)


def _days_of_ends(first: int, last: int) -> tuple[date, date]:
    """Days between which these quarters end in any fiscal calendar: whole years, for an index to be read in."""
    start = date(max(first // 4 - 1, 1), 12, 1)
    return start, date(last // 4 + 1, 1, 31) if last // 4 < date.max.year else date.max

"""Derived rows for files: as lines of CSV that the database writes, or as values, read a few thousand at a time."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from shared.data.reporting_rows import PERIOD, Rows, reasons, select_rows, write_order
from shared.data.statement import statement
from shared.domain.permissions import Scope
from shared.domain.selection import COMPANY_ID, Selection

AT_A_TIME = 2_000
COMPANY = (COMPANY_ID, "company_external_id", "company_name")
"""What a line opens with; the two texts are a person's, so that the caller writes them."""
OPENING = PERIOD[1:]
"""What follows: the period, its rates, its flags."""
SUBMITTED_IN = """(
  select i.currency from metric_inputs as i
  where i.company_id = r.company_id and i.scenario = r.scenario and i.period_end = r.period_end
    and i.recorded_at <= coalesce(cast(:as_of as timestamptz), 'infinity')
    and (i.superseded_at is null or i.superseded_at > cast(:as_of as timestamptz))
)"""
"""The currency a row was submitted in."""


OF_THE_PERIOD = "period_length_irregular"
"""The one flag of a row that is not its rates'."""


class Rate(NamedTuple):
    """What amounts of a period were translated at: from the currency they were submitted in into the one shown."""

    base: str | None
    quote: str
    period_start: date | None
    period_end: date | None
    fx_rate_average: Decimal | None
    fx_rate_closing: Decimal | None
    fx_closing_date: date | None
    flags: str


def read_csv_lines(
    session: Session, scope: Scope, wanted: Selection, as_of: datetime | None, most: int, *, stored: bool
) -> Iterator[tuple[str, str | None, str, str]]:
    """At most `most` rows: the company's id, external id and name, and the rest of the line as CSV, from `scenario` on.

    Flags and reasons are joined by `; `; nothing in the rest can start a formula, nor needs quoting but by a comma.
    """
    rows = select_rows(scope, wanted, as_of, stored=stored, reach=None)
    parts = [_csv_part(name) for name in (*OPENING, *wanted.names)]
    line = f"array_to_string(array[{', '.join([*parts, _csv_text(_reasons(wanted, rows))])}], ',', '')"
    yield from _stream(session, f"c.id::text, c.external_id, c.name, {line}", rows, wanted, most)


def read_values(
    session: Session, scope: Scope, wanted: Selection, as_of: datetime | None, most: int, *, stored: bool
) -> Iterator[tuple[Any, ...]]:
    """At most `most` rows: id, external id, name; `OPENING`; the columns; the reasons as text; the local currency."""
    rows = select_rows(scope, wanted, as_of, stored=stored, reach=None)
    opening = ", ".join("array_to_string(r.flags, '; ')" if name == "flags" else f"r.{name}" for name in OPENING)
    shown = "".join(f", r.{name}" for name in wanted.names)
    columns = f"c.id::text, c.external_id, c.name, {opening}{shown}, {_reasons(wanted, rows)}, {SUBMITTED_IN}"
    yield from _stream(session, columns, rows, wanted, most)


def _csv_part(name: str) -> str:
    return _csv_text("array_to_string(r.flags, '; ')") if name == "flags" else f"r.{name}::text"


def _csv_text(expression: str) -> str:
    """A text that may hold commas, in quotation marks."""
    return f"""'"' || replace({expression}, '"', '""') || '"'"""


def _reasons(wanted: Selection, rows: Rows) -> str:
    """`name: reason; name: reason …`."""
    pairs = f"jsonb_each_text({reasons(wanted, rows.nulls)}) as why"
    return f"(select coalesce(string_agg(why.key || ': ' || why.value, '; ' order by why.key), '') from {pairs})"  # noqa: S608 (fixed fragments)


def _stream(session: Session, columns: str, rows: Rows, wanted: Selection, most: int) -> Iterator[tuple[Any, ...]]:
    query = f"select {columns} {rows.source} order by {write_order(wanted.order)} limit :most"
    options = {"yield_per": AT_A_TIME}
    found = session.execute(statement(query), {**rows.parameters, "most": most}, execution_options=options)
    for row in found:
        yield tuple(row)

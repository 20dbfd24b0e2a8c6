"""Noting what changes, in the transaction of the change; its number is its place in the order of commits.

Notes are gathered and written as the last act of their transaction, which takes their numbers from `change_head` and so
holds it until the commit. So numbers follow one another as commits do: whoever can read a number can read every smaller
one, and the greatest number tells whether anything changed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.appending import append_rows
from shared.data.engine import defer
from shared.data.statement import statement
from shared.domain.fx import ChangedRates
from shared.domain.statuses import ChangeKind

_NUMBERS_HELD = "numbers_held"
_DERIVED = """
select i.company_id, jsonb_build_object(
    'scenario', i.scenario,
    'from', case when :first > 0
      then nominal_end(:first, left(c.fiscal_year_end, 2)::integer, right(c.fiscal_year_end, 2)::integer) - 7 end,
    'to', case when :last < 30000
      then nominal_end(:last, left(c.fiscal_year_end, 2)::integer, right(c.fiscal_year_end, 2)::integer) + 7 end
  ) as key
from (
  select distinct company_id, scenario from metric_inputs
  where company_id = any(:ids) and scenario = any(:scenarios)
) as i join companies as c on c.id = i.company_id
order by i.company_id, i.scenario
"""
_TAKE_NUMBERS = """
update change_head set sequence = sequence + :count, recorded_at = clock_timestamp()
returning sequence - :count as before, recorded_at
"""
_COLUMNS = ("sequence", "kind", "company_id", "key", "version", "deleted", "left_funds", "recorded_at")
_DROP_SUPERSEDED = """
with last as (
  select kind, company_id, key, max(sequence) as sequence from changes
  group by kind, company_id, key
), spans as (
  select n.sequence, n.kind, n.company_id, n.key - 'from' - 'to' as what,
    coalesce(n.key ->> 'from', '0001-01-01') as first, coalesce(n.key ->> 'to', '9999-12-31') as last
  from changes as n join last as l using (sequence) where n.kind in ('rate', 'derived')
), superseded as (
  select n.sequence
  from changes as n join last as l
    on l.kind = n.kind and l.company_id is not distinct from n.company_id and l.key = n.key
  where n.sequence < l.sequence and n.left_funds is null
  union
  select n.sequence
  from spans as n join spans as l
    on l.kind = n.kind and l.company_id is not distinct from n.company_id and l.what = n.what
  where n.sequence < l.sequence and l.first <= n.first and n.last <= l.last
)
delete from changes as n using superseded as s where n.sequence = s.sequence
"""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that this transaction changes."""

    kind: ChangeKind
    company_id: UUID | None
    key: dict[str, Any]
    version: int | None = None
    deleted: bool = False
    left_funds: Sequence[str] = ()


def note_inputs(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Versions of company-quarters were appended."""
    notes = (
        Note(
            ChangeKind.INPUT,
            row["company_id"],
            {"scenario": row["scenario"], "period_end": row["period_end"]},
            row["version"],
            row["deleted"],
        )
        for row in rows
    )
    defer(session, _record, notes)


def note_rounds(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Versions of funding rounds were appended."""
    notes = (
        Note(
            ChangeKind.ROUND,
            row["company_id"],
            {"closed_on": row["closed_on"], "round": row["round"]},
            row["version"],
        )
        for row in rows
    )
    defer(session, _record, notes)


def note_company(
    session: Session, company_id: UUID, *, deleted: bool = False, left_funds: Sequence[str] = (), resync: bool = False
) -> None:
    """A company was added, changed or removed; `resync`: its funds changed, so that others see it now."""
    key = {"resync": True} if resync else {}
    note = Note(ChangeKind.COMPANY, company_id, key, deleted=deleted, left_funds=left_funds)
    defer(session, _record, [note])


def note_rates(session: Session, base: str, changed: Sequence[ChangedRates]) -> None:
    """Rates changed; told as one span per quote."""
    days: dict[str, list[date]] = {}
    for rates in changed:
        days.setdefault(rates.quote, []).extend((rates.first_day, rates.last_day))
    spans = ((quote, min(own), max(own)) for quote, own in sorted(days.items()))
    notes = (
        Note(ChangeKind.RATE, None, {"base": base, "quote": quote, "from": first, "to": last})
        for quote, first, last in spans
    )
    defer(session, _record, notes)


def note_derived(
    session: Session, company_ids: Sequence[UUID], scenarios: Sequence[str], first: int, last: int
) -> None:
    """The rows derived for the quarters `first` … `last` of these companies were replaced."""
    parameters = {"ids": list(company_ids), "scenarios": list(scenarios), "first": first, "last": last}
    rows = session.execute(statement(_DERIVED), parameters)
    defer(session, _record, [Note(ChangeKind.DERIVED, row.company_id, row.key) for row in rows])


def _record(session: Session, notes: list[Note]) -> None:
    """Number this transaction's notes and keep them; nothing but the commit may follow."""
    if not notes:
        return
    from shared.data.tables.changes import Change  # noqa: PLC0415 (tables are imported where they are written to: cold start)

    hold_numbers(session)
    number, now = session.execute(statement(_TAKE_NUMBERS), {"count": len(notes)}).one()
    rows = (
        (
            number + place,
            note.kind.value,
            note.company_id,
            note.key,
            note.version,
            note.deleted,
            list(note.left_funds) or None,
            now,
        )
        for place, note in enumerate(notes, start=1)
    )
    append_rows(session, Change, _COLUMNS, rows)


def hold_numbers(session: Session) -> None:
    """Let what this transaction numbers follow all that is numbered, until it commits; it is held once.

    One lock for all that is numbered in the order of commits, taken last: whoever holds it waits for nobody.
    """
    if not session.info.get(_NUMBERS_HELD):
        session.execute(statement("select from change_head for update"))
        session.info[_NUMBERS_HELD] = True


def drop_superseded(session: Session) -> int:
    """Remove what a later change tells as well; answers how many.

    A client that has not seen the earlier one meets the later: of the same quarter, round or company, or of a span
    that holds the earlier one's. What tells some that a company left their funds stays.
    """
    return int(session.execute(statement(_DROP_SUPERSEDED)).rowcount)  # type: ignore[attr-defined]  # a cursor's result


def newest_number(session: Session) -> int:
    """The number of the newest change; 0: nothing ever changed."""
    return int(session.execute(statement("select sequence from change_head")).scalar_one())


def newest_change(session: Session) -> str:
    """What names the state of the data: as long as it stands, nothing that is told of has changed.

    A number may come again after a restore, but not with the same instant.
    """
    return str(session.execute(statement("select sequence || ' ' || recorded_at from change_head")).scalar_one())

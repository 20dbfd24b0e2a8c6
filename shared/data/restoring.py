"""Whole tables into an empty database: what counts as empty, rows by COPY, foreign keys and sequences as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.snapshots import list_names, name_columns
from shared.domain.snapshots import Shape

SEEDED = frozenset({"alembic_version", "audit_chain", "change_head", "derivations", "fx_holidays"})
"""Tables in which the migrations themselves leave rows."""
RESTORE_LOCK = 7_203_404

_REFERENCES = """
select r.relname as table_name, k.conname as name, pg_get_constraintdef(k.oid) as definition
from pg_constraint as k join pg_class as r on r.oid = k.conrelid
where k.contype = 'f' and k.connamespace = current_schema()::regnamespace and k.conparentid = 0
order by 1, 2
"""
_FORCED = """
select relname from pg_class where relnamespace = current_schema()::regnamespace and relforcerowsecurity order by 1
"""
_SET_SEQUENCE = """
select setval(format('%I.%I', schemaname, sequencename)::regclass, coalesce(cast(:value as bigint), start_value),
              cast(:value as bigint) is not null)
from pg_sequences where schemaname = current_schema() and sequencename = :name
"""


class SupportsRead(Protocol):
    """What COPY reads from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; nothing at the end."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: its table, its name, and the rest of the clause that makes it."""

    table: str
    name: str
    definition: str


def begin_restore(session: Session) -> None:
    """Let no other restore into this database run until the transaction ends."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": RESTORE_LOCK})


def filled_tables(session: Session, names: Sequence[str]) -> list[str]:
    """Which of these tables hold rows that no migration put there."""
    return [name for name in names if name not in SEEDED and _has_rows(session, name)]


def clear_tables(session: Session, names: Sequence[str]) -> None:
    """Remove what the migrations left in these tables, all at once, so that nothing refers to what is gone."""
    session.execute(text(f"truncate {list_names(names)}"))


def lift_references(session: Session) -> list[Reference]:
    """Take every foreign key off, so that rows may arrive in any order; for `put_references_back`, before the end."""
    references = [Reference(*row) for row in session.execute(text(_REFERENCES))]
    for each in references:
        table, name = list_names([each.table]), list_names([each.name])
        session.execute(text(f"alter table {table} drop constraint {name}"))
    return references


def put_references_back(session: Session, references: Sequence[Reference]) -> None:
    """Put foreign keys back as they were; every row is checked against them.

    Raises:
        sqlalchemy.exc.IntegrityError: a row refers to what is not there.
    """
    for each in references:
        table, name = list_names([each.table]), list_names([each.name])
        session.execute(text(f"alter table {table} add constraint {name} {each.definition}"))


def lift_force(session: Session) -> list[str]:
    """Free the owner from the row-level security of its own tables; for `put_force_back`, before the end."""
    session.execute(text("set local row_security = off"))
    names = list(session.execute(text(_FORCED)).scalars())
    for name in names:
        session.execute(text(f"alter table {list_names([name])} no force row level security"))
    return names


def put_force_back(session: Session, names: Sequence[str]) -> None:
    """Put the owner under it again."""
    for name in names:
        session.execute(text(f"alter table {list_names([name])} force row level security"))


def copy_in(session: Session, shape: Shape, lines: SupportsRead) -> None:
    """Append rows as COPY wrote them; numbers of identity columns are kept."""
    cursor = session.connection().connection.cursor()
    try:
        cursor.copy_expert(f"copy {name_columns(shape)} from stdin", lines)
    finally:
        cursor.close()


def set_sequences(session: Session, last_values: Mapping[str, int | None]) -> None:
    """Have every sequence go on after the last number it gave; one that gave none begins anew."""
    for name, last_value in last_values.items():
        session.execute(text(_SET_SEQUENCE), {"name": name, "value": last_value})


def gather_statistics(session: Session) -> None:
    """Tell the planner what the tables hold now."""
    session.execute(text("analyze"))


def _has_rows(session: Session, name: str) -> bool:
    return bool(session.execute(text(f"select exists (select from {list_names([name])})")).scalar_one())  # noqa: S608 (a table's name from the catalogue, quoted)

"""Whole tables out of the database, all as of one instant: what they are called, their rows as COPY writes them.

Nothing here knows which tables there are: they are read from the catalogue, so that a table added later is in too.
Unlogged ones, which a crash empties, are not.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from shared.domain.snapshots import Shape

LOCK_PATIENCE = "30s"
"""How long to wait for a migration that is under way; the tables cannot be read before it ends."""

_TABLES = """
select c.relname as name,
       array_agg(a.attname::text order by a.attnum) filter (where a.attgenerated = '') as columns
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relpersistence = 'p'
  and not exists (
    select from pg_depend as d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e'
  )
group by c.relname
order by c.relname
"""
_HIDDEN = """
select c.relname
from pg_class as c cross join (select * from pg_roles where rolname = current_user) as me
where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relrowsecurity
  and not me.rolsuper and not me.rolbypassrls
  and not exists (
    select from pg_policy as p
    where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('*', 'r') and me.oid = any(p.polroles)
      and pg_get_expr(p.polqual, p.polrelid) = 'true'
  )
order by 1
"""
_SEQUENCES = "select sequencename from pg_sequences where schemaname = current_schema() order by 1"
_REVISION = "select version_num from alembic_version"
_SETTINGS = (
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO, MDY'",
    "set local intervalstyle = 'postgres'",
    "set local bytea_output = 'hex'",
    "set local extra_float_digits = 1",
    "set local client_encoding = 'UTF8'",
    "set local synchronize_seqscans = off",
    "set local statement_timeout = 0",
    "set local idle_in_transaction_session_timeout = 0",
)
"""The same value is written the same way whatever the server's defaults are. They end with the transaction."""


_quote = postgresql.dialect().identifier_preparer.quote_identifier  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so


class SupportsWrite(Protocol):
    """What COPY writes to."""

    def write(self, line: bytes, /) -> object:
        """One row, with the end of its line."""


class HiddenRowsError(Exception):
    """A table may hold rows that the role is not shown; the message names such tables."""


def fix_notation(session: Session) -> None:
    """Have this transaction write values the same way on every server."""
    for statement in _SETTINGS:
        session.execute(text(statement))


def read_shapes(session: Session) -> tuple[Shape, ...]:
    """Every table of the schema with the columns that hold values of their own (generated ones do not), by name."""
    return tuple(Shape(row.name, tuple(row.columns)) for row in session.execute(text(_TABLES)))


def require_every_row(session: Session) -> None:
    """Rows that a policy hides are not to be missing silently.

    Raises:
        HiddenRowsError: row-level security is in force on a table without letting the acting role see all of it.
    """
    hidden = list(session.execute(text(_HIDDEN)).scalars())
    if hidden:
        raise HiddenRowsError(f"row-level security may hide rows of {', '.join(hidden)} from the role that reads them")


def lock_tables(session: Session, names: Sequence[str]) -> None:
    """Let nobody change these tables' form until the transaction ends; as its first statement, before its instant."""
    session.execute(text(f"set local lock_timeout = '{LOCK_PATIENCE}'"))
    session.execute(text(f"lock table {list_names(names)} in access share mode"))


def read_sequences(session: Session) -> dict[str, int | None]:
    """The last number that every sequence gave; None for one that gave none.

    Each is asked itself: the catalogue's view has nothing to say of one that the role may not read.
    """
    names = session.execute(text(_SEQUENCES)).scalars().all()
    return {name: session.execute(text(_last_of(name))).scalar_one() for name in names}


def read_beginning(session: Session) -> datetime:
    """When the transaction began: whatever was committed before is in what it sees."""
    began: datetime = session.execute(text("select transaction_timestamp()")).scalar_one()
    return began


def read_revision(session: Session) -> str:
    """The migration that the database stands at."""
    return str(session.execute(text(_REVISION)).scalar_one())


def read_server_version(session: Session) -> str:
    """Which PostgreSQL it is."""
    return str(session.execute(text("show server_version")).scalar_one())


def copy_out(session: Session, shape: Shape, into: SupportsWrite) -> None:
    """Every row of a table, one `write` each, as COPY's text format has it."""
    cursor = session.connection().connection.cursor()
    try:
        cursor.copy_expert(f"copy {name_columns(shape)} to stdout", into)
    finally:
        cursor.close()


def _last_of(sequence: str) -> str:
    return f"select case when is_called then last_value end from {list_names([sequence])}"  # noqa: S608 (quoted)


def name_columns(shape: Shape) -> str:
    """The table and its columns as COPY names them."""
    return f"{list_names([shape.name])} ({list_names(shape.columns)})"


def list_names(names: Sequence[str]) -> str:
    """These names as a statement has them, quoted."""
    return ", ".join(map(_quote, names))

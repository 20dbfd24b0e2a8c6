"""Rows into a table, a thousand to a statement: however many there are, only a few lie in memory at once.

COPY would be a little faster, but PostgreSQL refuses it where row-level security is in force.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Table, TextClause, text
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.orm import Session

from shared.schemas.exact_json import dump_exact

if TYPE_CHECKING:
    from sqlmodel import SQLModel

ROWS_AT_ONCE = 1_000


def append_rows(
    session: Session, table: type["SQLModel"], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Append rows of values in the order of `columns` to a table, within the session's transaction.

    Args:
        session: The transaction.
        table: The table.
        columns: Its columns, in the order of each row's values.
        rows: Texts, numbers, booleans, days, instants, ids; a mapping becomes JSON, a list an array, None is null.

    Returns:
        How many rows there were.
    """
    statement, waiting, count = _statement(table, tuple(columns)), iter(rows), 0
    while batch := list(islice(waiting, ROWS_AT_ONCE)):
        arrays = (write_array(values) for values in zip(*batch, strict=True))
        session.execute(statement, {f"values_{place}": array for place, array in enumerate(arrays)})
        count += len(batch)
    return count


@lru_cache(maxsize=32)
def _statement(table: type["SQLModel"], columns: tuple[str, ...]) -> TextClause:
    """Each column's values arrive as one array of texts, which the database reads as it reads its own output."""
    stored: Table = vars(table)["__table__"]
    kinds = stored.columns
    names = ", ".join(columns)
    ours = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's
    shown = ", ".join(f"cast(r.{name} as {kinds[name].type.compile(dialect=ours)})" for name in columns)
    arrays = ", ".join(f"cast(:values_{place} as text[])" for place in range(len(columns)))
    return text(f"insert into {stored.name} ({names}) select {shown} from unnest({arrays}) as r({names})")  # noqa: S608 (names are ours)


def write_array(values: Sequence[Any]) -> str:
    """Values as PostgreSQL writes an array: numbers bare, what may come often written once."""
    kinds = set(map(type, values)) - {NoneType}
    if len(kinds) == 1 and kinds <= _NUMBERS:
        written: Iterable[str] = ["NULL" if value is None else str(value) for value in values]
    elif kinds <= _COMPARABLE:
        each = {value: _element(value) for value in set(values)}
        written = [each[value] for value in values]
    else:
        written = map(_element, values)
    return "{" + ",".join(written) + "}"


def _element(value: Any) -> str:
    return "NULL" if value is None else _quote(_write_value(value))


def _write_value(value: Any) -> str:
    return _WRITERS.get(type(value), str)(value)


def _quote(written: str) -> str:
    return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'


_NUMBERS = frozenset((int, Decimal))
_COMPARABLE = frozenset((str, UUID, date, datetime, bool))
"""Kinds whose equal values are one to the database, and that equal none of another kind; of numbers neither holds."""
_WRITERS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "t" if value else "f",
    Decimal: lambda value: f"{value:f}",
    date: date.isoformat,
    datetime: datetime.isoformat,
    dict: dump_exact,
    list: write_array,
}

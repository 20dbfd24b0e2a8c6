"""Rows into a table by COPY, streamed: however many there are, only a few lie in memory at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy.orm import Session

from shared.schemas.exact_json import dump_exact

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class SupportsRead(Protocol):
    """What COPY reads from."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; nothing at the end."""


def copy_rows(session: Session, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Append rows of values in the order of `columns` to a table, within the session's transaction.

    Args:
        session: The transaction.
        table: The table's name, one of ours.
        columns: Its columns, in the order of each row's values.
        rows: Texts, numbers, booleans, days, instants, ids; a mapping becomes JSON, a list an array, None is null.

    Returns:
        How many rows there were.
    """
    lines = Lines(rows)
    cursor = session.connection().connection.cursor()
    try:
        send_lines(cursor, f"copy {table} ({', '.join(columns)}) from stdin", lines)
    finally:
        cursor.close()
    return lines.count


def send_lines(cursor: Any, statement: str, lines: SupportsRead) -> None:  # noqa: ANN401 (psycopg2's cursor, or SQLAlchemy's over it)
    """Send one COPY statement with its lines."""
    cursor.copy_expert(statement, lines)


class Lines:
    """The rows as the text that COPY reads, made as it is asked for."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.count = 0
        self._lines = self._encode(rows)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; nothing at the end."""
        pieces, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            line = next(self._lines, None)
            if line is None:
                break
            pieces.append(line)
            length += len(line)
        whole = b"".join(pieces)
        self._rest = whole[size:] if size >= 0 else b""
        return whole[:size] if size >= 0 else whole

    def _encode(self, rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
        for row in rows:
            self.count += 1
            yield ("\t".join(map(_write_value, row)) + "\n").encode()


def _write_value(value: Any) -> str:  # noqa: ANN401 (any column's value)
    return _WRITERS.get(type(value), str)(value)


def _escape(text: str) -> str:
    return text.translate(_ESCAPES)


def _write_list(items: list[Any]) -> str:
    inside = (_quote(item) if isinstance(item, str) else _write_value(item) for item in items)
    return _escape("{" + ",".join(inside) + "}")


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _escape,
    type(None): lambda _: "\\N",
    bool: lambda value: "t" if value else "f",
    Decimal: lambda value: f"{value:f}",
    date: date.isoformat,
    datetime: datetime.isoformat,
    dict: lambda value: _escape(dump_exact(value)),
    list: _write_list,
}

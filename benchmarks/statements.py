"""The statements the app sends, noted while it works, and sent again by bare psycopg2: the limit of a Python path."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under psycopg2's lower-case name)
from sqlalchemy import event

from shared.data.engine import get_engine, get_reader

Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its parameters, as psycopg2 was given it."""

    sql: str
    parameters: Any

    @property
    def writes(self) -> bool:
        """Whether it changes rows; a lock or a look does not."""
        words = self.sql.split(maxsplit=1)[0].lower()
        return words in {"insert", "update", "delete"} or (words == "with" and "insert into" in self.sql.lower())


@contextmanager
def noting_statements() -> Iterator[list[Statement]]:
    """Every statement the app sends until the block ends, in order: by SQLAlchemy, and by the driver where it reads."""
    noted: list[Statement] = []

    class NotingCursor(Cursor):
        def execute(self, query: str, values: Any = None) -> None:
            noted.append(Statement(query, values))
            super().execute(query, values)

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        noted.append(Statement(sql, parameters))

    def let_note(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.cursor_factory = NotingCursor

    def let_be(connection: Any, _record: Any) -> None:
        connection.cursor_factory = None

    listeners = (
        (get_engine(), "before_cursor_execute", note),
        (get_reader(), "checkout", let_note),
        (get_reader(), "checkin", let_be),
    )
    for listener in listeners:
        event.listen(*listener)
    try:
        yield noted
    finally:
        for listener in listeners:
            event.remove(*listener)


def send_statements(cursor: Cursor, statements: Sequence[Statement]) -> Rows:
    """Send them again; answers the rows of the last one, or none when it answers no rows."""
    for statement in statements:
        rows = statement.parameters if isinstance(statement.parameters, list) else [statement.parameters]
        for parameters in rows:
            cursor.execute(statement.sql, parameters)
    return cursor.fetchall() if cursor.description else ()


def join_items(rows: Rows) -> str:
    """The JSON array of a page's rows, each a key and an object."""
    return f"[{','.join(body for _, body in rows)}]"


def note_work(work: Callable[[], object]) -> list[Statement]:
    """The statements of doing `work` once."""
    with noting_statements() as noted:
        work()
    return noted

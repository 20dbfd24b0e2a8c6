"""The statements the app sends, noted while it works, and sent again by bare psycopg2: the limit of a Python path."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under psycopg2's lower-case name)
from sqlalchemy import event

from shared.data.engine import get_engine, get_reader
from shared.data.reader_pool import Reader

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

    def take_noting(take: Callable[[], Reader]) -> Reader:
        reader = take()
        reader.connection.cursor_factory = NotingCursor
        return reader

    def give_back_quiet(give_back: Callable[[Reader], None], reader: Reader) -> None:
        reader.connection.cursor_factory = None
        give_back(reader)

    engine, pool = get_engine(), get_reader()
    event.listen(engine, "before_cursor_execute", note)
    try:
        with (
            patch.object(pool, "take", partial(take_noting, pool.take)),
            patch.object(pool, "give_back", partial(give_back_quiet, pool.give_back)),
        ):
            yield noted
    finally:
        event.remove(engine, "before_cursor_execute", note)


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

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
    """Every statement the app's engines send until the block ends, in order."""
    noted: list[Statement] = []

    def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, _many: bool) -> None:
        noted.append(Statement(sql, parameters))

    engines = get_engine(), get_reader()
    for engine in engines:  # inserted: noted as it is before who reads is said in front of it
        event.listen(engine, "before_cursor_execute", note, insert=True)
    try:
        yield noted
    finally:
        for engine in engines:
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

"""Reading by single statements: each is a transaction of its own and one round trip, who reads said in front of it.

They are sent by the driver itself: SQLAlchemy has the connections and the errors, and what it does for a statement
takes as long as the rest of a short read's Python together.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Result, TextClause
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from shared.data.access import who_reads
from shared.data.engine import get_reader
from shared.data.statement import for_driver
from shared.domain.permissions import Principal
from shared.telemetry.statements import statement_span

Plain = tuple[Any, ...]
Rows = Result[*Plain]
Answered = tuple[tuple[str, ...], Sequence[Plain]]
"""Columns and rows."""


class _Taken:
    """A connection of the reader's pool that is taken when a statement is sent."""

    def __init__(self) -> None:
        self._connection: PoolProxiedConnection | None = None

    def send(self, sql: str, values: Mapping[str, Any], first: str = "") -> Answered:
        """A statement's columns and rows, as the driver takes and gives them; `first` is sent in front of it."""
        engine = get_reader()
        try:
            connection = self._connection = self._connection or engine.raw_connection()
            with statement_span(sql):
                cursor = connection.cursor()
                cursor.execute(first + sql, values)
                rows = cursor.fetchall()
        except engine.dialect.loaded_dbapi.Error as error:
            raise self._as_sqlalchemy_says(error, sql) from error
        return tuple(column[0] for column in cursor.description), rows

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _as_sqlalchemy_says(self, error: Any, sql: str) -> Exception:
        """The driver's error as the rest of the app knows it; where a connection is lost, all are made anew."""
        engine, used = get_reader(), self._connection
        dialect = engine.dialect
        is_lost = used is not None and dialect.is_disconnect(error, used.dbapi_connection, None)
        if used is not None and is_lost:
            used.invalidate(error)
            self._connection = None
            engine.dispose()
        base = dialect.loaded_dbapi.Error
        known: Exception = DBAPIError.instance(sql, {}, error, base, connection_invalidated=is_lost, dialect=dialect)
        return known


@lru_cache(maxsize=512)
def _columns(names: tuple[str, ...]) -> SimpleResultMetaData:
    return SimpleResultMetaData(names)


class _Reading:
    """What stands for a session where nothing but texts is sent."""

    def __init__(self, principal: Principal, taken: _Taken) -> None:
        self._principal, self._taken = principal, taken

    def execute(self, sql: TextClause, parameters: Mapping[str, Any] | None = None) -> Rows:
        names, rows = self.send(sql, parameters or {})
        return IteratorResult(_columns(names), iter(rows))

    def send(self, sql: TextClause, parameters: Mapping[str, Any]) -> Answered:
        dialect = get_reader().dialect
        said, who = who_reads(self._principal)
        return self._taken.send(for_driver(sql, dialect), {**who, **parameters}, f"{for_driver(said, dialect)};")


_common: ContextVar[_Taken | None] = ContextVar("reader", default=None)


@contextmanager
def one_reader() -> Iterator[None]:
    """Let everything that this context reads by single statements go by one connection, kept until the block ends."""
    with closing(_Taken()) as taken:
        token = _common.set(taken)
        try:
            yield
        finally:
            _common.reset(token)


def let_reader_go() -> None:
    """Give this context's connection back early: what follows takes long, and others count and read meanwhile."""
    common = _common.get()
    if common is not None:
        common.close()


def plain_rows(session: Session, sql: TextClause, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """All rows of a statement, in a session of either kind, as they come: a long page needs no column's name."""
    if isinstance(session, _Reading):
        return session.send(sql, parameters)[1]
    return session.execute(sql, parameters).all()


@contextmanager
def reading(principal: Principal) -> Iterator[Session]:
    """A session of a principal that changes nothing.

    Statements are texts whose parameters are named; of several, each sees what was committed before it began. Rows that
    come in portions need a `transaction`.
    """
    with _take() as taken:
        yield cast("Session", _Reading(principal, taken))


def ask(sql: str, values: Mapping[str, Any]) -> Sequence[Plain]:
    """The rows of a statement, as the driver takes and gives them, in nobody's name: it sees no company.

    Raises:
        OperationalError: the database does not answer.
    """
    with _take() as taken:
        return taken.send(sql, values)[1]


@contextmanager
def _take() -> Iterator[_Taken]:
    common = _common.get()
    if common is not None:
        yield common
    else:
        with closing(_Taken()) as taken:
            yield taken

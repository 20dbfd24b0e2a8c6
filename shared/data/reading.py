"""Reading by single statements: each is a transaction of its own and one round trip, who reads said in front of it.

They are sent by the driver itself: SQLAlchemy has the connections and the errors, and what it does for a statement
takes as long as the rest of a short read's Python together.

Something else may go ahead of a statement in the same round trip, in a transaction that is over when the statement
begins. The driver gives the rows of the last statement only, so what went ahead answers by a message.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self, cast

from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import Result, TextClause
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.data.access import who_reads
from shared.data.engine import get_reader
from shared.data.reader_pool import Reader
from shared.data.statement import for_driver
from shared.domain.permissions import Principal
from shared.telemetry.statements import statement_span

Rows = Result[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What goes ahead of a statement.

    Attributes:
        sql: One statement as the driver takes it.
        values: Its parameters, named as no other statement's are.
        take: Is given the messages that came before the statement's own answer; what it raises stands in its place.
    """

    sql: str
    values: Mapping[str, Any]
    take: Callable[[Sequence[str]], None]


class _Taken:
    """A connection of the reader's pool that is taken when a statement is sent; given back when the block ends."""

    def __init__(self) -> None:
        self._reader: Reader | None = None
        self.ahead: Ahead | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def send(self, sql: str, values: Mapping[str, Any], first: str = "") -> DBAPICursor:
        """A statement with its rows, as the driver takes and gives them; `first` is sent in front of it."""
        if self.ahead is None:
            return self._send(sql, values, first)
        ahead, self.ahead = self.ahead, None
        try:
            return self._send(sql, {**values, **ahead.values}, f"begin;{ahead.sql};commit;{first}")
        finally:
            self._hand_over_messages(ahead)

    def send_waiting(self) -> None:
        """Send by itself what waits to go ahead of a statement."""
        if self.ahead is not None:
            ahead, self.ahead = self.ahead, None
            self._send(ahead.sql, ahead.values, "")
            self._hand_over_messages(ahead)

    def close(self) -> None:
        if self._reader is not None:
            get_reader().give_back(self._reader)
            self._reader = None

    def _send(self, sql: str, values: Mapping[str, Any], first: str) -> DBAPICursor:
        pool = get_reader()
        if self._reader is not None and self._reader.connection.closed:
            self.close()
        try:
            reader = self._reader = self._reader or pool.take()
            with statement_span(sql):
                cursor: DBAPICursor = reader.connection.cursor()
                cursor.execute(first + sql, values)
        except pool.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemy_says(error, sql, self._reader) from error
        return cursor

    def _hand_over_messages(self, ahead: Ahead) -> None:
        if self._reader is not None:
            messages: list[str] = self._reader.connection.notices
            told = messages.copy()
            messages.clear()
            ahead.take(told)


def _as_sqlalchemy_says(error: Any, sql: str, reader: Reader | None) -> DBAPIError:
    """The driver's error as the rest of the app knows it; where a connection is lost, all are made anew."""
    pool = get_reader()
    is_lost = reader is not None and pool.dialect.is_disconnect(error, reader.connection, None)
    if is_lost:
        pool.retire()
    if reader is not None and (is_lost or reader.connection.get_transaction_status() != TRANSACTION_STATUS_IDLE):
        reader.connection.close()  # not lost: what went ahead has failed itself, and left a transaction open
    base, dialect = pool.dialect.loaded_dbapi.Error, pool.dialect
    known: Any = DBAPIError.instance(sql, {}, error, base, connection_invalidated=is_lost, dialect=dialect)
    return cast("DBAPIError", known)


@lru_cache(maxsize=512)
def _columns(names: tuple[str, ...]) -> SimpleResultMetaData:
    return SimpleResultMetaData(names)


class _Reading:
    """What stands for a session where nothing but texts is sent."""

    def __init__(self, principal: Principal, taken: _Taken, *, is_own: bool) -> None:
        self._principal, self._taken, self._is_own = principal, taken, is_own

    def __enter__(self) -> Self:
        return self

    def __exit__(self, type_: object, value: object, traceback: object) -> None:
        if self._is_own:
            self._taken.close()

    def execute(self, sql: TextClause, parameters: Mapping[str, Any] | None = None) -> Rows:
        answered = self.send(sql, parameters or {})
        names = tuple(column[0] for column in answered.description or ())
        return IteratorResult(_columns(names), iter(answered.fetchall()))

    def send(self, sql: TextClause, parameters: Mapping[str, Any]) -> DBAPICursor:
        dialect = get_reader().dialect
        said, who = who_reads(self._principal)
        return self._taken.send(for_driver(sql, dialect), {**who, **parameters}, f"{for_driver(said, dialect)};")


_common: ContextVar[_Taken | None] = ContextVar("reader", default=None)


@contextmanager
def one_reader() -> Iterator[None]:
    """Let everything that this context reads by single statements go by one connection, kept until the block ends."""
    with _Taken() as taken:
        token = _common.set(taken)
        try:
            yield
        finally:
            _common.reset(token)


def let_reader_go() -> None:
    """Give this context's connection back early: what follows takes long, and others count and read meanwhile."""
    send_waiting()
    common = _common.get()
    if common is not None:
        common.close()


def send_ahead(ahead: Ahead) -> None:
    """Send it with what this context's reader sends next; at once where there is none, or something waits already.

    Raises:
        OperationalError: the database does not answer.
    """
    send_waiting()
    common = _common.get()
    if common is not None:
        common.ahead = ahead
        return
    with _Taken() as taken:
        taken.ahead = ahead
        taken.send_waiting()


def send_waiting() -> None:
    """Send what waits to go ahead of a statement: nothing is read, or something else is done first.

    Raises:
        OperationalError: the database does not answer.
    """
    common = _common.get()
    if common is not None:
        common.send_waiting()


def plain_rows(session: Session, sql: TextClause, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """All rows of a statement, in a session of either kind, as they come: a long page needs no column's name."""
    if isinstance(session, _Reading):
        return session.send(sql, parameters).fetchall()
    return session.execute(sql, parameters).all()


def reading(principal: Principal) -> AbstractContextManager[Session]:
    """A session of a principal that changes nothing.

    Statements are texts whose parameters are named; of several, each sees what was committed before it began. Rows that
    come in portions need a `transaction`.
    """
    common = _common.get()
    return cast("AbstractContextManager[Session]", _Reading(principal, common or _Taken(), is_own=common is None))

"""Reading by single statements: each is a transaction of its own and one round trip, who reads said in front of it."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, TextClause
from sqlalchemy.orm import Session

from shared.data.access import as_reader
from shared.data.engine import get_reader
from shared.data.statement import for_driver
from shared.domain.permissions import Principal


class _Taken:
    """A connection of the reader's pool that is taken when it is first asked for."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def get(self) -> Connection:
        if self._connection is None:
            self._connection = get_reader().connect()
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


class _Reading:
    """What stands for a session where nothing but texts is sent: they go to the driver as they are."""

    def __init__(self, principal: Principal, taken: _Taken) -> None:
        self._options, self._taken = as_reader(principal), taken

    def execute(self, sql: TextClause, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        connection = self._taken.get()
        text = for_driver(sql, connection.dialect)
        return connection.exec_driver_sql(text, dict(parameters or {}), execution_options=self._options)


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


@contextmanager
def reader() -> Iterator[Connection]:
    """A connection for single statements: this context's one, or one of its own."""
    with _take() as taken:
        yield taken.get()


@contextmanager
def reading(principal: Principal) -> Iterator[Session]:
    """A session of a principal that changes nothing.

    Statements are texts whose parameters are named; of several, each sees what was committed before it began. Rows that
    come in portions need a `transaction`.
    """
    with _take() as taken:
        yield cast("Session", _Reading(principal, taken))


@contextmanager
def _take() -> Iterator[_Taken]:
    common = _common.get()
    if common is not None:
        yield common
    else:
        with closing(_Taken()) as taken:
            yield taken

"""The connections by which single statements are sent: at most so many at once, the one used last first.

SQLAlchemy makes them, logs them in and knows their errors. Here they wait to be used: in SQLAlchemy's pool, taking one
and giving it back takes longer than authenticating a caller, because it keeps things for sessions that no single
statement needs.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import monotonic_ns
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.data.pooling import RENEWED_AFTER_SECONDS, TRUSTED_FOR, has_unread

SECOND = 1_000_000_000
"""In what the clock counts."""
_TRUSTED_FOR, _RENEWED_AFTER = TRUSTED_FOR.seconds * SECOND, RENEWED_AFTER_SECONDS * SECOND


@dataclass(slots=True)
class Reader:
    """A connection in autocommit, and when it was made and used last, by the pool's clock."""

    connection: Any
    made_at: int
    used_at: int


class ReaderPool:
    """At most `size` readers of an engine, which keeps none itself."""

    def __init__(self, engine: Engine, size: int, clock: Callable[[], int] = monotonic_ns) -> None:
        self.engine, self.size, self.wait_seconds = engine, size, 30
        self._clock, self._retired_at = clock, 0
        self._waiting: deque[Reader] = deque()
        self._permits: SimpleQueue[None] = SimpleQueue()
        for _ in range(size):
            self._permits.put(None)

    @property
    def dialect(self) -> Dialect:
        """Of the database."""
        return self.engine.dialect

    @property
    def taken(self) -> int:
        """How many are in use."""
        return self.size - self._permits.qsize()

    @property
    def waiting(self) -> int:
        """How many are open and not in use."""
        return len(self._waiting)

    def take(self) -> Reader:
        """One that nobody else uses until it is given back.

        Raises:
            sqlalchemy.exc.TimeoutError: all of them are in use, and stay so.
            OperationalError: the database takes no connection.
        """
        try:
            self._permits.get(timeout=self.wait_seconds)
        except Empty:
            raise PoolTimeoutError(f"all {self.size} readers are in use for {self.wait_seconds} s") from None
        try:
            return self._find() or self._make()
        except BaseException:
            self._permits.put(None)
            raise

    def give_back(self, reader: Reader) -> None:
        """Let it wait for the next one."""
        reader.used_at = self._clock()
        self._waiting.append(reader)
        self._permits.put(None)

    def retire(self) -> None:
        """Use no connection again that was made until now: one was lost, and the others mostly with it."""
        self._retired_at = self._clock()

    def dispose(self) -> None:
        """Close all that wait."""
        while (reader := self._next()) is not None:
            reader.connection.close()

    def _find(self) -> Reader | None:
        while (reader := self._next()) is not None:
            if self._is_of_use(reader):
                return reader
            reader.connection.close()
        return None

    def _next(self) -> Reader | None:
        try:
            return self._waiting.pop()
        except IndexError:
            return None

    def _make(self) -> Reader:
        made = self.engine.raw_connection()
        connection, now = made.driver_connection, self._clock()
        made.detach()
        return Reader(connection, now, now)

    def _is_of_use(self, reader: Reader) -> bool:
        now = self._clock()
        if reader.connection.closed or reader.made_at <= self._retired_at or now - reader.made_at > _RENEWED_AFTER:
            return False
        if now - reader.used_at < _TRUSTED_FOR and not has_unread(reader.connection):
            return True
        try:
            return self.dialect.do_ping(reader.connection)
        except self.dialect.loaded_dbapi.Error:
            return False

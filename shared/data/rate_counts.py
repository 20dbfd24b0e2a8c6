"""Counting calls where all instances count: one statement, one round trip, no transaction around it.

Windows are the minutes of the database's clock. Of the calls of one principal and class in one minute each is given a
number of its own, so that of any number of instances together exactly the first so many are within a quota.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.data.engine import get_engine
from shared.domain.route_classes import WINDOW_SECONDS, RouteClass, Usage

POOL_SIZE = 2
"""A count holds its connection for a moment only."""
_COUNT = "select * from count_call(:subject, :route_class, :seconds)"


@lru_cache(maxsize=1)
def _get_counter() -> Engine:
    """Connections that count: made as the app's are, but each statement is a transaction, and none is tried first."""
    app = get_engine()
    event.listen(app, "engine_disposed", _forget_counter)
    return create_engine(
        app.url,
        creator=_connect,
        isolation_level="AUTOCOMMIT",
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        pool_recycle=600,
    )


def _connect() -> Any:  # noqa: ANN401 (psycopg2's connection)
    """A connection of the app's engine, which knows how to make one, taken out of its pool for good."""
    pooled = get_engine().raw_connection()
    connection = pooled.dbapi_connection
    pooled.detach()
    return connection


def _forget_counter(_app: Engine) -> None:
    if _get_counter.cache_info().currsize:
        _get_counter().dispose()
    _get_counter.cache_clear()


def count_call(subject: str, route_class: RouteClass) -> Usage:
    """Count one call of a principal; the answer says which of its window it is.

    Raises:
        OperationalError: the database does not answer.
    """
    values = {"subject": subject, "route_class": route_class.value, "seconds": WINDOW_SECONDS}
    try:
        return _count(values)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The connection had gone stale in the pool. If the call was counted all the same, it is counted twice.
        return _count(values)


def _count(values: dict[str, str | int]) -> Usage:
    with _get_counter().connect() as connection:
        return Usage(*connection.execute(text(_COUNT), values).one())


def forget_counts(session: Session) -> int:
    """Remove the counts of windows that are over for long; answers how many."""
    query = f"""
    delete from rate_counts
    where window_number < floor(extract(epoch from clock_timestamp()) / {WINDOW_SECONDS}) - 60
    """  # noqa: S608 (a constant)
    return int(session.execute(text(query)).rowcount)  # type: ignore[attr-defined]  # a cursor's result

"""The connection to PostgreSQL and `transaction()`, the only place in the app that commits."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.data.access import FIRM, act_as
from shared.data.login import log_in_by_settings
from shared.data.pooling import RENEWED_AFTER_SECONDS, try_before_use
from shared.data.reader_pool import ReaderPool
from shared.data.statement import statement
from shared.domain.errors import Unavailable
from shared.domain.permissions import SYSTEM, Principal
from shared.settings import get_settings
from shared.telemetry.statements import watch_statements

CONNECTING = {"connect_timeout": 5, "application_name": "portfolio-metrics"}
POOL_SIZE = 5
"""Of each of an instance's two pools: a worker runs hardly more handlers at a time on one processor."""
WRITERS_LOCK = 7_203_403
_DEFERRED = "deferred"


@lru_cache(maxsize=1)
def get_engine() -> Engine:
    """The process's engine of transactions: a small pool whose connections are tried where there is reason to."""
    engine = _make_engine(pool_size=POOL_SIZE, max_overflow=0, pool_recycle=RENEWED_AFTER_SECONDS)
    try_before_use(engine)
    watch_statements(engine)
    return engine


@lru_cache(maxsize=1)
def get_reader() -> ReaderPool:
    """The process's connections of single statements, each a transaction of its own: nothing is left to roll back."""
    return ReaderPool(_make_engine(isolation_level="AUTOCOMMIT", poolclass=NullPool), POOL_SIZE)


def _make_engine(**options: Any) -> Engine:
    engine = create_engine(get_settings().database_url, connect_args=CONNECTING, **options)
    log_in_by_settings(engine)
    return engine


def dispose_engines() -> None:
    """Close the pools and forget them; the next use reads the settings anew."""
    for get in (get_engine, get_reader):
        if get.cache_info().currsize:
            get().dispose()
        get.cache_clear()


def begin_write(session: Session) -> datetime:
    """The instant this transaction's versions are stamped with; a close waits for all who hold one."""
    join_writers(session)
    return read_instant(session)


def join_writers(session: Session) -> None:
    """Let a close wait for this transaction, whose instant is read after this."""
    session.execute(statement("select pg_advisory_xact_lock_shared(:key)"), {"key": WRITERS_LOCK})


def wait_for_writers(session: Session) -> datetime:
    """An instant before which every stamped version is committed, and after which every later one is stamped."""
    session.execute(statement("select pg_advisory_xact_lock(:key)"), {"key": WRITERS_LOCK})
    return read_instant(session)


def read_instant(session: Session) -> datetime:
    """The database's clock at this moment, not at the transaction's start."""
    now: datetime = session.execute(statement("select clock_timestamp()")).scalar_one()
    return now


def answers() -> bool:
    """Whether the database can be asked."""
    try:
        with transaction() as session:
            session.execute(statement("select 1"))
    except (SQLAlchemyError, Unavailable):
        return False
    return True


def defer(session: Session, act: Callable[[Session, list[Any]], None], items: Iterable[Any]) -> None:
    """Let `act` take these items, and all that were deferred to it before, as the transaction's last deed."""
    session.info.setdefault(_DEFERRED, {}).setdefault(act, []).extend(items)


def do_deferred(session: Session) -> None:
    """What was deferred; nothing but the commit may follow."""
    for act, items in session.info.pop(_DEFERRED, {}).items():
        act(session, items)


@contextmanager
def transaction(principal: Principal = SYSTEM) -> Iterator[Session]:
    """A session in one transaction of a principal: committed when the block ends well, rolled back when it raises."""
    session = Session(get_engine(), expire_on_commit=False)
    try:
        act_as(session, principal)
        yield session
        do_deferred(session)
        session.commit()
    finally:
        session.close()


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """A part of a transaction that leaves nothing behind when it raises; what was done before it stays."""
    deferred = session.info.setdefault(_DEFERRED, {})
    before = {act: len(items) for act, items in deferred.items()}
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for act, items in deferred.items():
            del items[before.get(act, 0) :]
        raise


@contextmanager
def rehearsal() -> Iterator[Session]:
    """A session of the platform whose work is always rolled back: what `mode=validate` runs in."""
    session = Session(get_engine(), expire_on_commit=False)
    try:
        act_as(session, SYSTEM)
        yield session
    finally:
        session.rollback()
        session.close()


@contextmanager
def snapshot() -> Iterator[Session]:
    """A session that sees one instant throughout and changes nothing.

    The instant is that of its first query; a lock may be taken before. When the block raises, its connection is closed:
    after a COPY that was broken off it would first have to be read to the answer's end.
    """
    reading = get_engine().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    session = Session(reading)
    try:
        session.execute(statement(f"set local role {FIRM}"))  # unlike a SELECT, it does not fix the instant yet
        yield session
    except BaseException:
        session.invalidate()
        raise
    finally:
        session.close()


@contextmanager
def transaction_at(database_url: str) -> Iterator[Session]:
    """A session in one transaction of another database than the app's own; committed when the block ends well."""
    engine = create_engine(database_url, poolclass=NullPool, connect_args=CONNECTING)
    session = Session(engine, expire_on_commit=False)
    try:
        yield session
        session.commit()
    except BaseException:
        session.invalidate()
        raise
    finally:
        session.close()
        engine.dispose()

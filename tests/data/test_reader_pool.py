"""Connections that wait for single statements: how many, which one, and which are not used again."""

from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shared.data.pooling import RENEWED_AFTER_SECONDS, TRUSTED_FOR
from shared.data.reader_pool import SECOND, Reader, ReaderPool

TRUSTED = TRUSTED_FOR.seconds * SECOND


class Clock:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pool(database_url: str, clock: Clock) -> Iterator[ReaderPool]:
    """Two readers at most."""
    made = ReaderPool(create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT"), 2, clock)
    yield made
    made.dispose()


@pytest.fixture
def tried(pool: ReaderPool, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Which connections were tried."""
    found: list[object] = []
    ping = pool.dialect.do_ping
    monkeypatch.setattr(pool.dialect, "do_ping", lambda connection: found.append(connection) or ping(connection))
    return found


def pid_of(reader: Reader) -> int:
    return int(reader.connection.get_backend_pid())


def use(pool: ReaderPool) -> int:
    """Take one and give it back; which it was."""
    reader = pool.take()
    pool.give_back(reader)
    return pid_of(reader)


def end(pool: ReaderPool, pid: int) -> None:
    with pool.engine.connect() as connection:
        connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_the_one_used_last_is_taken_first(pool: ReaderPool):
    one, other = pool.take(), pool.take()
    assert (pool.taken, pool.waiting, pid_of(one) != pid_of(other)) == (2, 0, True)
    pool.give_back(one)
    pool.give_back(other)

    assert (pool.taken, pool.waiting) == (0, 2)
    assert {use(pool) for _ in range(3)} == {pid_of(other)}
    assert one.connection.autocommit


def test_no_more_than_its_size_are_in_use_and_who_waits_gets_the_next_one(pool: ReaderPool):
    readers = [pool.take(), pool.take()]
    pool.wait_seconds = 1
    with pytest.raises(PoolTimeoutError, match="all 2 readers"):
        pool.take()
    pool.wait_seconds = 30
    got: list[Reader] = []
    waits = Thread(target=lambda: got.append(pool.take()))
    waits.start()
    pool.give_back(readers[1])
    waits.join(30)

    assert got == [readers[1]]
    assert pool.taken == 2


def test_where_no_connection_can_be_made_nothing_is_in_use(pool: ReaderPool, monkeypatch: pytest.MonkeyPatch):
    def refuse() -> None:
        raise RuntimeError("no")

    with monkeypatch.context() as patch:
        patch.setattr(pool.engine, "raw_connection", refuse)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                pool.take()
    assert pool.taken == 0
    assert use(pool)


@pytest.mark.parametrize(("unused_for", "tries"), [(0, 0), (TRUSTED - SECOND, 0), (TRUSTED, 1), (3 * TRUSTED, 1)])
def test_one_that_was_unused_for_long_is_tried(
    pool: ReaderPool, clock: Clock, tried: list[object], unused_for: int, tries: int
):
    first = use(pool)
    clock.now += unused_for

    assert (use(pool), len(tried)) == (first, tries)


@pytest.mark.parametrize("unused_for", [0, TRUSTED])
def test_one_that_the_server_ended_is_replaced(pool: ReaderPool, clock: Clock, unused_for: int):
    first = use(pool)
    end(pool, first)
    clock.now += unused_for

    assert use(pool) != first
    assert pool.waiting == 1


def test_one_that_was_closed_or_is_old_is_replaced(pool: ReaderPool, clock: Clock):
    reader = pool.take()
    reader.connection.close()
    pool.give_back(reader)
    second = use(pool)
    for _ in range(RENEWED_AFTER_SECONDS * SECOND // (TRUSTED - SECOND)):
        clock.now += TRUSTED - SECOND
        assert use(pool) == second
    clock.now += TRUSTED - SECOND

    assert use(pool) != second
    assert pool.waiting == 1


def test_none_that_was_made_before_they_were_retired_is_used_again_taken_or_not(pool: ReaderPool, clock: Clock):
    one, other = pool.take(), pool.take()
    before = {pid_of(one), pid_of(other)}
    pool.give_back(one)
    pool.retire()
    clock.now += SECOND
    pool.give_back(other)
    later = use(pool)

    assert later not in before
    assert use(pool) == later
    assert (one.connection.closed, other.connection.closed, pool.waiting) == (1, 1, 1)


def test_a_disposed_pool_has_closed_what_waited(pool: ReaderPool):
    reader = pool.take()
    pool.give_back(reader)
    pool.dispose()

    assert (reader.connection.closed, pool.waiting) == (1, 0)

"""Sessions that only read, and connections that are tried before they are used."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from shared.data.engine import get_engine, get_reader, transaction
from shared.data.pooling import TRUSTED_FOR, try_before_use
from shared.data.reading import let_reader_go, one_reader, reading
from shared.domain.permissions import SYSTEM
from tests.data.writes import add_companies
from tests.isolation.interleaving import own_user

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def companies(database_url: str) -> list[UUID]:
    """Two companies."""
    assert database_url
    with transaction() as session:
        return add_companies(session)


def test_every_statement_of_a_reading_session_sees_what_its_principal_may(companies: list[UUID]):
    with reading(own_user(companies[0])) as session:
        for _ in range(2):
            assert session.execute(text("select id from companies")).scalars().all() == [companies[0]]
        percents = text("select name from companies where name like '%' and id <> :id")
        assert session.execute(percents, {"id": companies[1]}).scalars().all() == ["One"]
    with reading(SYSTEM) as session:
        assert set(session.execute(text("select id from companies")).scalars()) == set(companies)
    reader = get_reader().take()
    with reader.connection.cursor() as cursor:
        cursor.execute("select current_setting('app.company_ids', true)")
        assert cursor.fetchall() == [("",)], "the settings went with the statement"
    get_reader().give_back(reader)


def test_a_reading_session_changes_nothing(companies: list[UUID]):
    with reading(SYSTEM) as session, pytest.raises(DBAPIError, match="read-only transaction"):
        session.execute(text("update companies set name = 'other'"))
    with reading(SYSTEM) as session:
        unchanged = text("select id from companies where name <> 'other'")
        assert set(session.execute(unchanged).scalars()) == set(companies)


def backend_of(session: Session) -> int:
    return int(session.execute(text("select pg_backend_pid()")).scalar_one())


def test_what_one_reader_reads_goes_by_one_connection_and_each_principal_sees_its_own(companies: list[UUID]):
    everything = text("select id from companies")
    with one_reader():
        with reading(SYSTEM) as whole, reading(own_user(companies[0])) as narrowed:
            backends = {backend_of(whole), backend_of(narrowed)}
            assert len(backends) == 1
            assert get_reader().taken == 1
            assert set(whole.execute(everything).scalars()) == set(companies)
            assert narrowed.execute(everything).scalars().all() == [companies[0]]
        with reading(SYSTEM) as later:
            assert backend_of(later) in backends
    assert get_reader().taken == 0


def test_one_reader_that_reads_nothing_takes_no_connection(database_url: str):
    assert database_url
    with one_reader(), reading(SYSTEM):
        assert get_reader().taken == 0


def test_a_reader_that_is_let_go_is_given_back_and_taken_anew_when_something_is_asked(database_url: str):
    assert database_url
    with one_reader(), reading(SYSTEM) as session:
        before = backend_of(session)
        assert get_reader().taken == 1
        let_reader_go()
        assert get_reader().taken == 0
        assert backend_of(session) == before
    let_reader_go()
    assert get_reader().taken == 0


def test_a_statement_that_fails_spoils_neither_the_next_nor_the_connection(companies: list[UUID]):
    with one_reader(), reading(own_user(companies[0])) as session:
        backend = backend_of(session)
        with pytest.raises(DBAPIError, match="division by zero"):
            session.execute(text("select 1 / 0"))
        assert session.execute(text("select id from companies")).scalars().all() == [companies[0]]
        assert backend_of(session) == backend


def test_where_one_connection_is_lost_the_others_of_before_are_not_used_either(companies: list[UUID]):
    with reading(SYSTEM) as one, reading(SYSTEM) as other:
        before = {backend_of(one), backend_of(other)}
    assert len(before) == 2

    with one_reader(), reading(own_user(companies[0])) as session:
        lost = backend_of(session)
        with get_engine().connect() as connection:
            connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": lost})
        with pytest.raises(OperationalError):
            backend_of(session)
        assert backend_of(session) not in before
        assert session.execute(text("select id from companies")).scalars().all() == [companies[0]]


class Clock:
    """A clock that stands until it is set on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def watched(database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, list[object]]]:
    """An engine of one connection, and what it tried."""
    engine = create_engine(database_url, pool_size=1, max_overflow=0)
    try_before_use(engine, clock)
    tried: list[object] = []
    ping = engine.dialect.do_ping
    monkeypatch.setattr(engine.dialect, "do_ping", lambda connection: tried.append(connection) or ping(connection))
    yield engine, tried
    engine.dispose()


def pid_of(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("select pg_backend_pid()")).scalar_one())


def test_a_connection_used_a_moment_ago_is_not_tried(database_url: str, monkeypatch: pytest.MonkeyPatch):
    clock = Clock()
    with watched(database_url, clock, monkeypatch) as (engine, tried):
        first = pid_of(engine)
        clock.now += TRUSTED_FOR - timedelta(seconds=1)
        assert (pid_of(engine), tried) == (first, [])


def test_a_connection_unused_for_long_is_tried(database_url: str, monkeypatch: pytest.MonkeyPatch):
    clock = Clock()
    with watched(database_url, clock, monkeypatch) as (engine, tried):
        first = pid_of(engine)
        clock.now += TRUSTED_FOR
        assert (pid_of(engine), len(tried)) == (first, 1)


def test_a_connection_that_the_server_ended_is_replaced_at_once(database_url: str, monkeypatch: pytest.MonkeyPatch):
    with watched(database_url, Clock(), monkeypatch) as (engine, tried):
        first = pid_of(engine)
        other = create_engine(database_url)
        with other.connect() as connection:
            connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": first})
        other.dispose()
        assert pid_of(engine) != first
        assert len(tried) == 1

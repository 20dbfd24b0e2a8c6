"""The fixtures that every test with a database rests on."""

import socket

import psycopg2
import pytest
from sqlalchemy import text

from shared.settings import get_settings
from tests.data.owner import owner_transaction


def _tables(url: str) -> set[str]:
    with psycopg2.connect(url.replace("+psycopg2", "")) as connection, connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'public'")
        names = {name for (name,) in cursor.fetchall()}
    connection.close()
    return names


def test_the_app_is_pointed_at_a_migrated_database(database_url: str):
    assert get_settings().database_url == database_url
    with owner_transaction() as session:
        assert session.execute(text("select count(*) from alembic_version")).scalar_one() == 1
        session.execute(text("create table left_behind (id int)"))
    assert {"alembic_version", "left_behind"} <= _tables(database_url)


def test_nothing_is_left_behind_by_another_test(database_url: str):
    assert "left_behind" not in _tables(database_url)


def test_an_empty_database_has_no_tables(empty_database_url: str):
    assert get_settings().database_url == empty_database_url
    assert _tables(empty_database_url) == set()


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_a_test_cannot_leave_this_machine(host: str):
    with pytest.raises(AssertionError, match="tests stay on this machine"):
        socket.create_connection((host, 443), timeout=1)


def test_a_test_may_speak_to_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()

"""The proxy loses the acknowledgement that it is told to lose, and nothing else."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.faults.lossy_proxy import LossyProxy
from tests.faults.sabotage import local_port


@pytest.fixture
def proxy(database_url: str) -> Iterator[LossyProxy]:
    running = LossyProxy(urlsplit(database_url).port or 0)
    yield running
    running.close()


def connect(database_url: str, port: int) -> psycopg2.extensions.connection:
    """A connection by way of this port."""
    url = urlsplit(database_url.replace("+psycopg2", ""))
    through = url._replace(netloc=url.netloc.replace(f":{url.port}", f":{port}"), query="sslmode=disable")
    return psycopg2.connect(through.geturl())


def holidays(database_url: str) -> int:
    """How many rows were stored, asked without the proxy."""
    connection = connect(database_url, urlsplit(database_url).port or 0)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from fx_holidays where provider = 'test'")
            (number,) = cursor.fetchone() or (0,)
            return int(number)
    finally:
        connection.close()


def store(connection: psycopg2.extensions.connection, day: str) -> None:
    """Begin a transaction that stores a row."""
    with connection.cursor() as cursor:
        cursor.execute("insert into fx_holidays (provider, holiday) values ('test', %s)", [day])


def test_a_commit_whose_answer_is_lost_stands_and_the_client_does_not_know(proxy: LossyProxy, database_url: str):
    doomed, other = connect(database_url, proxy.port), connect(database_url, proxy.port)
    store(doomed, "2024-01-01")
    store(other, "2024-01-02")
    proxy.lose_next_commit(local_port(doomed))

    with pytest.raises(psycopg2.OperationalError):
        doomed.commit()
    other.commit()

    assert proxy.lost == 1
    assert holidays(database_url) == 2
    other.close()


def test_a_commit_that_the_server_refuses_is_no_lost_acknowledgement(proxy: LossyProxy, database_url: str):
    connection = connect(database_url, proxy.port)
    store(connection, "2024-01-01")
    with pytest.raises(psycopg2.DataError):
        store(connection, "no day")
    proxy.lose_next_commit(local_port(connection))

    with pytest.raises(psycopg2.OperationalError):
        connection.commit()

    assert proxy.lost == 0
    assert holidays(database_url) == 0

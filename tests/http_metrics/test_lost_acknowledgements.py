"""POSTs whose commit PostgreSQL carries out and whose acknowledgement is lost on the wire: each has its effect once."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

from devstack.postgres import PostgresServer
from shared.data.engine import dispose_engines
from shared.settings import get_settings
from tests.faults.lossy_proxy import LossyProxy
from tests.faults.sabotage import local_port
from tests.http_metrics.client import Answer, Client

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
ROUND = {"closed_on": "2024-01-31", "currency": "EUR", "post_money_valuation": 7}
THREADS = 8


@pytest.fixture
def proxy(database_url: str, api: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[LossyProxy]:
    """A proxy between the app and its database."""
    assert api
    port = urlsplit(database_url).port or 0
    running = LossyProxy(port)
    monkeypatch.setenv("DATABASE_URL", database_url.replace(f":{port}/", f":{running.port}/") + "?sslmode=disable")
    dispose_engines()
    get_settings.cache_clear()
    yield running
    dispose_engines()
    running.close()


@pytest.fixture
def doomed(proxy: LossyProxy, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Threads whose next commit is to go unacknowledged; a thread leaves it with that commit."""
    threads, commit = set[int](), PGDialect_psycopg2.do_commit

    def commit_in_vain(self: PGDialect_psycopg2, connection: Any) -> None:
        if threading.get_ident() in threads:
            threads.discard(threading.get_ident())
            proxy.lose_next_commit(local_port(connection.dbapi_connection))
        commit(self, connection)

    monkeypatch.setattr(PGDialect_psycopg2, "do_commit", commit_in_vain)
    return threads


@pytest.mark.timeout(300)
@pytest.mark.parametrize("calls", [20, pytest.param(200, marks=pytest.mark.stress)])
def test_so_many_acknowledgements_lost_on_the_wire_leave_so_many_effects(
    api: Client, proxy: LossyProxy, doomed: set[int], postgres: PostgresServer, database_url: str, calls: int
):
    backed = api.call("POST", "/v1/companies", COMPANY).json["id"]

    def insist(number: int) -> tuple[Answer, Answer]:
        called = (
            ("/v1/companies", {**COMPANY, "name": f"Company {number}"})
            if number % 2
            else (f"/v1/companies/{backed}/rounds", {**ROUND, "round": f"Round {number}"})
        )
        doomed.add(threading.get_ident())
        first = api.call("POST", *called, {"idempotency-key": f"key {number}"})
        return first, api.call("POST", *called, {"idempotency-key": f"key {number}"})

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(insist, range(calls)))

    assert Counter(first.status for first, _ in answers) == {503: calls}
    assert {first.json["code"] for first, _ in answers} == {"database_unavailable"}
    assert Counter((again.status, again.headers.get("Idempotency-Replayed")) for _, again in answers) == {
        (201, "true"): calls
    }
    assert proxy.lost == calls
    name = urlsplit(database_url).path.removeprefix("/")
    assert stored(postgres.libpq_url(name)) == (1 + calls // 2, calls // 2, calls)


def stored(url: str) -> tuple[int, ...]:
    """How many companies, rounds and kept answers there are, asked without the proxy."""
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "select (select count(*) from companies), (select count(*) from funding_rounds),"
                " (select count(*) from idempotency_keys)"
            )
            return tuple(cursor.fetchone() or ())
    finally:
        connection.close()

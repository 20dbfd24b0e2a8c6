"""When the database has no connection to spare, or cuts one, callers are told to come back; and coming back works."""

from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from shared.data.engine import POOL_SIZE, get_engine, get_reader
from shared.domain.errors import Conflict
from shared.services import closes
from shared.web.problems import RETRY_AFTER_SECONDS
from tests.http_metrics.client import Answer, Client


def assert_told_to_come_back(answer: Answer) -> None:
    assert (answer.status, answer.json["code"]) == (503, "database_unavailable"), answer.text
    assert answer.headers["Retry-After"] == RETRY_AFTER_SECONDS


def test_a_call_that_gets_no_connection_in_time_is_told_to_come_back(api: Client, monkeypatch: pytest.MonkeyPatch):
    with ExitStack() as taken:
        engine, reader = get_engine(), get_reader()
        monkeypatch.setattr(engine.pool, "_timeout", 0.1)
        monkeypatch.setattr(reader, "wait_seconds", 0.1)
        for _ in range(POOL_SIZE):
            taken.enter_context(engine.connect())
            taken.callback(reader.give_back, reader.take())
        assert_told_to_come_back(api.get("/v1/periods"))
        assert_told_to_come_back(api.call("POST", "/v1/periods/2024/1/close", {}))
        assert api.get("/v1/health").status == 503

    assert api.get("/v1/periods").status == 200


def test_a_call_whose_connection_is_cut_is_told_to_come_back(api: Client, monkeypatch: pytest.MonkeyPatch):
    def end_own_connection(session: Session, *_: object) -> None:
        session.execute(text("set local role none; select pg_terminate_backend(pg_backend_pid())"))

    with monkeypatch.context() as patch:
        patch.setattr(closes, "list_closes", end_own_connection)
        assert_told_to_come_back(api.get("/v1/periods"))

    assert api.get("/v1/periods").status == 200


@pytest.mark.parametrize(("cut", "status"), [(True, 503), (False, 500)])
def test_an_error_of_the_driver_is_an_outage_only_where_the_connection_is_lost(
    api: Client, monkeypatch: pytest.MonkeyPatch, *, cut: bool, status: int
):
    def fail(*_: Any) -> None:
        raise DatabaseError("select", {}, Exception("no result"), connection_invalidated=cut)  # type: ignore[arg-type]  # as the driver's own

    monkeypatch.setattr(closes, "list_closes", fail)

    assert api.get("/v1/periods").status == status


def test_a_call_that_goes_on_in_a_transaction_keeps_no_other_waiting(api: Client, monkeypatch: pytest.MonkeyPatch):
    held = []

    def note_held(*_: object) -> None:
        held.append((get_reader().taken, get_engine().pool.checkedout()))
        raise Conflict("seen")

    monkeypatch.setattr(closes, "close_period", note_held)

    assert api.call("POST", "/v1/periods/2024/1/close", {}).status == 409
    assert held == [(0, 1)]

"""HTTP functions as spans, and the statements they run, by name and never by value."""

from http import HTTPStatus
from types import SimpleNamespace

import azure.functions as func
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, ProgrammingError

from shared import telemetry
from shared.data import engine
from shared.telemetry.spans import current_span
from shared.telemetry.statements import name_statement
from tests.http_metrics.client import Client, _functions
from tests.telemetry.collector import OPERATION, PARENT, Collector, base_data
from tests.telemetry.test_envelopes import FIGURE, HOST_SPAN, TRACE, TRACEPARENT, one, pytestmark  # noqa: F401 (OpenCensus' deprecated calls)

INVOKED = SimpleNamespace(trace_context=SimpleNamespace(trace_parent=TRACEPARENT))
OTHER = "00-11111111111111111111111111111111-2222222222222222-01"


def ask_health(headers: dict[str, str], **given: object) -> func.HttpResponse:
    request = func.HttpRequest("GET", "http://127.0.0.1/v1/health", headers=headers, body=b"")
    return _functions()["read_health"](request, **given)


def test_a_request_belongs_to_the_host_s_span_or_else_to_the_caller_s(sent: Collector, database_url: str):
    assert database_url
    assert ask_health({"traceparent": OTHER}, context=INVOKED).status_code == HTTPStatus.OK
    assert ask_health({"traceparent": OTHER, "x-correlation-id": "c-2"}).status_code == HTTPStatus.OK
    assert telemetry.flush(10)

    by_host, by_caller = sent.of_kind("RequestData")
    assert (by_host["tags"][OPERATION], by_host["tags"][PARENT]) == (TRACE, HOST_SPAN)
    assert (by_caller["tags"][OPERATION], by_caller["tags"][PARENT]) == ("1" * 32, "2" * 16)
    assert base_data(by_caller)["name"] == "GET v1/health"
    assert base_data(by_caller)["properties"] == {"function": "read_health", "correlation_id": "c-2"}


def test_the_statements_of_a_request_stand_under_it_with_their_times(sent: Collector, database_url: str):
    assert database_url
    ask_health({})
    assert telemetry.flush(10)

    (request,) = sent.of_kind("RequestData")
    statements = sent.of_kind("RemoteDependencyData")
    assert {base_data(found)["type"] for found in statements} == {"postgresql"}
    assert {found["tags"][PARENT] for found in statements} == {base_data(request)["id"]}
    assert {found["tags"][OPERATION] for found in statements} == {request["tags"][OPERATION]}
    assert "select" in {base_data(found)["name"] for found in statements}


def test_no_value_of_a_statement_is_told_not_even_when_it_fails(sent: Collector, database_url: str):
    assert database_url
    with telemetry.span("a step"), engine.transaction() as session:
        session.execute(text("select name from companies where name = :name"), {"name": FIGURE})
        with pytest.raises(ProgrammingError):
            session.execute(text("select name from nowhere where name = :name"), {"name": FIGURE})
    assert telemetry.flush(10)

    spans = {base_data(found)["name"]: base_data(found) for found in sent.of_kind("RemoteDependencyData")}
    assert spans["select companies"]["success"]
    assert not spans["select nowhere"]["success"]
    assert FIGURE not in "".join(sent.bodies)


def test_an_error_while_fetching_leaves_the_spans_as_they_are(sent: Collector, database_url: str):
    assert database_url
    streaming = text("select 1 / (2 - n) from generate_series(1, 3) as n").execution_options(stream_results=True)
    with telemetry.span("a step") as step, engine.transaction() as session:
        found = session.execute(streaming)
        with pytest.raises(DataError, match="division by zero"):
            found.all()
        assert current_span() is step
        session.rollback()
    assert telemetry.flush(10)

    assert base_data(one(sent, "RemoteDependencyData", "a step"))["success"]


def test_what_the_app_asks_on_nobody_s_behalf_is_no_span(sent: Collector, database_url: str):
    assert database_url
    assert engine.answers()
    assert telemetry.flush(10)

    assert sent.envelopes == []


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("select 1", "select"),
        ("SELECT * FROM companies WHERE id = %(id)s", "select companies"),
        ("\n  insert into metric_inputs (a) values (1)", "insert metric_inputs"),
        ("update import_jobs set status = 'x'", "update import_jobs"),
        ("with d as (select * from derive_reporting(1)) insert into metrics select 1", "with derive_reporting"),
        ("select pg_advisory_xact_lock_shared(1)", "select pg_advisory_xact_lock_shared"),
        ("delete from idempotency_keys where at < now()", "delete idempotency_keys"),
        ("copy companies to stdout", "copy"),
    ],
)  # fmt: skip
def test_a_statement_is_named_by_its_verb_and_first_relation(statement: str, name: str):
    assert name_statement(statement)[0] == name
    assert name_statement(statement)[1] != name_statement(statement + " ")[1]


def test_a_fault_of_our_own_is_an_exception_without_what_it_says(
    sent: Collector, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    def fail() -> bool:
        raise ValueError(f"cannot use {FIGURE}")

    assert database_url
    monkeypatch.setattr(engine, "answers", fail)
    assert ask_health({}).status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert telemetry.flush(10)

    request = one(sent, "RequestData", "GET v1/health")
    (error,) = sent.of_kind("ExceptionData")
    assert (base_data(request)["responseCode"], base_data(request)["success"]) == ("500", False)
    assert error["tags"][OPERATION] == request["tags"][OPERATION]
    assert base_data(error)["exceptions"][0]["typeName"] == "ValueError"
    assert FIGURE not in "".join(sent.bodies)


def test_a_call_that_is_turned_away_is_counted(sent: Collector, database_url: str):
    assert database_url
    assert Client("").get("/v1/companies").status == HTTPStatus.UNAUTHORIZED
    assert telemetry.flush(10)

    (counted,) = sent.metrics()["portfolio.calls_refused"]
    assert (counted["value"], {name: str(value) for name, value in counted["labels"].items()}) == (1, {"status": "401"})

"""What both adapters make of spans, notes and measures is the same, envelope by envelope."""

import logging
from http import HTTPStatus
from typing import Any

import pytest

from shared import telemetry
from shared.telemetry import SpanKind
from shared.telemetry.trace_context import read_traceparent
from tests.telemetry.collector import OPERATION, PARENT, Collector, base_data

TRACE, HOST_SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{HOST_SPAN}-00"
FIGURE = "8123456.78"

pytestmark = [
    pytest.mark.filterwarnings(f"ignore:{of_opencensus}:DeprecationWarning")
    for of_opencensus in (
        "'locale.getdefaultlocale' is deprecated",
        "datetime.datetime.utcfromtimestamp",
        "datetime.datetime.utcnow",
    )
]


def serve_a_request(status: int = HTTPStatus.CREATED) -> None:
    """A request that asks the database and the storage, notes something, and counts."""
    told: dict[str, Any] = {"http.method": "PUT", "http.route": "v1/things/{id}", "function": "put_thing"}
    with telemetry.span("PUT v1/things/{id}", SpanKind.SERVER, told, parent=read_traceparent(TRACEPARENT)) as request:
        with telemetry.span("insert things", SpanKind.CLIENT, {"statement": "ab12"}, system="postgresql", target="db"):
            pass
        with telemetry.span("put a blob", SpanKind.CLIENT, system="Azure blob", target="received"):
            pass
        with telemetry.span("a step"):
            telemetry.note("a step went well", step=1)
        request.set("http.status_code", int(status))
        request.set("correlation_id", "c-1")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            request.fail()
    telemetry.count("submissions", 2, outcome="new")
    telemetry.count("submissions", 3, outcome="new")
    telemetry.gauge("companies_late", 4)
    telemetry.gauge("companies_late", 3)
    for seconds in (0.5, 2.5):
        telemetry.record_duration("import_seconds", seconds)


def one(collector: Collector, base_type: str, name: str) -> dict[str, Any]:
    (found,) = [envelope for envelope in collector.of_kind(base_type) if base_data(envelope)["name"] == name]
    return found


def test_a_request_and_what_it_asked_are_one_operation_under_the_host_s_span(sent: Collector):
    serve_a_request()
    assert telemetry.flush(10)

    request = one(sent, "RequestData", "PUT v1/things/{id}")
    data = base_data(request)
    assert (data["responseCode"], data["success"]) == ("201", True)
    assert data["properties"] == {"function": "put_thing", "correlation_id": "c-1"}
    assert not data.get("url")
    assert (request["tags"][OPERATION], request["tags"][PARENT]) == (TRACE, HOST_SPAN)
    assert request["tags"]["ai.operation.name"] == "PUT v1/things/{id}"
    assert request["tags"]["ai.cloud.role"] == "portfolio-metrics"
    asked = {base_data(found)["name"]: found for found in sent.of_kind("RemoteDependencyData")}
    shown = {name: (base_data(found)["type"], base_data(found).get("target")) for name, found in asked.items()}
    assert shown == {
        "insert things": ("postgresql", "db"),
        "put a blob": ("Azure blob", "received"),
        "a step": ("InProc", None),
    }
    assert {found["tags"][OPERATION] for found in asked.values()} == {TRACE}
    assert {found["tags"][PARENT] for found in asked.values()} == {data["id"]}
    assert all(base_data(found)["success"] for found in asked.values())


def test_a_note_is_joined_to_the_span_it_was_written_in(sent: Collector):
    serve_a_request()
    telemetry.note("nobody's")
    assert telemetry.flush(10)

    notes = {base_data(found)["message"]: found for found in sent.of_kind("MessageData")}
    step = one(sent, "RemoteDependencyData", "a step")
    tags = notes["a step went well"]["tags"]
    assert (tags[OPERATION], tags[PARENT]) == (TRACE, base_data(step)["id"])
    assert base_data(notes["a step went well"])["severityLevel"] == 1
    assert str(base_data(notes["a step went well"])["properties"]["step"]) == "1"
    assert int(notes["nobody's"]["tags"].get(OPERATION, "0"), 16) == 0


def test_counters_add_up_gauges_tell_the_newest_and_durations_their_spread(sent: Collector):
    serve_a_request()
    assert telemetry.flush(10)
    telemetry.count("submissions", 1, outcome="new")
    assert telemetry.flush(10)

    found = sent.metrics()
    assert [(point["value"], point["labels"]) for point in found["portfolio.submissions"]] == [
        (5, {"outcome": "new"}),
        (1, {"outcome": "new"}),
    ]
    assert [point["value"] for point in found["portfolio.companies_late"]] == [3]
    (spread,) = found["portfolio.import_seconds"]
    assert (spread["value"], spread["count"], spread["min"], spread["max"]) == (3.0, 2, 0.5, 2.5)


@pytest.mark.parametrize("status", [HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE])
def test_an_answer_that_is_an_error_is_no_success(sent: Collector, status: HTTPStatus):
    serve_a_request(status)
    assert telemetry.flush(10)

    data = base_data(one(sent, "RequestData", "PUT v1/things/{id}"))
    assert (data["responseCode"], data["success"]) == (str(int(status)), False)


def test_an_error_tells_its_kind_and_place_and_not_what_it_says(sent: Collector):
    with pytest.raises(ValueError, match=FIGURE), telemetry.span("an activity"):
        raise ValueError(f"the value {FIGURE} cannot be used")
    assert telemetry.flush(10)

    (error,) = sent.of_kind("ExceptionData")
    span = one(sent, "RemoteDependencyData", "an activity")
    (stated,) = base_data(error)["exceptions"]
    assert (stated["typeName"], stated["message"], stated["hasFullStack"]) == ("ValueError", "ValueError", True)
    assert "test_envelopes" in str(stated)
    assert base_data(error)["severityLevel"] == 3
    assert error["tags"][OPERATION] == span["tags"][OPERATION]
    assert not base_data(span)["success"]
    assert FIGURE not in "".join(sent.bodies)


def test_the_share_that_is_kept_is_told_and_measures_are_all_kept(sent: Collector, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TELEMETRY_SHARE", "0.25")
    telemetry.forget_telemetry()
    for number in range(200):
        trace = f"{number * 0x147AE14 & 0xFFFFFFFF:032x}"
        with telemetry.span(
            "a step", parent=read_traceparent(f"00-{trace[:-8] or 0}{trace[-8:]}-{HOST_SPAN}-01")
        ) as span:
            telemetry.note("seen")
            telemetry.count("submissions")
            if number % 50 == 49:
                span.fail()
    assert telemetry.flush(10)

    spans = sent.of_kind("RemoteDependencyData")
    kept = [found for found in spans if found["sampleRate"] == 25.0]
    failed = [found for found in spans if not base_data(found)["success"]]
    assert 30 <= len(kept) <= 70
    assert len(failed) == 4
    assert {found["tags"][OPERATION] for found in sent.of_kind("MessageData")} == {
        found["tags"][OPERATION] for found in kept
    }
    assert sum(point["value"] for point in sent.metrics()["portfolio.submissions"]) == 200


def test_python_s_logging_is_left_alone_and_nothing_is_said_of_the_library_itself(sent: Collector):
    before = (list(logging.getLogger().handlers), logging.getLoggerClass())
    serve_a_request()
    logging.getLogger("shared").warning("a line of the log")
    assert telemetry.flush(10)

    assert (list(logging.getLogger().handlers), logging.getLoggerClass()) == before
    told = "".join(sent.bodies)
    assert "a line of the log" not in told
    assert {name.split(".")[0] for name in sent.metrics()} == {"portfolio"}
    assert all("authorization" not in headers for headers in sent.headers)

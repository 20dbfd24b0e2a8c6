"""A collector that is away, hangs or refuses costs a call nothing, and memory stays bounded."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest

from shared import telemetry
from shared.telemetry import SpanKind, pipeline
from shared.telemetry.pipeline import ATTEMPTS, Pipeline
from shared.telemetry.records import MeasureKind, MeasureRecord, NoteRecord, Record, Severity
from tests.telemetry.collector import Collector, connection_string
from tests.telemetry.test_envelopes import pytestmark  # noqa: F401 (OpenCensus' deprecated calls)

CALLS = 300
LONGEST_CALL_SECONDS = 0.001
"""Of CPU time, for a span with two more below it."""


@contextmanager
def dead_port() -> Iterator[int]:
    """A port where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@contextmanager
def hanging_port() -> Iterator[int]:
    """A port that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


@pytest.mark.parametrize(("away", "patience"), [(dead_port, 5.0), (hanging_port, 0.2)])
def test_a_call_does_not_wait_for_a_collector_that_is_away(
    away: Callable[[], Iterator[int]], patience: float, adapter: str, monkeypatch: pytest.MonkeyPatch
):
    with away() as port:
        monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", connection_string(port))
        monkeypatch.setenv("TELEMETRY", adapter)
        telemetry.forget_telemetry()
        with telemetry.span("the first, which starts the thread"):
            pass
        telemetry.flush(0)
        time.sleep(0.3)
        began = time.thread_time()
        for _ in range(CALLS):
            with telemetry.span("GET v1/things", SpanKind.SERVER):
                with telemetry.span("select things", SpanKind.CLIENT, system="postgresql"):
                    telemetry.note("read")
                telemetry.count("reads")
        took = time.thread_time() - began
        began_wall = time.monotonic()
        assert not telemetry.flush(patience)
        waited = time.monotonic() - began_wall
        monkeypatch.setattr("shared.telemetry.ending.PATIENCE", 0.0)
        telemetry.forget_telemetry()

    assert took / CALLS < LONGEST_CALL_SECONDS
    assert waited < patience + 0.8


def test_what_waits_is_sent_once_the_collector_is_back(sent: Collector, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pipeline, "FIRST_PAUSE", 0.1)
    sent.status = HTTPStatus.SERVICE_UNAVAILABLE
    for number in range(3):
        with telemetry.span(f"step {number}"):
            pass
    assert not telemetry.flush(10)
    sent.status = HTTPStatus.OK
    assert telemetry.flush(10)

    names = [found["data"]["baseData"]["name"] for found in sent.of_kind("RemoteDependencyData")]
    assert names == ["step 0", "step 1", "step 2"]


class Refusing:
    """An exporter that takes nothing for a while."""

    def __init__(self) -> None:
        self.refuses, self.tries, self.taken = True, 0, []

    def send(self, records: list[Record]) -> list[Record]:
        self.tries += 1
        if self.refuses:
            return records
        self.taken += records
        return []


def note(number: int) -> NoteRecord:
    return NoteRecord(str(number), Severity.INFO, "", "", number, {}, "", ())


def test_the_oldest_wait_the_newest_are_dropped_and_how_many_is_told():
    exporter = Refusing()
    way = Pipeline(lambda: exporter, capacity=10)
    for number in range(25):
        way.put(note(number))
    way.flush(5)
    assert len(way._waiting) <= 10
    exporter.refuses = False
    assert way.flush(5)

    kept = [record.text for record in exporter.taken if isinstance(record, NoteRecord)]
    assert kept[:5] == ["0", "1", "2", "3", "4"]
    told = {r.name: r.total for r in exporter.taken if not isinstance(r, NoteRecord)}
    assert told == {"portfolio.telemetry_dropped": 25 - len(kept)}


def test_no_count_is_lost_while_the_collector_is_away():
    exporter = Refusing()
    way = Pipeline(lambda: exporter)
    for value in (5, 3, 4):
        way.measure("portfolio.submissions", MeasureKind.COUNTER, value, {})
        way.measure("portfolio.companies_late", MeasureKind.GAUGE, value, {})
        way.measure("portfolio.import_seconds", MeasureKind.DURATION, value, {})
        way.flush(5)
    exporter.refuses = False
    assert way.flush(5)

    told = {record.name: record for record in exporter.taken if isinstance(record, MeasureRecord)}
    assert len(told) == len(exporter.taken) == 3
    assert told["portfolio.submissions"].total == 12
    assert told["portfolio.companies_late"].total == 4
    spread = told["portfolio.import_seconds"]
    assert (spread.total, spread.number, spread.least, spread.greatest) == (12, 3, 3, 5)


def test_a_batch_that_is_never_taken_does_not_hold_up_the_next():
    exporter = Refusing()
    way = Pipeline(lambda: exporter)
    way.put(note(1))
    for _ in range(ATTEMPTS):
        way.flush(5)
    exporter.refuses = False
    way.put(note(2))
    assert way.flush(5)

    assert exporter.tries == ATTEMPTS + 1
    assert [r.text for r in exporter.taken if isinstance(r, NoteRecord)] == ["2"]


def test_after_a_failure_nothing_is_tried_until_the_pause_is_over(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pipeline, "SPANS_EVERY", 0.01)
    exporter = Refusing()
    way = Pipeline(lambda: exporter)
    way.put(note(1))
    time.sleep(0.3)

    assert exporter.tries == 1


def test_an_adapter_that_cannot_be_made_is_logged_once_and_tried_again(caplog: pytest.LogCaptureFixture):
    def make() -> Refusing:
        raise ValueError("Invalid instrumentation key.")

    way = Pipeline(make)
    for number in range(3):
        way.put(note(number))
        way.flush(5)

    assert [record.getMessage() for record in caplog.records] == ["telemetry cannot be sent: ValueError"]


def test_series_without_end_do_not_fill_the_memory():
    exporter = Refusing()
    exporter.refuses = False
    way = Pipeline(lambda: exporter)
    for number in range(2_000):
        way.measure("portfolio.odd", MeasureKind.COUNTER, 1, {"number": number})
    assert way.flush(5)

    odd = [record for record in exporter.taken if record.name == "portfolio.odd"]
    assert len(odd) == 500


def test_what_a_dead_port_does_not_take_waits(adapter: str, monkeypatch: pytest.MonkeyPatch):
    with dead_port() as port:
        monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", connection_string(port))
        monkeypatch.setenv("TELEMETRY", adapter)
        telemetry.forget_telemetry()
        with telemetry.span("a step"):
            telemetry.count("submissions", 7)
        assert not telemetry.flush(20)
        way = telemetry._way.pipeline
        assert way is not None
        assert [record.name for record in way._waiting] == ["a step"]
        assert [record.total for record in way._measures.take()] == [7]
        monkeypatch.setattr("shared.telemetry.ending.PATIENCE", 0.0)
        telemetry.forget_telemetry()

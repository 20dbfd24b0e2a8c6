"""What telemetry costs: nothing where it is off, no library at a cold start, a lock where Python 3.13 wants one."""

import logging
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from shared import credentials, telemetry
from shared.settings import TelemetryAdapter, TelemetrySettings, get_telemetry_settings, quiet_exporters
from shared.telemetry import SpanKind
from shared.telemetry.origin import sending_options
from tests.telemetry.collector import Collector, connection_string
from tests.telemetry.test_envelopes import pytestmark  # noqa: F401 (OpenCensus' deprecated calls)

CALLS = 20_000
OFF_SECONDS, ON_SECONDS = 3e-6, 60e-6
"""Of CPU time, for a span with one below it; the machines of CI are slow and shared."""
AZURE = "InstrumentationKey=00000000-0000-4000-8000-00000000c0de;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/"
COLD_START = """
import sys, threading
import function_app
heavy = ("opencensus", "azure.monitor", "opentelemetry.sdk", "azure.identity", "msrest")
print([name for name in sys.modules if name.startswith(heavy)], [thread.name for thread in threading.enumerate()])
"""


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPLICATIONINSIGHTS_CONNECTION_STRING", raising=False)
    telemetry.forget_telemetry()


def measure_calls() -> float:
    began = time.thread_time()
    for _ in range(CALLS):
        with telemetry.span("GET v1/things", SpanKind.SERVER), telemetry.span("select things", SpanKind.CLIENT):
            telemetry.count("reads")
    return (time.thread_time() - began) / CALLS


@pytest.mark.usefixtures("off")
def test_where_it_is_off_a_span_is_next_to_nothing_and_no_thread_runs():
    before = threading.active_count()
    took = min(measure_calls() for _ in range(3))

    assert took < OFF_SECONDS
    assert telemetry.span("a") is telemetry.span("b")
    assert threading.active_count() == before
    assert telemetry.current_traceparent() is None
    assert telemetry.flush(0)


def test_where_it_is_on_a_span_costs_microseconds(sent: Collector):
    took = min(measure_calls() for _ in range(3))

    assert took < ON_SECONDS
    assert sent.status


@pytest.mark.parametrize(("name", "value"), [("TELEMETRY", "none"), ("APPLICATIONINSIGHTS_CONNECTION_STRING", "")])
def test_it_is_off_without_a_connection_string_or_by_the_setting(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", AZURE)
    monkeypatch.delenv("TELEMETRY", raising=False)
    get_telemetry_settings.cache_clear()
    assert get_telemetry_settings().adapter is TelemetryAdapter.OPENCENSUS
    monkeypatch.setenv(name, value)
    telemetry.forget_telemetry()

    assert not telemetry.is_on()


@pytest.mark.parametrize(("name", "value"), [("TELEMETRY", "opencensuss"), ("TELEMETRY_SHARE", "a tenth")])
def test_a_setting_that_cannot_be_used_turns_it_off_and_says_so(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", AZURE)
    monkeypatch.setenv(name, value)
    telemetry.forget_telemetry()

    assert not telemetry.is_on()
    assert not telemetry.is_on()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert value in caplog.text
    assert AZURE not in caplog.text


def test_a_cold_start_loads_no_library_and_starts_no_thread(project_root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", connection_string(1))
    command = [sys.executable, "-c", COLD_START]
    run = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[] ['MainThread']"


def test_the_log_handler_of_opencensus_has_the_lock_it_needs():
    from shared.telemetry.open_census import NoteHandler  # noqa: PLC0415 (OpenCensus, once its warnings are let pass)

    quiet_exporters()
    handler = NoteHandler(connection_string=connection_string(1), enable_local_storage=False)
    handler.acquire()
    handler.release()

    assert handler.handle(logging.LogRecord("portfolio", logging.INFO, "", 0, "a line", None, None))
    assert "telemetry" not in {type(each).__module__.split(".")[0] for each in logging.getLogger().handlers}


@pytest.mark.parametrize(("to", "proves_itself"), [(AZURE, True), (connection_string(4318), False)])
def test_azure_is_shown_the_app_s_identity_and_a_collector_of_this_machine_nothing(
    to: str, proves_itself: bool, monkeypatch: pytest.MonkeyPatch
):
    identity = SimpleNamespace(get_token=lambda *_: SimpleNamespace(token="t", expires_on=0))  # noqa: S106 (no token)
    monkeypatch.setattr(credentials, "get_credential", lambda: identity)

    options = sending_options(TelemetrySettings(TelemetryAdapter.OPENCENSUS, to, 1.0))

    assert options.get("credential") is (identity if proves_itself else None)
    assert to not in repr(TelemetrySettings(TelemetryAdapter.OPENCENSUS, to, 1.0))


def test_opencensus_sends_the_identity_s_token(collector: Collector, monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[str, ...]] = []

    def get_token(*scopes: str) -> SimpleNamespace:
        asked.append(scopes)
        return SimpleNamespace(token="proof", expires_on=0)  # noqa: S106 (no token)

    monkeypatch.setattr(credentials, "get_credential", lambda: SimpleNamespace(get_token=get_token))
    monkeypatch.setattr(TelemetrySettings, "is_loopback", property(lambda _: False))
    monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", collector.connection_string)
    monkeypatch.setenv("TELEMETRY", "opencensus")
    telemetry.forget_telemetry()
    with telemetry.span("a step"):
        pass
    assert telemetry.flush(10)
    telemetry.forget_telemetry()

    assert [headers["authorization"] for headers in collector.headers] == ["Bearer proof"]
    assert asked == [("https://monitor.azure.com//.default",)]

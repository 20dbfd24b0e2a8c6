"""A collector, and the app's telemetry sent to it by each adapter in turn."""

from collections.abc import Iterator

import pytest

from shared import telemetry
from shared.settings import get_telemetry_settings
from tests.telemetry.collector import Collector, listening

ADAPTERS = ("opencensus", "opentelemetry")


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector of this test's own."""
    with listening() as found:
        yield found


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> str:
    """The name of an adapter."""
    return str(request.param)


@pytest.fixture
def sent(collector: Collector, adapter: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector to which this process's telemetry is sent."""
    yield from _sending(collector, adapter, monkeypatch)


def _sending(collector: Collector, adapter: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", collector.connection_string)
    monkeypatch.setenv("TELEMETRY", adapter)
    get_telemetry_settings.cache_clear()
    telemetry.forget_telemetry()
    try:
        yield collector
    finally:
        telemetry.forget_telemetry()
        monkeypatch.undo()
        get_telemetry_settings.cache_clear()

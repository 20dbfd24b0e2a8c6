"""Durable timers with the real SDK: due, past, many, across a restart, and long."""

import time
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.timespans import parse_instant
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


@pytest.fixture
def app() -> App:
    """An app without functions."""
    return App()


def test_a_timer_fires_when_it_is_due_and_not_before(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def sleeps(context: Context) -> Orchestration:
        began = context.current_utc_datetime
        yield context.create_timer(began + timedelta(seconds=0.25))
        return (context.current_utc_datetime - began).total_seconds()

    status, slept = outcome_of(tmp_path, app, "sleeps")
    assert status == "Completed"
    assert 0.25 <= slept < 4.5


def test_a_timer_in_the_past_fires_at_once(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def sleeps(context: Context) -> Orchestration:
        yield context.create_timer(context.current_utc_datetime - timedelta(days=1))
        return "on"

    assert outcome_of(tmp_path, app, "sleeps") == ("Completed", "on")


def test_many_timers_each_fire_on_time(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def sleeps(context: Context) -> Orchestration:
        began = context.current_utc_datetime
        for number in range(20):
            yield context.create_timer(began + timedelta(milliseconds=20 * (number + 1)))
        return (context.current_utc_datetime - began).total_seconds()

    status, slept = outcome_of(tmp_path, app, "sleeps")
    assert status == "Completed"
    assert 0.4 <= slept < 4.5  # one that the pump overlooks waits for its idle round of five seconds


def test_a_timer_outlives_the_host(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def sleeps(context: Context) -> Orchestration:
        yield context.create_timer(context.current_utc_datetime + timedelta(seconds=0.3))
        return "awake"

    async def begin(hub: Hub) -> None:
        hub.start("sleeps", instance_id="i")
        await hub.until(lambda: "TimerCreated" in hub.kinds("i"))

    run_hub(tmp_path, app, begin)
    time.sleep(0.3)
    assert run_hub(tmp_path, app, lambda hub: hub.outcome("i")) == ("Completed", "awake")


def test_a_long_timer_is_a_chain_of_shorter_ones(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def sleeps(context: Context) -> Orchestration:
        yield context.create_timer(context.current_utc_datetime + timedelta(days=10))

    async def scenario(hub: Hub) -> float:
        instance_id = hub.start("sleeps")
        await hub.until(lambda: "TimerCreated" in hub.kinds(instance_id))
        started, *_, timer = (found for found in hub.store.history(instance_id) if found["EventType"] in {12, 10})
        return (parse_instant(timer["FireAt"]) - parse_instant(started["Timestamp"])) / timedelta(days=1)

    assert run_hub(tmp_path, app, scenario) == pytest.approx(3)

"""Timers and retries of an orchestration, through a running hub."""

import time
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.events import EventType
from devhost.timespans import parse_instant
from tests.devhost.durable.apps import listening_app
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext
TERMINATED, SUSPENDED, RESUMED = (
    EventType.EXECUTION_TERMINATED,
    EventType.EXECUTION_SUSPENDED,
    EventType.EXECUTION_RESUMED,
)


@pytest.fixture
def app() -> App:
    return listening_app()


# Timers


def test_a_timer_fires_when_it_is_due_and_not_before(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def sleeps(context: Context) -> Orchestration:
        began = context.current_utc_datetime
        yield context.create_timer(began + timedelta(seconds=0.25))
        return (context.current_utc_datetime - began).total_seconds()

    status, slept = outcome_of(tmp_path, app, "sleeps")
    assert status == "Completed"
    assert 0.25 <= slept < 1.5


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
    assert 0.4 <= slept < 2  # one that the pump overlooks waits for its idle round of five seconds


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


# Retries


@pytest.mark.parametrize(("failures", "outcome"), [(0, "Completed"), (2, "Completed"), (3, "Failed")])
def test_a_retry_ends_with_success_or_its_last_attempt(app: App, tmp_path: Path, failures: int, outcome: str) -> None:
    @app.activity
    def shaky(_value: object) -> int:
        if len(app.invoked["shaky"]) <= failures:
            raise ValueError(f"attempt {len(app.invoked['shaky'])}")
        return len(app.invoked["shaky"])

    @app.orchestrator
    def stubborn(context: Context) -> Orchestration:
        return (yield context.call_activity_with_retry("shaky", df.RetryOptions(50, 3)))

    began = time.monotonic()
    status, output = outcome_of(tmp_path, app, "stubborn")
    assert status == outcome
    assert len(app.invoked["shaky"]) == min(failures + 1, 3)
    assert time.monotonic() - began >= 0.05 * min(failures, 2)
    assert output == failures + 1 if outcome == "Completed" else "attempt 3" in output


def test_children_are_retried_under_new_ids(app: App, tmp_path: Path) -> None:
    ids = []

    @app.orchestrator
    def child(context: Context) -> Orchestration:
        ids.append(context.instance_id)
        if len(ids) == 1:
            raise ValueError("first time")
        return "fine"
        yield

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        return (yield context.call_sub_orchestrator_with_retry("child", df.RetryOptions(10, 2)))

    assert outcome_of(tmp_path, app, "parent") == ("Completed", "fine")
    assert [found.rpartition(":")[2] for found in ids] == ["0", "2"]

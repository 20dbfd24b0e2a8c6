"""P6 and P7: a timer's instant, and timers that are left or cancelled; the emulation does as the real host."""

from collections.abc import Generator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.events import EventType
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


@pytest.fixture
def app() -> App:
    """An app with an activity."""
    app = App()

    @app.activity
    def answer(value: int) -> int:
        return value

    return app


def test_p6_a_naive_datetime_fails_the_orchestration(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def naive(context: Context) -> Orchestration:
        yield context.create_timer(datetime(2026, 1, 31, 12))  # noqa: DTZ001 (the pitfall)

    status, output = outcome_of(tmp_path, app, "naive")
    assert status == "Failed"
    assert output.endswith("failed: can't compare offset-naive and offset-aware datetimes")


def test_p6_another_zone_is_stamped_as_utc_without_conversion(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def zoned(context: Context) -> Orchestration:
        there = timezone(timedelta(hours=2))
        yield context.create_timer(context.current_utc_datetime.astimezone(there))

    async def scenario(hub: Hub) -> tuple[datetime, datetime]:
        instance_id = hub.start("zoned")
        await hub.until(lambda: "TimerCreated" in hub.kinds(instance_id))
        started, *_ = (found for found in hub.store.history(instance_id))
        (timer,) = (found for found in hub.store.history(instance_id) if found["EventType"] == EventType.TIMER_CREATED)
        return datetime.fromisoformat(started["Timestamp"]), datetime.fromisoformat(timer["FireAt"])

    asked, fires = run_hub(tmp_path, app, scenario)
    assert fires.tzinfo == UTC
    assert fires - asked == timedelta(hours=2)


def _leave_a_timer(app: App, *, cancel: bool) -> None:
    @app.orchestrator
    def leave(context: Context) -> Orchestration:
        deadline = context.create_timer(context.current_utc_datetime + timedelta(seconds=0.4))
        yield context.task_any([context.call_activity("answer", 1), deadline])
        if cancel:
            deadline.cancel()
        return "done"


def test_p7_a_timer_left_alone_keeps_the_instance_running_until_it_fires(app: App, tmp_path: Path) -> None:
    _leave_a_timer(app, cancel=False)

    async def scenario(hub: Hub) -> tuple[list[str], tuple[str, Any], list[str]]:
        instance_id = hub.start("leave")
        await hub.until(lambda: "TaskCompleted" in hub.kinds(instance_id))
        before = [hub.instance(instance_id).status]
        return before, await hub.outcome(instance_id), hub.kinds(instance_id)

    before, outcome, kinds = run_hub(tmp_path, app, scenario)
    assert before == ["Running"]
    assert outcome == ("Completed", "done")
    assert "TimerFired" in kinds


def test_p7_a_cancelled_timer_lets_the_instance_end(app: App, tmp_path: Path) -> None:
    _leave_a_timer(app, cancel=True)

    async def scenario(hub: Hub) -> tuple[tuple[str, Any], list[str]]:
        instance_id = hub.start("leave")
        return await hub.outcome(instance_id), hub.kinds(instance_id)

    outcome, kinds = run_hub(tmp_path, app, scenario)
    assert outcome == ("Completed", "done")
    assert "TimerFired" not in kinds


def test_p7_cancelling_a_timer_that_fired_raises(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def late(context: Context) -> Orchestration:
        timer = context.create_timer(context.current_utc_datetime)
        yield timer
        timer.cancel()

    assert outcome_of(tmp_path, app, "late") == (
        "Failed",
        "Orchestrator function 'late' failed: Cannot cancel a completed task.",
    )

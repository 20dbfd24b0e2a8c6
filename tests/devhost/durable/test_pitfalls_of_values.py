"""The pitfalls P5 to P8: what values, instants and the form of an orchestrator do."""

import json
from collections.abc import Generator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.events import EventType
from tests.devhost.durable.apps import answering_app
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext
SOON = df.RetryOptions(first_retry_interval_in_milliseconds=20, max_number_of_attempts=3)


@pytest.fixture
def app() -> App:
    return answering_app()


@pytest.mark.parametrize(
    ("raised", "received"),
    [("false", "False"), (json.dumps("false"), "'false'"), ('{"a": 1}', "{'a': 1}")],
    ids=["over plain HTTP", "by the SDK's client", "an object over plain HTTP"],
)
def test_p5_the_client_delivers_json_text(app: App, tmp_path: Path, raised: str, received: str) -> None:
    @app.orchestrator
    def listen(context: Context) -> Orchestration:
        return repr((yield context.wait_for_external_event("go")))

    async def scenario(hub: Hub) -> tuple[str, Any]:
        instance_id = hub.start("listen")
        hub.send(instance_id, {**_event_raised("go"), "Input": raised})
        return await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == ("Completed", received)


def _event_raised(name: str) -> dict[str, Any]:
    return {
        "EventType": int(EventType.EVENT_RAISED),
        "EventId": -1,
        "IsPlayed": False,
        "Timestamp": "2026-01-31T12:00:00.0000000Z",
        "Name": name,
    }


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


def test_p8_an_async_orchestrator_fails(app: App, tmp_path: Path) -> None:
    made = []

    async def body() -> None:
        return None

    @app.orchestrator
    def asynchronous(_context: Context) -> object:
        made.append(body())
        return made[-1]

    status, output = outcome_of(tmp_path, app, "asynchronous")
    for coroutine in made:
        coroutine.close()
    assert status == "Failed"
    assert output.endswith("Object of type coroutine is not JSON serializable")


def test_p8_a_forgotten_yield_schedules_nothing(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def forgetful(context: Context) -> Orchestration:
        context.call_activity("answer", 1)
        return (yield context.call_activity("answer", 2))

    assert outcome_of(tmp_path, app, "forgetful") == ("Completed", 2)
    assert app.invoked["answer"] == ["2"]


@pytest.mark.parametrize("falsy", [0, "", None, [], False])
def test_p8_a_falsy_custom_status_clears_it(app: App, tmp_path: Path, falsy: object) -> None:
    @app.orchestrator
    def report(context: Context) -> Orchestration:
        context.set_custom_status("half")
        yield context.wait_for_external_event("go")
        context.set_custom_status(falsy)
        return 1

    async def scenario(hub: Hub) -> list[str | None]:
        instance_id = hub.start("report")
        await hub.until(lambda: hub.instance(instance_id).custom_status)
        before = hub.instance(instance_id).custom_status
        hub.raise_event(instance_id, "go")
        return [before, (await hub.ended(instance_id)).custom_status]

    assert run_hub(tmp_path, app, scenario) == ['"half"', None]


def test_p8_an_output_that_is_no_json_fails(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def odd(context: Context) -> Orchestration:
        yield context.call_activity("answer", 1)
        return {1, 2}

    status, output = outcome_of(tmp_path, app, "odd")
    assert status == "Failed"
    assert output.endswith("Object of type set is not JSON serializable")


def test_p8_yielding_what_is_no_task_fails_instead_of_hanging(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def wrong(_context: Context) -> Orchestration:
        yield 5

    status, output = outcome_of(tmp_path, app, "wrong")
    assert status == "Failed"
    assert output.startswith("Orchestrator function 'wrong' failed: AttributeError: 'int' object")

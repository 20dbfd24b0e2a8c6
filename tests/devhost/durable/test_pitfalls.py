"""What the real host and SDK do to an orchestrator that is written carelessly; the emulation does the same."""

import asyncio
import json
from collections.abc import Generator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.events import EventType
from devhost.shim import NON_DETERMINISTIC
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext
SOON = df.RetryOptions(first_retry_interval_in_milliseconds=20, max_number_of_attempts=3)


@pytest.fixture
def app() -> App:
    """An app with activities that work, fail, and work the second time."""
    app = App()
    app.attempts = 0

    @app.activity
    def answer(value: int) -> int:
        return value

    @app.activity
    async def slow_answer(value: int) -> int:
        await asyncio.sleep(0.15)
        return value

    @app.activity
    def bad(_value: object) -> None:
        raise ValueError("bad row")

    @app.activity
    def second_time(value: int) -> int:
        app.attempts += 1
        if app.attempts == 1:
            raise ValueError("first time")
        return value

    return app


# P1: the SDK's task_all goes on at the first failure, the host's waits for every child.


def test_p1_a_result_is_lost_after_a_caught_failure_of_an_all_with_a_retry(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def partial_fail(context: Context) -> Orchestration:
        retried = context.call_activity_with_retry("second_time", SOON, 1)
        with suppress(Exception):
            yield context.task_all([context.call_activity("bad"), retried])
        return (yield context.call_activity("answer", 42))

    assert outcome_of(tmp_path, app, "partial_fail") == ("Completed", None)


def test_p1_the_result_is_right_when_the_retry_lives_in_a_child(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def retry(context: Context) -> Orchestration:
        return (yield context.call_activity_with_retry("second_time", SOON, 1))

    @app.orchestrator
    def partial_fail(context: Context) -> Orchestration:
        with suppress(Exception):
            yield context.task_all([context.call_activity("bad"), context.call_sub_orchestrator("retry")])
        return (yield context.call_activity("answer", 42))

    assert outcome_of(tmp_path, app, "partial_fail") == ("Completed", 42)


# P2: a cancelled deadline ends the host's task_any at once on replay, so that ids shift.


def _race(app: App, contender: str) -> None:
    @app.orchestrator
    def retry(context: Context) -> Orchestration:
        return (yield context.call_activity_with_retry("second_time", SOON, 1))

    @app.orchestrator
    def race(context: Context) -> Orchestration:
        contenders = {
            "with retry": lambda: context.call_activity_with_retry("second_time", SOON, 1),
            "without retry": lambda: context.call_activity("answer", 1),
            "in a child": lambda: context.call_sub_orchestrator("retry"),
        }
        deadline = context.create_timer(context.current_utc_datetime + timedelta(seconds=60))
        winner = yield context.task_any([contenders[contender](), deadline])
        deadline.cancel()
        return [winner.result, (yield context.call_activity("answer", 7))]


def test_p2_a_retry_raced_against_a_cancelled_deadline_is_not_deterministic(app: App, tmp_path: Path) -> None:
    _race(app, "with retry")
    status, output = outcome_of(tmp_path, app, "race")
    assert status == "Failed"
    assert output.startswith(NON_DETERMINISTIC)


@pytest.mark.parametrize("contender", ["without retry", "in a child"])
def test_p2_a_race_against_a_cancelled_deadline_is_fine(app: App, tmp_path: Path, contender: str) -> None:
    _race(app, contender)
    assert outcome_of(tmp_path, app, "race") == ("Completed", [1, 7])


def test_p3_an_all_of_nothing_gives_none(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def nothing(context: Context) -> Orchestration:
        return repr((yield context.task_all([])))

    assert outcome_of(tmp_path, app, "nothing") == ("Completed", "None")


def test_p4_of_two_events_before_the_wait_the_last_is_delivered_twice(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def listen(context: Context) -> Orchestration:
        yield context.call_activity("slow_answer", 0)
        first = yield context.wait_for_external_event("go")
        return [first, (yield context.wait_for_external_event("go"))]

    async def scenario(hub: Hub) -> tuple[str, Any]:
        instance_id = hub.start("listen")
        hub.raise_event(instance_id, "go", 1)
        hub.raise_event(instance_id, "go", 2)
        return await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == ("Completed", [2, 2])


def test_p4_an_event_in_another_case_leaves_the_sdk_waiting(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def listen(context: Context) -> Orchestration:
        return (yield context.wait_for_external_event("go"))

    async def scenario(hub: Hub) -> str:
        instance_id = hub.start("listen")
        await hub.idle(instance_id)
        hub.raise_event(instance_id, "GO", 1)
        await hub.until(lambda: "EventRaised" in hub.kinds(instance_id))
        await hub.idle(instance_id)
        return hub.instance(instance_id).status

    assert run_hub(tmp_path, app, scenario) == "Running"


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

"""What the real host and SDK do to an orchestrator that is written carelessly; the emulation does the same."""

from collections.abc import Generator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.shim import NON_DETERMINISTIC
from tests.devhost.durable.apps import answering_app
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext
SOON = df.RetryOptions(first_retry_interval_in_milliseconds=20, max_number_of_attempts=3)


@pytest.fixture
def app() -> App:
    return answering_app()


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

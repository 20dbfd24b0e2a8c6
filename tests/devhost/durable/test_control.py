"""External events, suspend, resume and terminate, with the real SDK."""

import asyncio
import time
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.events import EventType
from tests.devhost.durable.hub import App, Hub, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext
TERMINATED, SUSPENDED, RESUMED = (
    EventType.EXECUTION_TERMINATED,
    EventType.EXECUTION_SUSPENDED,
    EventType.EXECUTION_RESUMED,
)


@pytest.fixture
def app() -> App:
    """An app with an activity, and an orchestrator that waits for two events."""
    app = App()

    @app.activity
    def double(value: int) -> int:
        return 2 * value

    @app.orchestrator
    def listens(context: Context) -> Orchestration:
        first = yield context.wait_for_external_event("first")
        return [first, (yield context.wait_for_external_event("second"))]

    return app


def test_events_are_delivered_whichever_comes_first(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[str, Any]:
        instance_id = hub.start("listens")
        hub.raise_event(instance_id, "second", 2)
        await hub.until(lambda: "EventRaised" in hub.kinds(instance_id))
        hub.raise_event(instance_id, "first", {"n": 1})
        return await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == ("Completed", [{"n": 1}, 2])


def test_an_event_races_a_deadline(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def approval(context: Context) -> Orchestration:
        deadline = context.create_timer(context.current_utc_datetime + timedelta(seconds=60))
        answer = context.wait_for_external_event("answer")
        if (yield context.task_any([answer, deadline])) == answer:
            deadline.cancel()
            return answer.result
        return "too late"

    async def scenario(hub: Hub) -> tuple[str, Any]:
        instance_id = hub.start("approval")
        await hub.idle(instance_id)
        hub.raise_event(instance_id, "answer", "yes")
        return await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == ("Completed", "yes")


def test_an_event_for_an_instance_that_ended_is_dropped(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def short(_context: Context) -> Orchestration:
        return 1
        yield

    async def scenario(hub: Hub) -> list[str]:
        instance_id = hub.start("short")
        await hub.ended(instance_id)
        hub.raise_event(instance_id, "late")
        await hub.until(lambda: not hub.store.messages(instance_id, time.time() + 1))
        return hub.kinds(instance_id)

    assert run_hub(tmp_path, app, scenario) == ["ExecutionStarted", "ExecutionCompleted"]


def test_a_suspended_instance_holds_its_events_until_it_is_resumed(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[list[str], list[str], tuple[str, Any]]:
        instance_id = hub.start("listens")
        await hub.idle(instance_id)
        hub.control(instance_id, SUSPENDED, "lunch")
        await hub.until(lambda: hub.instance(instance_id).suspended)
        hub.raise_event(instance_id, "first", 1)
        hub.raise_event(instance_id, "second", 2)
        await asyncio.sleep(0.1)
        held = hub.kinds(instance_id)
        hub.control(instance_id, RESUMED)
        outcome = await hub.outcome(instance_id)
        return held, hub.kinds(instance_id), outcome

    held, after, outcome = run_hub(tmp_path, app, scenario)
    assert held == ["ExecutionStarted", "ExecutionSuspended"]
    assert after[:3] == [*held, "ExecutionResumed"]
    assert outcome == ("Completed", [1, 2])


def test_completions_of_a_suspended_instance_wait_too(app: App, tmp_path: Path) -> None:
    released = asyncio.Event()

    @app.activity
    async def slow(value: int) -> int:
        await released.wait()
        return value

    @app.orchestrator
    def calls(context: Context) -> Orchestration:
        value = yield context.call_activity("slow", 1)
        return (yield context.call_activity("double", value))

    async def scenario(hub: Hub) -> tuple[list[str], tuple[str, Any]]:
        instance_id = hub.start("calls")
        await hub.until(lambda: "slow" in app.invoked)
        hub.control(instance_id, SUSPENDED)
        await hub.until(lambda: hub.instance(instance_id).suspended)
        released.set()
        await hub.until(lambda: not hub.store.open_activities(instance_id))
        await asyncio.sleep(0.05)
        held = hub.kinds(instance_id)
        hub.control(instance_id, RESUMED)
        return held, await hub.outcome(instance_id)

    held, outcome = run_hub(tmp_path, app, scenario)
    assert "TaskCompleted" not in held
    assert outcome == ("Completed", 2)


def test_an_instance_suspended_before_it_began_begins_when_it_is_resumed(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[bool, tuple[str, Any]]:
        instance_id = hub.start("listens")
        hub.control(instance_id, SUSPENDED)
        await hub.until(lambda: hub.instance(instance_id).suspended)
        begun = "listens" in app.invoked
        hub.control(instance_id, RESUMED)
        hub.raise_event(instance_id, "first", 1)
        hub.raise_event(instance_id, "second", 2)
        return begun, await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == (False, ("Completed", [1, 2]))


def test_a_suspension_outlives_the_host(app: App, tmp_path: Path) -> None:
    async def suspend(hub: Hub) -> None:
        hub.start("listens", instance_id="i")
        hub.control("i", SUSPENDED)
        await hub.until(lambda: hub.instance("i").suspended)

    async def resume(hub: Hub) -> tuple[str, Any]:
        hub.raise_event("i", "first", 1)
        hub.raise_event("i", "second", 2)
        await asyncio.sleep(0.05)
        assert hub.instance("i").suspended
        hub.control("i", RESUMED)
        return await hub.outcome("i")

    run_hub(tmp_path, app, suspend)
    assert run_hub(tmp_path, app, resume) == ("Completed", [1, 2])


@pytest.mark.parametrize("suspended", [False, True], ids=["running", "suspended"])
def test_a_terminated_instance_ends_with_the_reason(app: App, tmp_path: Path, suspended: bool) -> None:
    async def scenario(hub: Hub) -> tuple[tuple[str, Any], list[str]]:
        instance_id = hub.start("listens")
        await hub.idle(instance_id)
        if suspended:
            hub.control(instance_id, SUSPENDED)
            await hub.until(lambda: hub.instance(instance_id).suspended)
        hub.control(instance_id, TERMINATED, "by mistake")
        return await hub.outcome(instance_id), hub.kinds(instance_id)

    outcome, kinds = run_hub(tmp_path, app, scenario)
    assert outcome == ("Terminated", "by mistake")
    assert kinds[-2:] == ["ExecutionTerminated", "ExecutionCompleted"]


def test_a_parent_learns_that_its_child_was_terminated(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        try:
            yield context.call_sub_orchestrator("listens", None, "child")
        except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
            return str(error)

    async def scenario(hub: Hub) -> tuple[str, Any]:
        instance_id = hub.start("parent")
        await hub.until(lambda: hub.store.instance("child"))
        hub.control("child", TERMINATED, "by mistake")
        return await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == ("Completed", "by mistake \n ")

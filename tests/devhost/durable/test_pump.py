"""The host's pumps and the store: at least once, never twice, nothing lost, whatever breaks in between."""

import asyncio
import logging
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.events import EventType, event
from devhost.seam import Answer
from devhost.store import Store
from devhost.timespans import utc_now
from tests.devhost.durable.apps import adding_app
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


@pytest.fixture(autouse=True)
def _retry_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devhost.durable.RETRY_SECONDS", 0.02)


@pytest.fixture
def app() -> App:
    return adding_app()


def _completion(task_id: int, result: str) -> dict[str, Any]:
    return event(EventType.TASK_COMPLETED, utc_now(), TaskScheduledId=task_id, Result=result)


def test_a_completion_that_comes_twice_is_delivered_once(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[tuple[str, Any], list[str]]:
        instance_id = hub.start("adds")
        await hub.until(lambda: "TaskCompleted" in hub.kinds(instance_id))
        execution_id = hub.instance(instance_id).execution_id
        with hub.store.transaction():
            for _ in range(2):
                hub.store.send(instance_id, _completion(0, "999"), utc_now().timestamp(), execution_id)
        hub.raise_event(instance_id, "go", 5)
        return await hub.outcome(instance_id), hub.kinds(instance_id)

    outcome, kinds = run_hub(tmp_path, app, scenario)
    assert outcome == ("Completed", [2, 5, 20])
    assert kinds.count("TaskCompleted") == 2


def test_two_completions_in_one_batch_count_once(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def one(context: Context) -> Orchestration:
        return (yield context.call_activity("double", 1))

    async def scenario(hub: Hub) -> tuple[str, Any]:
        hub.host._activity_slots = 0
        instance_id = hub.start("one")
        await hub.until(lambda: hub.store.open_activities(instance_id))
        execution_id = hub.instance(instance_id).execution_id
        with hub.store.transaction():
            hub.store.send(instance_id, _completion(0, "7"), utc_now().timestamp(), execution_id)
            hub.store.send(instance_id, _completion(0, "8"), utc_now().timestamp(), execution_id)
        hub.host.wake()
        outcome = await hub.outcome(instance_id)
        assert hub.kinds(instance_id).count("TaskCompleted") == 1
        return outcome

    assert run_hub(tmp_path, app, scenario) == ("Completed", 7)


def test_an_activity_that_ended_twice_is_committed_once(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[bool, bool]:
        hub.host._activity_slots = 0
        instance_id = hub.start("adds")
        await hub.until(lambda: hub.store.open_activities(instance_id))
        (activity,) = hub.store.activities(0, 10)
        return hub.store.finish_activity(activity.id), hub.store.finish_activity(activity.id)

    assert run_hub(tmp_path, app, scenario) == (True, False)


def test_events_of_another_execution_are_dropped(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[str, Any]:
        instance_id = hub.start("adds")
        await hub.until(lambda: "TaskCompleted" in hub.kinds(instance_id))
        with hub.store.transaction():
            raised = event(EventType.EVENT_RAISED, utc_now(), Name="go", Input="666")
            hub.store.send(instance_id, raised, utc_now().timestamp(), "an-old-execution")
        hub.host.wake()
        await hub.until(lambda: not hub.store.messages(instance_id, utc_now().timestamp()))
        hub.raise_event(instance_id, "go", 5)
        return await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == ("Completed", [2, 5, 20])


def test_an_activity_killed_before_its_commit_runs_again(app: App, tmp_path: Path) -> None:
    runs = []

    @app.activity
    async def slow(value: int) -> int:
        runs.append(value)
        if len(runs) == 1:
            await asyncio.sleep(60)
        return value

    @app.orchestrator
    def calls(context: Context) -> Orchestration:
        return (yield context.call_activity("slow", 3))

    async def die(hub: Hub) -> None:
        hub.start("calls", instance_id="i")
        await hub.until(lambda: runs)

    run_hub(tmp_path, app, die)
    assert run_hub(tmp_path, app, lambda hub: hub.outcome("i")) == ("Completed", 3)
    assert runs == [3, 3]


def test_an_episode_killed_before_its_commit_leaves_no_trace(app: App, tmp_path: Path) -> None:
    invoke, began = app.invoke, asyncio.Event()

    async def hanging(function: str, argument: str) -> Answer:
        if function == "adds":
            await invoke(function, argument)
            began.set()
            await asyncio.sleep(60)
        return await invoke(function, argument)

    async def die(hub: Hub) -> None:
        hub.start("adds", instance_id="i")
        await began.wait()

    async def go_on(hub: Hub) -> tuple[str, Any]:
        hub.raise_event("i", "go", 5)
        return await hub.outcome("i")

    app.invoke = hanging
    run_hub(tmp_path, app, die)
    with closing(Store(tmp_path / "durable.db")) as store:
        assert store.history("i") == []
        assert store.open_activities("i") == 0
    app.invoke = invoke
    assert run_hub(tmp_path, app, go_on) == ("Completed", [2, 5, 20])
    assert app.invoked["double"] == ["1", "10"]


def test_an_episode_that_fails_to_commit_changes_nothing_and_is_tried_again(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    append, broken = Store.append_history, []

    def failing(self: Store, instance_id: str, events: Any) -> None:  # noqa: ANN401 (as the original)
        append(self, instance_id, events)
        if not broken:
            broken.append(instance_id)
            raise sqlite3.OperationalError("disk I/O error")

    @app.orchestrator
    def one(context: Context) -> Orchestration:
        return (yield context.call_activity("double", 1))

    monkeypatch.setattr(Store, "append_history", failing)
    with caplog.at_level(logging.ERROR):
        assert outcome_of(tmp_path, app, "one") == ("Completed", 2)
    assert app.invoked["double"] == ["1"]
    assert "one-0 failed and is tried again" in caplog.text


def test_an_aborted_orchestrator_is_tried_again(app: App, tmp_path: Path) -> None:
    invoke, aborted = app.invoke, []

    async def aborting(function: str, argument: str) -> Answer:
        if function == "one" and not aborted:
            aborted.append(argument)
            return Answer(ok=False, value=None, error="FunctionTimeoutException: one timed out")
        return await invoke(function, argument)

    @app.orchestrator
    def one(context: Context) -> Orchestration:
        return (yield context.call_activity("double", 1))

    app.invoke = aborting
    assert outcome_of(tmp_path, app, "one") == ("Completed", 2)
    assert len(aborted) == 1


def test_a_timed_out_activity_fails_as_a_task(app: App, tmp_path: Path) -> None:
    invoke = app.invoke

    async def timing_out(function: str, argument: str) -> Answer:
        if function == "double":
            return Answer(ok=False, value=None, error="FunctionTimeoutException: double timed out")
        return await invoke(function, argument)

    @app.orchestrator
    def one(context: Context) -> Orchestration:
        yield context.call_activity("double", 1)

    app.invoke = timing_out
    status, output = outcome_of(tmp_path, app, "one")
    assert status == "Failed"
    assert "Activity function 'double' failed:  FunctionTimeoutException: double timed out" in output


def test_an_invocation_that_breaks_the_machinery_is_made_again(
    app: App, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    invoke, broken = app.invoke, []

    async def breaking(function: str, argument: str) -> Answer:
        if function not in broken:
            broken.append(function)
            raise ConnectionResetError("the worker is gone")
        return await invoke(function, argument)

    @app.orchestrator
    def one(context: Context) -> Orchestration:
        return (yield context.call_activity("double", 1))

    app.invoke = breaking
    with caplog.at_level(logging.ERROR):
        assert outcome_of(tmp_path, app, "one") == ("Completed", 2)
    assert broken == ["one", "double"]

"""The host's pumps and the store: at least once, never twice, nothing lost, whatever breaks in between."""

import asyncio
from collections.abc import Generator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.durable import DurableHost
from devhost.events import EventType, event
from devhost.seam import Answer, DurableFunctions, HubSettings
from devhost.store import Store
from devhost.timespans import utc_now
from tests.devhost.durable.hub import SETTINGS, App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


@pytest.fixture(autouse=True)
def _retry_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devhost.durable.RETRY_SECONDS", 0.02)


@pytest.fixture
def app() -> App:
    """An app whose orchestrator adds two activities' results."""
    app = App()

    @app.activity
    def double(value: int) -> int:
        return 2 * value

    @app.orchestrator
    def adds(context: Context) -> Orchestration:
        first = yield context.call_activity("double", 1)
        go = yield context.wait_for_external_event("go")
        return [first, go, (yield context.call_activity("double", 10))]

    return app


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


def test_no_more_runs_at_once_than_the_hub_allows(app: App, tmp_path: Path) -> None:
    running, most = [0], [0]

    @app.activity
    async def counted(_value: object) -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        await asyncio.sleep(0.005)
        running[0] -= 1

    @app.orchestrator
    def fan(context: Context) -> Orchestration:
        yield context.task_all([context.call_activity("counted") for _ in range(30)])

    settings = HubSettings("TestHub", 4, 2, "key")
    assert run_hub(tmp_path, app, lambda hub: hub.ended(hub.start("fan")), settings).status == "Completed"
    assert most[0] == 4


def test_starting_an_id_that_ended_replaces_it(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def one(context: Context) -> Orchestration:
        return (yield context.call_activity("double", context.get_input()))

    async def scenario(hub: Hub) -> list[tuple[str, Any]]:
        return [await hub.outcome(hub.start("one", value, instance_id="i")) for value in (1, 2)]

    assert run_hub(tmp_path, app, scenario) == [("Completed", 2), ("Completed", 4)]


def test_what_a_replaced_execution_still_runs_is_not_taken_for_the_new_one_s(app: App, tmp_path: Path) -> None:
    released = asyncio.Event()

    @app.activity
    async def slow(value: int) -> int:
        if value == 1:
            await released.wait()
        return value

    @app.orchestrator
    def one(context: Context) -> Orchestration:
        return (yield context.call_activity("slow", context.get_input()))

    async def scenario(hub: Hub) -> tuple[str, Any]:
        hub.start("one", 1, instance_id="i")
        await hub.until(lambda: "slow" in app.invoked)
        hub.control("i", EventType.EXECUTION_TERMINATED)
        await hub.ended("i")
        hub.start("one", 2, instance_id="i")
        released.set()
        return await hub.outcome("i")

    assert run_hub(tmp_path, app, scenario) == ("Completed", 2)


def test_a_host_stops_at_once_while_it_is_being_woken(tmp_path: Path) -> None:
    async def main() -> None:
        for number in range(50):
            host = DurableHost(tmp_path / "durable.db", App().functions, App().invoke, SETTINGS)
            await host.start()
            for _ in range(number % 4):
                await asyncio.sleep(0)
            host.wake()
            async with asyncio.timeout(2):
                await host.stop()

    asyncio.run(main())


def test_a_message_that_falls_due_during_a_round_of_the_pump_is_not_overlooked(tmp_path: Path) -> None:
    async def main() -> float:
        host = DurableHost(
            tmp_path / "durable.db", DurableFunctions(frozenset(), frozenset(), frozenset()), App().invoke, SETTINGS
        )
        now = utc_now()
        host.store.send("i", event(EventType.EVENT_RAISED, now), now.timestamp() + 0.000_001)
        patience = host._until_next(now.timestamp())
        host.store.close()
        return patience

    assert asyncio.run(main()) == 0


def test_a_slow_episode_pauses_while_activities_are_open(app: App, tmp_path: Path) -> None:
    @app.activity
    async def staggered(value: int) -> None:
        await asyncio.sleep(0.002 * value)

    @app.orchestrator
    def fan(context: Context) -> Orchestration:
        until = utc_now() + timedelta(milliseconds=15)
        while utc_now() < until:
            pass
        yield context.task_all([context.call_activity("staggered", n) for n in range(60)])

    assert outcome_of(tmp_path, app, "fan") == ("Completed", None)
    assert len(app.invoked["fan"]) < 15  # without the pause, nearly one for every completion

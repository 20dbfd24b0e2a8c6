"""The pump's limits, its errors, and the file it works on."""

import asyncio
import json
import sqlite3
from collections.abc import Generator
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.durable import DurableHost
from devhost.events import EventType, event
from devhost.seam import DurableFunctions, HubSettings
from devhost.store import Store, StoreLayoutError
from devhost.timespans import utc_now
from tests.devhost.durable.apps import adding_app
from tests.devhost.durable.hub import SETTINGS, App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


@pytest.fixture(autouse=True)
def _retry_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devhost.durable.RETRY_SECONDS", 0.02)


@pytest.fixture
def app() -> App:
    return adding_app()


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


def test_the_pump_outlives_an_error(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    due, broken = Store.due_instances, []

    def failing(self: Store, now: float) -> list[str]:
        if not broken:
            broken.append(now)
            raise sqlite3.OperationalError("database is locked")
        return due(self, now)

    @app.orchestrator
    def one(context: Context) -> Orchestration:
        return (yield context.call_activity("double", 1))

    monkeypatch.setattr(Store, "due_instances", failing)
    assert outcome_of(tmp_path, app, "one") == ("Completed", 2)
    assert broken


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


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "durable.db"
    Store(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma user_version = 99")
    with pytest.raises(StoreLayoutError, match="has layout 99, this devhost reads layout 1; move the file away"):
        Store(path)


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "durable.db")) as store:
        with suppress(ZeroDivisionError), store.transaction():
            store.save_entity("@a@b", "1", present=True)
            raise ZeroDivisionError
        assert store.entity("@a@b") == (False, None)
        with store.transaction():
            store.save_entity("@a@b", json.dumps(1), present=True)
        assert store.entity("@a@b") == (True, "1")


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

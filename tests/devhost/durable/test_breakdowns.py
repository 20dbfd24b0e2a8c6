"""What breaks in between is tried again: commits, invocations, the pump itself."""

import logging
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.seam import Answer
from devhost.store import Store
from tests.devhost.durable.hub import App, outcome_of

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


@pytest.fixture(autouse=True)
def _retry_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devhost.durable.RETRY_SECONDS", 0.02)


@pytest.fixture
def app() -> App:
    """An app with an activity."""
    app = App()

    @app.activity
    def double(value: int) -> int:
        return 2 * value

    return app


def test_an_episode_that_fails_to_commit_changes_nothing_and_is_tried_again(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    append, broken = Store.append_history, []

    def failing(self: Store, instance_id: str, events: Any) -> None:
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

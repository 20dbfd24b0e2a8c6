"""What an orchestrator is given and sets: payload, raw input, replaying, custom status."""

import re
from collections.abc import Generator
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
    def double(value: int) -> int:
        return 2 * value

    return app


def test_the_custom_status_is_the_last_one_set(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def reports(context: Context) -> Orchestration:
        context.set_custom_status({"step": 1})
        yield context.wait_for_external_event("go")
        context.set_custom_status({"step": 2})
        return 1

    async def scenario(hub: Hub) -> list[str | None]:
        instance_id = hub.start("reports")
        await hub.until(lambda: hub.instance(instance_id).custom_status)
        before = hub.instance(instance_id).custom_status
        hub.raise_event(instance_id, "go")
        return [before, (await hub.ended(instance_id)).custom_status]

    assert run_hub(tmp_path, app, scenario) == ['{"step": 1}', '{"step": 2}']


def test_code_is_replaying_until_it_reaches_what_is_new(app: App, tmp_path: Path) -> None:
    seen: list[list[bool]] = []

    @app.orchestrator
    def watched(context: Context) -> Orchestration:
        seen.append([context.is_replaying])
        for value in range(2):
            yield context.call_activity("double", value)
            seen[-1].append(context.is_replaying)

    assert outcome_of(tmp_path, app, "watched") == ("Completed", None)
    assert seen == [[False], [True, False], [True, True, False]]


def test_committed_events_are_played_except_the_starts_of_episodes(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def watched(context: Context) -> Orchestration:
        yield context.call_activity("double", 1)

    outcome_of(tmp_path, app, "watched")
    first, second = app.payloads("watched")
    assert [first["isReplaying"], second["isReplaying"]] == [False, True]
    assert [(found["EventType"], found["IsPlayed"]) for found in first["history"]] == [(12, False), (0, False)]
    assert [(found["EventType"], found["IsPlayed"]) for found in second["history"]] == [
        (12, False), (0, True), (4, True), (13, True), (12, False), (5, False),
    ]  # fmt: skip


def test_the_payload_is_the_whole_documented_one(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def watched(_context: Context) -> Orchestration:
        return
        yield

    outcome_of(tmp_path, app, "watched", {"a": 1})
    (payload,) = app.payloads("watched")
    history = payload.pop("history")
    assert payload == {
        "input": '{"a": 1}',
        "instanceId": "watched-0",
        "isReplaying": False,
        "parentInstanceId": None,
        "upperSchemaVersion": 1,
        "upperSchemaVersionNew": 2,
        "longRunningTimerIntervalDuration": "3.00:00:00",
        "maximumShortTimerDuration": "6.00:00:00",
        "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
    }
    started, begun = history
    assert begun["Input"] == '"{\\"a\\": 1}"'
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z", found["Timestamp"]) for found in history)
    assert {found["EventId"] for found in history} == {-1}
    assert started["EventType"] == EventType.ORCHESTRATOR_STARTED


@pytest.mark.parametrize(
    ("raw", "status"), [('{"a": 1}', "Completed"), ("[1]", "Failed"), ("5", "Failed"), ("true", "Failed")]
)
def test_a_raw_input_that_is_no_object_fails_in_get_input(app: App, tmp_path: Path, raw: str, status: str) -> None:
    @app.orchestrator
    def reads(context: Context) -> Orchestration:
        return context.get_input()
        yield

    async def scenario(hub: Hub) -> str:
        return (await hub.ended(hub.start_raw("reads", raw, "i"))).status

    assert run_hub(tmp_path, app, scenario) == status

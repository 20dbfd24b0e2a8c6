"""Rules 7 to 11 with the real SDK: completion, children, failure texts, continue-as-new, custom status, replaying."""

import json
import re
from collections.abc import Generator
from datetime import timedelta
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
    """An app with activities that work and fail."""
    app = App()

    @app.activity
    def double(value: int) -> int:
        return 2 * value

    @app.activity
    def bad(_value: object) -> None:
        raise ValueError("bad row\nin line two")

    return app


def test_activities_in_a_row_pass_their_results_on(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def row(context: Context) -> Orchestration:
        value = context.get_input()["start"]
        for _ in range(3):
            value = yield context.call_activity("double", value)
        return value

    assert outcome_of(tmp_path, app, "row", {"start": 5}) == ("Completed", 40)


def test_a_function_is_found_whatever_the_case_of_its_name(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def child(context: Context) -> Orchestration:
        return (yield context.call_activity("DOUBLE", 2))

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        return (yield context.call_sub_orchestrator("CHILD"))

    assert outcome_of(tmp_path, app, "PARENT") == ("Completed", 4)


def test_three_thousand_activities_fan_out_and_in(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def fan(context: Context) -> Orchestration:
        return sum((yield context.task_all([context.call_activity("double", n) for n in range(3000)])))

    assert outcome_of(tmp_path, app, "fan") == ("Completed", 2 * sum(range(3000)))
    assert sorted(map(int, app.invoked["double"])) == list(range(3000))
    assert len(app.invoked["fan"]) < 300  # completions are delivered in batches, not one by one


def test_an_activity_s_failure_reads_as_the_host_words_it(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def caught(context: Context) -> Orchestration:
        try:
            yield context.call_activity("bad")
        except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
            return str(error)

    text = "Activity function 'bad' failed:  ValueError: bad row\nin line two \n "
    assert outcome_of(tmp_path, app, "caught") == ("Completed", text)


def test_an_uncaught_failure_fails_the_orchestration_with_its_text(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def uncaught(context: Context) -> Orchestration:
        yield context.call_activity("bad")

    text = (
        "Orchestrator function 'uncaught' failed: Activity function 'bad' failed:  ValueError: bad row\nin line two \n "
    )
    assert outcome_of(tmp_path, app, "uncaught") == ("Failed", text)


def test_a_failing_orchestration_waits_for_what_is_open(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def hasty(context: Context) -> Orchestration:
        timer = context.create_timer(context.current_utc_datetime + timedelta(seconds=0.3))
        yield context.task_any([timer, context.call_activity("double", 1)])
        raise ValueError("enough")

    async def scenario(hub: Hub) -> tuple[str, tuple[str, Any], list[str]]:
        instance_id = hub.start("hasty")
        await hub.until(lambda: "TaskCompleted" in hub.kinds(instance_id))
        return hub.instance(instance_id).status, await hub.outcome(instance_id), hub.kinds(instance_id)

    before, outcome, kinds = run_hub(tmp_path, app, scenario)
    assert before == "Running"
    assert outcome == ("Failed", "Orchestrator function 'hasty' failed: enough")
    assert kinds.index("TimerFired") < kinds.index("ExecutionCompleted")


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda context: context.call_activity("missing"),
            (
                "The function 'missing' doesn't exist, is disabled, or is not an activity function. "
                "The following are the known activity functions: bad, double."
            ),
        ),
        (
            lambda context: context.call_sub_orchestrator("missing"),
            (
                "The function 'missing' doesn't exist, is disabled, or is not an orchestrator function. "
                "The following are the known orchestrator functions: asks."
            ),
        ),
        (
            lambda context: context.call_entity(df.EntityId("missing", "a"), "get"),
            (
                "The function 'missing' doesn't exist, is disabled, or is not an entity function. "
                "The following are the known entity functions: none."
            ),
        ),
    ],
    ids=["an activity", "an orchestrator", "an entity"],
)
def test_calling_what_is_not_registered_fails_the_orchestration(app: App, tmp_path: Path, call: Any, text: str) -> None:  # noqa: ANN401 (a lambda of the SDK's context)
    @app.orchestrator
    def asks(context: Context) -> Orchestration:
        yield call(context)

    assert outcome_of(tmp_path, app, "asks") == ("Failed", text)


def test_an_orchestrator_that_is_gone_after_a_restart_fails_its_instances(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def waits(context: Context) -> Orchestration:
        yield context.wait_for_external_event("go")

    async def begin(hub: Hub) -> None:
        await hub.idle(hub.start("waits", instance_id="i"))

    async def go_on(hub: Hub) -> tuple[str, Any]:
        hub.raise_event("i", "go")
        return await hub.outcome("i")

    run_hub(tmp_path, app, begin)
    status, output = run_hub(tmp_path, App(), go_on)
    assert status == "Failed"
    assert output.startswith("The function 'waits' doesn't exist")


def test_an_activity_that_is_gone_after_a_restart_fails_as_a_task(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def asks(context: Context) -> Orchestration:
        yield context.call_activity("double", 1)

    async def begin(hub: Hub) -> None:
        hub.host._activity_slots = 0
        hub.start("asks", instance_id="i")
        await hub.until(lambda: hub.store.open_activities("i"))

    later = App()
    later.orchestrators = app.orchestrators
    run_hub(tmp_path, app, begin)
    status, output = run_hub(tmp_path, later, lambda hub: hub.outcome("i"))
    assert status == "Failed"
    assert "Activity function 'double' failed:  The function 'double' doesn't exist" in output


# Children


def test_a_child_without_an_id_gets_the_execution_s_and_knows_its_parent(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def child(context: Context) -> Orchestration:
        yield context.call_activity("double", 1)
        return [context.instance_id, context.parent_instance_id, context.get_input()]

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        yield context.call_activity("double", 1)
        return (yield context.call_sub_orchestrator("child", {"a": 1}))

    async def scenario(hub: Hub) -> tuple[str, tuple[str, Any], list[dict[str, Any]]]:
        instance_id = hub.start("parent", instance_id="p")
        outcome = await hub.outcome(instance_id)
        return hub.instance(instance_id).execution_id, outcome, app.payloads("child")

    execution_id, outcome, payloads = run_hub(tmp_path, app, scenario)
    assert outcome == ("Completed", [f"{execution_id}:1", "p", {"a": 1}])
    begun = payloads[0]["history"][1]
    assert begun["ParentInstance"] == {
        "Name": "parent",
        "OrchestrationInstance": {"InstanceId": "p", "ExecutionId": execution_id},
        "TaskScheduleId": 1,
    }


def test_a_child_gets_the_id_and_version_it_is_called_with(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def child(context: Context) -> Orchestration:
        yield context.call_activity("double", 1)
        return [context.instance_id, context.version]

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        return (yield context.call_sub_orchestrator("child", None, "my-child", "2.1"))

    assert outcome_of(tmp_path, app, "parent") == ("Completed", ["my-child", "2.1"])


def test_a_child_s_failure_reaches_its_parent_as_text(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def child(context: Context) -> Orchestration:
        yield context.call_activity("double", 1)
        raise ValueError("no such company")

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        try:
            yield context.call_sub_orchestrator("child")
        except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
            return str(error)

    text = "Orchestrator function 'child' failed: no such company \n "
    assert outcome_of(tmp_path, app, "parent") == ("Completed", text)


def test_a_child_whose_id_is_taken_fails_in_its_parent(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def child(context: Context) -> Orchestration:
        yield context.wait_for_external_event("go")

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        yield context.call_sub_orchestrator("child", None, "taken")

    async def scenario(hub: Hub) -> tuple[str, Any]:
        await hub.idle(hub.start("child", instance_id="taken"))
        return await hub.outcome(hub.start("parent"))

    status, output = run_hub(tmp_path, app, scenario)
    assert status == "Failed"
    assert "An Orchestration instance with the status Running already exists: taken" in output


@pytest.mark.parametrize("value", ["text", 5, 1.5, [1], {"a": 1}, None, True, '"quoted"'], ids=repr)
def test_a_child_and_a_next_execution_get_any_input(app: App, tmp_path: Path, value: object) -> None:
    @app.orchestrator
    def child(context: Context) -> Orchestration:
        found = context.get_input()
        if found != ["again", value]:
            context.continue_as_new(["again", found])
            return None
        return found
        yield

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        return (yield context.call_sub_orchestrator("child", value))

    assert outcome_of(tmp_path, app, "parent") == ("Completed", ["again", value])


def test_a_hundred_children_run_side_by_side(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def child(context: Context) -> Orchestration:
        return (yield context.call_activity("double", context.get_input()))

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        return (yield context.task_all([context.call_sub_orchestrator("child", n) for n in range(100)]))

    assert outcome_of(tmp_path, app, "parent") == ("Completed", [2 * n for n in range(100)])


# Continue-as-new


def test_continue_as_new_begins_with_an_empty_history_and_another_execution(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def pages(context: Context) -> Orchestration:
        page = context.get_input()
        yield context.call_activity("double", page)
        if page < 3:
            context.continue_as_new(page + 1)
            return None
        return page

    assert outcome_of(tmp_path, app, "pages", 1) == ("Completed", 3)
    firsts = [found["history"] for found in app.payloads("pages") if len(found["history"]) == 2]
    assert [json.loads(history[1]["Input"]) for history in firsts] == ["1", "2", "3"]
    assert len({history[1]["OrchestrationInstance"]["ExecutionId"] for history in firsts}) == 3
    assert app.invoked["double"] == ["1", "2", "3"]


def test_continue_as_new_waits_for_what_is_open(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def pages(context: Context) -> Orchestration:
        if context.get_input() == 2:
            return "end"
        timer = context.create_timer(context.current_utc_datetime + timedelta(seconds=0.2))
        yield context.task_any([timer, context.call_activity("double", 1)])
        context.continue_as_new(2)
        return None

    async def scenario(hub: Hub) -> tuple[bool, tuple[str, Any]]:
        instance_id = hub.start("pages", 1)
        await hub.until(lambda: "TaskCompleted" in hub.kinds(instance_id))
        return "TimerCreated" in hub.kinds(instance_id), await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == (True, ("Completed", "end"))


def test_events_nobody_waited_for_end_with_their_execution(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def listens(context: Context) -> Orchestration:
        if context.get_input() == 1:
            yield context.wait_for_external_event("next")
            context.continue_as_new(2)
            return None
        return (yield context.wait_for_external_event("go"))

    async def scenario(hub: Hub) -> tuple[str, Any]:
        instance_id = hub.start("listens", 1)
        hub.raise_event(instance_id, "go", "too early")
        await hub.until(lambda: "EventRaised" in hub.kinds(instance_id))
        hub.raise_event(instance_id, "next")
        await hub.until(lambda: hub.instance(instance_id).input == '"2"')
        hub.raise_event(instance_id, "go", "in time")
        return await hub.outcome(instance_id)

    assert run_hub(tmp_path, app, scenario) == ("Completed", "in time")


# Status and replaying


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

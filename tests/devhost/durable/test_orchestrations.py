"""Rules 7 to 11 with the real SDK: completion, failure texts, continue-as-new."""

import json
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

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

    ended = run_hub(tmp_path, app, lambda hub: hub.ended(hub.start("fan"), patience=60))
    assert (ended.status, ended.output) == ("Completed", str(2 * sum(range(3000))))
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
def test_calling_what_is_not_registered_fails_the_orchestration(app: App, tmp_path: Path, call: Any, text: str) -> None:
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

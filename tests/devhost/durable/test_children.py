"""Child orchestrations with the real SDK: ids, versions, inputs, failures."""

from collections.abc import Generator
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

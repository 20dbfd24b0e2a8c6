"""Function entities through the real SDK: calls, signals, state, errors, several callers."""

import asyncio
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.entities import entity_id
from devhost.seam import Answer
from tests.devhost.durable.hub import App, Hub, outcome_of, run_hub

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext
A = df.EntityId("Counter", "a")


@pytest.fixture
def app() -> App:
    """An app with a counter."""
    app = App()

    @app.entity
    def counter(context: df.DurableEntityContext) -> None:
        value = context.get_state(lambda: 0)
        if context.operation_name == "add":
            context.set_state(value + context.get_input())
            context.set_result(value + context.get_input())
        elif context.operation_name == "fail":
            raise ValueError("no such operation")
        elif context.operation_name == "delete":
            context.destruct_on_exit()
        else:
            context.set_result({"value": value, "key": context.entity_key})

    return app


def _state(hub: Hub, identity: str) -> Any:
    present, state = hub.store.entity(identity)
    return json.loads(state or "null") if present else None


def test_calls_answer_and_state_is_kept(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def counts(context: Context) -> Orchestration:
        first = yield context.call_entity(A, "add", 5)
        second = yield context.call_entity(A, "add", -2)
        return [first, second, (yield context.call_entity(A, "get"))]

    async def scenario(hub: Hub) -> tuple[tuple[str, Any], Any]:
        return await hub.outcome(hub.start("counts")), _state(hub, "@counter@a")

    assert run_hub(tmp_path, app, scenario) == (("Completed", [5, 3, {"value": 3, "key": "a"}]), 3)
    # the state outlives the host, and a batch that does not touch it leaves it as it is
    assert outcome_of(tmp_path, app, "counts")[1][2] == {"value": 6, "key": "a"}


def test_the_batch_is_the_documented_one(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def counts(context: Context) -> Orchestration:
        context.signal_entity(A, "add", 5)
        yield context.call_entity(A, "get")
        yield context.call_entity(A, "add", 1)

    outcome_of(tmp_path, app, "counts")
    first, second = app.payloads("counter")
    assert first == {
        "self": {"name": "counter", "key": "a"},
        "exists": False,
        "state": None,
        "batch": [
            {"name": "add", "input": '"5"', "isSignal": True},
            {"name": "get", "input": '"null"', "isSignal": False},
        ],
    }
    assert (second["exists"], second["state"]) == (True, "5")


def test_a_signal_is_not_waited_for(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def tells(context: Context) -> Orchestration:
        for _ in range(3):
            context.signal_entity(A, "add", 1)
        return "told"
        yield

    async def scenario(hub: Hub) -> tuple[str, Any]:
        outcome = await hub.outcome(hub.start("tells"))
        await hub.until(lambda: _state(hub, "@counter@a") == 3)
        return outcome

    assert run_hub(tmp_path, app, scenario) == ("Completed", "told")


def test_an_operation_s_error_is_raised_in_the_caller_and_spares_the_others(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def tries(context: Context) -> Orchestration:
        yield context.call_entity(A, "add", 1)
        try:
            yield context.call_entity(A, "fail")
        except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
            return [str(error), (yield context.call_entity(A, "get"))["value"]]

    assert outcome_of(tmp_path, app, "tries") == ("Completed", ["no such operation", 1])


def test_an_entity_function_that_breaks_fails_its_callers_and_changes_nothing(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def tries(context: Context) -> Orchestration:
        try:
            yield context.call_entity(A, "add", 1)
        except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
            return str(error)

    def broken(_argument: str) -> str:
        raise RuntimeError("cannot load")

    app.entities["counter"] = broken

    async def scenario(hub: Hub) -> tuple[tuple[str, Any], Any]:
        return await hub.outcome(hub.start("tries")), _state(hub, "@counter@a")

    assert run_hub(tmp_path, app, scenario) == (("Completed", "RuntimeError: cannot load"), None)


def test_an_entity_function_that_answers_too_little_fails_its_callers(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def tries(context: Context) -> Orchestration:
        yield context.call_entity(A, "add", 1)

    app.entities["counter"] = lambda _argument: json.dumps({"entityExists": True, "entityState": "1", "results": []})
    status, output = outcome_of(tmp_path, app, "tries")
    assert status == "Failed"
    assert output.endswith("the entity function did not answer for each of its 1 operations")


def test_an_aborted_batch_is_run_again(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devhost.durable.RETRY_SECONDS", 0.02)

    @app.orchestrator
    def counts(context: Context) -> Orchestration:
        return (yield context.call_entity(A, "add", 1))

    invoke, aborted = app.invoke, []

    async def aborting(function: str, argument: str) -> Answer:
        if function == "counter" and not aborted:
            aborted.append(argument)
            return Answer(ok=False, value=None, error="FunctionTimeoutException: counter timed out")
        return await invoke(function, argument)

    app.invoke = aborting
    assert outcome_of(tmp_path, app, "counts") == ("Completed", 1)
    assert len(aborted) == 1


def test_two_callers_are_served_one_operation_at_a_time(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def counts(context: Context) -> Orchestration:
        found: list[int] = []
        for _ in range(20):
            found += [(yield context.call_entity(A, "add", 1))]
        return found

    async def scenario(hub: Hub) -> list[tuple[str, Any]]:
        return await asyncio.gather(*(hub.outcome(hub.start("counts", instance_id=f"c{n}")) for n in range(2)))

    first, second = run_hub(tmp_path, app, scenario)
    assert sorted([*first[1], *second[1]]) == list(range(1, 41))
    assert first[1] == sorted(first[1])


def test_keys_are_kept_apart_with_their_case_and_names_without(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def counts(context: Context) -> Orchestration:
        yield context.call_entity(df.EntityId("COUNTER", "a"), "add", 1)
        yield context.call_entity(df.EntityId("counter", "A"), "add", 2)
        small = yield context.call_entity(df.EntityId("Counter", "a"), "get")
        large = yield context.call_entity(df.EntityId("Counter", "A"), "get")
        return [small["value"], large["value"]]

    assert outcome_of(tmp_path, app, "counts") == ("Completed", [1, 2])


def test_a_deleted_entity_is_gone(app: App, tmp_path: Path) -> None:
    @app.orchestrator
    def counts(context: Context) -> Orchestration:
        yield context.call_entity(A, "add", 1)
        context.signal_entity(A, "delete")
        return "done"

    async def scenario(hub: Hub) -> bool:
        await hub.ended(hub.start("counts"))
        await hub.until(lambda: not hub.store.waiting_entities() and not hub.host._busy)
        return hub.store.entity("@counter@a")[0]

    assert run_hub(tmp_path, app, scenario) is False


@pytest.mark.parametrize(("text", "expected"), [("@Counter@Key", "@counter@Key"), ("@c@a@b", "@c@a@b"), ("@c@", "@c@")])
def test_an_entity_id_has_its_name_in_lower_case(text: str, expected: str) -> None:
    assert entity_id(text) == expected


@pytest.mark.parametrize("text", ["", "counter", "@counter", "counter@a", "@@a"])
def test_what_is_no_entity_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write @name@key"):
        entity_id(text)

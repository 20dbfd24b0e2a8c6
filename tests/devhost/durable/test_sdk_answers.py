"""What the installed durable SDK answers: the output's shape, and the fields of every action."""

import json
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any

import azure.durable_functions as df
import pytest

from devhost.answers import OUT_OF_PROCESS_LABEL, Output, read_output
from devhost.seam import Answer
from tests.devhost.durable.histories import begun, completed, episode, scheduled
from tests.devhost.durable.test_sdk_contract import payload, run

Context = df.DurableOrchestrationContext
ONCE = df.RetryOptions(first_retry_interval_in_milliseconds=5, max_number_of_attempts=2)
OPTIONS = {"firstRetryIntervalInMilliseconds": 5, "maxNumberOfAttempts": 2}
COUNTER = df.EntityId("Counter", "a")
FRESH = payload(history=begun())


def _all(*children: dict[str, Any]) -> dict[str, Any]:
    return {"actionType": 12, "compoundActions": list(children)}


ACTIONS: dict[str, tuple[Callable[[Context], Any], dict[str, Any]]] = {
    "an activity": (
        lambda context: context.call_activity("A", {"x": 1}),
        {"actionType": 0, "functionName": "A", "input": '{"x": 1}'},
    ),
    "an activity without input": (
        lambda context: context.call_activity("A"),
        {"actionType": 0, "functionName": "A", "input": "null"},
    ),
    "an activity with retry": (
        lambda context: context.call_activity_with_retry("A", ONCE),
        _all({"actionType": 1, "functionName": "A", "input": "null", "retryOptions": OPTIONS}),
    ),
    "a child": (
        lambda context: context.call_sub_orchestrator("C", 1, version="2"),
        {"actionType": 2, "functionName": "C", "input": "1", "instanceId": None, "version": "2"},
    ),
    "a child with retry": (
        lambda context: context.call_sub_orchestrator_with_retry("C", ONCE, 1, "id"),
        _all(
            {
                "actionType": 3,
                "functionName": "C",
                "input": "1",
                "instanceId": "id",
                "version": None,
                "retryOptions": OPTIONS,
            }
        ),
    ),
    "a timer": (
        lambda context: context.create_timer(context.current_utc_datetime + timedelta(seconds=1.5)),
        {"actionType": 5, "fireAt": "2026-01-31T12:00:01.500000Z", "isCanceled": False},
    ),
    "an external event": (
        lambda context: context.wait_for_external_event("go"),
        {"actionType": 6, "externalEventName": "go", "reason": "ExternalEvent"},
    ),
    "an entity call": (
        lambda context: context.call_entity(COUNTER, "add", 1),
        {"actionType": 7, "instanceId": "@counter@a", "operation": "add", "input": "1"},
    ),
    "an HTTP call": (
        lambda context: context.call_http("POST", "http://127.0.0.1/", {"x": 1}, {"h": "v"}),
        {
            "actionType": 8,
            "httpRequest": {
                "method": "POST",
                "uri": "http://127.0.0.1/",
                "content": '{"x": 1}',
                "headers": {"h": "v"},
            },
        },
    ),
    "an any": (
        lambda context: context.task_any([context.wait_for_external_event("go")]),
        {
            "actionType": 11,
            "compoundActions": [{"actionType": 6, "externalEventName": "go", "reason": "ExternalEvent"}],
        },
    ),
    "an all": (
        lambda context: context.task_all([context.call_activity("A")]),
        _all({"actionType": 0, "functionName": "A", "input": "null"}),
    ),
}


@pytest.mark.parametrize(("make", "expected"), ACTIONS.values(), ids=ACTIONS.keys())
def test_the_action_of(make: Callable[[Context], Any], expected: dict[str, Any]) -> None:
    def function(context: Context) -> Generator[Any, Any, Any]:
        yield make(context)

    assert run(FRESH, function)["actions"] == [[expected]]


def test_an_all_of_nothing_is_no_action() -> None:
    def function(context: Context) -> Generator[Any, Any, Any]:
        yield context.task_all([])

    assert run(FRESH, function)["actions"] == [[]]


def test_signals_and_continue_as_new_are_actions_when_they_are_called() -> None:
    def function(context: Context) -> Generator[Any, Any, Any]:
        context.signal_entity(COUNTER, "add", 1)
        context.continue_as_new({"page": 2})
        context.signal_entity(COUNTER, "late")
        yield context.call_activity("A")

    answer = run(FRESH, function)
    assert answer["isDone"]
    assert answer["actions"] == [
        [
            {"actionType": 9, "instanceId": "@counter@a", "operation": "add", "input": "1"},
            {"actionType": 4, "input": '{"page": 2}'},
        ]
    ]


def test_actions_accumulate_from_the_start_of_the_execution() -> None:
    def function(context: Context) -> Generator[Any, Any, Any]:
        yield context.call_activity("A")
        yield context.call_activity("B")

    answer = run(payload(history=[*begun(), scheduled(0, "A"), episode(1), completed(0)]), function)
    assert [found["functionName"] for found in answer["actions"][0]] == ["A", "B"]


def test_an_answer_names_output_and_custom_status_only_when_there_is_one() -> None:
    assert run(FRESH, lambda _: None) == {"isDone": True, "schemaVersion": 2, "actions": [[]]}

    def reporting(context: Context) -> int:
        context.set_custom_status({"step": 1})
        return 0

    assert run(FRESH, reporting) == {
        "isDone": True,
        "schemaVersion": 2,
        "actions": [[]],
        "output": 0,
        "customStatus": {"step": 1},
    }


def _raising(context: Context) -> Generator[Any, Any, Any]:
    context.signal_entity(COUNTER, "add")
    context.set_custom_status("soon over")
    yield from ()
    raise ValueError(f"two\nlines and {OUT_OF_PROCESS_LABEL}{{}} in them")


def test_an_error_carries_the_answer_behind_its_last_label() -> None:
    with pytest.raises(Exception, match="two\nlines and") as raised:
        run(FRESH, _raising)
    output = read_output(Answer(ok=False, value=None, error=f"Exception: {raised.value}"))
    assert output.error == f"two\nlines and {OUT_OF_PROCESS_LABEL}{{}} in them"
    assert [found["actionType"] for found in output.actions] == [9]
    assert output.custom_status == '"soon over"'
    assert not output.done


def test_the_answer_of_a_function_that_returned_is_its_output() -> None:
    text = json.dumps({"isDone": True, "actions": [[{"actionType": 0}]], "output": None})
    expected = Output(done=True, actions=[{"actionType": 0}], output="null", custom_status=None, error=None)
    assert read_output(Answer(ok=True, value=text, error=None)) == expected
    assert read_output(Answer(ok=True, value=json.dumps(text), error=None)) == expected

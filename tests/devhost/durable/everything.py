"""An orchestration that awaits one of everything, a history that ends it, and the SDK's answer to a payload."""

import json
import warnings
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any

import azure.durable_functions as df

from devhost.events import Event, EventType, event
from tests.devhost.durable.histories import (
    begun,
    child_created,
    completed,
    episode,
    failed,
    fired,
    moment,
    raised,
    scheduled,
    sent,
    timer_created,
)

Context = df.DurableOrchestrationContext
RESULTS = ["a", "no \n why", "c", "no \n why", "answer", {"x": 1}]


def everything(context: Context) -> Generator[Any, Any, Any]:
    """Awaits one of everything that history can complete."""
    found = [(yield context.call_activity("A"))]
    try:
        yield context.call_activity("B")
    except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
        found.append(str(error))
    found.append((yield context.call_sub_orchestrator("C")))
    try:
        yield context.call_sub_orchestrator("D")
    except Exception as error:  # noqa: BLE001 (as above)
        found.append(str(error))
    yield context.create_timer(context.current_utc_datetime + timedelta(seconds=1))
    found.append((yield context.call_entity(df.EntityId("counter", "a"), "get")))
    found.append((yield context.wait_for_external_event("go")))
    return found


def history() -> list[Event]:
    """A history that ends `everything`."""
    child_kind = EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED
    failed_kind = EventType.SUB_ORCHESTRATION_INSTANCE_FAILED
    why = {"Reason": "no", "Details": "why", "FailureDetails": None}
    return [
        *begun(), scheduled(0, "A"),
        episode(1), {**completed(0), "Result": '"a"'}, scheduled(1, "B"),
        episode(2), {**failed(1), **why}, child_created(2, "C"),
        episode(3), event(child_kind, moment(3), TaskScheduledId=2, Result='"c"'), child_created(3, "D"),
        episode(4), event(failed_kind, moment(4), TaskScheduledId=3, **why), timer_created(4),
        episode(5), fired(4), sent(5, "request"),
        episode(6), {**raised("request"), "Input": json.dumps({"result": '"answer"'})},
        episode(7), {**raised("go"), "Input": '{"x": 1}'},
    ]  # fmt: skip


def payload(**changes: Any) -> dict[str, Any]:
    """The whole input of an orchestrator."""
    return {
        "history": history(),
        "input": json.dumps({"a": 1}),
        "instanceId": "i",
        "isReplaying": False,
        "parentInstanceId": None,
        "upperSchemaVersion": 1,
        "upperSchemaVersionNew": 2,
        "longRunningTimerIntervalDuration": "3.00:00:00",
        "maximumShortTimerDuration": "6.00:00:00",
        "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
        **changes,
    }


def run(given: dict[str, Any], function: Callable[[Context], Any] = everything) -> dict[str, Any]:
    """The SDK's answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer: dict[str, Any] = json.loads(df.Orchestrator.create(function)(json.dumps(given)))
    return answer


def ask(question: Callable[[Context], Any], given: dict[str, Any]) -> Any:
    """What a plain orchestrator sees in its context."""

    def function(context: Context) -> Any:
        return question(context)

    return run(given, function).get("output")

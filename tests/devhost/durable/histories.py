"""Actions as the SDK answers them and events as history keeps them, in few words, for tests of the replay."""

from datetime import UTC, datetime, timedelta
from typing import Any

from devhost.events import Event, EventType, event
from devhost.shim import Replay
from devhost.timespans import instant_text

BEGIN = datetime(2026, 1, 31, 12, tzinfo=UTC)
Action = dict[str, Any]


def moment(seconds: float) -> datetime:
    """An instant that many seconds after the beginning."""
    return BEGIN + timedelta(seconds=seconds)


def activity(name: str = "Work") -> Action:
    return {"actionType": 0, "functionName": name, "input": "null"}


def retried(name: str = "Work", *, attempts: int = 3, first: int = 1000, **options: int) -> Action:
    options = {"firstRetryIntervalInMilliseconds": first, "maxNumberOfAttempts": attempts, **options}
    return {"actionType": 1, "functionName": name, "input": "null", "retryOptions": options}


def child(name: str = "Child", instance_id: str | None = None) -> Action:
    return {"actionType": 2, "functionName": name, "input": "null", "instanceId": instance_id, "version": None}


def retried_child(name: str = "Child", *, attempts: int = 2) -> Action:
    options = {"firstRetryIntervalInMilliseconds": 1000, "maxNumberOfAttempts": attempts}
    return {**child(name), "actionType": 3, "retryOptions": options}


def continue_as_new(raw_input: str = "1") -> Action:
    return {"actionType": 4, "input": raw_input}


def timer(after: float = 60, *, cancelled: bool = False) -> Action:
    return {"actionType": 5, "fireAt": instant_text(moment(after)), "isCanceled": cancelled}


def wait_for(name: str) -> Action:
    return {"actionType": 6, "externalEventName": name, "reason": "ExternalEvent"}


def call_entity(operation: str = "add") -> Action:
    return {"actionType": 7, "instanceId": "@counter@a", "operation": operation, "input": "1"}


def http() -> Action:
    return {"actionType": 8, "httpRequest": {"method": "GET", "uri": "http://127.0.0.1:9/"}}


def signal_entity(operation: str = "add") -> Action:
    return {**call_entity(operation), "actionType": 9}


def any_of(*children: Action) -> Action:
    return {"actionType": 11, "compoundActions": list(children)}


def all_of(*children: Action) -> Action:
    return {"actionType": 12, "compoundActions": list(children)}


def episode(after: float = 0) -> Event:
    """An OrchestratorStarted."""
    return event(EventType.ORCHESTRATOR_STARTED, moment(after))


def begun() -> list[Event]:
    """The first episode's first two events."""
    return [episode(), event(EventType.EXECUTION_STARTED, BEGIN, Name="Main", Version="", Input=None)]


def scheduled(task_id: int, name: str = "Work") -> Event:
    return event(EventType.TASK_SCHEDULED, BEGIN, task_id, Name=name, Version="", Input=None)


def completed(task_id: int) -> Event:
    return event(EventType.TASK_COMPLETED, BEGIN, TaskScheduledId=task_id, Result="null")


def failed(task_id: int) -> Event:
    return event(EventType.TASK_FAILED, BEGIN, TaskScheduledId=task_id, Reason="no", Details="")


def child_created(task_id: int, name: str = "Child") -> Event:
    return event(EventType.SUB_ORCHESTRATION_INSTANCE_CREATED, BEGIN, task_id, Name=name, InstanceId="c")


def child_failed(task_id: int) -> Event:
    return event(EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, BEGIN, TaskScheduledId=task_id, Reason="no", Details="")


def timer_created(task_id: int) -> Event:
    return event(EventType.TIMER_CREATED, BEGIN, task_id, FireAt=instant_text(BEGIN))


def fired(task_id: int) -> Event:
    return event(EventType.TIMER_FIRED, BEGIN, TimerId=task_id, FireAt=instant_text(BEGIN))


def sent(task_id: int, request: str) -> Event:
    return event(
        EventType.EVENT_SENT, BEGIN, task_id, InstanceId="@counter@a", Name="op", Input=f'{{"id":"{request}"}}'
    )


def raised(name: str) -> Event:
    return event(EventType.EVENT_RAISED, BEGIN, Name=name, Input="null")


def replayed(actions: list[Action], history: list[Event]) -> Replay:
    """A replay over `history`, which begins after `begun()`."""
    return Replay().play([*begun(), *history], actions)


def decided(replay: Replay) -> list[str]:
    """New decisions in few words: id, kind and name; for a timer, when it fires."""
    return [
        f"{found.id} {found.kind.name.lower()} {found.name}".rstrip()
        + (f" at {(found.fire_at - BEGIN).total_seconds():g}" if found.fire_at else "")
        for _, found in sorted(replay.pending.items())
    ]

"""History events as the durable SDK reads them: PascalCase keys, an integer `EventType`, four fields on every one."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any

from devhost.timespans import instant_text

Event = dict[str, Any]


class EventType(IntEnum):
    """The numbers of the durable task framework."""

    EXECUTION_STARTED = 0
    EXECUTION_COMPLETED = 1
    EXECUTION_TERMINATED = 3
    TASK_SCHEDULED = 4
    TASK_COMPLETED = 5
    TASK_FAILED = 6
    SUB_ORCHESTRATION_INSTANCE_CREATED = 7
    SUB_ORCHESTRATION_INSTANCE_COMPLETED = 8
    SUB_ORCHESTRATION_INSTANCE_FAILED = 9
    TIMER_CREATED = 10
    TIMER_FIRED = 11
    ORCHESTRATOR_STARTED = 12
    ORCHESTRATOR_COMPLETED = 13
    EVENT_SENT = 14
    EVENT_RAISED = 15
    CONTINUE_AS_NEW = 16
    EXECUTION_SUSPENDED = 19
    EXECUTION_RESUMED = 20
    EXECUTION_REWOUND = 21

    @property
    def title(self) -> str:
        """The name as the framework writes it: `TaskScheduled`."""
        return self.name.title().replace("_", "")


FAILURES = frozenset({EventType.TASK_FAILED, EventType.SUB_ORCHESTRATION_INSTANCE_FAILED})
"""Completions that are failures."""

COMPLETIONS = {
    EventType.TASK_COMPLETED: "TaskScheduledId",
    EventType.TASK_FAILED: "TaskScheduledId",
    EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED: "TaskScheduledId",
    EventType.SUB_ORCHESTRATION_INSTANCE_FAILED: "TaskScheduledId",
    EventType.TIMER_FIRED: "TimerId",
}
"""Events that complete something scheduled, and the field that says what."""


def event(kind: EventType, moment: datetime, event_id: int = -1, **fields: Any) -> Event:
    """An event with its four common fields and its own."""
    return {"EventType": int(kind), "EventId": event_id, "IsPlayed": False, "Timestamp": instant_text(moment), **fields}


def completed_id(found: Mapping[str, Any]) -> int | None:
    """The id of what an event completes; None when it completes nothing."""
    field = COMPLETIONS.get(EventType(found["EventType"]))
    return None if field is None else int(found[field])

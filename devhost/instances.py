"""How an instance is shown, and which instances a query names."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from devhost.events import Event, EventType
from devhost.store import Instance
from devhost.timespans import parse_instant, seconds_text

_STATUS = "case when suspended = 1 and status in ('Pending', 'Running') then 'Suspended' else status end"
_OUTCOMES = {1: "Completed", 3: "Failed", 5: "Terminated"}
_FRAMES = frozenset({EventType.ORCHESTRATOR_STARTED, EventType.ORCHESTRATOR_COMPLETED})
_SCHEDULING = frozenset({EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_INSTANCE_CREATED})
_SHOWN_AS_IT_IS = frozenset({"Reason", "Details", "FailureDetails", "FireAt", "InstanceId", "Timestamp"})


@dataclass
class InstanceQuery:
    """Conditions over the instances table and their values."""

    where: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)


def parse_instance_query(query: Mapping[str, str]) -> InstanceQuery:
    """The filters of a list or purge.

    Raises:
        ValueError: an instant cannot be read.
    """
    found = InstanceQuery()
    statuses = [name for name in query.get("runtimeStatus", "").split(",") if name]
    if statuses:
        found.where.append(f"{_STATUS} in ({', '.join('?' * len(statuses))})")
        found.values += statuses
    for name, comparison in (("createdTimeFrom", ">="), ("createdTimeTo", "<=")):
        if text := query.get(name):
            found.where.append(f"created {comparison} ?")
            found.values.append(parse_instant(text).timestamp())
    if prefix := query.get("instanceIdPrefix"):
        found.where.append("substr(id, 1, ?) = ?")
        found.values += [len(prefix), prefix]
    return found


def status_body(
    instance: Instance, *, show_input: bool, history: Iterable[Event] | None = None, show_output: bool = False
) -> dict[str, Any]:
    """An instance's status as the management API answers it."""
    body = {
        "name": instance.name,
        "instanceId": instance.id,
        "runtimeStatus": "Suspended" if instance.suspended and not instance.is_terminal else instance.status,
        "input": token(instance.input) if show_input else None,
        "customStatus": token(instance.custom_status),
        "output": token(instance.output),
        "createdTime": seconds_text(datetime.fromtimestamp(instance.created, UTC)),
        "lastUpdatedTime": seconds_text(datetime.fromtimestamp(instance.updated, UTC)),
    }
    if history is not None:
        body["historyEvents"] = _shown_history(history, show_output=show_output)
    return body


def token(raw: str | None) -> Any:
    """A raw JSON text parsed once; a text that is no JSON as it is."""
    if raw is None:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def _shown_history(history: Iterable[Event], *, show_output: bool) -> list[Event]:
    """The history as a person reads it: without frames and ids, what was scheduled folded into how it ended."""
    events = list(history)
    scheduled = {found["EventId"]: found for found in events if found["EventType"] in _SCHEDULING}
    ended = {found["TaskScheduledId"] for found in events if "TaskScheduledId" in found}
    return [
        _shown(found, scheduled.get(found.get("TaskScheduledId")), show_output=show_output)
        for found in events
        if found["EventType"] not in _FRAMES and not (found["EventType"] in _SCHEDULING and found["EventId"] in ended)
    ]


def _shown(found: Event, scheduled: Event | None, *, show_output: bool) -> Event:
    kind = EventType(found["EventType"])
    shown: Event = {"EventType": kind.title}
    shown |= {key: value for key, value in found.items() if key in _SHOWN_AS_IT_IS}
    if kind is EventType.EXECUTION_STARTED:
        shown["FunctionName"] = found["Name"]
    elif scheduled is not None:
        shown |= {"ScheduledTime": scheduled["Timestamp"], "FunctionName": scheduled["Name"]}
    elif "Name" in found:
        shown["Name"] = found["Name"]
    if "OrchestrationStatus" in found:
        shown["OrchestrationStatus"] = _OUTCOMES[found["OrchestrationStatus"]]
    if show_output and "Result" in found:
        shown["Result"] = token(found["Result"])
    return shown

"""How an instance is shown, and which instances a query names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from devhost.events import Event, EventType
from devhost.store import Instance
from devhost.timespans import parse_instant, seconds_text

HIDDEN_WITHOUT_OUTPUT = ("Result", "Input")


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
        found.where.append(f"status in ({', '.join('?' * len(statuses))})")
        found.values += statuses
    for name, comparison in (("createdTimeFrom", ">="), ("createdTimeTo", "<=")):
        if text := query.get(name):
            found.where.append(f"created {comparison} ?")
            found.values.append(parse_instant(text).timestamp())
    if prefix := query.get("instanceIdPrefix"):
        found.where.append("substr(id, 1, ?) = ?")
        found.values += [len(prefix), prefix]
    return found


def _token(raw: str | None) -> Any:  # noqa: ANN401 (JSON)
    if raw is None:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        return raw


def status_body(
    instance: Instance, *, show_input: bool, history: list[Event] | None = None, show_output: bool = False
) -> dict[str, Any]:
    """An instance's status as the management API answers it."""
    body = {
        "name": instance.name,
        "instanceId": instance.id,
        "runtimeStatus": "Suspended" if instance.suspended and not instance.is_terminal else instance.status,
        "input": _token(instance.input) if show_input else None,
        "customStatus": _token(instance.custom_status),
        "output": _token(instance.output),
        "createdTime": seconds_text(datetime.fromtimestamp(instance.created, UTC)),
        "lastUpdatedTime": seconds_text(datetime.fromtimestamp(instance.updated, UTC)),
    }
    if history is not None:
        body["historyEvents"] = [_shown(found, show_output=show_output) for found in history]
    return body


def _shown(found: Event, *, show_output: bool) -> Event:
    shown = {key: value for key, value in found.items() if key not in {"IsPlayed", "EventId"}}
    shown["EventType"] = "".join(part.capitalize() for part in EventType(found["EventType"]).name.split("_"))
    if not show_output:
        shown = {key: value for key, value in shown.items() if key not in HIDDEN_WITHOUT_OUTPUT}
    return shown

"""How executions of an instance begin and end: start, continue as new, rewind, finish. Called inside a transaction."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from devhost.events import FAILURES, Event, EventType, event
from devhost.store import COMPLETED, FAILED, PENDING, RUNNING, TERMINATED, Instance, Store

_STATUS_NUMBERS = {COMPLETED: 1, FAILED: 3, TERMINATED: 5}
_SCHEDULING = frozenset({EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_INSTANCE_CREATED})


@dataclass(frozen=True)
class ParentTask:
    """Whom a child tells its end, and as the completion of what."""

    instance: Instance
    task_id: int


class Lifecycle:
    """Begins and ends executions in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(
        self,
        instance_id: str,
        name: str,
        raw_input: str | None,
        now: datetime,
        *,
        version: str | None = None,
        parent: ParentTask | None = None,
    ) -> None:
        """Begin an instance; a finished one of the same id is replaced."""
        instance = Instance(
            id=instance_id,
            name=name,
            execution_id=uuid.uuid4().hex,
            status=PENDING,
            input=raw_input,
            output=None,
            custom_status=None,
            created=now.timestamp(),
            updated=now.timestamp(),
            parent_id=parent.instance.id if parent else None,
            parent_execution_id=parent.instance.execution_id if parent else None,
            parent_task_id=parent.task_id if parent else None,
            version=version,
        )
        self._store.purge(instance.id)
        self._store.save_instance(instance)
        self._begin(instance, now)

    def continue_as_new(self, instance: Instance, raw_input: str | None, now: datetime) -> None:
        """Rule 11: a new execution with an empty history; events nobody waited for are gone with the old one."""
        self._store.clear_execution(instance.id)
        instance.execution_id, instance.input = uuid.uuid4().hex, raw_input
        self._store.save_instance(instance)
        self._begin(instance, now)

    def rewind(self, instance: Instance, reason: str | None, now: datetime) -> None:
        """Take a failed instance back: its failures and what they answered never happened."""
        history = self._store.history(instance.id)
        failed = {found["TaskScheduledId"] for found in history if found["EventType"] in FAILURES}
        undone = {*FAILURES, EventType.EXECUTION_COMPLETED}
        kept = [
            found
            for found in history
            if found["EventType"] not in undone
            and not (found["EventType"] in _SCHEDULING and found["EventId"] in failed)
        ]
        self._store.replace_history(instance.id, kept)
        instance.status, instance.output, instance.updated = RUNNING, None, now.timestamp()
        self._store.save_instance(instance)
        rewound = event(EventType.EXECUTION_REWOUND, now, Reason=reason)
        self._store.send(instance.id, rewound, now.timestamp(), instance.execution_id)

    def finish(self, instance: Instance, status: str, output: str | None, now: datetime) -> None:
        """End an instance, and tell its parent."""
        instance.status, instance.output, instance.updated = status, output, now.timestamp()
        ended = event(EventType.EXECUTION_COMPLETED, now, OrchestrationStatus=_STATUS_NUMBERS[status], Result=output)
        self._store.append_history(instance.id, [ended, event(EventType.ORCHESTRATOR_COMPLETED, now)])
        self._store.save_instance(instance)
        if instance.parent_id is not None:
            told = _told_to_parent(instance, now)
            self._store.send(instance.parent_id, told, now.timestamp(), instance.parent_execution_id)

    def fail(self, instance: Instance, error: str, now: datetime) -> None:
        """End an instance by an error."""
        self.finish(instance, FAILED, json.dumps(error), now)

    def _begin(self, instance: Instance, now: datetime) -> None:
        begun = event(
            EventType.EXECUTION_STARTED,
            now,
            Name=instance.name,
            Version=instance.version or "",
            Input=instance.input,
            OrchestrationInstance={"InstanceId": instance.id, "ExecutionId": instance.execution_id},
            ParentInstance=self._parent_of(instance),
            Tags=None,
        )
        self._store.send(instance.id, begun, now.timestamp(), instance.execution_id)

    def _parent_of(self, instance: Instance) -> dict[str, object] | None:
        if instance.parent_id is None:
            return None
        parent = self._store.instance(instance.parent_id)
        return {
            "Name": parent.name if parent else "",
            "OrchestrationInstance": {"InstanceId": instance.parent_id, "ExecutionId": instance.parent_execution_id},
            "TaskScheduleId": instance.parent_task_id,
        }


def already_exists(standing: Instance) -> str:
    """Why an instance of this id is not begun."""
    return f"An Orchestration instance with the status {standing.status} already exists: {standing.id}"


def _told_to_parent(child: Instance, now: datetime) -> Event:
    task_id = child.parent_task_id
    if child.status == COMPLETED:
        kind = EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED
        return event(kind, now, TaskScheduledId=task_id, Result=child.output)
    reason = json.loads(child.output or "null") or child.status
    kind = EventType.SUB_ORCHESTRATION_INSTANCE_FAILED
    return event(kind, now, TaskScheduledId=task_id, Reason=reason, Details="", FailureDetails=None)

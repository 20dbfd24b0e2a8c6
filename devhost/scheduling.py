"""Carrying out what an episode decided: activities, timers, children, entities. Called inside a transaction."""

import json
import uuid
from collections.abc import Iterable
from datetime import datetime

from devhost.entities import entity_id, entity_name
from devhost.events import Event, EventType, event
from devhost.lifecycle import Lifecycle, ParentTask, already_exists
from devhost.registry import FunctionKind, Registry
from devhost.shim import HTTP_ACTIVITY, Decision, DecisionKind
from devhost.store import Instance, Store
from devhost.timespans import instant_text


class Scheduling:
    """Turns decisions into rows of the store, and into the events that record them."""

    def __init__(self, store: Store, registry: Registry, lifecycle: Lifecycle) -> None:
        self._store = store
        self._registry = registry
        self._lifecycle = lifecycle
        self._carriers = {
            DecisionKind.ACTIVITY: self._activity,
            DecisionKind.TIMER: self._timer,
            DecisionKind.SUB: self._child,
            DecisionKind.SEND: self._operation,
        }

    def require_known(self, decisions: Iterable[Decision]) -> None:
        """Pass decisions whose functions are registered (rule 9).

        Raises:
            UnknownFunctionError: one is not.
        """
        for decision in decisions:
            if decision.kind is DecisionKind.SUB:
                self._registry.require(FunctionKind.ORCHESTRATOR, decision.name)
            elif decision.kind is DecisionKind.SEND:
                self._registry.require(FunctionKind.ENTITY, entity_name(decision.target or ""))
            elif decision.kind is DecisionKind.ACTIVITY and decision.name != HTTP_ACTIVITY:
                self._registry.require(FunctionKind.ACTIVITY, decision.name)

    def carry_out(self, instance: Instance, decision: Decision, now: datetime) -> Event:
        """Do one, and answer the event that records it."""
        return self._carriers[decision.kind](instance, decision, now)

    def _activity(self, instance: Instance, decision: Decision, now: datetime) -> Event:
        self._store.add_activity(instance.id, instance.execution_id, decision.id, decision.name, decision.input)
        return event(EventType.TASK_SCHEDULED, now, decision.id, Name=decision.name, Version="", Input=None)

    def _timer(self, instance: Instance, decision: Decision, now: datetime) -> Event:
        fire_at = decision.fire_at or now
        due = instant_text(fire_at)
        fired = event(EventType.TIMER_FIRED, fire_at, TimerId=decision.id, FireAt=due)
        self._store.send(instance.id, fired, max(fire_at, now).timestamp(), instance.execution_id)
        return event(EventType.TIMER_CREATED, now, decision.id, FireAt=due)

    def _child(self, instance: Instance, decision: Decision, now: datetime) -> Event:
        child_id = decision.target or f"{instance.execution_id}:{decision.id}"
        standing = self._store.instance(child_id)
        if standing is None or standing.is_terminal:
            name = self._registry.require(FunctionKind.ORCHESTRATOR, decision.name)
            parent = ParentTask(instance, decision.id)
            self._lifecycle.start(child_id, name, encoded(decision.input), now, version=decision.version, parent=parent)
        else:
            reason = already_exists(standing)
            kind = EventType.SUB_ORCHESTRATION_INSTANCE_FAILED
            failed = event(kind, now, TaskScheduledId=decision.id, Reason=reason, Details="", FailureDetails=None)
            self._store.send(instance.id, failed, now.timestamp(), instance.execution_id)
        return event(
            EventType.SUB_ORCHESTRATION_INSTANCE_CREATED,
            now,
            decision.id,
            Name=decision.name,
            Version=decision.version or "",
            InstanceId=child_id,
            Input=encoded(decision.input),
        )

    def _operation(self, instance: Instance, decision: Decision, now: datetime) -> Event:
        message = {
            "op": decision.name,
            "signal": not decision.is_call,
            "input": encoded(decision.input),
            "id": str(uuid.uuid4()),
            "parent": instance.id,
            "parentExecution": instance.execution_id,
        }
        self._store.send_entity(entity_id(decision.target or ""), message)
        return event(
            EventType.EVENT_SENT, now, decision.id, InstanceId=decision.target, Name="op", Input=json.dumps(message)
        )


def encoded(action_input: str | None) -> str | None:
    """The raw input of a child, an operation or a next execution: an action's text, encoded once more as JSON.

    The SDK decodes it twice, as it does with what its client sends.
    """
    return None if action_input is None else json.dumps(action_input)

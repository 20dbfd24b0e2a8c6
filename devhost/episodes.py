"""One episode of an orchestration: what is due goes in, the orchestrator runs once, and everything it decided is committed."""

import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from devhost.entities import entity_id
from devhost.events import Event, EventType, completed_id, event, execution_started
from devhost.seam import Answer, DurableFunctions, Invoke
from devhost.shim import HTTP_ACTIVITY, Decision, DecisionKind, NonDeterministicError, Replay
from devhost.store import COMPLETED, FAILED, RUNNING, TERMINATED, Instance, Message, Store
from devhost.timespans import utc_now

OUT_OF_PROCESS_LABEL = "$OutOfProcData$:"
ABORTED_RETRY_SECONDS = 1.0
STATUS_NUMBERS = {COMPLETED: 1, FAILED: 3, TERMINATED: 5}
_CONTROL = {EventType.EXECUTION_TERMINATED, EventType.SUSPENDED, EventType.RESUMED}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Output:
    """What an orchestrator function answered."""

    done: bool
    actions: list[dict[str, Any]]
    output: str | None
    custom_status: str | None
    error: str | None


class AbortedError(Exception):
    """The invocation itself broke off (a timeout): the episode is tried again."""


def read_output(answer: Answer) -> Output:
    """The answer of an orchestrator function; when it raised, what follows the last label of the error.

    Raises:
        AbortedError: the error carries no such label: the orchestrator never got to an answer.
    """
    if answer.ok:
        found = json.loads(answer.value or "{}")
        found = json.loads(found) if isinstance(found, str) else found
    else:
        _, label, text = (answer.error or "").rpartition(OUT_OF_PROCESS_LABEL)
        if not label:
            raise AbortedError(answer.error or "the orchestrator was aborted")
        found = json.loads(text)
    actions = found.get("actions") or [[]]
    return Output(
        done=bool(found.get("isDone")),
        actions=actions[0] if actions else [],
        output=json.dumps(found["output"]) if "output" in found else None,
        custom_status=json.dumps(found["customStatus"]) if found.get("customStatus") else None,
        error=found.get("error"),
    )


class Episode:
    """Runs episodes of one host's instances."""

    def __init__(self, store: Store, functions: DurableFunctions, invoke: Invoke) -> None:
        self._store = store
        self._invoke = invoke
        self._orchestrators = {name.lower(): name for name in functions.orchestrators}
        self._activities = {name.lower(): name for name in functions.activities}

    async def run(self, instance_id: str) -> None:
        """Deliver what is due for an instance and commit what follows from it."""
        store, now = self._store, utc_now()
        messages = store.messages(instance_id, now.timestamp())
        instance = store.instance(instance_id)
        if instance is None or instance.is_terminal:
            with store.transaction():
                store.drop_messages(message.id for message in messages)
            return
        if self._controlled(instance, messages, now):
            return
        history = store.history(instance_id)
        news = _news(instance, history, messages)
        if not news:
            with store.transaction():
                store.drop_messages(message.id for message in messages)
            return
        started = event(EventType.ORCHESTRATOR_STARTED, now)
        played = [{**found, "IsPlayed": found["EventType"] != EventType.ORCHESTRATOR_STARTED} for found in history]
        payload = _payload(instance, [*played, started, *news])
        answer = await self._invoke(self._orchestrators[instance.name.lower()], payload)
        standing = store.instance(instance_id)
        if standing is None or standing.execution_id != instance.execution_id or standing.is_terminal:
            return
        try:
            output = read_output(answer)
        except AbortedError as error:
            _log.warning("the orchestrator %s (%s) broke off and is tried again: %s", instance.name, instance_id, error)
            with store.transaction():
                for message in messages:
                    store.send(
                        instance_id, message.event, now.timestamp() + ABORTED_RETRY_SECONDS, message.execution_id
                    )
                store.drop_messages(message.id for message in messages)
            return
        with store.transaction():
            store.drop_messages(message.id for message in messages)
            self._commit(instance, history, [started, *news], output, now)

    def _controlled(self, instance: Instance, messages: Sequence[Message], now: datetime) -> bool:
        """Terminate, suspend, resume: they come before everything else. True: the episode ends here."""
        store = self._store
        for message in messages:
            kind = EventType(message.event["EventType"])
            if kind not in _CONTROL:
                continue
            with store.transaction():
                store.drop_messages([message.id])
                store.append_history(instance.id, [event(EventType.ORCHESTRATOR_STARTED, now), message.event])
                if kind is EventType.EXECUTION_TERMINATED:
                    self._finish(instance, TERMINATED, json.dumps(message.event.get("Input")), now)
                    return True
                instance.suspended = int(kind is EventType.SUSPENDED)
                instance.updated = now.timestamp()
                store.append_history(instance.id, [event(EventType.ORCHESTRATOR_COMPLETED, now)])
                store.save_instance(instance)
        return bool(instance.suspended) or any(EventType(m.event["EventType"]) in _CONTROL for m in messages)

    def _commit(
        self, instance: Instance, history: list[Event], fresh: list[Event], output: Output, now: datetime
    ) -> None:
        instance.status, instance.updated = RUNNING, now.timestamp()
        instance.custom_status = output.custom_status
        try:
            replay = Replay().play([*history, *fresh], output.actions)
            self._require_known(replay)
        except (NonDeterministicError, UnknownFunctionError) as error:
            self._store.append_history(instance.id, fresh)
            self._finish(instance, FAILED, json.dumps(str(error)), now)
            return
        scheduled = [self._schedule(instance, decision, now) for _, decision in sorted(replay.pending.items())]
        self._store.append_history(instance.id, [*fresh, *scheduled])
        if replay.complete and output.error is not None:
            text = f"Orchestrator function '{instance.name}' failed: {output.error}"
            self._finish(instance, FAILED, json.dumps(text), now)
        elif replay.complete and replay.continue_with:
            self.continue_as_new(instance, replay.continue_with[0], now)
        elif replay.complete and output.done:
            self._finish(instance, COMPLETED, output.output, now)
        else:
            self._store.append_history(instance.id, [event(EventType.ORCHESTRATOR_COMPLETED, now)])
            self._store.save_instance(instance)

    def _require_known(self, replay: Replay) -> None:
        for decision in replay.pending.values():
            known, what = self._activities, "an activity"
            if decision.kind is DecisionKind.SUB:
                known, what = self._orchestrators, "an orchestrator"
            elif decision.kind is not DecisionKind.ACTIVITY or decision.name == HTTP_ACTIVITY:
                continue
            if decision.name.lower() not in known:
                listed = ", ".join(sorted(known.values())) or "none"
                raise UnknownFunctionError(
                    f"The function '{decision.name}' doesn't exist, is disabled, or is not {what} function. "
                    f"The following are the known {what.split()[1]} functions: {listed}."
                )

    def _schedule(self, instance: Instance, decision: Decision, now: datetime) -> Event:
        """Carry a decision out, and the event that records it."""
        store = self._store
        if decision.kind is DecisionKind.ACTIVITY:
            store.add_activity(instance.id, instance.execution_id, decision.id, decision.name, decision.input)
            return event(EventType.TASK_SCHEDULED, now, decision.id, Name=decision.name, Version="", Input=None)
        if decision.kind is DecisionKind.TIMER:
            fire_at = decision.fire_at or now
            created = event(EventType.TIMER_CREATED, now, decision.id)
            created["FireAt"] = event(EventType.TIMER_CREATED, fire_at)["Timestamp"]
            fired = event(EventType.TIMER_FIRED, fire_at, TimerId=decision.id, FireAt=created["FireAt"])
            store.send(instance.id, fired, max(fire_at, now).timestamp(), instance.execution_id)
            return created
        if decision.kind is DecisionKind.SUB:
            return self._start_child(instance, decision, now)
        request = str(uuid.uuid4())
        message = {
            "op": decision.name,
            "signal": not decision.is_call,
            "input": None if decision.input is None else json.dumps(decision.input),
            "id": request,
            "parent": instance.id,
            "parentExecution": instance.execution_id,
        }
        store.send_entity(entity_id(decision.target or ""), message)
        return event(
            EventType.EVENT_SENT, now, decision.id, InstanceId=decision.target, Name="op", Input=json.dumps(message)
        )

    def _start_child(self, instance: Instance, decision: Decision, now: datetime) -> Event:
        child_id = decision.target or f"{instance.execution_id}:{decision.id}"
        created = event(
            EventType.SUB_CREATED,
            now,
            decision.id,
            Name=decision.name,
            Version="",
            InstanceId=child_id,
            Input=decision.input,
        )
        standing = self._store.instance(child_id)
        if standing is not None and not standing.is_terminal:
            text = f"An Orchestration instance with the status {standing.status} already exists: {child_id}"
            failed = event(EventType.SUB_FAILED, now, TaskScheduledId=decision.id, Reason=text, Details="")
            self._store.send(instance.id, failed, now.timestamp(), instance.execution_id)
            return created
        self.start(
            child_id,
            self._orchestrators[decision.name.lower()],
            decision.input,
            now,
            parent=instance,
            task_id=decision.id,
        )
        return created

    def start(
        self,
        instance_id: str,
        name: str,
        raw_input: str | None,
        now: datetime,
        *,
        parent: Instance | None = None,
        task_id: int | None = None,
    ) -> None:
        """Begin a new execution; a finished one of the same id is replaced."""
        store = self._store
        store.purge(instance_id)
        moment = now.timestamp()
        instance = Instance(
            instance_id,
            self._orchestrators.get(name.lower(), name),
            uuid.uuid4().hex,
            "Pending",
            raw_input,
            None,
            None,
            moment,
            moment,
        )
        if parent is not None:
            instance = replace(
                instance, parent_id=parent.id, parent_execution_id=parent.execution_id, parent_task_id=task_id
            )
        store.save_instance(instance)
        self._begin(instance, now)

    def _begin(self, instance: Instance, now: datetime) -> None:
        parent = None
        if instance.parent_id is not None:
            parent = {
                "Name": "",
                "OrchestrationInstance": {
                    "InstanceId": instance.parent_id,
                    "ExecutionId": instance.parent_execution_id,
                },
                "TaskScheduleId": instance.parent_task_id,
            }
        begun = execution_started(now, instance.name, instance.id, instance.execution_id, instance.input, parent)
        self._store.send(instance.id, begun, now.timestamp(), instance.execution_id)

    def continue_as_new(self, instance: Instance, raw_input: str | None, now: datetime) -> None:
        """Rule 11: a new execution with an empty history; events nobody waited for are gone with the old one."""
        self._store.clear_execution(instance.id)
        instance.execution_id, instance.input = uuid.uuid4().hex, raw_input
        self._store.save_instance(instance)
        self._begin(instance, now)

    def rewind(self, instance: Instance, reason: str | None, now: datetime) -> None:
        """Take a failed instance back: its failures and what they answered never happened."""
        history = self._store.history(instance.id)
        failures = {EventType.TASK_FAILED, EventType.SUB_FAILED}
        failed = {found["TaskScheduledId"] for found in history if found["EventType"] in failures}
        scheduling = {EventType.TASK_SCHEDULED, EventType.SUB_CREATED}
        kept = [
            found
            for found in history
            if found["EventType"] not in {*failures, EventType.EXECUTION_COMPLETED}
            and not (found["EventType"] in scheduling and found["EventId"] in failed)
        ]
        self._store.replace_history(instance.id, kept)
        instance.status, instance.output, instance.updated = RUNNING, None, now.timestamp()
        self._store.save_instance(instance)
        self._store.send(
            instance.id, event(EventType.REWOUND, now, Reason=reason), now.timestamp(), instance.execution_id
        )

    def _finish(self, instance: Instance, status: str, output: str | None, now: datetime) -> None:
        store = self._store
        instance.status, instance.output, instance.updated = status, output, now.timestamp()
        done = event(EventType.EXECUTION_COMPLETED, now, OrchestrationStatus=STATUS_NUMBERS[status], Result=output)
        store.append_history(instance.id, [done, event(EventType.ORCHESTRATOR_COMPLETED, now)])
        store.save_instance(instance)
        if instance.parent_id is None:
            return
        if status == COMPLETED:
            told = event(EventType.SUB_COMPLETED, now, TaskScheduledId=instance.parent_task_id, Result=output)
        else:
            reason = json.loads(output) if output else status
            told = event(
                EventType.SUB_FAILED, now, TaskScheduledId=instance.parent_task_id, Reason=reason or status, Details=""
            )
        store.send(instance.parent_id, told, now.timestamp(), instance.parent_execution_id)


class UnknownFunctionError(Exception):
    """An orchestrator asked for a function that is not registered (rule 9)."""


def _news(instance: Instance, history: Sequence[Event], messages: Sequence[Message]) -> list[Event]:
    """The events to deliver: of this execution, not completing anything twice, not controlling the instance."""
    done = {key for found in history if (key := completed_id(found)) is not None}
    news = []
    for message in messages:
        kind = EventType(message.event["EventType"])
        if kind in _CONTROL or message.execution_id not in {None, instance.execution_id}:
            continue
        key = completed_id(message.event)
        if key is not None:
            if key in done:
                continue
            done.add(key)
        news.append(message.event)
    return news


def _payload(instance: Instance, history: list[Event]) -> str:
    try:
        token = json.loads(instance.input) if instance.input is not None else None
    except ValueError:
        token = instance.input
    return json.dumps(
        {
            "history": history,
            "input": token,
            "instanceId": instance.id,
            "isReplaying": any(found["IsPlayed"] for found in history),
            "parentInstanceId": instance.parent_id,
            "upperSchemaVersion": 1,
            "upperSchemaVersionNew": 2,
            "longRunningTimerIntervalDuration": "3.00:00:00",
            "maximumShortTimerDuration": "6.00:00:00",
            "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
        }
    )

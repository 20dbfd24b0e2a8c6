"""One episode of an orchestration: what is due goes in, the orchestrator runs once, what it decided is committed."""

import json
from collections.abc import Sequence
from datetime import datetime

from devhost.answers import BrokenOrchestratorError, Output, read_output
from devhost.events import Event, EventType, completed_id, event
from devhost.instances import token
from devhost.lifecycle import Lifecycle
from devhost.registry import FunctionKind, Registry, UnknownFunctionError
from devhost.scheduling import Scheduling, encoded
from devhost.seam import Invoke
from devhost.shim import NonDeterministicError, Replay
from devhost.store import COMPLETED, RUNNING, TERMINATED, Instance, Message, Store
from devhost.timespans import utc_now

_CONTROL = {EventType.EXECUTION_TERMINATED, EventType.EXECUTION_SUSPENDED, EventType.EXECUTION_RESUMED}


class Episodes:
    """Runs episodes of one host's instances."""

    def __init__(self, store: Store, registry: Registry, lifecycle: Lifecycle, invoke: Invoke) -> None:
        self._store = store
        self._registry = registry
        self._lifecycle = lifecycle
        self._scheduling = Scheduling(store, registry, lifecycle)
        self._invoke = invoke

    async def run(self, instance_id: str) -> None:
        """Deliver what is due for an instance and commit what follows from it.

        Raises:
            AbortedError: the worker broke the invocation off; nothing has changed.
        """
        store, now = self._store, utc_now()
        messages = store.messages(instance_id, now.timestamp())
        instance = store.instance(instance_id)
        if instance is None or instance.is_terminal:
            self._drop(messages)
            return
        if self._controlled(instance, messages, now):
            return
        history = store.history(instance_id)
        news = _news(instance, history, messages)
        if not news:
            self._drop(messages)
            return
        fresh = [event(EventType.ORCHESTRATOR_STARTED, now), *news]
        output = await self._output(instance, history, fresh)
        if self._is_replaced(instance):
            return
        with store.transaction():
            store.drop_messages(message.id for message in messages)
            if isinstance(output, Output):
                self._commit(instance, history, fresh, output, now)
            else:
                store.append_history(instance.id, fresh)
                self._lifecycle.fail(instance, output, now)

    def _drop(self, messages: Sequence[Message]) -> None:
        with self._store.transaction():
            self._store.drop_messages(message.id for message in messages)

    async def _output(self, instance: Instance, history: Sequence[Event], fresh: Sequence[Event]) -> Output | str:
        """What the orchestrator answers, or why there is no answer."""
        try:
            function = self._registry.require(FunctionKind.ORCHESTRATOR, instance.name)
            return read_output(await self._invoke(function, _payload(instance, history, fresh)))
        except UnknownFunctionError as error:
            return str(error)
        except BrokenOrchestratorError as error:
            return _failure_text(instance, str(error))

    def _is_replaced(self, instance: Instance) -> bool:
        """Whether the execution is no longer the one that ran."""
        standing = self._store.instance(instance.id)
        return standing is None or standing.execution_id != instance.execution_id or standing.is_terminal

    def _controlled(self, instance: Instance, messages: Sequence[Message], now: datetime) -> bool:
        """Rule 8: terminate, suspend and resume come before everything else. True: the episode ends here."""
        found = [message for message in messages if EventType(message.event["EventType"]) in _CONTROL]
        for message in found:
            with self._store.transaction():
                self._store.drop_messages([message.id])
                self._store.append_history(instance.id, [event(EventType.ORCHESTRATOR_STARTED, now), message.event])
                kind = EventType(message.event["EventType"])
                if kind is EventType.EXECUTION_TERMINATED:
                    self._lifecycle.finish(instance, TERMINATED, json.dumps(message.event.get("Input")), now)
                    return True
                instance.suspended = int(kind is EventType.EXECUTION_SUSPENDED)
                instance.updated = now.timestamp()
                self._store.append_history(instance.id, [event(EventType.ORCHESTRATOR_COMPLETED, now)])
                self._store.save_instance(instance)
        return bool(instance.suspended or found)

    def _commit(
        self, instance: Instance, history: Sequence[Event], fresh: Sequence[Event], output: Output, now: datetime
    ) -> None:
        instance.status, instance.updated = RUNNING, now.timestamp()
        instance.custom_status = output.custom_status
        try:
            replay = Replay().play([*history, *fresh], output.actions)
            self._scheduling.require_known(replay.pending.values())
        except (NonDeterministicError, UnknownFunctionError) as error:
            self._store.append_history(instance.id, fresh)
            self._lifecycle.fail(instance, str(error), now)
            return
        decided = [replay.pending[key] for key in sorted(replay.pending)]
        recorded = [self._scheduling.carry_out(instance, decision, now) for decision in decided]
        self._store.append_history(instance.id, [*fresh, *recorded])
        if not replay.complete or not (output.error or replay.continue_with or output.done):
            self._store.append_history(instance.id, [event(EventType.ORCHESTRATOR_COMPLETED, now)])
            self._store.save_instance(instance)
        elif output.error is not None:
            self._lifecycle.fail(instance, _failure_text(instance, output.error), now)
        elif replay.continue_with:
            self._lifecycle.continue_as_new(instance, encoded(replay.continue_with[0]), now)
        else:
            self._lifecycle.finish(instance, COMPLETED, output.output, now)


def _failure_text(instance: Instance, error: str) -> str:
    """Rule 10."""
    return f"Orchestrator function '{instance.name}' failed: {error}"


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


def _payload(instance: Instance, history: Sequence[Event], fresh: Sequence[Event]) -> str:
    """The orchestrator's input: committed events count as played, except the starts of episodes; fresh ones do not."""
    played = [{**found, "IsPlayed": found["EventType"] != EventType.ORCHESTRATOR_STARTED} for found in history]
    return json.dumps(
        {
            "history": [*played, *fresh],
            "input": token(instance.input),
            "instanceId": instance.id,
            "isReplaying": any(found["IsPlayed"] for found in played),
            "parentInstanceId": instance.parent_id,
            "upperSchemaVersion": 1,
            "upperSchemaVersionNew": 2,
            "longRunningTimerIntervalDuration": "3.00:00:00",
            "maximumShortTimerDuration": "6.00:00:00",
            "defaultHttpAsyncRequestSleepTimeMillseconds": 30000,
        }
    )

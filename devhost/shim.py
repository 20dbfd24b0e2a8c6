"""The replay, exactly as the durable extension does it: history and the SDK's actions in, decisions out. Pure.

The SDK answers the cumulative list of actions of an execution. The extension walks it in a coroutine of its own,
serially, over the same history; whatever the walk schedules that history does not know yet is a new decision. This is
an emulation written from reading the hosts' sources; the rules are numbered as in the list it was built from.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, ClassVar

from devhost.events import FAILURES, Event, EventType, completed_id
from devhost.tasks import Coroutine, Task, run, when_all, when_any
from devhost.timespans import parse_instant

HTTP_ACTIVITY = "BuiltIn::HttpActivity"
NON_DETERMINISTIC = "Non-Deterministic workflow detected"
_BEGINNING, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class ActionType(int, Enum):
    """The SDK's action numbers."""

    ACTIVITY = 0
    ACTIVITY_WITH_RETRY = 1
    SUB = 2
    SUB_WITH_RETRY = 3
    CONTINUE_AS_NEW = 4
    TIMER = 5
    EXTERNAL_EVENT = 6
    CALL_ENTITY = 7
    CALL_HTTP = 8
    SIGNAL_ENTITY = 9
    WHEN_ANY = 11
    WHEN_ALL = 12


class DecisionKind(Enum):
    """What a decision schedules, and the history event that records it."""

    ACTIVITY = EventType.TASK_SCHEDULED
    SUB = EventType.SUB_ORCHESTRATION_INSTANCE_CREATED
    TIMER = EventType.TIMER_CREATED
    SEND = EventType.EVENT_SENT


@dataclass(frozen=True)
class Decision:
    """One thing to schedule under the execution's id for it.

    Attributes:
        name: The function's name; for an entity the operation.
        input: The raw input as JSON text.
        version: The version a child is to be of.
        fire_at: When a timer fires.
        target: A child's instance id (None: derive one), or an entity's id.
        is_call: Whether an entity's answer is awaited.
    """

    id: int
    kind: DecisionKind
    name: str = ""
    input: str | None = None
    version: str | None = None
    fire_at: datetime | None = None
    target: str | None = None
    is_call: bool = False


class NonDeterministicError(Exception):
    """History and walk disagree: the orchestrator is not deterministic."""


_Invocation = Callable[["Replay", Mapping[str, Any]], Task]


@dataclass
class Replay:
    """The state of a walk after all events.

    Attributes:
        pending: Decisions history does not know yet, in order of their ids.
        ended: Whether the coroutine reached its end.
        continue_with: The raw input of a continue-as-new, in a list of one; empty when there is none.
    """

    pending: dict[int, Decision] = field(default_factory=dict)
    ended: bool = False
    continue_with: list[str | None] = field(default_factory=list)
    _open: dict[int | str, Task] = field(default_factory=dict)
    _waiters: dict[str, list[Task]] = field(default_factory=dict)
    _buffered: dict[str, int] = field(default_factory=dict)
    _next_id: int = 0
    _now: datetime = _BEGINNING

    @property
    def complete(self) -> bool:
        """Rule 7: the coroutine ended and nothing scheduled is open."""
        return self.ended and not self._open

    def play(self, history: Sequence[Event], actions: Sequence[Mapping[str, Any]]) -> "Replay":
        """Run over the events in order (rule 1).

        Raises:
            NonDeterministicError: a scheduled event does not match the walk (rule 5).
        """
        for found in history:
            kind = EventType(found["EventType"])
            if kind is EventType.ORCHESTRATOR_STARTED:
                self._now = parse_instant(found["Timestamp"])
            elif kind is EventType.EXECUTION_STARTED:
                run(self._walk(actions)).then(self._end)
            elif kind in _SCHEDULED:
                self._match(found, kind)
            elif kind is EventType.EVENT_RAISED:
                self._raise_event(found["Name"])
            elif (done := completed_id(found)) is not None and (task := self._open.pop(done, None)):
                task.resolve(failed=kind in FAILURES)
        return self

    def _end(self) -> None:
        self.ended = True

    def _walk(self, actions: Sequence[Mapping[str, Any]]) -> Coroutine:
        for action in actions:
            if action["actionType"] == ActionType.CONTINUE_AS_NEW:
                self.continue_with = [action.get("input")]
                return False
            yield self._invoke(action)
        return False

    def _invoke(self, action: Mapping[str, Any]) -> Task:
        kind = ActionType(action["actionType"])
        if kind is ActionType.WHEN_ALL:
            return when_all([self._invoke(child) for child in action["compoundActions"]])
        if kind is ActionType.WHEN_ANY:
            return when_any([self._invoke(child) for child in action["compoundActions"]])
        once, retried = self._INVOCATIONS[kind]
        return run(self._with_retry(once, action)) if retried else once(self, action)

    def _schedule(self, kind: DecisionKind, *, awaited: bool = True, **details: Any) -> Task:
        task = Task()
        decision = Decision(self._next_id, kind, **details)
        self._next_id += 1
        self.pending[decision.id] = decision
        if awaited:
            self._open[decision.id] = task
        else:
            task.resolve()
        return task

    def _activity(self, action: Mapping[str, Any]) -> Task:
        return self._schedule(DecisionKind.ACTIVITY, name=action["functionName"], input=action.get("input"))

    def _http(self, action: Mapping[str, Any]) -> Task:
        request = json.dumps(action["httpRequest"])
        return self._schedule(DecisionKind.ACTIVITY, name=HTTP_ACTIVITY, input=request)

    def _sub(self, action: Mapping[str, Any]) -> Task:
        return self._schedule(
            DecisionKind.SUB,
            name=action["functionName"],
            input=action.get("input"),
            version=action.get("version"),
            target=action.get("instanceId"),
        )

    def _timer(self, action: Mapping[str, Any]) -> Task:
        """Rule 3: a cancelled timer takes its id, resolves at once and is not open."""
        fire_at = parse_instant(action["fireAt"])
        return self._schedule(DecisionKind.TIMER, awaited=not action.get("isCanceled"), fire_at=fire_at)

    def _external_event(self, action: Mapping[str, Any]) -> Task:
        """Rule 6: the newest waiter gets an event; an event nobody waits for is kept for the next who does."""
        name = action["externalEventName"].lower()
        task = Task()
        if self._buffered.get(name):
            self._buffered[name] -= 1
            task.resolve()
        else:
            self._waiters.setdefault(name, []).append(task)
        return task

    def _entity(self, action: Mapping[str, Any]) -> Task:
        is_call = action["actionType"] == ActionType.CALL_ENTITY
        return self._schedule(
            DecisionKind.SEND,
            awaited=is_call,
            name=action["operation"],
            input=action.get("input"),
            target=action["instanceId"],
            is_call=is_call,
        )

    def _with_retry(self, once: _Invocation, action: Mapping[str, Any]) -> Coroutine:
        """Rule 4: a timer between attempts, and one more, at once, after the last failure."""
        options = action["retryOptions"]
        attempts, began = int(options["maxNumberOfAttempts"]), self._now
        for attempt in range(1, attempts + 1):
            task = once(self, action)
            yield task
            if not task.failed:
                return False
            if self._now >= _expiry(options, began):
                return True
            pause = _pause(options, attempt) if attempt < attempts else timedelta()
            yield self._schedule(DecisionKind.TIMER, fire_at=self._now + pause)
        return True

    def _match(self, found: Event, kind: EventType) -> None:
        """Rule 5: what history says was scheduled is what the walk scheduled under that id."""
        decision = self.pending.pop(found["EventId"], None)
        expected = "nothing there" if decision is None else f"{decision.kind.value.title} {decision.name}".rstrip()
        named = kind in {EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_INSTANCE_CREATED}
        if (
            decision is None
            or decision.kind.value is not kind
            or (named and found["Name"].lower() != decision.name.lower())
        ):
            recorded = f"{kind.title} {found['Name'] if named else ''}".rstrip()
            raise NonDeterministicError(
                f"{NON_DETERMINISTIC}: history has {recorded} with id {found['EventId']}, the orchestrator scheduled "
                f"{expected}. An orchestrator must do the same on every replay."
            )
        if decision.is_call:
            self._open[_request_id(found)] = self._open.pop(decision.id)

    def _raise_event(self, name: str) -> None:
        """Rule 6; an entity's reply is an event too, named by the request's id."""
        reply = self._open.pop(name, None)
        if reply is not None:
            reply.resolve()
            return
        waiters = self._waiters.get(name.lower())
        if waiters:
            waiters.pop().resolve()
        else:
            self._buffered[name.lower()] = self._buffered.get(name.lower(), 0) + 1

    _INVOCATIONS: ClassVar[dict[ActionType, tuple[_Invocation, bool]]] = {
        ActionType.ACTIVITY: (_activity, False),
        ActionType.ACTIVITY_WITH_RETRY: (_activity, True),
        ActionType.SUB: (_sub, False),
        ActionType.SUB_WITH_RETRY: (_sub, True),
        ActionType.TIMER: (_timer, False),
        ActionType.EXTERNAL_EVENT: (_external_event, False),
        ActionType.CALL_ENTITY: (_entity, False),
        ActionType.SIGNAL_ENTITY: (_entity, False),
        ActionType.CALL_HTTP: (_http, False),
    }
    """How an action is invoked, and whether with retries."""


_SCHEDULED = {kind.value for kind in DecisionKind}


def _request_id(found: Event) -> str:
    return str(json.loads(found["Input"]).get("id", ""))


def _pause(options: Mapping[str, Any], attempt: int) -> timedelta:
    first = float(options["firstRetryIntervalInMilliseconds"])
    milliseconds = first * float(options.get("backoffCoefficient") or 1) ** (attempt - 1)
    longest = options.get("maxRetryIntervalInMilliseconds")
    return timedelta(milliseconds=min(milliseconds, float(longest)) if longest else milliseconds)


def _expiry(options: Mapping[str, Any], began: datetime) -> datetime:
    """When retrying ends, whatever attempts are left."""
    limit = options.get("retryTimeoutInMilliseconds")
    return began + timedelta(milliseconds=float(limit)) if limit else _NEVER

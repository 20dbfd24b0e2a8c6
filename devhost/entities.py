"""Durable entities: their ids, and one batch of operations run and committed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from devhost.answers import require_not_aborted
from devhost.events import EventType, event
from devhost.registry import FunctionKind, Registry, UnknownFunctionError
from devhost.seam import Answer, Invoke
from devhost.store import Store
from devhost.timespans import utc_now

BATCH = 100

Message = dict[str, Any]


def entity_id(text: str) -> str:
    """`@name@key` with the name in lower case: names are compared without case, keys with it.

    Raises:
        ValueError: it is no entity id.
    """
    parts = text.split("@", 2)
    if len(parts) != 3 or parts[0] or not parts[1]:  # noqa: PLR2004 (empty, name, key)
        raise ValueError(f"{text!r} is no entity id; write @name@key")
    return f"@{parts[1].lower()}@{parts[2]}"


def entity_name(identity: str) -> str:
    """The name in an entity's id."""
    return entity_id(identity).split("@", 2)[1]


class EntityBatches:
    """Runs the operations that wait for entities."""

    def __init__(self, store: Store, registry: Registry, invoke: Invoke) -> None:
        self._store = store
        self._registry = registry
        self._invoke = invoke

    async def run(self, identity: str) -> None:
        """Run the oldest operations of one entity and commit state, replies and signals together.

        Raises:
            AbortedError: the worker broke the invocation off; nothing has changed.
        """
        waiting = self._store.entity_batch(identity, BATCH)
        messages = [message for _, message in waiting]
        found, error = {}, None
        try:
            function = self._registry.require(FunctionKind.ENTITY, entity_name(identity))
            answer = await self._invoke(function, self._request(identity, messages))
            require_not_aborted(answer)
            found = _batch_result(answer, len(messages))
        except (UnknownFunctionError, FailedBatchError) as refusal:
            error = str(refusal)
        with self._store.transaction():
            if error is None:
                self._commit(identity, messages, found)
            else:
                for message in messages:
                    self._reply(message, {"result": json.dumps(error), "exceptionType": "EntityBatchFailed"})
            self._store.drop_entity_messages(row_id for row_id, _ in waiting)

    def _request(self, identity: str, messages: Iterable[Message]) -> str:
        _, name, key = identity.split("@", 2)
        present, state = self._store.entity(identity)
        batch = [
            {"name": message["op"], "input": message["input"], "isSignal": bool(message["signal"])}
            for message in messages
        ]
        return json.dumps({"self": {"name": name, "key": key}, "exists": present, "state": state, "batch": batch})

    def _commit(self, identity: str, messages: Iterable[Message], found: Mapping[str, Any]) -> None:
        self._store.save_entity(identity, found.get("entityState"), present=bool(found.get("entityExists")))
        for message, result in zip(messages, found["results"], strict=True):
            reply = {"result": result.get("result")}
            self._reply(message, {**reply, "exceptionType": "EntityError"} if result.get("isError") else reply)
        for signal in found.get("signals") or []:
            target = signal["target"]
            self._store.send_entity(
                entity_id(f"@{target['name']}@{target['key']}"),
                {"op": signal["name"], "signal": True, "input": signal.get("input"), "id": "", "parent": None},
            )

    def _reply(self, message: Message, reply: Mapping[str, Any]) -> None:
        if message["signal"] or not message["parent"]:
            return
        now = utc_now()
        raised = event(EventType.EVENT_RAISED, now, Name=message["id"], Input=json.dumps(reply))
        self._store.send(message["parent"], raised, now.timestamp(), message["parentExecution"])


class FailedBatchError(Exception):
    """An entity function did not answer for its operations: none of them happened."""


def _batch_result(answer: Answer, operations: int) -> dict[str, Any]:
    """What an entity function answered: state, and a result for every operation."""
    if not answer.ok:
        raise FailedBatchError(answer.error or "the entity function failed")
    found = json.loads(answer.value or "null")
    found = json.loads(found) if isinstance(found, str) else found
    if not isinstance(found, dict) or len(found.get("results") or []) != operations:
        raise FailedBatchError(f"the entity function did not answer for each of its {operations} operations")
    return found

"""Durable entities: their ids, and one batch of operations run and committed."""

import json
import logging
from typing import Any

from devhost.events import EventType, event
from devhost.seam import DurableFunctions, Invoke
from devhost.store import Store
from devhost.timespans import utc_now

BATCH = 100

_log = logging.getLogger(__name__)


def entity_id(text: str) -> str:
    """`@name@key` with the name in lower case: names are compared without case, keys with it.

    Raises:
        ValueError: it is no entity id.
    """
    parts = text.split("@", 2)
    if len(parts) != 3 or parts[0] or not parts[1]:  # noqa: PLR2004 (empty, name, key)
        raise ValueError(f"{text!r} is no entity id; write @name@key")
    return f"@{parts[1].lower()}@{parts[2]}"


class EntityBatches:
    """Runs the operations that wait for entities."""

    def __init__(self, store: Store, functions: DurableFunctions, invoke: Invoke) -> None:
        self._store = store
        self._invoke = invoke
        self.functions = {name.lower(): name for name in functions.entities}

    async def run(self, identity: str) -> None:
        """Run the oldest operations of one entity and commit state, replies and signals together."""
        store = self._store
        waiting = store.entity_batch(identity, BATCH)
        _, name, key = identity.split("@", 2)
        function = self.functions.get(name)
        if function is None or not waiting:
            with store.transaction():
                for _, message in waiting:
                    self._reply(message, {"exceptionType": "EntityNotFound", "result": f"there is no entity {name}"})
                store.drop_entity_messages(row_id for row_id, _ in waiting)
            return
        present, state = store.entity(identity)
        batch = [
            {"name": message["op"], "input": message["input"], "isSignal": bool(message["signal"])}
            for _, message in waiting
        ]
        request = {"self": {"name": name, "key": key}, "exists": present, "state": state, "batch": batch}
        answer = await self._invoke(function, json.dumps(request))
        if not answer.ok:
            _log.error("the entity %s failed: %s", identity, answer.error)
            with store.transaction():
                for _, message in waiting:
                    self._reply(message, {"exceptionType": "EntityFailed", "result": answer.error})
                store.drop_entity_messages(row_id for row_id, _ in waiting)
            return
        found = json.loads(answer.value or "{}")
        found = json.loads(found) if isinstance(found, str) else found
        with store.transaction():
            store.save_entity(identity, found.get("entityState"), present=bool(found.get("entityExists")))
            for (_, message), result in zip(waiting, found.get("results", []), strict=False):
                reply = {"result": result.get("result")}
                self._reply(message, {**reply, "exceptionType": "EntityError"} if result.get("isError") else reply)
            for signal in found.get("signals", []):
                target = signal["target"]
                store.send_entity(
                    entity_id(f"@{target['name']}@{target['key']}"),
                    {"op": signal["name"], "signal": True, "input": signal.get("input"), "id": "", "parent": None},
                )
            store.drop_entity_messages(row_id for row_id, _ in waiting)

    def _reply(self, message: dict[str, Any], reply: dict[str, Any]) -> None:
        if message["signal"] or not message["parent"]:
            return
        now = utc_now()
        raised = event(EventType.EVENT_RAISED, now, Name=message["id"], Input=json.dumps(reply))
        self._store.send(message["parent"], raised, now.timestamp(), message["parentExecution"])

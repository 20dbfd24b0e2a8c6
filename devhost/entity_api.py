"""The management API's entities: state, and operations without an answer."""

import json

from aiohttp import web

from devhost.durable import DurableHost
from devhost.entities import entity_id
from devhost.registry import FunctionKind, UnknownFunctionError
from devhost.replies import failure, json_text


class EntityApi:
    """The handlers, over one durable host."""

    def __init__(self, durable: DurableHost) -> None:
        self._durable = durable
        self._store = durable.store

    async def read(self, request: web.Request) -> web.StreamResponse:
        """200 with the state, 404 when there is no such entity."""
        present, state = self._store.entity(_identity(request))
        if not present:
            return web.Response(status=404)
        return web.Response(text=state or "null", content_type="application/json")

    async def signal(self, request: web.Request) -> web.StreamResponse:
        """202; the operation `op` runs later, with the body as its input."""
        return await self._send(request, request.query.get("op", ""))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """202; the operation `delete` runs later: what it does is the entity's own affair."""
        return await self._send(request, "delete")

    async def _send(self, request: web.Request, operation: str) -> web.StreamResponse:
        try:
            self._durable.registry.require(FunctionKind.ENTITY, request.match_info["name"])
            raw_input = await _input_text(request)
        except (UnknownFunctionError, ValueError) as error:
            return failure(400, str(error))
        message = {"op": operation, "signal": True, "input": raw_input, "id": "", "parent": None}
        with self._store.transaction():
            self._store.send_entity(_identity(request), message)
        self._durable.wake()
        return web.Response(status=202)


async def _input_text(request: web.Request) -> str | None:
    """The operation's input as JSON text; a body of another type is a string."""
    if request.content_type == "application/json":
        return await json_text(request)
    text = await request.text()
    return json.dumps(text) if text else None


def _identity(request: web.Request) -> str:
    return entity_id(f"@{request.match_info['name']}@{request.match_info['key']}")

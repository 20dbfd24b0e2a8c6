"""The management API's starts: new instances, and restarts of old ones."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from urllib.parse import quote

from aiohttp import web

from devhost.binding import ID_PLACEHOLDER
from devhost.durable import DurableHost
from devhost.instance_api import status_response
from devhost.instances import token
from devhost.lifecycle import already_exists
from devhost.registry import FunctionKind, UnknownFunctionError
from devhost.replies import failure, flag, json_text
from devhost.store import COMPLETED
from devhost.timespans import utc_now

RETRY_AFTER_SECONDS = "10"
MAX_ID_LENGTH = 100
_SHORTEST_POLL_SECONDS = 0.01


class StartApi:
    """The handlers, over one durable host."""

    def __init__(self, durable: DurableHost, origin: Callable[[], str]) -> None:
        self._durable = durable
        self._store = durable.store
        self._origin = origin

    async def start(self, request: web.Request) -> web.StreamResponse:
        """202 with the instance's links; with a timeout and a pollingInterval it waits for the end that long."""
        instance_id = request.match_info.get("id") or uuid.uuid4().hex
        try:
            name = self._durable.registry.require(FunctionKind.ORCHESTRATOR, request.match_info["name"])
            _require_valid_id(instance_id)
            raw_input = await json_text(request)
        except (UnknownFunctionError, ValueError) as error:
            return failure(400, str(error))
        return await self._begin(request, instance_id, name, raw_input, request.query.get("version"))

    async def restart(self, request: web.Request) -> web.StreamResponse:
        """Start the same orchestrator with the same input, under a new id unless told otherwise."""
        instance = self._store.instance(request.match_info["id"])
        if instance is None:
            return web.Response(status=404)
        anew = flag(request, "restartWithNewInstanceId", default=True)
        instance_id = uuid.uuid4().hex if anew else instance.id
        return await self._begin(request, instance_id, instance.name, instance.input, instance.version)

    async def _begin(
        self, request: web.Request, instance_id: str, name: str, raw_input: str | None, version: str | None
    ) -> web.StreamResponse:
        standing = self._store.instance(instance_id)
        if standing is not None and not standing.is_terminal:
            return failure(409, already_exists(standing))
        with self._store.transaction():
            self._durable.lifecycle.start(instance_id, name, raw_input, utc_now(), version=version)
        self._durable.wake()
        patience, interval = _seconds(request, "timeout"), _seconds(request, "pollingInterval")
        if patience is not None and interval is not None:
            ended = await self._ended(request, instance_id, patience, interval)
            if ended is not None:
                return ended
        return self._links(instance_id)

    async def _ended(
        self, request: web.Request, instance_id: str, patience: float, interval: float
    ) -> web.StreamResponse | None:
        """The output of a completed instance, the status of one that ended otherwise; None when time is up."""
        deadline = time.monotonic() + patience
        while True:
            instance = self._store.instance(instance_id)
            if instance is None:
                return None
            if instance.status == COMPLETED:
                return web.json_response(token(instance.output))
            if instance.is_terminal:
                return status_response(self._store, instance, request)
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            await asyncio.sleep(min(max(interval, _SHORTEST_POLL_SECONDS), remaining))

    def _links(self, instance_id: str) -> web.Response:
        urls = json.loads(self._durable.client_binding(self._origin()))["managementUrls"]
        links = {name: url.replace(ID_PLACEHOLDER, quote(instance_id, safe="")) for name, url in urls.items()}
        headers = {"Location": links["statusQueryGetUri"], "Retry-After": RETRY_AFTER_SECONDS}
        return web.json_response({**links, "id": instance_id}, status=202, headers=headers)


def _require_valid_id(instance_id: str) -> None:
    if len(instance_id) > MAX_ID_LENGTH or instance_id.startswith("@") or set(instance_id) & set("/\\#?"):
        raise ValueError(
            f"An instance id has at most {MAX_ID_LENGTH} characters, none of / \\ # ?, and does not begin with @."
        )
    if not instance_id.isprintable():
        raise ValueError("An instance id has no control characters.")


def _seconds(request: web.Request, name: str) -> float | None:
    """A duration of the query; what is no number counts as absent."""
    try:
        return float(request.query.get(name, ""))
    except ValueError:
        return None

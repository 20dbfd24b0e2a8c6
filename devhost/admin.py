"""The host's own endpoints: its status, and running a function by hand, both behind the master key; and `GET /`."""

import asyncio
import json
import logging
import os
import time
from collections.abc import Coroutine, Mapping
from typing import Any

from aiohttp import web

from devhost.blobs import BlobEvents
from devhost.http import given_key
from devhost.indexing import Function, datum
from devhost.keys import Keys
from devhost.timers import Timers
from devhost.worker import Worker

VERSION = "4.0.0-devhost"
HOMEPAGE_SETTING = "AzureWebJobsDisableHomepage"

_log = logging.getLogger(__name__)


class Admin:
    """The handlers."""

    def __init__(self, host_id: str, keys: Keys, worker: Worker, timers: Timers, blobs: BlobEvents) -> None:
        self._host_id = host_id
        self._keys = keys
        self._worker = worker
        self._timers = timers
        self._blobs = blobs
        self._began = time.monotonic()
        self._running: set[asyncio.Task[None]] = set()

    def _admits(self, request: web.Request) -> bool:
        return self._keys.admits("admin", "", given_key(request))

    async def status(self, request: web.Request) -> web.Response:
        """Whether the host runs."""
        if not self._admits(request):
            return web.Response(status=401)
        uptime = int((time.monotonic() - self._began) * 1000)
        state = "Stopping" if self._worker.closing else "Running"
        return web.json_response({"id": self._host_id, "state": state, "version": VERSION, "processUptime": uptime})

    async def run(self, request: web.Request) -> web.Response:
        """Run a function now: 202; 404 when there is none of the name, 400 without a body `{"input": …}`."""
        if not self._admits(request):
            return web.Response(status=401)
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return web.Response(status=400)
        function = _ignoring_case(self._worker.functions, request.match_info["name"])
        if function is None:
            return web.Response(status=404)
        given = body.get("input")
        text = given if isinstance(given, str) else "" if given is None else json.dumps(given)
        task = asyncio.create_task(self._work(function, text))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return web.Response(status=202)

    def _work(self, function: Function, text: str) -> Coroutine[Any, Any, None]:
        if function.kind == "timerTrigger":
            return self._timers.fire(function)
        if (found := self._blobs.find(function.name)) is not None:
            return self._blobs.run_now(found, text)
        return self._invoke(function, text)

    async def _invoke(self, function: Function, text: str) -> None:
        """Any other trigger gets the input as its value; an HTTP function, as a POST with this body."""
        if function.kind == "httpTrigger":
            value = _post(f"http://127.0.0.1/{function.name}", text)
        else:
            value = datum(text, "string")
        found = await self._worker.invoke(function, [(function.trigger["name"], value)])
        if not found.ok:
            _log.error("%s, run by hand, failed: %s\n%s", function.name, found.error, found.stack)


async def homepage(request: web.Request) -> web.Response:
    """What is answered at `/` when no function is there; 404 elsewhere."""
    if request.path != "/":
        return web.Response(status=404)
    if os.environ.get(HOMEPAGE_SETTING, "").lower() == "true":
        return web.Response(status=204)
    return web.Response(text="Your Functions app is up and running.\n", content_type="text/html")


def _ignoring_case(functions: Mapping[str, Function], name: str) -> Function | None:
    return next((found for key, found in functions.items() if key.lower() == name.lower()), None)


def _post(url: str, text: str) -> Any:
    parts = {"method": datum("POST", "string"), "url": datum(url, "string"), "body": datum(text.encode(), "bytes")}
    return datum({**parts, "headers": {}, "params": {}, "query": {}}, "http")

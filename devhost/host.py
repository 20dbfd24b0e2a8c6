"""The host as a whole: load, validate, compose, serve, stop."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from devhost.blobs import BlobEvents, BlobFunction, name_pattern
from devhost.durable import DurableHost
from devhost.http import MAX_BODY_BYTES, HttpFunctions
from devhost.keys import BLOBS, DURABLE, Keys, load_keys
from devhost.management import add_management_routes
from devhost.ncrontab import parse_schedule
from devhost.seam import DurableFunctions, HubSettings
from devhost.timers import Timer, Timers, monitored
from devhost.validation import (
    HostSettings,
    RefusedError,
    function_defects,
    http_route,
    is_disabled,
    read_host_json,
    resolve,
)
from devhost.worker import Function, IndexingError, Worker, datum

STOP_PATIENCE_SECONDS = 5.0
_VERSION = "devhost"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """How the host is started."""

    app_root: Path
    state_dir: Path
    port: int
    master_key: str | None = None


class Host:
    """One app, served on loopback."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.port = options.port
        self._stops: list[Callable[[], Awaitable[None]]] = []

    @property
    def origin(self) -> str:
        """The host's own URL."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Load the app and serve it.

        Raises:
            RefusedError: the real host would not run it; every defect is named.
        """
        settings, defects = self._host_json()
        worker = Worker(self.options.app_root, settings.timeout_seconds)
        try:
            await worker.start()
        except IndexingError as error:
            raise RefusedError([*defects, f"the app cannot be loaded: {error}"]) from None
        defects += function_defects(worker.functions.values())
        if defects:
            raise RefusedError(defects)
        self._stops.append(worker.stop)
        worker.functions = {name: found for name, found in worker.functions.items() if not is_disabled(name)}
        await self._compose(worker, settings)

    async def stop(self) -> None:
        """Stop in the order opposite to starting."""
        for stop in reversed(self._stops):
            try:
                await asyncio.wait_for(stop(), STOP_PATIENCE_SECONDS)
            except Exception:
                _log.exception("a part of the host did not stop cleanly")

    def _host_json(self) -> tuple[HostSettings, list[str]]:
        file = self.options.app_root / "host.json"
        try:
            found = json.loads(file.read_text())
        except OSError:
            return read_host_json({})[0], [f"there is no host.json in {self.options.app_root.name}"]
        except ValueError as error:
            return read_host_json({})[0], [f"host.json is no JSON: {error}"]
        return read_host_json(found)

    async def _compose(self, worker: Worker, settings: HostSettings) -> None:
        functions = worker.functions
        keys = load_keys(self.options.state_dir, sorted(functions), self.options.master_key)
        durable = DurableHost(
            self.options.state_dir / "durable.db",
            DurableFunctions(*(_with_trigger(functions, kind) for kind in _DURABLE_TRIGGERS)),
            worker.invoke_durable,
            HubSettings(settings.hub_name, settings.max_activities, settings.max_orchestrators, keys.system[DURABLE]),
        )

        def inputs_of(name: str) -> list[tuple[str, Any]]:
            client = functions[name].binding("durableClient")
            return [(client["name"], datum(durable.client_binding(self.origin), "string"))] if client else []

        timers = Timers(worker, _timers(functions), self.options.state_dir)
        blobs = BlobEvents(worker, _blob_functions(functions), self.options.state_dir, inputs_of)
        routes = [http_route(found) for found in functions.values() if found.trigger["type"] == "httpTrigger"]
        http = HttpFunctions(worker, routes, keys, settings.route_prefix, inputs_of)
        app = self._application(keys, durable, timers, blobs, http)
        await self._serve(app)
        for part in (durable, timers, blobs):
            await part.start()
            self._stops.append(part.stop)

    def _application(
        self, keys: Keys, durable: DurableHost, timers: Timers, blobs: BlobEvents, http: HttpFunctions
    ) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        add_management_routes(app, durable, lambda: self.origin)
        admin = _Admin(keys, timers, durable)
        app.router.add_get("/admin/host/status", admin.status)
        app.router.add_post("/admin/functions/{name}", admin.run)

        async def blob_webhook(request: web.Request) -> web.StreamResponse:
            if request.query.get("code") != keys.system[BLOBS]:
                return web.Response(status=401)
            return await blobs.webhook(request)

        app.router.add_post("/runtime/webhooks/blobs", blob_webhook)
        app.router.add_route("*", "/{path:.*}", http.handle)
        return app

    async def _serve(self, app: web.Application) -> None:
        runner = web.AppRunner(
            app, access_log=None, handler_cancellation=False, shutdown_timeout=STOP_PATIENCE_SECONDS / 2
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.options.port)
        await site.start()
        self._stops.append(runner.cleanup)
        self.port = runner.addresses[0][1]


_DURABLE_TRIGGERS = ("orchestrationTrigger", "activityTrigger", "entityTrigger")


class _Admin:
    """The host's own endpoints, behind the master key."""

    def __init__(self, keys: Keys, timers: Timers, durable: DurableHost) -> None:
        self._keys = keys
        self._timers = timers
        self._durable = durable
        self._running: set[asyncio.Task[None]] = set()

    def _admits(self, request: web.Request) -> bool:
        given = request.headers.get("x-functions-key") or request.query.get("code")
        return self._keys.admits("admin", "", given)

    async def status(self, request: web.Request) -> web.StreamResponse:
        """Whether the host runs."""
        if not self._admits(request):
            return web.Response(status=401)
        return web.json_response({"state": "Running", "version": _VERSION})

    async def run(self, request: web.Request) -> web.StreamResponse:
        """Run a timer function now: 202; 404 when there is none, 400 without a body."""
        if not self._admits(request):
            return web.Response(status=401)
        name = request.match_info["name"]
        if not self._timers.has(name):
            return web.Response(status=404)
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or "input" not in body:
            return web.Response(status=400)
        task = asyncio.create_task(self._timers.fire(name))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return web.Response(status=202)


def _with_trigger(functions: dict[str, Function], kind: str) -> frozenset[str]:
    return frozenset(name for name, found in functions.items() if found.trigger["type"] == kind)


def _timers(functions: dict[str, Function]) -> list[Timer]:
    found = []
    for function in functions.values():
        trigger = function.trigger
        if trigger["type"] == "timerTrigger":
            text = resolve(str(trigger["schedule"]))
            schedule = parse_schedule(text)
            startup = bool(trigger.get("runOnStartup"))
            found.append(Timer(function, schedule, text, startup, monitored(schedule, trigger)))
    return found


def _blob_functions(functions: dict[str, Function]) -> list[BlobFunction]:
    found = []
    for function in functions.values():
        trigger = function.trigger
        if trigger["type"] == "blobTrigger":
            container, pattern = name_pattern(resolve(str(trigger["path"])))
            connection = resolve(f"%{trigger.get('connection') or 'AzureWebJobsStorage'}%")
            found.append(BlobFunction(function.name, container, pattern, connection))
    return found

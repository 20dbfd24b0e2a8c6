"""The host as a whole: load, validate, compose, serve, stop."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from devhost.admin import Admin, homepage
from devhost.blob_webhook import PATH as BLOB_WEBHOOK
from devhost.blob_webhook import BlobWebhook
from devhost.blobs import BlobEvents, read_blob_function
from devhost.durable import DurableHost
from devhost.host_json import HostSettings, load_host_json
from devhost.http import MAX_BODY_BYTES, HttpFunctions
from devhost.indexing import Function
from devhost.keys import DURABLE, Keys, load_keys
from devhost.management import add_management_routes
from devhost.receipts import Receipts
from devhost.routes import RESERVED, RouteTable, http_route, path_segments
from devhost.seam import DurableFunctions, HubSettings
from devhost.timers import Timers, read_timer
from devhost.validation import DURABLE_NAMES, RefusedError, durable_name, function_defects, is_disabled
from devhost.worker import Worker

DRAIN_SECONDS = 5.0
STOP_SECONDS = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Options:
    """How the host is started."""

    app_root: Path
    state_dir: Path
    port: int
    master_key: str | None = None
    host_id: str = "devhost"


class Host:
    """One app, served on loopback."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.port = options.port
        self._worker: Worker | None = None
        self._stops: list[Callable[[], Awaitable[None]]] = []

    @property
    def origin(self) -> str:
        """The host's own URL."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Load the app and serve it.

        Raises:
            RefusedError: the real host would not run it; every defect is named.
            OSError: the port cannot be had.
        """
        settings, defects = load_host_json(self.options.app_root)
        worker = self._worker = Worker(self.options.app_root, settings.timeout_seconds)
        self._stops.append(worker.stop)
        index = await worker.load()
        defects += [*index.defects, *function_defects(index.functions)]
        if defects:
            raise RefusedError(defects)
        worker.functions = {
            function.name: function for function in index.functions if not is_disabled(function.name, os.environ)
        }
        await self._compose(worker, settings)

    async def stop(self) -> None:
        """Begin nothing any more, let running functions end for a while, then stop part by part."""
        if self._worker:
            await self._worker.drain(DRAIN_SECONDS)
        for stop in reversed(self._stops):
            try:
                await asyncio.wait_for(stop(), STOP_SECONDS)
            except Exception:  # noqa: BLE001 (the other parts are still to be stopped)
                _log.exception("a part of the host did not stop cleanly")

    async def _compose(self, worker: Worker, settings: HostSettings) -> None:
        state_dir = self.options.state_dir
        keys = load_keys(state_dir, worker.functions, self.options.master_key)
        durable = self._durable(worker, settings, keys)
        timers = Timers(worker, map(read_timer, _of_kind(worker, "timerTrigger")), state_dir)
        blobs = BlobEvents(
            worker,
            map(read_blob_function, _of_kind(worker, "blobTrigger")),
            Receipts(state_dir / "blobs.db"),
            parallel=settings.max_blobs,
            attempts=settings.poison_threshold,
        )
        http = HttpFunctions(
            worker, RouteTable(map(http_route, _of_kind(worker, "httpTrigger")), settings.route_prefix), keys
        )
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        add_management_routes(app, durable, lambda: self.origin)
        admin = Admin(self.options.host_id, keys, worker, timers, blobs)
        _add_routes(app, admin, BlobWebhook(blobs, keys), http)
        await self._serve(app)
        for part in (durable, timers, blobs):
            await part.start()
            self._stops.append(part.stop)

    def _durable(self, worker: Worker, settings: HostSettings, keys: Keys) -> DurableHost:
        names = {kind: [durable_name(function) for function in _of_kind(worker, kind)] for kind in DURABLE_NAMES}
        worker.durable_names = {
            durable_name(function): function.name for kind in DURABLE_NAMES for function in _of_kind(worker, kind)
        }
        hub = HubSettings(settings.hub_name, settings.max_activities, settings.max_orchestrators, keys.system[DURABLE])
        functions = DurableFunctions(*(frozenset(names[kind]) for kind in DURABLE_NAMES))
        durable = DurableHost(self.options.state_dir / "durable.db", functions, worker.invoke_durable, hub)
        worker.client_binding = lambda: durable.client_binding(self.origin)
        return durable

    async def _serve(self, app: web.Application) -> None:
        runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=1)
        await runner.setup()
        self._stops.append(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", self.options.port).start()
        self.port = runner.addresses[0][1]


def _of_kind(worker: Worker, kind: str) -> Iterable[Function]:
    return [function for function in worker.functions.values() if function.kind == kind]


def _add_routes(app: web.Application, admin: Admin, webhook: BlobWebhook, http: HttpFunctions) -> None:
    async def any_other(request: web.Request) -> web.Response:
        segments = path_segments(request.rel_url.raw_path)
        if segments and segments[0].lower() in RESERVED:
            return web.Response(status=404)
        return await http.handle(request) or await homepage(request)

    app.router.add_get("/admin/host/status", admin.status)
    app.router.add_post("/admin/functions/{name}", admin.run)
    for method in ("POST", "OPTIONS"):
        app.router.add_route(method, BLOB_WEBHOOK, webhook.handle)
    app.router.add_route("*", "/{path:(?s:.*)}", any_other)

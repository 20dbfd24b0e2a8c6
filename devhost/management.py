"""The durable management API over HTTP, as the extension serves it: on loopback for the SDK, with a key in public."""

import hmac
from collections.abc import Callable

from aiohttp import web

from devhost.binding import LOOPBACK, PUBLIC
from devhost.control_api import ControlApi
from devhost.durable import DurableHost
from devhost.entity_api import EntityApi
from devhost.events import EventType
from devhost.instance_api import InstanceApi
from devhost.replies import Handler
from devhost.start_api import StartApi


def add_management_routes(app: web.Application, durable: DurableHost, origin: Callable[[], str]) -> None:
    """Serve the API under both its prefixes."""
    start, instances, control, entities = (
        StartApi(durable, origin),
        InstanceApi(durable),
        ControlApi(durable),
        EntityApi(durable),
    )
    routes: list[tuple[str, str, Handler]] = [
        ("POST", "/orchestrators/{name}", start.start),
        ("POST", "/orchestrators/{name}/{id}", start.start),
        ("POST", "/instances/{id}/restart", start.restart),
        ("GET", "/instances", instances.find),
        ("GET", "/instances/", instances.find),
        ("GET", "/instances/{id}", instances.status),
        ("DELETE", "/instances", instances.purge_many),
        ("DELETE", "/instances/", instances.purge_many),
        ("DELETE", "/instances/{id}", instances.purge),
        ("POST", "/instances/{id}/raiseEvent/{event}", control.raise_event),
        ("POST", "/instances/{id}/terminate", control.sender_of(EventType.EXECUTION_TERMINATED)),
        ("POST", "/instances/{id}/suspend", control.sender_of(EventType.EXECUTION_SUSPENDED)),
        ("POST", "/instances/{id}/resume", control.sender_of(EventType.EXECUTION_RESUMED)),
        ("POST", "/instances/{id}/rewind", control.rewind),
        ("GET", "/entities/{name}/{key}", entities.read),
        ("POST", "/entities/{name}/{key}", entities.signal),
        ("DELETE", "/entities/{name}/{key}", entities.delete),
    ]
    for method, path, handler in routes:
        app.router.add_route(method, LOOPBACK + path, handler)
        app.router.add_route(method, PUBLIC + path, _with_key(handler, durable.settings.system_key))


def _with_key(handler: Handler, key: str) -> Handler:
    """The handler behind the hub's system key."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        given = request.headers.get("x-functions-key") or request.query.get("code") or ""
        if not hmac.compare_digest(given.encode(), key.encode()):
            return web.Response(status=401)
        return await handler(request)

    return guarded

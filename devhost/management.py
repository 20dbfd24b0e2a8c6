"""The durable management API over HTTP, as the extension serves it: for the SDK's client on loopback, and with a key in public."""

import base64
import binascii
import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from devhost.durable import DurableHost
from devhost.entities import entity_id
from devhost.events import EventType, event
from devhost.instances import InstanceQuery, parse_instance_query, status_body
from devhost.store import FAILED, Instance
from devhost.timespans import instant_text, utc_now

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PUBLIC, LOOPBACK = "/runtime/webhooks/durabletask", "/durabletask"
RETRY_AFTER_START, RETRY_AFTER_STATUS = "10", "5"
DEFAULT_PAGE = 100
MAX_ID_LENGTH = 100


def add_management_routes(app: web.Application, durable: DurableHost, origin: Callable[[], str]) -> None:
    """Serve the API under both its prefixes."""
    api = _Management(durable, origin)
    routes: list[tuple[str, str, Handler]] = [
        ("POST", "/orchestrators/{name}", api.start),
        ("POST", "/orchestrators/{name}/{id}", api.start),
        ("GET", "/instances", api.list_instances),
        ("GET", "/instances/", api.list_instances),
        ("DELETE", "/instances", api.purge_many),
        ("DELETE", "/instances/", api.purge_many),
        ("GET", "/instances/{id}", api.status),
        ("DELETE", "/instances/{id}", api.purge),
        ("POST", "/instances/{id}/raiseEvent/{event}", api.raise_event),
        ("POST", "/instances/{id}/terminate", api.control(EventType.EXECUTION_TERMINATED)),
        ("POST", "/instances/{id}/suspend", api.control(EventType.SUSPENDED)),
        ("POST", "/instances/{id}/resume", api.control(EventType.RESUMED)),
        ("POST", "/instances/{id}/rewind", api.rewind),
        ("POST", "/instances/{id}/restart", api.restart),
        ("GET", "/entities/{name}/{key}", api.read_entity),
        ("POST", "/entities/{name}/{key}", api.signal_entity),
        ("DELETE", "/entities/{name}/{key}", api.delete_entity),
    ]
    for method, path, handler in routes:
        app.router.add_route(method, LOOPBACK + path, handler)
        app.router.add_route(method, PUBLIC + path, api.with_key(handler))


def _failure(status: int, message: str) -> web.Response:
    """An error as the SDK reads it."""
    return web.json_response(
        {"Message": message, "ExceptionMessage": message, "ExceptionType": "System.ArgumentException"}, status=status
    )


class _Management:
    """The handlers, over one durable host."""

    def __init__(self, durable: DurableHost, origin: Callable[[], str]) -> None:
        self._durable = durable
        self._store = durable.store
        self._origin = origin
        self._orchestrators = {name.lower(): name for name in durable.functions.orchestrators}

    def with_key(self, handler: Handler) -> Handler:
        """The handler behind the hub's system key."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("x-functions-key") or request.query.get("code")
            if given != self._durable.settings.system_key:
                return web.Response(status=401)
            return await handler(request)

        return guarded

    async def start(self, request: web.Request) -> web.StreamResponse:
        """202 with the instance's links; with ?timeout it waits for the end that long."""
        name, instance_id = request.match_info["name"], request.match_info.get("id") or uuid.uuid4().hex
        if name.lower() not in self._orchestrators:
            known = ", ".join(sorted(self._orchestrators.values())) or "none"
            return _failure(
                400,
                f"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function. "
                f"The following are the known orchestrator functions: {known}.",
            )
        if instance_id.startswith("@") or set(instance_id) & set("/\\#?") or len(instance_id) > MAX_ID_LENGTH:
            return _failure(
                400, f"An instance id does not begin with @, has no / \\ # ? and at most {MAX_ID_LENGTH} characters."
            )
        standing = self._store.instance(instance_id)
        if standing is not None and not standing.is_terminal:
            return _failure(409, f"An Orchestration instance with the status {standing.status} already exists.")
        raw_input = (await request.text()) or None
        with self._store.transaction():
            self._durable.episodes.start(instance_id, name, raw_input, utc_now())
        self._durable.wake()
        return self._links(instance_id)

    def _links(self, instance_id: str) -> web.Response:
        urls = json.loads(self._durable.client_binding(self._origin()))["managementUrls"]
        body = {name: url.replace("INSTANCEID", instance_id) for name, url in urls.items()}
        headers = {"Location": body["statusQueryGetUri"], "Retry-After": RETRY_AFTER_START}
        return web.json_response(body, status=202, headers=headers)

    async def status(self, request: web.Request) -> web.StreamResponse:
        """202 while it runs, 200 when it ended, an empty 404 when there is none."""
        instance = self._store.instance(request.match_info["id"])
        if instance is None:
            return web.Response(status=404)
        body = status_body(
            instance,
            show_input=_flag(request, "showInput", default=True),
            history=self._store.history(instance.id) if _flag(request, "showHistory", default=False) else None,
            show_output=_flag(request, "showHistoryOutput", default=False),
        )
        if not instance.is_terminal:
            headers = {"Location": str(request.url), "Retry-After": RETRY_AFTER_STATUS}
            return web.json_response(body, status=202, headers=headers)
        failed = instance.status == FAILED and _flag(request, "returnInternalServerErrorOnFailure", default=False)
        return web.json_response(body, status=500 if failed else 200)

    async def list_instances(self, request: web.Request) -> web.StreamResponse:
        """200 with a page; the continuation token goes into a header."""
        query = _query_or_failure(request)
        if isinstance(query, web.Response):
            return query
        top = int(request.query.get("top") or DEFAULT_PAGE)
        after = _after(request.headers.get("x-ms-continuation-token"))
        found = self._store.query_instances(query.where, query.values, after, top + 1)
        headers = {}
        if len(found) > top:
            last = found[top - 1]
            headers["x-ms-continuation-token"] = base64.b64encode(json.dumps([last.created, last.id]).encode()).decode()
        show_input = _flag(request, "showInput", default=True)
        return web.json_response([status_body(item, show_input=show_input) for item in found[:top]], headers=headers)

    async def purge(self, request: web.Request) -> web.StreamResponse:
        """Forget one ended instance."""
        instance = self._store.instance(request.match_info["id"])
        if instance is None or not instance.is_terminal:
            return web.Response(status=404)
        return self._purge([instance])

    async def purge_many(self, request: web.Request) -> web.StreamResponse:
        """Forget ended instances made since createdTimeFrom."""
        if not request.query.get("createdTimeFrom"):
            return _failure(400, "Please provide value for 'createdTimeFrom' parameter.")
        query = _query_or_failure(request)
        if isinstance(query, web.Response):
            return query
        found = self._store.query_instances(query.where, query.values, None, -1)
        return self._purge([instance for instance in found if instance.is_terminal])

    def _purge(self, instances: list[Instance]) -> web.Response:
        with self._store.transaction():
            for instance in instances:
                self._store.purge(instance.id)
        if not instances:
            return web.json_response({"instancesDeleted": 0}, status=404)
        return web.json_response({"instancesDeleted": len(instances)})

    def _open_instance(self, request: web.Request) -> Instance | web.Response:
        instance = self._store.instance(request.match_info["id"])
        if instance is None:
            return web.Response(status=404)
        return web.Response(status=410) if instance.is_terminal else instance

    async def raise_event(self, request: web.Request) -> web.StreamResponse:
        """202; the body's JSON text is the event's input as it stands."""
        if request.content_type != "application/json":
            return _failure(400, "Only application/json request content is supported")
        text = await request.text()
        try:
            json.loads(text)
        except ValueError as error:
            return _failure(400, f"Invalid JSON content. Details: {error}")
        instance = self._open_instance(request)
        if isinstance(instance, web.Response):
            return instance
        now = utc_now()
        raised = event(EventType.EVENT_RAISED, now, Name=request.match_info["event"], Input=text)
        return self._send(instance, raised)

    def control(self, kind: EventType) -> Handler:
        """Terminate, suspend or resume."""

        async def handler(request: web.Request) -> web.StreamResponse:
            instance = self._open_instance(request)
            if isinstance(instance, web.Response):
                return instance
            reason = request.query.get("reason")
            field = "Input" if kind is EventType.EXECUTION_TERMINATED else "Reason"
            return self._send(instance, event(kind, utc_now(), **{field: reason}))

        return handler

    def _send(self, instance: Instance, found: dict[str, Any]) -> web.Response:
        with self._store.transaction():
            self._store.send(instance.id, found, utc_now().timestamp())
        self._durable.wake()
        return web.Response(status=202)

    async def rewind(self, request: web.Request) -> web.StreamResponse:
        """Take a failed instance back to before its failures and run it again."""
        instance = self._store.instance(request.match_info["id"])
        if instance is None:
            return web.Response(status=404)
        if instance.status != FAILED:
            return web.Response(status=410)
        with self._store.transaction():
            self._durable.episodes.rewind(instance, request.query.get("reason"), utc_now())
        self._durable.wake()
        return web.Response(status=202)

    async def restart(self, request: web.Request) -> web.StreamResponse:
        """Start the same orchestrator with the same input, under a new id unless told otherwise."""
        instance = self._store.instance(request.match_info["id"])
        if instance is None:
            return web.Response(status=404)
        anew = _flag(request, "restartWithNewInstanceId", default=True)
        if not anew and not instance.is_terminal:
            return _failure(409, f"An Orchestration instance with the status {instance.status} already exists.")
        instance_id = uuid.uuid4().hex if anew else instance.id
        with self._store.transaction():
            self._durable.episodes.start(instance_id, instance.name, instance.input, utc_now())
        self._durable.wake()
        return self._links(instance_id)

    def _entity(self, request: web.Request) -> str:
        return entity_id(f"@{request.match_info['name']}@{request.match_info['key']}")

    async def read_entity(self, request: web.Request) -> web.StreamResponse:
        """200 with the state, 404 when there is no such entity."""
        present, state = self._store.entity(self._entity(request))
        if not present:
            return web.Response(status=404)
        return web.Response(text=state or "null", content_type="application/json")

    async def signal_entity(self, request: web.Request) -> web.StreamResponse:
        """202; the operation runs later."""
        if request.match_info["name"].lower() not in self._durable.entities.functions:
            return _failure(400, f"The function '{request.match_info['name']}' is not a known entity function.")
        text = await request.text()
        message = {"op": request.query.get("op", ""), "signal": True, "input": text or None, "id": "", "parent": None}
        with self._store.transaction():
            self._store.send_entity(self._entity(request), message)
        self._durable.wake()
        return web.Response(status=202)

    async def delete_entity(self, request: web.Request) -> web.StreamResponse:
        """Forget an entity's state."""
        identity = self._entity(request)
        present, _ = self._store.entity(identity)
        if not present:
            return web.Response(status=404)
        with self._store.transaction():
            self._store.save_entity(identity, None, present=False)
        return web.json_response({"deletedAt": instant_text(utc_now())})


def _flag(request: web.Request, name: str, *, default: bool) -> bool:
    return request.query.get(name, str(default)).lower() == "true"


def _query_or_failure(request: web.Request) -> InstanceQuery | web.Response:
    try:
        return parse_instance_query(request.query)
    except ValueError as error:
        return _failure(400, str(error))


def _after(token: str | None) -> tuple[float, str] | None:
    if not token or token == "null":  # noqa: S105 (what the SDK sends for no token)
        return None
    try:
        created, instance_id = json.loads(base64.b64decode(token))
    except (binascii.Error, ValueError):
        return None
    return float(created), str(instance_id)

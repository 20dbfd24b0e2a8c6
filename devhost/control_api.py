"""The management API's messages to instances: events, terminate, suspend, resume, rewind."""

from aiohttp import web

from devhost.durable import DurableHost
from devhost.events import Event, EventType, event
from devhost.replies import Handler, failure, json_text
from devhost.store import FAILED, Instance
from devhost.timespans import utc_now


class ControlApi:
    """The handlers, over one durable host."""

    def __init__(self, durable: DurableHost) -> None:
        self._durable = durable
        self._store = durable.store

    async def raise_event(self, request: web.Request) -> web.StreamResponse:
        """202; the body's JSON text is the event's input as it stands."""
        instance = self._open_instance(request)
        if isinstance(instance, web.Response):
            return instance
        if request.content_type != "application/json":
            return failure(400, "Only application/json request content is supported")
        try:
            raw_input = await json_text(request)
        except ValueError as error:
            return failure(400, str(error))
        raised = event(EventType.EVENT_RAISED, utc_now(), Name=request.match_info["event"], Input=raw_input)
        return self._send(instance, raised)

    def sender_of(self, kind: EventType) -> Handler:
        """The handler that sends a control event with the query's reason."""

        async def handler(request: web.Request) -> web.StreamResponse:
            instance = self._open_instance(request)
            if isinstance(instance, web.Response):
                return instance
            field = "Input" if kind is EventType.EXECUTION_TERMINATED else "Reason"
            return self._send(instance, event(kind, utc_now()) | {field: request.query.get("reason")})

        return handler

    async def rewind(self, request: web.Request) -> web.StreamResponse:
        """Take a failed instance back to before its failures and run it again."""
        instance = self._store.instance(request.match_info["id"])
        if instance is None:
            return web.Response(status=404)
        if instance.status != FAILED:
            return web.Response(status=410)
        with self._store.transaction():
            self._durable.lifecycle.rewind(instance, request.query.get("reason"), utc_now())
        self._durable.wake()
        return web.Response(status=202)

    def _open_instance(self, request: web.Request) -> Instance | web.Response:
        instance = self._store.instance(request.match_info["id"])
        if instance is None:
            return web.Response(status=404)
        return web.Response(status=410) if instance.is_terminal else instance

    def _send(self, instance: Instance, found: Event) -> web.Response:
        with self._store.transaction():
            self._store.send(instance.id, found, utc_now().timestamp())
        self._durable.wake()
        return web.Response(status=202)

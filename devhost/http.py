"""HTTP functions: from an aiohttp request to an invocation and back, by the real host's rules."""

import json
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

from devhost.keys import Keys
from devhost.routes import HttpRoute, find_route
from devhost.worker import Worker, datum

MAX_BODY_BYTES = 104_857_600

_log = logging.getLogger(__name__)


class HttpFunctions:
    """Serves every HTTP function of an app.

    Args:
        prefix: The route prefix of host.json, without slashes.
        bindings: What a function's further inputs (a durable client) are given, by function name.
    """

    def __init__(
        self,
        worker: Worker,
        routes: list[HttpRoute],
        keys: Keys,
        prefix: str,
        inputs_of: Callable[[str], list[tuple[str, Any]]],
    ) -> None:
        self._worker = worker
        self._routes = routes
        self._keys = keys
        self._prefix = prefix.strip("/")
        self._inputs_of = inputs_of

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one request; a route nobody has is a 404, whatever the method or key."""
        path = self._within_prefix(request.rel_url.raw_path.lstrip("/"))
        found = None if path is None else find_route(self._routes, request.method, path)
        if found is None:
            return web.Response(status=404)
        route, values = found
        given = request.headers.get("x-functions-key") or request.query.get("code")
        if not self._keys.admits(route.auth_level, route.function, given):
            return web.Response(status=401)
        length = request.content_length or 0
        if length > MAX_BODY_BYTES:
            return web.Response(status=413)
        body = await request.read() if length > 0 else b""
        trigger = self._worker.functions[route.function].trigger
        inputs = [(trigger["name"], _request_datum(request, values, body)), *self._inputs_of(route.function)]
        outcome = await self._worker.invoke(route.function, inputs)
        if not outcome.ok:
            _log.error("the function %s failed: %s\n%s", route.function, outcome.error, outcome.stack)
            return web.Response(status=500)
        try:
            return _response(outcome.datum)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            _log.error("the function %s answered what is no HTTP response: %s", route.function, error)
            return web.Response(status=500)

    def _within_prefix(self, path: str) -> str | None:
        if not self._prefix:
            return path
        head = path[: len(self._prefix)]
        if head.lower() != self._prefix.lower() or path[len(head) : len(head) + 1] not in {"", "/"}:
            return None
        return path[len(head) :].lstrip("/")


def _request_datum(request: web.Request, values: dict[str, str], body: bytes) -> Any:  # noqa: ANN401 (the library's type)
    """The request as the worker gets it: lower-case header names, repeated query values joined, empty ones dropped."""
    query: dict[str, str] = {}
    for name, value in request.query.items():
        query[name] = f"{query[name]},{value}" if name in query else value
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    return datum(
        {
            "method": datum(request.method, "string"),
            "url": datum(str(request.url), "string"),
            "headers": {name: datum(value, "string") for name, value in headers.items()},
            "body": datum(body, "bytes"),
            "params": {name: datum(value, "string") for name, value in values.items() if value},
            "query": {name: datum(value, "string") for name, value in query.items() if value},
        },
        "http",
    )


def _response(found: Any) -> web.Response:  # noqa: ANN401 (the library's type)
    """A function's answer: a response object as it is, a text that parses as JSON re-emitted as JSON."""
    if found.type == "http":
        value = found.value
        headers = CIMultiDict((name, item.value) for name, item in value["headers"].items())
        response = web.Response(status=int(value["status_code"].value), body=value["body"].value, headers=headers)
        for cookie in value.get("cookies") or []:
            for morsel in cookie.values():
                response.headers.add("Set-Cookie", morsel.OutputString())
        return response
    text = found.value.decode() if isinstance(found.value, bytes) else str(found.value)
    try:
        parsed = json.loads(text)
    except ValueError:
        return web.Response(text=text)
    if isinstance(parsed, dict) and "body" in parsed:
        body = parsed["body"]
        text = body if isinstance(body, str) else json.dumps(body)
        status = int(parsed.get("statusCode") or parsed.get("status") or 200)
        return web.Response(status=status, text=text, headers=parsed.get("headers") or {})
    return web.Response(text=json.dumps(parsed), content_type="application/json")

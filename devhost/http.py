"""HTTP functions: from an aiohttp request to an invocation and back, by the real host's rules."""

import logging
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from devhost.indexing import Function, datum
from devhost.keys import Keys
from devhost.responses import to_response
from devhost.routes import RouteTable
from devhost.worker import Worker

MAX_BODY_BYTES = 104_857_600

_log = logging.getLogger(__name__)


class HttpFunctions:
    """Serves every HTTP function of an app."""

    def __init__(self, worker: Worker, routes: RouteTable, keys: Keys) -> None:
        self._worker = worker
        self._routes = routes
        self._keys = keys

    async def handle(self, request: web.Request) -> web.Response | None:
        """Serve one request; None when no function has its route and method, whatever its key."""
        found = self._routes.find(request.method, request.rel_url.raw_path)
        if found is None:
            return None
        route, values = found
        if not self._keys.admits(route.auth_level, route.function.name, given_key(request)):
            return web.Response(status=401)
        length = request.content_length or 0
        if length > MAX_BODY_BYTES:
            return web.Response(status=413)
        body = await request.read() if length > 0 else b""
        return await self._invoke(route.function, _request_datum(request, values, body))

    async def _invoke(self, function: Function, value: Any) -> web.Response:
        if self._worker.closing:
            return web.Response(status=503)
        outcome = await self._worker.invoke(function, [(function.trigger["name"], value)])
        if not outcome.ok:
            _log.error("the function %s failed: %s\n%s", function.name, outcome.error, outcome.stack)
            return web.Response(status=500)
        try:
            return to_response(outcome.datum)
        except (TypeError, ValueError, KeyError, AttributeError):
            _log.exception("the function %s answered what is no HTTP response", function.name)
            return web.Response(status=500)


def given_key(request: web.Request) -> str | None:
    """The access key a request carries: a header, else a query parameter."""
    return request.headers.get("x-functions-key") or request.query.get("code")


def _request_datum(request: web.Request, values: dict[str, str], body: bytes) -> Any:
    """The request as the worker gets it: lower-case header names, repeated values joined, empty queries dropped."""
    query = _joined((name, value) for name, value in request.query.items() if value)
    headers = {name.lower(): value for name, value in _joined(request.headers.items()).items()}
    return datum(
        {
            "method": datum(request.method, "string"),
            "url": datum(str(request.url), "string"),
            "headers": {name: datum(value, "string") for name, value in headers.items()},
            "body": datum(body, "bytes"),
            "params": {name: datum(value, "string") for name, value in values.items() if value},
            "query": {name: datum(value, "string") for name, value in query.items()},
        },
        "http",
    )


def _joined(items: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Values of one name, whatever its case, joined by commas under its first spelling."""
    spellings: dict[str, str] = {}
    found: dict[str, str] = {}
    for name, value in items:
        key = spellings.setdefault(name.lower(), name)
        found[key] = f"{found[key]},{value}" if key in found else value
    return found

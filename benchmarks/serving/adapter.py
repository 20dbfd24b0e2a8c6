"""The app's HTTP functions behind an ASGI server, as its peer is: `uvicorn benchmarks.serving.adapter:app`.

A request becomes what the Functions worker hands to a handler, the handler runs in a pool of threads as the worker has
it, and its answer is sent as it is. The Functions host and its worker are in no figure.
"""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import azure.functions as func

import function_app
from shared.data.engine import POOL_SIZE
from shared.web import freshness
from shared.web.kept_answers import KeptAnswers

_PARAMETER = re.compile(r"\{(\*?)(\w+)[^}]*\}")
Handler = Callable[[func.HttpRequest], func.HttpResponse]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
_threads = ThreadPoolExecutor(POOL_SIZE)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a handler is called: its methods, and a pattern of its paths whose groups are the route's parameters."""

    methods: frozenset[str]
    pattern: re.Pattern[str]
    handler: Handler


def find_routes() -> Iterator[Route]:
    """A route per HTTP function that needs no durable client; what would take any path comes last."""
    found = []
    for function in function_app.app.get_functions():
        trigger, handler = function.get_trigger(), function.get_user_function()
        if trigger.type == "httpTrigger" and not inspect.iscoroutinefunction(handler):
            methods = trigger.get_dict_repr().get("methods") or ()
            takes_all = "{*" in trigger.route
            found.append((takes_all, Route(frozenset(map(str, methods)), _pattern(trigger.route), handler)))
    yield from (route for _, route in sorted(found, key=lambda each: each[0]))


def _pattern(template: str) -> re.Pattern[str]:
    parts, place = ["/"], 0
    for part in _PARAMETER.finditer(template):
        parts += [re.escape(template[place : part.start()]), f"(?P<{part[2]}>{'.*' if part[1] else '[^/]+'})"]
        place = part.end()
    return re.compile("".join([*parts, re.escape(template[place:])]))


_routes = tuple(find_routes())
_literal = {(method, route.pattern.pattern): route for route in reversed(_routes) for method in route.methods}


def find_handler(method: str, path: str) -> tuple[Handler, dict[str, str]]:
    """The handler of a call and the parameters of its route.

    Raises:
        LookupError: there is none; the app has one for whatever nobody else takes, so this is not a call of its.
    """
    literal = _literal.get((method, re.escape(path)))
    if literal is not None:
        return literal.handler, {}
    for route in _routes:
        if (not route.methods or method in route.methods) and (match := route.pattern.fullmatch(path)):
            return route.handler, match.groupdict()
    raise LookupError(f"{method} {path}")


async def app(scope: Any, receive: Receive, send: Send) -> None:
    """Answer a request by its function."""
    if scope["type"] != "http":
        return
    handler, values = find_handler(scope["method"], scope["path"])
    query = scope["query_string"].decode("latin-1")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    call = func.HttpRequest(
        method=scope["method"],
        url=f"http://{headers['host']}{scope['path']}{'?' if query else ''}{query}",
        headers=headers,
        params=dict(parse_qsl(query, keep_blank_values=True)),
        route_params=values,
        body=await _read_body(receive),
    )
    found = await asyncio.get_running_loop().run_in_executor(_threads, handler, call)
    body = found.get_body()
    said = {name.lower(): value for name, value in found.headers.items()}
    told = {"content-type": found.mimetype, "content-length": str(len(body)), **said}
    sent = [(name.encode(), value.encode("latin-1")) for name, value in told.items()]
    await send({"type": "http.response.start", "status": found.status_code, "headers": sent})
    await send({"type": "http.response.body", "body": body})


async def _read_body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


# Every call is read anew: what an answer from memory is worth has a case of its own.
freshness.KEPT = KeptAnswers(max_answer_bytes=-1)

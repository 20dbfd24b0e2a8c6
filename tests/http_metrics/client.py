"""Calling the app's HTTP functions in process: the registered functions, real requests and tokens, no host between."""

import asyncio
import gzip
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import azure.functions as func

from shared.web.function_index import find_function, read_index
from tests.rooms import ROUTES

CATCH_ALL = "yield_unmatched"
BASE = "https://metrics.example"


@dataclass(frozen=True)
class Answer:
    """What a call answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    media_type: str

    @property
    def text(self) -> str:
        """The body as text, unpacked; a file's bytes that are none are shown as U+FFFD."""
        packed = self.headers.get("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body, its numbers exact."""
        return json.loads(self.text, parse_float=Decimal)


class IdleHost:
    """A durable client's calls where no host is: nothing runs, whatever is started."""

    async def get_status(self, _instance: str) -> None:
        """Nothing of this id is under way."""

    async def start_new(self, *_: object, **__: object) -> None:
        """Start nothing."""

    async def raise_event(self, *_: object) -> None:
        """Wake nobody."""


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    """The rooms' functions by name, as the app's stubs find them."""
    users = {name: find_function(read_index()[name]) for name in (*ROUTES, CATCH_ALL)}
    return {name: getattr(function, "client_function", function) for name, function in users.items()}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("/" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _find(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The function that serves a call: a route with fewer parameters first, and the catch-all last."""
    for route in sorted(ROUTES.values(), key=lambda route: route.path.count("{")):
        if route.method == method and (found := _pattern(route.path).fullmatch(path)):
            return route.function, {name: unquote(value) for name, value in found.groupdict().items()}
    return CATCH_ALL, {"path": unquote(path).removeprefix("/").removesuffix("/")}


class Client:
    """Speaks to the app with one token.

    Attributes:
        token: What stands behind `Bearer`; empty: no Authorization header.
    """

    def __init__(self, token: str) -> None:
        self.token = token

    def call(self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Call the function behind `target` (path and query); a body that is no bytes is sent as JSON."""
        parts = urlsplit(target)
        name, values = _find(method, parts.path)
        sent = {"authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None and not isinstance(body, bytes):
            sent["content-type"], body = "application/json", json.dumps(body, default=str).encode()
        request = func.HttpRequest(
            method=method,
            url=target if parts.netloc else BASE + target,
            headers={**sent, **(headers or {})},
            params=dict(parse_qsl(parts.query)),
            route_params=values,
            body=body or b"",
        )
        function = _functions()[name]
        takes_client = inspect.iscoroutinefunction(function)
        answer = asyncio.run(function(request, IdleHost())) if takes_client else function(request)
        return Answer(answer.status_code, dict(answer.headers), answer.get_body(), answer.mimetype)

    def get(self, target: str) -> Answer:
        """GET."""
        return self.call("GET", target)

    def items(self, target: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page by its `next`."""
        following: str | None = target
        while following:
            page = self.get(following).json
            yield from page["items"]
            following = page["next"]

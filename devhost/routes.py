"""Which function a request belongs to.

Functions are tried in the alphabetical order of their names, and the first whose route and method match wins: no
literal goes before a parameter. A method that does not match is a route that does not match.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from devhost.indexing import Function
from devhost.templates import RouteError, Template, parse_template

RESERVED = ("admin", "runtime")
_ENCODED_SLASH = re.compile("(%2f)", re.IGNORECASE)


@dataclass(frozen=True)
class HttpRoute:
    """One HTTP function's route. `methods` empty: all of them."""

    function: Function
    template: Template
    methods: frozenset[str]
    auth_level: str

    def overlaps(self, other: "HttpRoute") -> bool:
        """Whether both claim the same route for a common method."""
        same = self.template.text.strip("/").lower() == other.template.text.strip("/").lower()
        return same and (not self.methods or not other.methods or bool(self.methods & other.methods))


def http_route(function: Function) -> HttpRoute:
    """The route of an HTTP function: its own name when it has none.

    Raises:
        RouteError: the host refuses it.
    """
    trigger = function.trigger
    text = str(trigger.get("route") or "")
    text = text if text.strip() else function.name
    if text.strip("/").lower().startswith(RESERVED):
        raise RouteError(
            f"the route {text!r} begins with {' or '.join(map(repr, RESERVED))}, which the host keeps for itself: "
            "choose another first word"
        )
    methods = frozenset(str(method).upper() for method in trigger.get("methods") or ())
    level = str(trigger.get("authLevel") or "function").lower()
    return HttpRoute(function, parse_template(text), methods, level)


class RouteTable:
    """The routes of an app, below the prefix of host.json."""

    def __init__(self, routes: Iterable[HttpRoute], prefix: str) -> None:
        self._routes = sorted(routes, key=lambda route: route.function.name.lower())
        self._prefix = [word.lower() for word in prefix.strip("/").split("/") if word]

    def find(self, method: str, raw_path: str) -> tuple[HttpRoute, dict[str, str]] | None:
        """The first route, by function name, that serves a request, and its parameters."""
        segments = path_segments(raw_path)
        head, rest = segments[: len(self._prefix)], segments[len(self._prefix) :]
        if [word.lower() for word in head] != self._prefix:
            return None
        for route in self._routes:
            if route.methods and method.upper() not in route.methods:
                continue
            if (values := route.template.match(rest)) is not None:
                return route, values
        return None


def path_segments(raw_path: str) -> list[str]:
    """The segments of a path, decoded but for encoded slashes; one slash at its end says nothing."""
    path = raw_path.removeprefix("/").removesuffix("/")
    return [_decode(segment) for segment in path.split("/")] if path else []


def _decode(segment: str) -> str:
    if "%" not in segment:
        return segment
    pieces = _ENCODED_SLASH.split(segment)
    return "".join(piece if number % 2 else unquote(piece) for number, piece in enumerate(pieces))

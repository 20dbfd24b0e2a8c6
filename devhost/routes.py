"""Route templates as the real host reads them, and which function a request belongs to.

Functions are tried in the alphabetical order of their names, and the first whose route and method match wins: no literal
goes before a parameter. A method that does not match is a route that does not match.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

_PARAMETER = re.compile(r"\{(\*?)([A-Za-z_]\w*)((?::[^{}]+?)*)(?:=([^{}?]*))?(\??)\}")
RESERVED = ("admin", "runtime")


def _number(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?\d+", text))


def _decimal(text: str) -> bool:
    return bool(re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text))


def _guid(text: str) -> bool:
    return bool(re.fullmatch(r"\{?[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?", text))


def _datetime(text: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?", text))


_PLAIN: dict[str, Callable[[str], bool]] = {
    "int": lambda text: _number(text) and -(2**31) <= int(text) < 2**31,
    "long": lambda text: _number(text) and -(2**63) <= int(text) < 2**63,
    "bool": lambda text: text.lower() in {"true", "false"},
    "guid": _guid,
    "alpha": lambda text: bool(re.fullmatch("[A-Za-z]*", text)),
    "decimal": _decimal,
    "double": _decimal,
    "float": _decimal,
    "datetime": _datetime,
    "required": bool,
}
_WITH_ARGUMENTS: dict[str, Callable[[list[str]], Callable[[str], bool]]] = {
    "length": lambda a: lambda text: int(a[0]) <= len(text) <= int(a[-1]),
    "minlength": lambda a: lambda text: len(text) >= int(a[0]),
    "maxlength": lambda a: lambda text: len(text) <= int(a[0]),
    "min": lambda a: lambda text: _number(text) and int(text) >= int(a[0]),
    "max": lambda a: lambda text: _number(text) and int(text) <= int(a[0]),
    "range": lambda a: lambda text: _number(text) and int(a[0]) <= int(text) <= int(a[1]),
    "regex": lambda a: lambda text: bool(re.search(",".join(a), text, re.IGNORECASE)),
}


class RouteError(ValueError):
    """A template the real host refuses."""


def constraint(text: str) -> Callable[[str], bool]:
    """The test an inline constraint stands for.

    Raises:
        RouteError: there is no such constraint.
    """
    name, opened, arguments = text.partition("(")
    if not opened and name in _PLAIN:
        return _PLAIN[name]
    if opened and arguments.endswith(")") and name in _WITH_ARGUMENTS:
        return _WITH_ARGUMENTS[name](arguments[:-1].split(","))
    raise RouteError(
        f"there is no route constraint {text!r}; known are {', '.join(sorted([*_PLAIN, *_WITH_ARGUMENTS]))}"
    )


@dataclass(frozen=True)
class Template:
    """A compiled route template."""

    text: str
    pattern: re.Pattern[str]
    constraints: dict[str, list[Callable[[str], bool]]]
    defaults: dict[str, str]

    def match(self, path: str) -> dict[str, str] | None:
        """The route's parameters when `path` (without its leading slash, still encoded) matches."""
        found = self.pattern.fullmatch(path.strip("/"))
        if found is None:
            return None
        values = {name: unquote(value) for name, value in found.groupdict().items() if value}
        for name, tests in self.constraints.items():
            if name in values and not all(test(values[name]) for test in tests):
                return None
        return {**self.defaults, **values}


def compile_template(text: str) -> Template:
    """Read a route template.

    Raises:
        RouteError: reserved, malformed, or with an unknown constraint.
    """
    route = text.strip("/")
    if route.lower().startswith(RESERVED):
        raise RouteError(f"the route {text!r} begins with {' or '.join(RESERVED)}, which the host keeps for itself")
    pieces, constraints, defaults, names = [], {}, {}, set()
    for number, segment in enumerate(route.split("/") if route else []):
        piece, optional = "", False
        position = 0
        for found in _PARAMETER.finditer(segment):
            star, name, tests, default, mark = found.groups()
            if name in names:
                raise RouteError(f"the route {text!r} names {name!r} twice")
            names.add(name)
            piece += re.escape(segment[position : found.start()]) + f"(?P<{name}>{'.*' if star else '[^/]+'})"
            position = found.end()
            constraints[name] = [constraint(test) for test in tests.split(":") if test]
            if default:
                defaults[name] = default
            optional = bool(mark or default or star)
        rest = segment[position:]
        if "{" in rest or "}" in rest:
            raise RouteError(f"the route {text!r} has a brace that is no parameter, in {segment!r}")
        piece += re.escape(rest)
        slash = "/" if number else ""
        pieces.append(f"(?:{slash}{piece})?" if optional else slash + piece)
    return Template(text, re.compile("".join(pieces), re.IGNORECASE), constraints, defaults)


@dataclass(frozen=True)
class HttpRoute:
    """One HTTP function's route. `methods` empty: all of them."""

    function: str
    template: Template
    methods: frozenset[str]
    auth_level: str

    def overlaps(self, other: "HttpRoute") -> bool:
        """Whether both claim the same route for a common method."""
        same = self.template.text.strip("/").lower() == other.template.text.strip("/").lower()
        return same and (not self.methods or not other.methods or bool(self.methods & other.methods))


def find_route(routes: list[HttpRoute], method: str, path: str) -> tuple[HttpRoute, dict[str, str]] | None:
    """The first route, by function name, that serves the request."""
    for route in sorted(routes, key=lambda route: route.function.lower()):
        if route.methods and method.upper() not in route.methods:
            continue
        if (values := route.template.match(path)) is not None:
            return route, values
    return None

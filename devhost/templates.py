"""Route templates as ASP.NET's routing reads them: segments, parameters with constraints, defaults, a catch-all.

Literals ignore case. `{{` and `}}` stand for braces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from devhost.constraints import Constraint, ConstraintError, parse_constraint


class RouteError(ValueError):
    """A template the real host refuses."""


@dataclass(frozen=True)
class Parameter:
    """`{name:constraints=default}`, `{name?}` or `{*rest}`."""

    name: str
    constraints: tuple[Constraint, ...] = ()
    default: str | None = None
    is_optional: bool = False
    is_catch_all: bool = False

    @property
    def may_be_absent(self) -> bool:
        """Whether a path may end before it."""
        return self.is_optional or self.is_catch_all or self.default is not None

    def admits(self, value: str) -> bool:
        """Whether every constraint holds for a value."""
        return all(constraint(value) for constraint in self.constraints)


Part = str | Parameter


@dataclass(frozen=True)
class Template:
    """A parsed route template: its segments, each of literals and parameters."""

    text: str
    segments: tuple[tuple[Part, ...], ...]

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The route's parameters when a path of these segments (decoded) matches."""
        values: dict[str, str] = {}
        for number, parts in enumerate(self.segments):
            first = parts[0]
            if isinstance(first, Parameter) and first.is_catch_all:
                return _assign(values, first, "/".join(segments[number:]))
            if number >= len(segments):
                if not (isinstance(first, Parameter) and first.may_be_absent):
                    return None
                if first.default is not None:
                    values[first.name] = first.default
            elif not _match_segment(parts, segments[number], values):
                return None
        return values if len(segments) <= len(self.segments) else None


def _assign(values: dict[str, str], parameter: Parameter, text: str) -> dict[str, str] | None:
    value = text or parameter.default or ""
    if value and not parameter.admits(value):
        return None
    return {**values, parameter.name: value} if value else values


def _match_segment(parts: tuple[Part, ...], text: str, values: dict[str, str]) -> bool:
    """Whether a segment matches; what it binds goes into `values`."""
    if not text:
        return False
    if len(parts) == 1:
        (part,) = parts
        if isinstance(part, str):
            return part.lower() == text.lower()
        values[part.name] = text
        return part.admits(text)
    parameters = [part for part in parts if isinstance(part, Parameter)]
    pattern = "".join(re.escape(part) if isinstance(part, str) else "(.+)" for part in parts)
    found = re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL)
    if found is None:
        return False
    bound = dict(zip((parameter.name for parameter in parameters), found.groups(), strict=True))
    values.update(bound)
    return all(parameter.admits(bound[parameter.name]) for parameter in parameters)


def parse_template(text: str) -> Template:
    """Read a route template.

    Raises:
        RouteError: it is malformed, or has an unknown constraint.
    """
    route = text.strip("/")
    if route.startswith("~"):
        raise RouteError(f"the route {text!r} must not begin with '~'")
    segments = tuple(_segments(route)) if route else ()
    names = [part.name.lower() for parts in segments for part in parts if isinstance(part, Parameter)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise RouteError(f"the route {text!r} names the parameter {twice!r} twice")
    for number, parts in enumerate(segments):
        _check_segment(text, parts, is_last=number == len(segments) - 1)
    return Template(text, segments)


def _check_segment(text: str, parts: tuple[Part, ...], *, is_last: bool) -> None:
    if not parts:
        raise RouteError(f"the route {text!r} has an empty segment: '/' must not follow '/'")
    for part, following in zip(parts, (*parts[1:], None), strict=True):
        if isinstance(part, str):
            if "?" in part:
                raise RouteError(f"the route {text!r} has a '?' outside a parameter")
            continue
        if isinstance(following, Parameter):
            raise RouteError(f"the route {text!r} needs a literal between {part.name!r} and {following.name!r}")
        if part.may_be_absent and len(parts) > 1:
            raise RouteError(f"the route {text!r}: {part.name!r} may be absent, so it must be a segment by itself")
        if part.is_catch_all and not is_last:
            raise RouteError(f"the route {text!r}: the catch-all {part.name!r} must be the last segment")


def _segments(route: str) -> Iterator[tuple[Part, ...]]:
    """The segments of a route; a '/' inside a parameter belongs to it."""
    parts: list[Part] = []
    literal, position = "", 0
    while position < len(route):
        pair, sign = route[position : position + 2], route[position]
        if pair in {"{{", "}}"}:
            literal, position = literal + sign, position + 2
        elif sign == "{":
            end = _end_of_parameter(route, position)
            parts += [literal] if literal else []
            parts.append(_parameter(route, route[position + 1 : end]))
            literal, position = "", end + 1
        elif sign == "}":
            raise RouteError(f"the route {route!r} closes a brace that it never opened")
        elif sign == "/":
            yield (*parts, literal) if literal else tuple(parts)
            parts, literal, position = [], "", position + 1
        else:
            literal, position = literal + sign, position + 1
    yield (*parts, literal) if literal else tuple(parts)


def _end_of_parameter(route: str, start: int) -> int:
    position = start + 1
    while position < len(route):
        if route[position : position + 2] in {"{{", "}}"}:
            position += 2
        elif route[position] == "}":
            return position
        else:
            position += 1
    raise RouteError(f"the route {route!r} opens a brace that it never closes")


def _parameter(route: str, content: str) -> Parameter:
    text = content.replace("{{", "{").replace("}}", "}")
    body = text.lstrip("*")
    optional = body.endswith("?")
    pieces, default = _split(body.removesuffix("?"))
    name = pieces[0].strip()
    if not name or re.search(r"[/{}?*]", name):
        raise RouteError(f"the route {route!r} has a parameter without a proper name: {content!r}")
    if optional and (default is not None or body != text):
        raise RouteError(f"the route {route!r}: {name!r} cannot be optional and have a default or catch all")
    try:
        constraints = tuple(parse_constraint(piece) for piece in pieces[1:])
    except ConstraintError as error:
        raise RouteError(f"the route {route!r}: {error}") from None
    return Parameter(name, constraints, default, is_optional=optional, is_catch_all=body != text)


def _split(body: str) -> tuple[list[str], str | None]:
    """A parameter's name and constraints, and its default; signs within parentheses separate nothing."""
    pieces, depth = [""], 0
    for number, sign in enumerate(body):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "=" and depth == 0:
            return pieces, body[number + 1 :]
        if sign == ":" and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += sign
    return pieces, None

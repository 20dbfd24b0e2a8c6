"""What the real host refuses, refused at start: every defect at once, each with the function, the fault and the remedy."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from devhost.ncrontab import ScheduleError, parse_schedule
from devhost.routes import HttpRoute, RouteError, compile_template
from devhost.timespans import parse_timespan
from devhost.worker import Function

_NAME = re.compile(r"[a-z][a-z0-9_\-]{0,127}", re.IGNORECASE)
_SETTING = re.compile(r"%([^%]+)%")
SUPPORTED = {
    "httpTrigger",
    "http",
    "timerTrigger",
    "blobTrigger",
    "durableClient",
    "orchestrationTrigger",
    "activityTrigger",
    "entityTrigger",
}
AUTH_LEVELS = {"anonymous", "function", "admin"}
DISABLED_SETTING = "AzureWebJobs.{}.Disabled"


class RefusedError(Exception):
    """The app would not start in Azure; `defects` says all of why."""

    def __init__(self, defects: list[str]) -> None:
        super().__init__("\n".join(f"  - {defect}" for defect in defects))
        self.defects = defects


@dataclass(frozen=True)
class HostSettings:
    """What host.json says."""

    route_prefix: str
    timeout_seconds: float | None
    hub_name: str
    max_activities: int
    max_orchestrators: int


def resolve(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """A binding's text with `%SETTING%` replaced.

    Raises:
        KeyError: a setting is missing.
    """
    return _SETTING.sub(lambda found: environment[found.group(1)], text)


def is_disabled(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a setting switches the function off."""
    return environment.get(DISABLED_SETTING.format(name), "").lower() in {"1", "true"}


def read_host_json(found: Any) -> tuple[HostSettings, list[str]]:  # noqa: ANN401 (JSON)
    """The settings of a parsed host.json, and its defects."""
    if not isinstance(found, dict):
        return HostSettings("api", 300.0, "TestHubName", 10, 10), ["host.json is no JSON object"]
    defects = []
    if found.get("version") != "2.0":
        defects.append(f'host.json: "version" is {found.get("version")!r}; it must be "2.0"')
    timeout: float | None = 300.0
    text = found.get("functionTimeout", "00:05:00")
    try:
        timeout = None if text == "-1" else parse_timespan(str(text)).total_seconds()
        if timeout is not None and timeout <= 0:
            defects.append(f'host.json: "functionTimeout" {text!r} is not positive')
    except ValueError as error:
        defects.append(f'host.json: "functionTimeout": {error}')
    extensions = found.get("extensions") or {}
    prefix = (extensions.get("http") or {}).get("routePrefix", "api")
    durable = extensions.get("durableTask") or {}
    hub = durable.get("hubName", "TestHubName")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]{2,44}", str(hub)):
        defects.append(f'host.json: "hubName" {hub!r} must be 3 to 45 letters and digits that begin with a letter')
    bundle = found.get("extensionBundle")
    if bundle is not None and not ({"id", "version"} <= set(bundle)):
        defects.append('host.json: "extensionBundle" needs "id" and "version"')
    limits = []
    for name in ("maxConcurrentActivityFunctions", "maxConcurrentOrchestratorFunctions"):
        value = durable.get(name, 10)
        if not isinstance(value, int) or value < 1:
            defects.append(f'host.json: "{name}" is {value!r}; it must be a positive integer')
            value = 10
        limits.append(value)
    return HostSettings(str(prefix), timeout, str(hub), *limits), defects


def function_defects(functions: Iterable[Function], environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Everything wrong with the functions and their bindings."""
    seen: dict[str, str] = {}
    routes: list[HttpRoute] = []
    for function in functions:
        if not _NAME.fullmatch(function.name) or function.name.lower() == "host":
            yield f"{function.name}: a function's name begins with a letter, has letters, digits, _ and -, and is not 'host'"
        if function.name.lower() in seen:
            yield f"{function.name}: another function has this name ({seen[function.name.lower()]}); names ignore case"
        seen[function.name.lower()] = function.name
        triggers = [found for found in function.bindings if found["type"].lower().endswith("trigger")]
        if len(triggers) != 1:
            yield f"{function.name}: a function has exactly one trigger, this one has {len(triggers)}"
        for binding in function.bindings:
            yield from (f"{function.name}: {defect}" for defect in _binding_defects(function, binding, environment))
        if function.trigger.get("type") == "httpTrigger" and (route := _route_or_none(function)):
            routes.append(route)
    for number, route in enumerate(routes):
        for other in routes[number + 1 :]:
            if route.overlaps(other):
                yield (
                    f"{other.function}: the route {other.template.text!r} and a method are {route.function}'s already; "
                    "the real host would drop one of them"
                )


def http_route(function: Function) -> HttpRoute:
    """The route of an HTTP function: its own name when it has none.

    Raises:
        RouteError: the host refuses it.
    """
    trigger = function.trigger
    methods = frozenset(str(method).upper() for method in trigger.get("methods") or ())
    level = str(trigger.get("authLevel") or "function").lower()
    route = trigger.get("route")
    return HttpRoute(function.name, compile_template(function.name if route is None else route), methods, level)


def _route_or_none(function: Function) -> HttpRoute | None:
    try:
        return http_route(function)
    except RouteError:
        return None


def _binding_defects(function: Function, binding: dict[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    kind = binding["type"]
    if kind not in SUPPORTED:
        yield f"the binding type {kind!r} is not known to this host; known are {', '.join(sorted(SUPPORTED))}"
        return
    if kind == "httpTrigger":
        yield from _http_defects(function)
    elif kind == "timerTrigger":
        yield from _timer_defects(binding, environment)
    elif kind == "blobTrigger":
        yield from _blob_defects(binding, environment)
    elif kind == "durableClient" and not function.is_async:
        yield "a durable client needs an `async def` function; with a plain one every call would fail"
    elif kind == "orchestrationTrigger" and function.is_async:
        yield "an orchestrator is a plain generator; an `async def` would answer a coroutine"


def _http_defects(function: Function) -> Iterator[str]:
    level = str(function.trigger.get("authLevel") or "function").lower()
    if level not in AUTH_LEVELS:
        yield f"the authorization level {level!r} is none of {', '.join(sorted(AUTH_LEVELS))}"
    try:
        http_route(function)
    except RouteError as error:
        yield str(error)


def _timer_defects(binding: dict[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    try:
        parse_schedule(resolve(str(binding.get("schedule", "")), environment))
    except KeyError as error:
        yield f"the schedule names the setting {error.args[0]}, which is not set"
    except ScheduleError as error:
        yield f"the schedule is refused: {error}"


def _blob_defects(binding: dict[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    if str(binding.get("source", "")).lower() != "eventgrid":
        yield "a blob trigger needs source=EventGrid: the consumption plan refuses polling"
    try:
        path = resolve(str(binding.get("path", "")), environment)
        if not path.strip("/"):
            yield "the path is empty; write container/{name}"
    except KeyError as error:
        yield f"the path names the setting {error.args[0]}, which is not set"
    connection = str(binding.get("connection") or "AzureWebJobsStorage")
    if not environment.get(connection) and not any(name.startswith(f"{connection}__") for name in environment):
        yield f"the connection setting {connection} is not set"

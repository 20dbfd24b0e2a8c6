"""What the real host refuses, refused at start: every defect at once, each with the function, fault and remedy."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from devhost.blob_storage import Container
from devhost.blobs import DEFAULT_CONNECTION, parse_path
from devhost.host_json import resolve
from devhost.indexing import Function, is_trigger
from devhost.ncrontab import ScheduleError, parse_schedule
from devhost.routes import HttpRoute, http_route
from devhost.templates import RouteError

_NAME = re.compile(r"[a-z][a-z0-9_\-]{0,127}", re.IGNORECASE)
AUTH_LEVELS = ("admin", "anonymous", "function")
DURABLE_NAMES = {"orchestrationTrigger": "orchestration", "activityTrigger": "activity", "entityTrigger": "entityName"}
SUPPORTED = ("httpTrigger", "http", "timerTrigger", "blobTrigger", "durableClient", *DURABLE_NAMES)

Environment = Mapping[str, str]


class RefusedError(Exception):
    """The app would not start in Azure; `defects` says all of why."""

    def __init__(self, defects: list[str]) -> None:
        super().__init__("\n".join(f"  - {defect}" for defect in defects))
        self.defects = defects


def is_disabled(name: str, environment: Environment) -> bool:
    """Whether a setting switches a function off."""
    return environment.get(f"AzureWebJobs.{name}.Disabled", "").lower() in {"1", "true"}


def durable_name(function: Function) -> str:
    """What orchestrations call a durable function by."""
    return str(function.trigger.get(DURABLE_NAMES[function.kind]) or function.name)


def function_defects(functions: Iterable[Function], environment: Environment = os.environ) -> Iterator[str]:
    """Everything wrong with the functions and their bindings."""
    everything = list(functions)
    yield from _name_defects(everything)
    for function in everything:
        for defect in _own_defects(function, environment):
            yield f"{function.name}: {defect}"
    yield from _route_conflicts(everything)
    yield from _durable_name_conflicts(everything)
    yield from _missing_host_storage(everything, environment)


def _name_defects(functions: list[Function]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in (function.name for function in functions):
        if not _NAME.fullmatch(name) or name.lower() == "host":
            yield (
                f"{name}: this cannot be a function's name; write a letter, then at most 127 letters, digits, _ or -, "
                "and not 'host'"
            )
        if name.lower() in seen:
            yield f"{name}: a function is named {seen[name.lower()]} already, and names ignore case; rename one"
        seen[name.lower()] = name


def _own_defects(function: Function, environment: Environment) -> Iterator[str]:
    triggers = [found for found in function.bindings if is_trigger(found)]
    if len(triggers) != 1:
        yield f"a function has exactly one trigger, this one has {len(triggers)}"
    if function.has_retry_policy:
        yield "retry policies are not served here; retry inside the function, or in an orchestration"
    for binding in function.bindings:
        kind = str(binding["type"])
        if kind not in SUPPORTED:
            yield f"the binding type {kind!r} is not known to this host; known are {', '.join(sorted(SUPPORTED))}"
        elif kind in _RULES:
            yield from _RULES[kind](function, binding, environment)


def _http_defects(function: Function, binding: dict[str, Any], _: Environment) -> Iterator[str]:
    level = str(binding.get("authLevel") or "function").lower()
    if level not in AUTH_LEVELS:
        yield f"the authorization level {level!r} is none of {', '.join(AUTH_LEVELS)}"
    try:
        http_route(function)
    except RouteError as error:
        yield str(error)


def _timer_defects(_: Function, binding: dict[str, Any], environment: Environment) -> Iterator[str]:
    try:
        parse_schedule(resolve(str(binding.get("schedule", "")), environment))
    except KeyError as error:
        yield f"the schedule names the setting {error.args[0]}, which is not set; set it"
    except ScheduleError as error:
        yield f"the schedule is refused: {error}"


def _blob_defects(_: Function, binding: dict[str, Any], environment: Environment) -> Iterator[str]:
    if str(binding.get("source", "")).lower() != "eventgrid":
        yield "a blob trigger needs source=EventGrid, since the Flex Consumption plan refuses polling"
    container = "container"
    try:
        container, _pattern = parse_path(resolve(str(binding.get("path", "")), environment))
    except KeyError as error:
        yield f"the path names the setting {error.args[0]}, which is not set; set it"
    except ValueError as error:
        yield str(error)
    yield from _connection_defects(str(binding.get("connection") or DEFAULT_CONNECTION), container, environment)


def _connection_defects(setting: str, container: str, environment: Environment) -> Iterator[str]:
    text = environment.get(setting)
    if not text:
        by_identity = any(name.startswith(f"{setting}__") for name in environment)
        fault = "is given as an identity, which this host does not have" if by_identity else "is not set"
        yield f"the connection setting {setting} {fault}; set it to a connection string"
        return
    try:
        Container(text, container)
    except ValueError as error:
        yield f"the connection setting {setting} is no connection string: {error}"


def _client_defects(function: Function, _: dict[str, Any], __: Environment) -> Iterator[str]:
    if not function.is_async:
        yield "a function with durable_client_input must be an `async def`; with a plain one every call fails"


def _plain_function_defects(function: Function, binding: dict[str, Any], _: Environment) -> Iterator[str]:
    if function.is_async:
        what = (
            "an orchestrator must be a plain generator"
            if "orch" in binding["type"]
            else "an entity must be a plain def"
        )
        yield f"{what}; an `async def` answers a coroutine, which nothing awaits"


_RULES: dict[str, Callable[[Function, dict[str, Any], Environment], Iterator[str]]] = {
    "httpTrigger": _http_defects,
    "timerTrigger": _timer_defects,
    "blobTrigger": _blob_defects,
    "durableClient": _client_defects,
    "orchestrationTrigger": _plain_function_defects,
    "entityTrigger": _plain_function_defects,
}


def _route_conflicts(functions: list[Function]) -> Iterator[str]:
    routes: list[HttpRoute] = []
    for function in sorted(functions, key=lambda function: function.name.lower()):
        try:
            routes += [http_route(function)] if function.kind == "httpTrigger" else []
        except RouteError:
            continue
    for number, route in enumerate(routes):
        for other in routes[number + 1 :]:
            if route.overlaps(other):
                yield (
                    f"{other.function.name}: {route.function.name} has the route {other.template.text!r} with a common "
                    "method already; the real host would drop this function: change its route or its methods"
                )


def _durable_name_conflicts(functions: list[Function]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for function in functions:
        if function.kind not in DURABLE_NAMES:
            continue
        name = durable_name(function).lower()
        if seen.setdefault(name, function.name) != function.name:
            yield f"{function.name}: orchestrations know {seen[name]} by the name {name!r} already; rename one"


def _missing_host_storage(functions: list[Function], environment: Environment) -> Iterator[str]:
    given = any(name.startswith(DEFAULT_CONNECTION) and value for name, value in environment.items())
    needing = sorted(function.name for function in functions if function.kind not in {"httpTrigger", ""})
    if needing and not given:
        yield (
            f"the setting {DEFAULT_CONNECTION} is not set; the real host needs it for every trigger but HTTP "
            f"(here {', '.join(needing)}): set it to a connection string"
        )

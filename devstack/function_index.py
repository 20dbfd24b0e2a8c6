"""`function_index.json`: what the rooms register, for `function_app.py` to tell the host without importing them."""

import argparse
import inspect
import json
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, get_type_hints

import azure.functions
from azure.functions.decorators.function_app import Function, FunctionBuilder

from shared.web.function_index import INDEX

PACKAGES = ("durable_backups", "durable_imports", "http_metrics", "timer_fx", "timer_upkeep")
_INNER = ("client_function", "orchestrator_function")
"""Where azure-functions-durable keeps the function that it wrapped."""


CONTEXT = "context"


class UntoldError(Exception):
    """A function has something that the index cannot tell."""


def write_index() -> str:
    """The index as JSON text, a member of a function a line: every function that a room registers, by name."""
    entries = dict(sorted(_describe(*found) for found in _registered()))
    return f"{_object({name: _object(_members(entry), '  ') for name, entry in entries.items()})}\n"


def _object(members: Mapping[str, str], indent: str = "") -> str:
    lines = (f'{indent}  "{name}": {text}' for name, text in members.items())
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _members(entry: Mapping[str, Any]) -> dict[str, str]:
    bindings = ",\n".join(f"      {json.dumps(binding)}" for binding in entry["bindings"])
    return {**{name: json.dumps(value) for name, value in entry.items()}, "bindings": f"[\n{bindings}\n    ]"}


def rooms() -> Iterator[ModuleType]:
    """Every module in the rooms' packages."""
    for package in PACKAGES:
        for found in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            yield import_module(found.name)


def _registered() -> Iterator[tuple[ModuleType, str, Function]]:
    """(room, name there, function) of everything that the rooms' blueprints hold."""
    for room in rooms():
        names = {id(value): name for name, value in vars(room).items() if isinstance(value, FunctionBuilder)}
        for builder in getattr(getattr(room, "blueprint", None), "_function_builders", ()):
            if id(builder) not in names:
                raise UntoldError(f"{room.__name__} registers a function under no name: {builder.build()}")
            yield room, names[id(builder)], builder.build()


def _describe(room: ModuleType, handler: str, function: Function) -> tuple[str, dict[str, Any]]:
    user, name = function.get_user_function(), str(function.get_function_name())
    settings = {setting.setting_name for setting in function._settings}  # noqa: SLF001 (no public way to list them)
    bindings = [json.loads(text) for text in function.get_raw_bindings()]
    parameters = [p for p in inspect.signature(user).parameters.values() if not _is_given(p, bindings)]
    plain = all(p.kind is p.POSITIONAL_OR_KEYWORD and p.default is p.empty for p in parameters)
    types = get_type_hints(user)
    if settings - {"function_name"} or not plain or not {p.name for p in parameters} <= types.keys():
        raise UntoldError(f"{name}: settings, defaults and parameters without a type have no place in the index")
    taken = {p: types.get(p) for p in inspect.signature(user).parameters}
    return name, {
        "room": room.__name__,
        "handler": handler,
        "is_async": inspect.iscoroutinefunction(_innermost(user)),
        "annotations": {each: _type_name(kind) for each, kind in {**taken, "return": types["return"]}.items()},
        "bindings": bindings,
    }


def _is_given(parameter: inspect.Parameter, bindings: Iterable[Mapping[str, Any]]) -> bool:
    """Whether it is the invocation's context, which the worker gives to whoever takes a parameter of that name."""
    return parameter.name == CONTEXT and all(binding["name"] != CONTEXT for binding in bindings)


def _innermost(function: Any) -> Any:
    while inner := next((getattr(function, name) for name in _INNER if hasattr(function, name)), None):
        function = inner
    return function


def _type_name(kind: type | None) -> str | None:
    """`module:name`; of azure's types the public one."""
    if kind in {None, type(None)}:
        return None
    public = getattr(azure.functions, kind.__name__, None) is kind
    return f"{'azure.functions' if public else kind.__module__}:{kind.__qualname__}"


def main() -> int:
    """Write the index, or say whether it is up to date."""
    parser = argparse.ArgumentParser(prog="devstack.function_index", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare")
    options = parser.parse_args()
    text = write_index()
    if not options.check:
        INDEX.write_text(text, encoding="utf-8")
    elif not INDEX.exists() or INDEX.read_text(encoding="utf-8") != text:
        sys.stderr.write(f"{INDEX.name} is not what the rooms register; run: python3 dev.py generate\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What stands in the app for a function until its room is imported: the same to the worker, and hardly any code."""

import asyncio
import re
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from pkgutil import resolve_name
from typing import Any

import azure.functions as func

from shared.web.function_index import Entry, RoomError, find_function, read_index

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def register_functions(app: Any) -> None:
    """Register every function of the index under its name, with its bindings, as its room would."""
    for entry in read_index().values():
        registered: Any = make_stub(entry)
        for binding in entry.bindings:
            registered = _bind(app, **binding)(registered)
        app.function_name(entry.name)(registered)


def make_stub(entry: Entry) -> Callable[..., Any]:
    """A function of the entry's name, parameters and types that hands its calls on to the room.

    A room that cannot be imported fails the call; over HTTP that is answered as every other error is.
    """
    told = entry.annotations.items()
    types = {name: kind and resolve_name(kind) for name, kind in told if kind or name == "return"}
    signature = Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name, _ in told if name != "return"])

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            function = find_function(entry)
        except RoomError as error:
            return _answer(entry, error, signature.bind_partial(*args, **kwargs).arguments)
        return function(*args, **kwargs)

    async def call_async(*args: Any, **kwargs: Any) -> Any:
        try:
            function = await asyncio.to_thread(find_function, entry)
        except RoomError as error:
            return _answer(entry, error, signature.bind_partial(*args, **kwargs).arguments)
        return await function(*args, **kwargs)

    stub: Callable[..., Any] = call_async if entry.is_async else call
    stub.__name__ = stub.__qualname__ = entry.name
    stub.__module__, stub.__annotations__ = entry.room, types
    vars(stub)["__signature__"] = signature
    return stub


def _bind(app: Any, name: str, type: str, direction: str, **told: Any) -> Any:  # noqa: A002 (azure's own words and decorators)
    """The decorator that gives a function one binding."""
    words = {_CAPITAL.sub("_", key).lower(): value for key, value in told.items()}
    if type.endswith("Trigger"):
        bind = app.generic_trigger
    else:
        bind = app.generic_input_binding if direction == "IN" else app.generic_output_binding
    return bind(arg_name=name, type=type, **words)


def _answer(entry: Entry, error: RoomError, given: Mapping[str, Any]) -> func.HttpResponse:
    from shared.web.answering import answer_request  # noqa: PLC0415 (the rooms import it, and with it most of the rest)

    def fail(_told: dict[str, str]) -> func.HttpResponse:
        raise error

    if entry.route is None:
        raise error
    return answer_request(given[entry.route["name"]], fail)

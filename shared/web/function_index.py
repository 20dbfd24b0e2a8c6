"""The app's functions without the rooms' code: `function_index.json`, which is written from the rooms themselves.

The host asks for every function when an instance starts, and then calls one. As the build of a .NET function app leaves
a `functions.metadata` for that question, so does ours (`python3 dev.py generate`): the answer is read, and a room is
imported when the first of its functions is called.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

INDEX = Path(__file__).parents[2] / "function_index.json"
_importing = Lock()


class RoomError(Exception):
    """A room cannot be imported, so none of its functions can be served."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One function as its room registers it.

    Attributes:
        name: What the host calls it.
        room: The module it stands in.
        handler: Its name there.
        is_async: Whether it is a coroutine; the worker gives any other a thread.
        annotations: The types of its parameters, in order, and of what it answers (`return`), each as `module:name`;
            without one is the invocation's context, which the worker gives to whoever has such a parameter.
        bindings: Its trigger and bindings as the host reads them.
    """

    name: str
    room: str
    handler: str
    is_async: bool
    annotations: Mapping[str, str | None]
    bindings: tuple[Mapping[str, Any], ...]

    @property
    def route(self) -> Mapping[str, Any] | None:
        """Its HTTP trigger, if that is what it has."""
        return next((binding for binding in self.bindings if binding["type"] == "httpTrigger"), None)


@cache
def read_index() -> Mapping[str, Entry]:
    """Every function of the app, by its name."""
    told = json.loads(INDEX.read_text(encoding="utf-8"))
    return {name: Entry(name, **{**entry, "bindings": tuple(entry["bindings"])}) for name, entry in told.items()}


def served_routes() -> Iterator[tuple[str, str]]:
    """The method and path of every HTTP function but the one that takes whatever is left."""
    for entry in read_index().values():
        if (route := entry.route) and "methods" in route:
            yield from ((method, route["route"]) for method in route["methods"])


@cache
def find_function(entry: Entry) -> Callable[..., Any]:
    """What the worker would call had the room registered its function itself; imports the room the first time.

    One room is imported at a time: libraries whose modules import each other do not bear it from two threads.

    Raises:
        RoomError: importing it fails; the next call tries again.
    """
    try:
        with _importing:
            room = import_module(entry.room)
        function: Callable[..., Any] = getattr(room, entry.handler).build().get_user_function()
    except Exception as error:
        raise RoomError(f"{entry.name} is not served: its room {entry.room} cannot be imported") from error
    return function


def import_rooms() -> None:
    """Import every room, for what needs to know all of them."""
    with _importing:
        for room in sorted({entry.room for entry in read_index().values()}):
            import_module(room)

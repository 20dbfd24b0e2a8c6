"""The index of functions says what the rooms register, and refuses what it has no words for."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import azure.functions as func
import pytest

from devstack import function_index
from devstack.function_index import UntoldError, write_index
from shared.web.function_index import INDEX, read_index

Handler = Callable[..., Any]
Decorator = Callable[[Handler], Any]
Declaration = Callable[[ModuleType, Decorator, Handler], None]


def room_with(declare: Declaration) -> ModuleType:
    """A module that registers one timer, changed by `declare`."""
    room = ModuleType("a_room")
    room.blueprint = func.Blueprint()

    def tend_nothing(timer: func.TimerRequest) -> None:
        """Tend nothing."""

    declare(room, room.blueprint.timer_trigger(schedule="0 0 3 * * *", arg_name="timer"), tend_nothing)
    return room


def named(room: ModuleType, trigger: Decorator, handler: Handler) -> None:
    room.tend_nothing = trigger(handler)


def retried(room: ModuleType, trigger: Decorator, handler: Handler) -> None:
    retry = room.blueprint.retry(strategy="fixed_delay", max_retry_count="3", delay_interval="00:00:10")
    room.tend_nothing = retry(trigger(handler))


def defaulted(room: ModuleType, trigger: Decorator, handler: Handler) -> None:
    handler.__defaults__ = (None,)
    room.tend_nothing = trigger(handler)


def untyped(room: ModuleType, trigger: Decorator, handler: Handler) -> None:
    del handler.__annotations__["timer"]
    room.tend_nothing = trigger(handler)


def nameless(_: ModuleType, trigger: Decorator, handler: Handler) -> None:
    trigger(handler)


def index_of(room: ModuleType, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(function_index, "rooms", lambda: iter([room]))
    return write_index()


def test_the_index_is_what_the_rooms_register():
    assert INDEX.read_text(encoding="utf-8") == write_index(), "run: python3 dev.py generate"


def test_every_entry_names_its_room():
    assert {entry.room for entry in read_index().values()} == {
        room.__name__ for room in function_index.rooms() if hasattr(room, "blueprint")
    }


def test_a_function_is_told_by_its_room_and_bindings(monkeypatch: pytest.MonkeyPatch):
    text = index_of(room_with(named), monkeypatch)

    assert '"room": "a_room"' in text
    assert '"annotations": {"timer": "azure.functions:TimerRequest", "return": null}' in text
    assert '"schedule": "0 0 3 * * *"' in text


@pytest.mark.parametrize("declare", [retried, defaulted, untyped, nameless])
def test_what_the_index_cannot_tell_is_refused(declare: Declaration, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(UntoldError, match=r"tend_nothing|a_room"):
        index_of(room_with(declare), monkeypatch)

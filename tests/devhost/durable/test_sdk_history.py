"""What the installed durable SDK needs in the events of a history: an upgrade that differs fails."""

import copy
from collections.abc import Generator
from typing import Any

import pytest

from devhost.events import Event, EventType, event
from tests.devhost.durable.everything import RESULTS, Context, history, payload, run
from tests.devhost.durable.histories import (
    begun,
    completed,
    episode,
    moment,
    scheduled,
)

EVERY_EVENT = ["EventType", "EventId", "IsPlayed", "Timestamp"]


@pytest.mark.parametrize("field", EVERY_EVENT)
def test_every_event_has_four_fields(field: str) -> None:
    for position in range(len(history())):
        with pytest.raises(TypeError, match=field):
            run(payload(history=_without(position, field)))


def _without(position: int, field: str) -> list[Event]:
    found = copy.deepcopy(history())
    del found[position][field]
    return found


def _positions(kind: EventType) -> list[int]:
    return [number for number, found in enumerate(history()) if found["EventType"] == kind]


RAISING = {
    (EventType.EXECUTION_STARTED, 0, "Version"): AttributeError,
    (EventType.TASK_COMPLETED, 0, "Result"): AttributeError,
    (EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED, 0, "Result"): AttributeError,
    (EventType.TIMER_FIRED, 0, "TimerId"): AttributeError,
    (EventType.EVENT_SENT, 0, "Input"): TypeError,
    (EventType.EVENT_RAISED, 0, "Input"): AttributeError,
}
STALLING = {
    (EventType.TASK_COMPLETED, 0, "TaskScheduledId"),
    (EventType.TASK_FAILED, 0, "TaskScheduledId"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED, 0, "TaskScheduledId"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, 0, "TaskScheduledId"),
    (EventType.EVENT_RAISED, 0, "Name"),
    (EventType.EVENT_RAISED, 1, "Name"),
}
DIFFERING = {
    (EventType.TASK_FAILED, 0, "Reason"): (1, "None \n why"),
    (EventType.TASK_FAILED, 0, "Details"): (1, "no \n None"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, 0, "Reason"): (3, "None \n why"),
    (EventType.SUB_ORCHESTRATION_INSTANCE_FAILED, 0, "Details"): (3, "no \n None"),
    (EventType.EVENT_RAISED, 1, "Input"): (5, None),
}
ALL_FIELDS = [
    (EventType(found["EventType"]), _positions(EventType(found["EventType"])).index(number), field)
    for number, found in enumerate(history())
    for field in found
    if field not in EVERY_EVENT
]
"""Every further field of every event: its kind, the how-manieth of the kind, the field."""


@pytest.mark.parametrize(
    ("kind", "number", "field"),
    ALL_FIELDS,
    ids=[f"{kind.title}-{number}-{field}" for kind, number, field in ALL_FIELDS],
)
def test_without_a_field_of_an_event_the_sdk(kind: EventType, number: int, field: str) -> None:
    given = payload(history=_without(_positions(kind)[number], field))
    key = (kind, number, field)
    if key in RAISING:
        with pytest.raises(RAISING[key]):
            run(given)
        return
    answer = run(given)
    if key in STALLING:
        assert not answer["isDone"]
    elif key in DIFFERING:
        place, value = DIFFERING[key]
        assert answer["output"] == [*RESULTS[:place], value, *RESULTS[place + 1 :]]
    else:
        assert answer["output"] == RESULTS


def test_the_tables_name_only_fields_that_are_tried() -> None:
    assert {*RAISING, *STALLING, *DIFFERING} <= set(ALL_FIELDS)


@pytest.mark.parametrize(
    "kind",
    [EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_INSTANCE_CREATED, EventType.TIMER_CREATED],
    ids=lambda kind: kind.title,
)
def test_events_of_scheduling_are_not_checked_by_the_sdk(kind: EventType) -> None:
    kept = [found for found in history() if found["EventType"] != kind]
    assert run(payload(history=kept))["output"] == RESULTS
    renamed = [{**found, "Name": "Other"} if found["EventType"] == kind else found for found in history()]
    assert run(payload(history=renamed))["output"] == RESULTS


IGNORED = {1, 3, 13, 17, 18, 19, 20, 21}


@pytest.mark.parametrize("number", sorted(IGNORED))
def test_events_that_the_sdk_ignores(number: int) -> None:
    found = history()
    found.insert(6, {**event(EventType.ORCHESTRATOR_COMPLETED, moment(1)), "EventType": number})
    assert run(payload(history=found))["output"] == RESULTS


def test_a_continue_as_new_event_resets_the_state() -> None:
    found = history()
    found.insert(6, event(EventType.CONTINUE_AS_NEW, moment(1)))
    assert run(payload(history=found)).get("output") != RESULTS


def test_an_orchestrator_started_is_needed_and_sets_the_time() -> None:
    with pytest.raises(IndexError):
        run(payload(history=[begun()[1], begun()[1]]))

    def clock(context: Context) -> Generator[Any, Any, Any]:
        before = context.current_utc_datetime
        yield context.call_activity("A")
        return (context.current_utc_datetime - before).total_seconds()

    given = payload(history=[*begun(), scheduled(0, "A"), episode(90), completed(0)])
    assert run(given, clock)["output"] == 90


def test_history_has_two_events_at_least() -> None:
    with pytest.raises(Exception, match="received History array of size 1 when a minimum size of 2 is expected"):
        run(payload(history=begun()[:1]))


def test_an_event_name_is_compared_with_its_case() -> None:
    found = history()
    found[-1]["Name"] = "GO"
    assert not run(payload(history=found))["isDone"]


@pytest.mark.parametrize(
    ("is_replaying", "first_played", "last_played", "expected"),
    [
        (False, False, False, [True, False]),
        (True, False, False, [True, False]),
        (False, True, False, [True, False]),
        (False, False, True, [True, True]),
    ],
)
def test_replaying_follows_the_last_episode_and_is_played(
    is_replaying: bool, first_played: bool, last_played: bool, expected: list[bool]
) -> None:
    def observe(context: Context) -> Generator[Any, Any, Any]:
        seen = [context.is_replaying]
        yield context.call_activity("A")
        return [*seen, context.is_replaying]

    begin = [{**found, "IsPlayed": first_played} for found in [*begun(), scheduled(0, "A")]]
    end = [episode(1), {**completed(0), "IsPlayed": last_played}]
    assert run(payload(history=[*begin, *end], isReplaying=is_replaying), observe)["output"] == expected

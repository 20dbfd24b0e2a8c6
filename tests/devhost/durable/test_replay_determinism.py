"""Rule 5: history and the walk must agree on what was scheduled under which id."""

import pytest

from devhost.events import Event
from devhost.shim import NonDeterministicError
from tests.devhost.durable.histories import (
    Action,
    activity,
    call_entity,
    child,
    child_created,
    replayed,
    scheduled,
    sent,
    timer,
    timer_created,
)

MATCHES: dict[str, tuple[Action, Event]] = {
    "an activity of the same name": (activity("Work"), scheduled(0, "Work")),
    "an activity of the same name in another case": (activity("Work"), scheduled(0, "wORK")),
    "a child of the same name in another case": (child("Child"), child_created(0, "CHILD")),
    "a timer": (timer(), timer_created(0)),
    "an entity's operation": (call_entity(), sent(0, "r")),
}
CONFLICTS: dict[str, tuple[Action, Event, str]] = {
    "another activity": (activity("Work"), scheduled(0, "Other"), "history has TaskScheduled Other with id 0"),
    "another child": (child("Child"), child_created(0, "Other"), "SubOrchestrationInstanceCreated Other"),
    "a child for an activity": (activity("Work"), child_created(0, "Work"), "scheduled TaskScheduled Work"),
    "an activity for a timer": (timer(), scheduled(0, "Work"), "scheduled TimerCreated"),
    "a timer for an activity": (activity("Work"), timer_created(0), "history has TimerCreated with id 0"),
    "an operation for an activity": (activity("Work"), sent(0, "r"), "history has EventSent"),
    "something under an id not reached": (activity("Work"), scheduled(1), "scheduled nothing there"),
}


@pytest.mark.parametrize(("action", "recorded"), MATCHES.values(), ids=MATCHES.keys())
def test_history_agrees_with(action: Action, recorded: Event) -> None:
    assert replayed([action], [recorded]).pending == {}


@pytest.mark.parametrize(("action", "recorded", "text"), CONFLICTS.values(), ids=CONFLICTS.keys())
def test_history_disagrees_with(action: Action, recorded: Event, text: str) -> None:
    with pytest.raises(NonDeterministicError, match=text) as raised:
        replayed([action], [recorded])
    assert str(raised.value).startswith("Non-Deterministic workflow detected")


def test_what_is_scheduled_twice_under_one_id_is_no_longer_expected() -> None:
    with pytest.raises(NonDeterministicError, match="scheduled nothing there"):
        replayed([activity("Work")], [scheduled(0), scheduled(0)])


def test_what_history_never_scheduled_is_a_new_decision_and_no_conflict() -> None:
    assert list(replayed([activity("Work")], []).pending) == [0]

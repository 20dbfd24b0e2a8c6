"""Rule 6: who gets an external event, and what happens to one that nobody waits for."""

import pytest

from devhost.events import Event
from tests.devhost.durable.histories import Action, activity, all_of, any_of, decided, raised, replayed, wait_for

AFTER = activity("After")
TABLE: dict[str, tuple[list[Action], list[Event], list[str]]] = {
    "no event came": ([wait_for("Go")], [], []),
    "the event came": ([wait_for("Go")], [raised("Go")], ["0 activity After"]),
    "its name differs in case": ([wait_for("Go")], [raised("gO")], ["0 activity After"]),
    "another event came": ([wait_for("Go")], [raised("Stop")], []),
    "the event came before the wait": (
        [wait_for("First"), wait_for("Go")],
        [raised("Go"), raised("First")],
        ["0 activity After"],
    ),
    "two waits need two events": ([all_of(wait_for("Go"), wait_for("Go"))], [raised("Go")], []),
    "two events for two waits": ([all_of(wait_for("Go"), wait_for("Go"))], [raised("Go")] * 2, ["0 activity After"]),
    "a kept event is given once": (
        [wait_for("First"), wait_for("Go"), wait_for("Go")],
        [raised("Go"), raised("First")],
        [],
    ),
    "two kept events are given one by one": (
        [wait_for("First"), wait_for("Go"), wait_for("Go")],
        [raised("Go"), raised("Go"), raised("First")],
        ["0 activity After"],
    ),
}


@pytest.mark.parametrize(("waits", "history", "expected"), TABLE.values(), ids=TABLE.keys())
def test_a_wait_ends_when(waits: list[Action], history: list[Event], expected: list[str]) -> None:
    assert decided(replayed([*waits, AFTER], history)) == expected


def test_the_newest_waiter_gets_the_event() -> None:
    # the older wait stays behind in an any that the other event ended; the newer, alone, gets the event
    actions = [any_of(wait_for("Go"), wait_for("Skip")), wait_for("Go"), AFTER]
    replay = replayed(actions, [raised("Skip"), raised("Go")])
    assert decided(replay) == ["0 activity After"]

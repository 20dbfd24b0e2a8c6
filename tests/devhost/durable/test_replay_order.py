"""Rules 1, 2, 3 and 7: the walk is serial, when it goes on, which ids are taken, when an execution is complete."""

import pytest

from devhost.events import Event
from tests.devhost.durable.histories import (
    Action,
    activity,
    all_of,
    any_of,
    call_entity,
    child,
    completed,
    continue_as_new,
    decided,
    episode,
    failed,
    fired,
    http,
    raised,
    replayed,
    retried,
    scheduled,
    sent,
    signal_entity,
    timer,
    timer_created,
    wait_for,
)

WALKS: dict[str, tuple[list[Action], list[Event], list[str]]] = {
    "only the first action is invoked": ([activity("A"), activity("B")], [], ["0 activity A"]),
    "an action waits for the one before": ([activity("A"), activity("B")], [scheduled(0, "A")], []),
    "a success lets the walk go on": (
        [activity("A"), activity("B")],
        [scheduled(0, "A"), episode(1), completed(0)],
        ["1 activity B"],
    ),
    "a failure lets the walk go on too": (
        [activity("A"), activity("B")],
        [scheduled(0, "A"), episode(1), failed(0)],
        ["1 activity B"],
    ),
    "children of a compound are invoked together, left to right": (
        [all_of(activity("A"), any_of(child("B"), timer()), activity("C"))],
        [],
        ["0 activity A", "1 sub B", "2 timer at 60", "3 activity C"],
    ),
    "an any goes on at its first child": (
        [any_of(activity("A"), activity("B")), activity("C")],
        [scheduled(0, "A"), scheduled(1, "B"), episode(1), completed(1)],
        ["2 activity C"],
    ),
    "an any goes on at its first failure": (
        [any_of(activity("A"), activity("B")), activity("C")],
        [scheduled(0, "A"), scheduled(1, "B"), episode(1), failed(0)],
        ["2 activity C"],
    ),
    "an all waits for every child": (
        [all_of(activity("A"), activity("B")), activity("C")],
        [scheduled(0, "A"), scheduled(1, "B"), episode(1), completed(0)],
        [],
    ),
    "an all waits for every child when one failed (where the SDK goes on)": (
        [all_of(activity("A"), activity("B")), activity("C")],
        [scheduled(0, "A"), scheduled(1, "B"), episode(1), failed(0)],
        [],
    ),
    "an all with a failure goes on when the last child is done": (
        [all_of(activity("A"), activity("B")), activity("C")],
        [scheduled(0, "A"), scheduled(1, "B"), episode(1), failed(0), completed(1)],
        ["2 activity C"],
    ),
    "an all of nothing is done at once": ([all_of(), activity("A")], [], ["0 activity A"]),
    "an any of nothing is done at once": ([any_of(), activity("A")], [], ["0 activity A"]),
    "a cancelled timer takes its id and lets an any go on": (
        [any_of(activity("A"), timer(cancelled=True)), activity("B")],
        [],
        ["0 activity A", "1 timer at 60", "2 activity B"],
    ),
    "a signal takes an id and nobody waits for it": (
        [signal_entity(), activity("A")],
        [],
        ["0 send add", "1 activity A"],
    ),
    "an entity call takes an id and is waited for": ([call_entity(), activity("A")], [], ["0 send add"]),
    "an entity call goes on at the reply to its request": (
        [call_entity(), activity("A")],
        [sent(0, "r1"), episode(1), raised("r1")],
        ["1 activity A"],
    ),
    "an entity call is not answered by another's reply": (
        [call_entity(), activity("A")],
        [sent(0, "r1"), episode(1), raised("r2")],
        [],
    ),
    "an HTTP call takes an id": ([http(), activity("A")], [], ["0 activity BuiltIn::HttpActivity"]),
    "an external event takes no id": ([all_of(wait_for("E"), activity("A"))], [], ["0 activity A"]),
    "compounds take no id": ([all_of(any_of(activity("A"))), activity("B")], [], ["0 activity A"]),
    "what comes after continue-as-new is dropped": ([continue_as_new(), activity("A")], [], []),
    "a completion of nothing open changes nothing": (
        [activity("A"), activity("B")],
        [scheduled(0, "A"), episode(1), completed(7), fired(8)],
        [],
    ),
    "a second completion of the same changes nothing": (
        [activity("A"), activity("B"), activity("C")],
        [scheduled(0, "A"), episode(1), completed(0), scheduled(1, "B"), episode(2), completed(0), failed(0)],
        [],
    ),
}


@pytest.mark.parametrize(("actions", "history", "expected"), WALKS.values(), ids=WALKS.keys())
def test_the_walk_decides_what_history_does_not_know_yet(
    actions: list[Action], history: list[Event], expected: list[str]
) -> None:
    assert decided(replayed(actions, history)) == expected


COMPLETE: dict[str, tuple[list[Action], list[Event], bool]] = {
    "nothing to do": ([], [], True),
    "an activity is open": ([activity()], [scheduled(0)], False),
    "the activity is done": ([activity()], [scheduled(0), episode(1), completed(0)], True),
    "the activity failed": ([activity()], [scheduled(0), episode(1), failed(0)], True),
    "an any is done, but its other child is open": (
        [any_of(activity("A"), activity("B"))],
        [scheduled(0, "A"), scheduled(1, "B"), episode(1), completed(0)],
        False,
    ),
    "an uncancelled timer is open": (
        [any_of(activity(), timer())],
        [scheduled(0), timer_created(1), episode(1), completed(0)],
        False,
    ),
    "the timer was cancelled": (
        [any_of(activity(), timer(cancelled=True))],
        [scheduled(0), timer_created(1), episode(1), completed(0)],
        True,
    ),
    "the timer fired": (
        [any_of(activity(), timer())],
        [scheduled(0), timer_created(1), episode(1), completed(0), episode(61), fired(1)],
        True,
    ),
    "an unanswered wait for an event is not open": (
        [any_of(wait_for("E"), activity())],
        [scheduled(0), episode(1), completed(0)],
        True,
    ),
    "a signal is not open": ([signal_entity()], [sent(0, "r")], True),
    "an entity call is open": ([call_entity()], [sent(0, "r")], False),
    "an entity call is answered": ([call_entity()], [sent(0, "r"), episode(1), raised("r")], True),
    "continue-as-new waits for what is open": (
        [any_of(activity(), timer()), continue_as_new()],
        [scheduled(0), timer_created(1), episode(1), completed(0)],
        False,
    ),
    "continue-as-new with nothing open": ([continue_as_new()], [], True),
}


@pytest.mark.parametrize(("actions", "history", "expected"), COMPLETE.values(), ids=COMPLETE.keys())
def test_an_execution_is_complete_when_the_walk_ended_and_nothing_is_open(
    actions: list[Action], history: list[Event], expected: bool
) -> None:
    assert replayed(actions, history).complete is expected


def test_continue_as_new_keeps_its_input_and_ends_the_walk() -> None:
    replay = replayed([activity(), continue_as_new('{"page":2}')], [scheduled(0), episode(1), completed(0)])
    assert replay.continue_with == ['{"page":2}']
    assert replay.ended


def test_an_action_after_a_wait_sees_the_ids_of_retries_in_between() -> None:
    # A(0) fails, its retry timer takes 1, the second attempt 2: what follows takes 3
    history = [scheduled(0), episode(1), failed(0), timer_created(1), episode(2), fired(1), scheduled(2)]
    replay = replayed([retried(), activity("B")], [*history, episode(3), completed(2)])
    assert decided(replay) == ["3 activity B"]

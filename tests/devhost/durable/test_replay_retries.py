"""Rule 4: attempts, the timers between them, and the one after the last."""

import pytest

from devhost.events import Event
from tests.devhost.durable.histories import (
    Action,
    activity,
    all_of,
    child_created,
    child_failed,
    completed,
    decided,
    episode,
    failed,
    fired,
    replayed,
    retried,
    retried_child,
    scheduled,
    timer_created,
)

FIRST_FAILED = [scheduled(0), episode(10), failed(0)]
SECOND_FAILED = [*FIRST_FAILED, timer_created(1), episode(20), fired(1), scheduled(2), episode(30), failed(2)]
THIRD_FAILED = [*SECOND_FAILED, timer_created(3), episode(40), fired(3), scheduled(4), episode(50), failed(4)]

STEPS: dict[str, tuple[Action, list[Event], list[str]]] = {
    "the first attempt": (retried(), [], ["0 activity Work"]),
    "a success ends it": (retried(), [scheduled(0), episode(10), completed(0)], ["1 activity After"]),
    "a failure pauses from the episode's start": (retried(), FIRST_FAILED, ["1 timer at 11"]),
    "the pause is over: the second attempt": (
        retried(),
        [*FIRST_FAILED, timer_created(1), episode(20), fired(1)],
        ["2 activity Work"],
    ),
    "the pause does not grow without a coefficient": (retried(), SECOND_FAILED, ["3 timer at 31"]),
    "the pause grows by the coefficient": (retried(backoffCoefficient=3), SECOND_FAILED, ["3 timer at 33"]),
    "the first pause is the first interval": (retried(backoffCoefficient=3), FIRST_FAILED, ["1 timer at 11"]),
    "the pause has a limit": (
        retried(backoffCoefficient=10, maxRetryIntervalInMilliseconds=4000),
        SECOND_FAILED,
        ["3 timer at 34"],
    ),
    "the last failure is followed by a timer that fires now": (retried(), THIRD_FAILED, ["5 timer at 50"]),
    "the walk goes on when that timer fired": (
        retried(),
        [*THIRD_FAILED, timer_created(5), episode(51), fired(5)],
        ["6 activity After"],
    ),
    "one attempt only still ends with a timer": (retried(attempts=1), FIRST_FAILED, ["1 timer at 10"]),
    "the time for retries is up": (retried(retryTimeoutInMilliseconds=10_000), FIRST_FAILED, ["1 activity After"]),
    "the time for retries is not up": (retried(retryTimeoutInMilliseconds=10_001), FIRST_FAILED, ["1 timer at 11"]),
    "children are retried alike": (
        retried_child(),
        [child_created(0), episode(10), child_failed(0)],
        ["1 timer at 11"],
    ),
}


@pytest.mark.parametrize(("action", "history", "expected"), STEPS.values(), ids=STEPS.keys())
def test_a_retry_decides(action: Action, history: list[Event], expected: list[str]) -> None:
    assert decided(replayed([action, activity("After")], history)) == expected


def test_retries_in_an_all_take_ids_as_they_fail() -> None:
    actions = [all_of(retried("A"), retried("B")), activity("After")]
    history = [scheduled(0, "A"), scheduled(1, "B"), episode(10), failed(1), failed(0)]
    replay = replayed(actions, history)
    assert decided(replay) == ["2 timer at 11", "3 timer at 11"]
    replay = replayed(actions, [*history, timer_created(2), timer_created(3), episode(20), fired(2)])
    assert decided(replay) == ["4 activity B"]


def test_an_exhausted_retry_fails_the_all_it_is_in_only_after_its_last_timer() -> None:
    actions = [all_of(retried(attempts=1)), activity("After")]
    assert decided(replayed(actions, FIRST_FAILED)) == ["1 timer at 10"]
    assert decided(replayed(actions, [*FIRST_FAILED, timer_created(1), episode(11), fired(1)])) == ["2 activity After"]

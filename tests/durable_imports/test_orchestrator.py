"""How an upload's orchestration sequences its steps: through outages and back, and through waiting for approval."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from durable_imports import orchestrators
from durable_imports.contracts import (
    APPLY,
    BATCHES,
    CHECK,
    DECIDE,
    DECISION,
    FINISH,
    GIVE_UP,
    LONGEST_TIMER_DAYS,
    ORCHESTRATOR,
    REPORT,
    RETRY_PAUSES_SECONDS,
    STAGE,
    chunk_batches,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOWN = {"ok": False, "error": "OperationalError"}
Step = tuple[str, Any]
ID = "the-import"


@dataclass
class Timer:
    """A durable timer; cancelled or not."""

    at: datetime
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Run:
    """The orchestration's context: notes what it asks for and answers by a script.

    Attributes:
        decided: Whether somebody decides each time it waits; else the deadline comes.
    """

    answer: Callable[[Step, int], Any]
    decided: bool = True
    steps: list[Step] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)
    current_utc_datetime: datetime = NOON

    def get_input(self) -> str:
        return ID

    def set_custom_status(self, status: object) -> None:
        self.told.append(status)

    def call_activity(self, name: str, argument: object) -> Step:
        return (name, argument)

    def task_all(self, calls: list[Step]) -> list[Step]:
        return calls

    def task_any(self, tasks: list[Any]) -> tuple[str, list[Any]]:
        return ("any", tasks)

    def wait_for_external_event(self, name: str) -> str:
        return name

    def create_timer(self, at: datetime) -> Timer:
        self.timers.append(Timer(at))
        return self.timers[-1]

    def end(self) -> str:
        """Run to the end; the orchestration's answer."""
        generator = orchestrators.import_file.build().get_user_function().orchestrator_function(self)
        asked = next(generator)
        try:
            while True:
                asked = generator.send(self._do(asked))
        except StopIteration as ended:
            return ended.value

    def _do(self, asked: Any) -> Any:
        if isinstance(asked, list):
            return [self._do(step) for step in asked]
        if isinstance(asked, Timer):
            self.steps.append(("timer", asked.at - self.current_utc_datetime))
            self.current_utc_datetime = asked.at
            return None
        if asked[0] == "any":
            event, timer = asked[1]
            self.steps.append(("wait", event))
            self.current_utc_datetime = self.current_utc_datetime if self.decided else timer.at
            return event if self.decided else timer
        self.steps.append(asked)
        return self.answer(asked, self.steps.count(asked))


LOOKS_AGAIN = timedelta(days=LONGEST_TIMER_DAYS)
BATCH = chunk_batches(ID, 3)
STRAIGHT = [
    (STAGE, ID),
    *((CHECK, batch) for batch in BATCH),
    (DECIDE, ID),
    *((APPLY, batch) for batch in BATCH),
    (FINISH, ID),
    (REPORT, ID),
]


def pause(number: int) -> Step:
    return ("timer", timedelta(seconds=RETRY_PAUSES_SECONDS[number]))


def script(
    chunks: int, down: Callable[[Step, int], bool] = lambda *_: False, decisions: tuple[str, ...] = ("apply",)
) -> Callable[[Step, int], Any]:
    """Answers of activities that are down when `down(step, how often it was asked)`."""

    def answer(step: Step, times: int) -> Any:
        if step[0] == GIVE_UP:
            return "failed"
        if down(step, times):
            return DOWN
        until = (NOON + timedelta(days=14)).isoformat()
        return {
            "ok": True,
            **{
                STAGE: {"chunks": chunks},
                DECIDE: {"next": decisions[min(times, len(decisions)) - 1], "until": until},
                FINISH: {"status": "applied"},
            }.get(step[0], {}),
        }

    return answer


def test_a_file_is_staged_checked_decided_on_applied_and_reported():
    run = Run(script(3))

    assert run.end() == "applied"
    assert run.steps == STRAIGHT


def test_a_file_with_nothing_to_check_ends_at_once():
    run = Run(script(0))

    assert run.end() == "applied"
    assert run.steps == [(STAGE, ID), (FINISH, ID), (REPORT, ID)]


def test_what_is_only_judged_is_not_applied():
    run = Run(script(3, decisions=("end",)))

    assert run.end() == "applied"
    assert run.steps == [step for step in STRAIGHT if step[0] != APPLY]


@pytest.mark.parametrize("again", ["apply", "end"])
def test_it_waits_for_a_decision_and_then_asks_what_comes_next(again: str):
    run = Run(script(3, decisions=("wait", again)))

    assert run.end() == "applied"
    assert run.steps[4:7] == [(DECIDE, ID), ("wait", DECISION), (DECIDE, ID)]
    assert ((APPLY, BATCH[0]) in run.steps) == (again == "apply")
    assert [(timer.at, timer.cancelled) for timer in run.timers] == [(NOON + LOOKS_AGAIN, True)]


def test_it_looks_again_every_few_days_until_the_time_is_over():
    run = Run(script(3, decisions=(*["wait"] * 5, "end")), decided=False)

    assert run.end() == "applied"
    assert [timer.at - NOON for timer in run.timers] == [timedelta(days=days) for days in (3, 6, 9, 12, 14)]
    assert [timer.cancelled for timer in run.timers] == [False] * 5


@pytest.mark.parametrize("step", STRAIGHT, ids=lambda step: step[0])
def test_what_an_outage_interrupted_alone_is_asked_again_after_a_pause(step: Step):
    run = Run(script(3, lambda asked, times: asked == step and times < 3))

    assert run.end() == "applied"
    assert [asked for asked in run.steps if asked[0] == "timer"] == [pause(0), pause(1)]
    assert run.steps.count(step) == 3
    assert all(run.steps.count(asked) == 1 for asked in STRAIGHT if asked != step)


def test_after_the_last_pause_the_import_is_given_up():
    run = Run(script(2, lambda step, _: step == (APPLY, chunk_batches(ID, 2)[0])))

    assert run.end() == "failed"
    assert [step for step in run.steps if step[0] == "timer"] == [pause(n) for n in range(len(RETRY_PAUSES_SECONDS))]
    assert run.steps[-1] == (GIVE_UP, ID)
    assert run.current_utc_datetime - NOON > timedelta(minutes=10)


@pytest.mark.parametrize("chunks", [1, 2, 49, 50, 51, 99, 500, 12_345])
def test_batches_cover_every_chunk_once_and_stay_few(chunks: int):
    batches = chunk_batches(ID, chunks)

    covered = [chunk for batch in batches for chunk in range(int(batch["first"]), int(batch["last"]) + 1)]
    assert covered == list(range(chunks))
    assert len(batches) <= BATCHES


def test_the_history_of_the_largest_file_stays_far_below_a_thousand_events():
    run = Run(script(500))

    assert run.end() == "applied"
    assert 2 * len(run.steps) + 20 < 500
    assert run.told[-1] == {"step": REPORT, "calls": 1}


def test_it_is_registered_under_the_name_it_is_started_by():
    assert orchestrators.import_file.build().get_function_name() == ORCHESTRATOR

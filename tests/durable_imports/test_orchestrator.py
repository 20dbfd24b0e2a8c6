"""How an upload's orchestration sequences its steps, through outages and back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from durable_imports import orchestrators
from durable_imports.contracts import APPLY, FINISH, GIVE_UP, ORCHESTRATOR, RETRY_PAUSES_SECONDS, STAGE, chunk_payload

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOWN = {"ok": False, "error": "OperationalError"}
Step = tuple[str, Any]


@dataclass
class Run:
    """The orchestration's context: notes what it asks for and answers by a script."""

    answer: Callable[[Step, int], Any]
    steps: list[Step] = field(default_factory=list)
    current_utc_datetime: datetime = NOON

    def get_input(self) -> str:
        return "the-import"

    def call_activity(self, name: str, argument: object) -> Step:
        return (name, argument)

    def task_all(self, calls: list[Step]) -> list[Step]:
        return calls

    def create_timer(self, at: datetime) -> Step:
        return ("timer", at - self.current_utc_datetime)

    def end(self) -> str:
        """Run to the end; the orchestration's answer."""
        generator = orchestrators.import_file.build().get_user_function().orchestrator_function(self)
        asked = next(generator)
        try:
            while True:
                asked = generator.send(
                    [self._do(step) for step in asked] if isinstance(asked, list) else self._do(asked)
                )
        except StopIteration as ended:
            return ended.value

    def _do(self, step: Step) -> Any:  # noqa: ANN401 (an activity's answer)
        self.steps.append(step)
        if step[0] == "timer":
            self.current_utc_datetime += step[1]
            return None
        return self.answer(step, self.steps.count(step))


def applied(chunk: int) -> Step:
    return (APPLY, chunk_payload("the-import", chunk))


def pause(number: int) -> Step:
    return ("timer", timedelta(seconds=RETRY_PAUSES_SECONDS[number]))


def script(chunks: int, down: Callable[[Step, int], bool]) -> Callable[[Step, int], Any]:
    """Answers of activities that are down when `down(step, how often it was asked)`."""

    def answer(step: Step, times: int) -> Any:  # noqa: ANN401 (as above)
        if step[0] in {FINISH, GIVE_UP}:
            return {FINISH: "applied", GIVE_UP: "failed"}[step[0]]
        if down(step, times):
            return DOWN
        return {"ok": True, "chunks": chunks} if step[0] == STAGE else {"ok": True}

    return answer


def test_a_file_is_staged_applied_in_parallel_and_ended():
    run = Run(script(3, lambda *_: False))

    assert run.end() == "applied"
    assert run.steps == [(STAGE, "the-import"), applied(0), applied(1), applied(2), (FINISH, "the-import")]


def test_a_file_with_nothing_to_apply_ends_at_once():
    run = Run(script(0, lambda *_: False))

    assert run.end() == "applied"
    assert run.steps == [(STAGE, "the-import"), (FINISH, "the-import")]


def test_what_an_outage_interrupted_alone_is_asked_again_after_a_pause():
    run = Run(script(3, lambda step, times: step == applied(1) and times < 3))

    assert run.end() == "applied"
    assert run.steps[4:] == [pause(0), applied(1), pause(1), applied(1), (FINISH, "the-import")]


def test_staging_is_repeated_until_the_storage_answers_and_then_goes_on():
    run = Run(script(1, lambda step, times: step[0] == STAGE and times < 3))

    assert run.end() == "applied"
    stage = (STAGE, "the-import")
    assert run.steps == [stage, pause(0), stage, pause(1), stage, applied(0), (FINISH, "the-import")]


def test_after_the_last_pause_the_import_is_given_up():
    run = Run(script(2, lambda step, _: step == applied(0)))

    assert run.end() == "failed"
    assert [step for step in run.steps if step[0] == "timer"] == [pause(n) for n in range(len(RETRY_PAUSES_SECONDS))]
    assert run.steps.count(applied(0)) == len(RETRY_PAUSES_SECONDS) + 1
    assert run.steps.count(applied(1)) == 1
    assert run.steps[-1] == (GIVE_UP, "the-import")
    assert run.current_utc_datetime - NOON > timedelta(minutes=10)


def test_it_is_registered_under_the_name_it_is_started_by():
    assert orchestrators.import_file.build().get_function_name() == ORCHESTRATOR

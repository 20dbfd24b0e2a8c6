"""Timer functions: the schedule's loop under a clock of the test; a real host for start-up and the admin endpoint."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from devhost.indexing import Function
from devhost.timers import Timers, read_timer
from devhost.worker import Invocation
from tests.devhost.host.running_host import RunningHost, eventually, write_app

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOURLY = "0 0 * * * *"


def timer_function(schedule: str, **trigger: Any) -> Function:  # noqa: ANN401 (a binding's fields)
    return Function("tick", "tick", ({"type": "timerTrigger", "name": "timer", "schedule": schedule, **trigger},))


class RecordingWorker:
    """In the worker's place: notes what timers are told, fails when it is told to."""

    def __init__(self, *, fails: bool = False) -> None:
        self.told: list[dict[str, Any]] = []
        self.fails = fails

    async def invoke(self, _: Function, inputs: list[tuple[str, Any]]) -> Invocation:
        self.told.append(json.loads(inputs[0][1].value))
        await asyncio.sleep(0)
        return Invocation(ok=not self.fails, error="ValueError: no" if self.fails else None)


def run_for(
    folder: Path,
    worker: RecordingWorker,
    function: Function,
    clock: Callable[[], datetime],
    until: Callable[[], bool] = lambda: False,
) -> None:
    """Run the timer's loop until something holds, or for a moment."""

    async def scene() -> None:
        timers = Timers(worker, [read_timer(function)], folder, clock)  # type: ignore[arg-type]  # stands in for it
        await timers.start()
        for _ in range(100):
            await asyncio.sleep(0.005)
            if until():
                break
        await timers.stop()

    asyncio.run(scene())


def status(folder: Path) -> dict[str, str]:
    return json.loads((folder / "timers" / "tick.json").read_text())


def test_a_new_timer_waits_for_its_first_occurrence_and_writes_down_when_that_is(tmp_path: Path):
    worker = RecordingWorker()
    run_for(tmp_path, worker, timer_function(HOURLY), lambda: NOON + timedelta(minutes=1))

    assert worker.told == []
    assert status(tmp_path)["Next"].startswith("2026-03-02T13:00:00")
    assert status(tmp_path)["Last"] == "0001-01-01T00:00:00"


def test_an_occurrence_runs_the_function_and_moves_the_next_one_on(tmp_path: Path):
    worker, now = RecordingWorker(), [NOON - timedelta(milliseconds=20)]

    def clock() -> datetime:
        now[0] += timedelta(milliseconds=10)
        return now[0]

    run_for(tmp_path, worker, timer_function(HOURLY), clock, lambda: bool(worker.told))

    assert [told["IsPastDue"] for told in worker.told] == [False]
    assert worker.told[0]["ScheduleStatus"]["Next"].startswith("2026-03-02T12:00:00")
    assert status(tmp_path)["Next"].startswith("2026-03-02T13:00:00")


def test_after_a_pause_of_the_host_a_missed_occurrence_runs_at_once_as_past_due(tmp_path: Path):
    run_for(tmp_path, RecordingWorker(), timer_function(HOURLY), lambda: NOON + timedelta(minutes=1))
    worker = RecordingWorker()

    run_for(tmp_path, worker, timer_function(HOURLY), lambda: NOON + timedelta(hours=3, minutes=1))

    assert [told["IsPastDue"] for told in worker.told] == [True]
    assert status(tmp_path)["Next"].startswith("2026-03-02T16:00:00")


def test_an_edited_schedule_is_recomputed_and_not_past_due(tmp_path: Path):
    run_for(tmp_path, RecordingWorker(), timer_function("0 30 * * * *"), lambda: NOON + timedelta(minutes=1))
    worker = RecordingWorker()

    run_for(tmp_path, worker, timer_function(HOURLY), lambda: NOON + timedelta(hours=3, minutes=1))

    assert worker.told == []
    assert status(tmp_path)["Next"].startswith("2026-03-02T16:00:00")


def test_a_schedule_more_frequent_than_a_minute_is_not_monitored(tmp_path: Path):
    worker = RecordingWorker()
    run_for(tmp_path, worker, timer_function("*/20 * * * * *", runOnStartup=True), lambda: NOON)

    assert [told["ScheduleStatus"] for told in worker.told] == [None]
    assert not (tmp_path / "timers" / "tick.json").exists()


def test_run_on_startup_runs_once_and_is_not_past_due(tmp_path: Path):
    worker = RecordingWorker()
    run_for(tmp_path, worker, timer_function(HOURLY, runOnStartup=True), lambda: NOON + timedelta(minutes=1))

    assert [told["IsPastDue"] for told in worker.told] == [False]


def test_an_exception_does_not_stop_the_schedule_and_is_not_retried(tmp_path: Path):
    worker, now = RecordingWorker(fails=True), [NOON]

    def clock() -> datetime:
        now[0] += timedelta(hours=2)
        return now[0]

    run_for(tmp_path, worker, timer_function(HOURLY), clock, lambda: len(worker.told) >= 3)

    dues = [told["ScheduleStatus"]["Next"][11:16] for told in worker.told[:3]]
    assert len(set(dues)) == 3


def test_a_schedule_comes_from_a_setting_or_is_a_span_of_time(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TICK_SCHEDULE", "0 0 9 * * *")
    by_setting = read_timer(timer_function("%TICK_SCHEDULE%")).schedule
    by_span = read_timer(timer_function("01:30:00")).schedule

    assert by_setting.next_after(NOON) == NOON + timedelta(hours=21)
    assert by_span.next_after(NOON) == NOON + timedelta(minutes=90)


APP = """
@app.timer_trigger(arg_name="timer", schedule="%SCHEDULE%", run_on_startup=True)
def tick(timer: func.TimerRequest) -> None:
    with open(os.environ["NOTES"], "a") as notes:
        print(timer.past_due, file=notes)
"""


def test_a_real_timer_runs_on_startup_and_by_hand_and_is_told_that_it_is_not_past_due(tmp_path: Path):
    notes = tmp_path / "notes"
    notes.touch()
    app = write_app(tmp_path / "app", APP)
    host = RunningHost(app, tmp_path / "state", SCHEDULE="0 0 0 1 1 *", NOTES=str(notes))

    def ran(times: int) -> Callable[[], bool]:
        return lambda: notes.read_text().splitlines() == ["False"] * times

    assert eventually(ran(1), "the timer ran on startup")
    assert host.run("tick").status_code == 202
    assert eventually(ran(2), "the timer ran by hand")
    assert host.stop() == 0

"""Timer functions on a running host: when they run, what they are told, and what is kept between hosts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.devhost.host.running_host import MASTER, RunningHost, eventually, write_app
from tests.devhost.host.timer_app import LAST_LEAP_DAY, NEXT_LEAP_DAY, SOURCE, Runs, keep_status, kept_status

pytestmark = pytest.mark.xdist_group("devhost-timers")  # one host for them all


@dataclass
class TimerHost:
    """A running host of the timer app, its runs, and its state."""

    host: RunningHost
    runs: Runs
    state: Path


def start(app: Path, state: Path, hold: float) -> TimerHost:
    runs = Runs(app / "runs.jsonl")
    host = RunningHost(app, state, RUNS=str(runs.file), TICK="00:00:01", HOLD=str(hold))
    return TimerHost(host, runs, state)


@pytest.fixture(scope="module")
def timers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimerHost]:
    """The second of two hosts: the first was killed while the timer `held` ran."""
    folder = tmp_path_factory.mktemp("timers")
    app, state = write_app(folder / "app", SOURCE), folder / "state"
    keep_status(state, "held", due=LAST_LEAP_DAY)
    first = start(app, state, hold=60)
    eventually(lambda: first.runs.of("held"), "the timer is held")
    first.host.kill()
    (app / "runs.jsonl").unlink()
    for name in ("late", "late_on_startup"):
        keep_status(state, name, due=LAST_LEAP_DAY)
    keep_status(state, "edited", due="2024-05-05T05:05:00.0000000Z")
    second = start(app, state, hold=0)
    yield second
    assert second.host.stop() == 0


def test_a_new_timer_waits_for_its_first_occurrence(timers: TimerHost) -> None:
    eventually(lambda: timers.runs.of("by_setting"), "other timers ran")
    assert timers.runs.of("quiet") == []
    kept = kept_status(timers.state, "quiet") or {}
    assert (kept["Last"], kept["Next"]) == ("0001-01-01T00:00:00", NEXT_LEAP_DAY)


def test_a_timer_that_runs_on_startup_runs_once_and_is_not_past_due(timers: TimerHost) -> None:
    (found,) = eventually(lambda: timers.runs.of("on_startup"), "it ran at startup")
    assert found["past_due"] is False
    assert found["status"]["Next"] == NEXT_LEAP_DAY


@pytest.mark.parametrize("name", ["late", "late_on_startup"])
def test_a_missed_occurrence_is_made_up_for_once_and_is_past_due(timers: TimerHost, name: str) -> None:
    (found,) = eventually(lambda: timers.runs.of(name), "it ran")
    assert found["past_due"] is True
    assert found["status"]["Next"] == LAST_LEAP_DAY
    eventually(lambda: (kept_status(timers.state, name) or {}).get("Next") == NEXT_LEAP_DAY, "its status is kept")


def test_a_run_that_a_kill_broke_off_is_past_due_at_the_next_start(timers: TimerHost) -> None:
    (found,) = eventually(lambda: timers.runs.of("held"), "it ran again")
    assert found["past_due"] is True


def test_an_edited_schedule_is_computed_anew_and_not_past_due(timers: TimerHost) -> None:
    eventually(lambda: timers.runs.of("by_setting"), "other timers ran")
    assert timers.runs.of("edited") == []
    assert (kept_status(timers.state, "edited") or {})["Next"] == NEXT_LEAP_DAY


def test_an_exception_does_not_stop_the_schedule(timers: TimerHost) -> None:
    eventually(lambda: len(timers.runs.of("failing")) >= 2, "it failed twice")
    assert "the timer failing failed: RuntimeError: a timer that always fails" in timers.host.said


def test_a_schedule_of_more_than_once_a_minute_has_no_status(timers: TimerHost) -> None:
    eventually(lambda: timers.runs.of("failing"), "it ran")
    assert [found["status"] for found in timers.runs.of("failing") if found["status"]] == []
    assert kept_status(timers.state, "failing") is None


def test_a_timer_may_do_without_a_monitor(timers: TimerHost) -> None:
    assert timers.host.run("unmonitored").status_code == 202
    (found,) = eventually(lambda: timers.runs.of("unmonitored"), "it ran by hand")
    assert (found["past_due"], found["status"] or None) == (False, None)
    assert kept_status(timers.state, "unmonitored") is None


def test_a_schedule_may_be_a_setting_and_an_interval(timers: TimerHost) -> None:
    eventually(lambda: len(timers.runs.of("by_setting")) >= 3, "it ran three times")
    began = [found["began"] for found in timers.runs.of("by_setting")[:3]]
    assert all(0.9 <= later - earlier < 5 for earlier, later in pairwise(began))


def test_runs_of_one_timer_never_overlap(timers: TimerHost) -> None:
    eventually(lambda: len(timers.runs.of("slow")) >= 2, "it ran twice")
    assert all(later["entered"] >= earlier["began"] for earlier, later in pairwise(timers.runs.of("slow")))


@pytest.mark.parametrize(
    ("name", "body", "key", "status"),
    [
        ("pressed", '{"input": ""}', MASTER, 202),
        ("PRESSED", "{}", MASTER, 202),
        ("pressed", None, MASTER, 400),
        ("pressed", "not json", MASTER, 400),
        ("pressed", '"a text"', MASTER, 400),
        ("no_such", '{"input": ""}', MASTER, 404),
        ("no_such", None, MASTER, 400),
        ("pressed", '{"input": ""}', "wrong", 401),
        ("no_such", '{"input": ""}', None, 401),
    ],
)
def test_the_admin_endpoint_answers_as_the_real_one(
    timers: TimerHost, name: str, body: str | None, key: str | None, status: int
) -> None:
    headers = {"x-functions-key": key} if key else {}
    answer = timers.host.post(f"/admin/functions/{name}", data=body, headers=headers)
    assert (answer.status_code, answer.content) == (status, b"")


def test_only_the_master_key_opens_the_admin_endpoint(timers: TimerHost) -> None:
    keys = timers.host.keys()
    for key in (keys["host"], keys["functions"]["pressed"], *keys["system"].values()):
        headers = {"x-functions-key": key}
        assert timers.host.post("/admin/functions/pressed", json={}, headers=headers).status_code == 401


def test_a_timer_run_by_hand_is_not_past_due_and_leaves_its_schedule_alone(timers: TimerHost) -> None:
    kept = eventually(lambda: kept_status(timers.state, "pressed"), "its schedule began")
    before = len(timers.runs.of("pressed"))
    assert timers.host.run("pressed").status_code == 202
    eventually(lambda: len(timers.runs.of("pressed")) > before, "it ran by hand")
    assert timers.runs.of("pressed")[-1]["past_due"] is False
    assert kept_status(timers.state, "pressed") == kept


def test_an_http_function_run_by_hand_gets_its_input_as_a_post(timers: TimerHost) -> None:
    assert timers.host.run("by_hand", {"a": 1}).status_code == 202
    (found,) = eventually(lambda: timers.runs.of("by_hand"), "it ran")
    assert (found["method"], found["body"]) == ("POST", '{"a": 1}')


def test_the_host_says_that_it_runs(timers: TimerHost) -> None:
    assert timers.host.get("/admin/host/status").status_code == 401
    found = timers.host.get("/admin/host/status", headers={"x-functions-key": MASTER}).json()
    assert found["state"] == "Running"
    assert found["processUptime"] >= 0


def test_the_kept_instants_are_utc(timers: TimerHost) -> None:
    kept = eventually(lambda: kept_status(timers.state, "on_startup"), "its status is kept")
    assert datetime.fromisoformat(kept["LastUpdated"]).utcoffset().total_seconds() == 0

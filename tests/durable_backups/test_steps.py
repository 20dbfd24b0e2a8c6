"""The steps around a backup: proved before old ones go, outages asked again, damage an error, one run at a time."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import azure.durable_functions as df
import pytest
from azure.core.exceptions import ServiceRequestError
from psycopg2 import OperationalError
from sqlalchemy.exc import DBAPIError

from durable_backups import activities, orchestrators, starters
from durable_backups.contracts import CHECK, CHECK_ORCHESTRATOR, DELETE, ORCHESTRATOR, RETRY_PAUSES_SECONDS, WRITE
from durable_backups.manifest import DamagedBackupError
from durable_backups.retention import choose_outdated
from durable_backups.writing import write_backup
from shared.clock import utc_now
from shared.data.engine import dispose_engines
from shared.settings import get_settings
from tests.durable_backups.storage import Shelf

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DOWN = {"ok": False, "error": "OperationalError: away"}
Status = df.OrchestrationRuntimeStatus


@dataclass
class Run:
    """An orchestration's context that answers by a script and notes what was asked."""

    answer: Callable[[str, int], dict[str, Any]]
    steps: list[tuple[str, Any]] = field(default_factory=list)
    current_utc_datetime: datetime = NOON

    def get_input(self) -> None:
        return None

    def set_custom_status(self, status: object) -> None:
        assert status

    def call_activity(self, name: str, argument: str) -> tuple[str, str]:
        return (name, argument)

    def create_timer(self, at: datetime) -> tuple[str, timedelta]:
        return ("timer", at - NOON)

    def end(self, orchestrator: Any) -> Any:
        generator = orchestrator.build().get_user_function().orchestrator_function(self)
        asked = next(generator)
        try:
            while True:
                self.steps.append(asked)
                times = sum(step[0] == asked[0] for step in self.steps)
                asked = generator.send(None if asked[0] == "timer" else self.answer(asked[0], times))
        except StopIteration as ended:
            return ended.value


def working(step: str, _times: int = 1) -> dict[str, Any]:
    answers = {WRITE: {"name": "b1", "rows": 2}, CHECK: {"name": "b1", "rows": 2}, DELETE: {"deleted": 3}}
    return {"ok": True, **answers[step]}


def test_a_backup_is_written_then_proved_and_only_then_others_are_deleted():
    run = Run(working)

    assert run.end(orchestrators.create_backup) == {"name": "b1", "rows": 2, "deleted": 3}
    assert run.steps == [(WRITE, ""), (CHECK, "b1"), (DELETE, "b1")]


def test_an_outage_is_asked_again_after_growing_pauses_and_then_given_up():
    run = Run(lambda step, times: working(step) if step == WRITE and times > 2 else DOWN)

    with pytest.raises(orchestrators.BackupFailedError, match=r"check_backup was given up: OperationalError: away"):
        run.end(orchestrators.create_backup)

    pauses = [step[1] for step in run.steps if step[0] == "timer"]
    every = [timedelta(seconds=seconds) for seconds in RETRY_PAUSES_SECONDS]
    assert pauses == [*every[:2], *every]
    assert DELETE not in [step[0] for step in run.steps]


def call(activity: Any, argument: str = "") -> dict[str, Any]:
    return activity.build().get_user_function()(argument)


def test_the_steps_write_prove_and_delete(database_url: str, shelf: Shelf, caplog: pytest.LogCaptureFixture):
    assert database_url
    caplog.set_level(logging.INFO)
    old = [write_backup(shelf.store, lambda days=days: utc_now() - timedelta(days=days)).name for days in (90, 36, 34)]
    written = call(activities.write_backup)
    assert written["ok"]
    assert call(activities.check_backup, written["name"]) == written == call(activities.check_backup)
    half_old, half_new = "20260101T000000Z-11111111", f"{utc_now():%Y%m%dT%H%M%SZ}-00000000"
    for half in (half_old, half_new):
        shelf.store.save_part(half, "companies/00000.gz", b"")

    assert call(activities.delete_backups, written["name"]) == {"ok": True, "deleted": 3}

    assert shelf.store.list_backups() == [old[2], written["name"]]
    assert shelf.store.list_folders() == sorted([old[2], half_new, written["name"]])
    assert f"the backup {written['name']} is whole: {written['rows']} rows" in caplog.text


def test_damage_and_lateness_are_errors_with_a_line_to_alert_on(
    database_url: str, shelf: Shelf, caplog: pytest.LogCaptureFixture
):
    assert database_url
    with pytest.raises(Exception, match="there is no backup in the container"):
        call(activities.check_backup)
    late = write_backup(shelf.store)
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        patch.setattr(activities, "utc_now", lambda: utc_now() + timedelta(hours=37))
        with pytest.raises(Exception, match="37 hours old"):
            call(activities.check_backup)
    shelf.blobs.delete_blob(f"{late.name}/alembic_version/00000.gz")
    with pytest.raises(DamagedBackupError, match=r"alembic_version/00000\.gz is missing"):
        call(activities.check_backup)

    assert [line.message for line in caplog.records if line.levelno == logging.ERROR] == [
        "a backup failed: check_backup"
    ] * 3


@pytest.mark.parametrize(
    "problem",
    [DBAPIError("", {}, Exception("away")), OperationalError("away"), ServiceRequestError("away"), OSError("away")],
)
def test_an_outage_of_the_database_or_the_storage_is_an_answer(problem: Exception, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr(activities, "_store", fail)

    for activity in (activities.write_backup, activities.check_backup, activities.delete_backups):
        answer = call(activity, "any")
        assert answer["ok"] is False
        assert answer["error"].startswith(type(problem).__name__)


def test_a_database_that_is_away_is_an_outage(database_url: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", f"{database_url}_gone")
    get_settings.cache_clear()
    dispose_engines()

    answer = call(activities.write_backup)

    assert answer["ok"] is False
    assert "does not exist" in answer["error"]
    assert shelf.store.list_folders() == []


@pytest.mark.parametrize(
    ("folder", "is_whole", "days", "goes"),
    [
        ("outdated", True, 36, True),
        ("kept", True, 34, False),
        ("cut off", False, 2, True),
        ("being written", False, 0, False),
    ],
)
def test_what_is_outdated_goes(folder: str, is_whole: bool, days: int, goes: bool):
    assert folder
    name = f"{NOON - timedelta(days=days):%Y%m%dT%H%M%SZ}-0"
    newest = f"{NOON:%Y%m%dT%H%M%SZ}-1"

    found = choose_outdated([name, newest, "notes"], [name] if is_whole else [], newest, NOON, timedelta(days=35))

    assert found == ([name] if goes else [])


def test_the_newest_stays_however_old_it_is():
    name = "20200101T000000Z-0"

    assert choose_outdated([name], [name], name, NOON, timedelta(days=35)) == []


class Host:
    """A durable client whose orchestration is in one status; notes what is started."""

    def __init__(self, status: Status | None) -> None:
        self.status, self.started = status, []

    async def get_status(self, _: str) -> SimpleNamespace | None:
        return self.status and SimpleNamespace(runtime_status=self.status, created_time=NOON)

    async def start_new(self, name: str, *, instance_id: str) -> None:
        self.started.append((name, instance_id))


@pytest.mark.parametrize(
    ("status", "starts"), [(None, True), (Status.Completed, True), (Status.Failed, True), (Status.Running, False)]
)
@pytest.mark.parametrize(
    ("timer", "name"), [(starters.start_backup, ORCHESTRATOR), (starters.start_backup_check, CHECK_ORCHESTRATOR)]
)
def test_a_timer_starts_one_run_at_a_time(timer: Any, name: str, status: Status | None, starts: bool):
    host = Host(status)
    function = timer.build().get_user_function()

    asyncio.run(getattr(function, "client_function", function)(SimpleNamespace(past_due=False), host))

    assert host.started == ([(name, name)] if starts else [])

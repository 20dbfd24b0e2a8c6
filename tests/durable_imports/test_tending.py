"""What the timer does about uploads: those that lost their starter are taken up, staging is cleaned, history stays."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import azure.durable_functions as df
import pytest
from sqlalchemy import text

from durable_imports import activities, tending
from durable_imports.contracts import DECISION, ORCHESTRATOR
from shared.clock import utc_now
from shared.data.engine import transaction
from shared.services import import_steps
from shared.settings import get_settings
from tests.durable_imports.upload import read_report, register, run_steps, run_upload, stage

COMPANIES = "external_id,name,reporting_currency,fiscal_year_end\none,One,GBP,12-31\n"
ROWS = "company_external_id,period_end,total_revenue\none,2024-03-31,1\none,2024-06-30,x\n"
Status = df.OrchestrationRuntimeStatus


class Host:
    """A durable client whose orchestrations are all in one status; notes what is started and raised."""

    def __init__(self, status: Status | None) -> None:
        self.status = status
        self.done: list[tuple[str, str]] = []

    async def get_status(self, _: str) -> SimpleNamespace | None:
        return self.status and SimpleNamespace(runtime_status=self.status)

    async def start_new(self, name: str, *, instance_id: str, client_input: str) -> None:
        assert instance_id == client_input
        self.done.append((name, instance_id))

    async def raise_event(self, instance: str, name: str, _: Any) -> None:
        self.done.append((name, instance))


def tend(host: Host, later: timedelta, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    monkeypatch.setattr(tending, "utc_now", lambda: utc_now() + later)
    function = tending.tend_imports.build().get_user_function()
    asyncio.run(getattr(function, "client_function", function)(SimpleNamespace(past_due=False), host))
    return host.done


@pytest.fixture(autouse=True)
def companies(database_url: str) -> None:
    assert database_url
    run_upload(COMPANIES)


@pytest.mark.parametrize(
    ("status", "minutes", "done"),
    [(None, 16, ORCHESTRATOR), (Status.Failed, 16, ORCHESTRATOR), (Status.Running, 16, DECISION), (None, 14, None)],
)
def test_an_open_job_that_nobody_touched_for_a_while_is_started_or_woken(
    status: Status | None, minutes: int, done: str | None, monkeypatch: pytest.MonkeyPatch
):
    job = register(ROWS)

    found = tend(Host(status), timedelta(minutes=minutes), monkeypatch)

    assert found == ([(done, job)] if done else [])


def staged_rows(job: str) -> int:
    with transaction() as session:
        query = "select count(*) from import_rows where import_id = :id"
        return int(session.execute(text(query), {"id": job}).scalar_one())


def test_staging_is_cleaned_when_a_job_is_long_over_and_its_history_stays(monkeypatch: pytest.MonkeyPatch):
    before = run_upload(ROWS)
    days = get_settings().staging_days
    assert staged_rows(before["id"]) == 2

    tend(Host(None), timedelta(days=days - 1), monkeypatch)
    assert staged_rows(before["id"]) == 2
    tend(Host(None), timedelta(days=days + 1), monkeypatch)

    assert staged_rows(before["id"]) == 0
    assert read_report(before["id"]) == before


def test_a_failed_job_whose_staging_is_gone_begins_anew_and_doubles_nothing(monkeypatch: pytest.MonkeyPatch):
    job = register(ROWS)
    stage(job, ROWS)
    activities.check_chunk(job, 0)
    with transaction() as session:
        import_steps.decide_import(session, job)
    with transaction() as session:
        import_steps.apply_chunk(session, job, 0)
        import_steps.fail_import(session, job, "the database was away")
    tend(Host(None), timedelta(days=get_settings().staging_days + 1), monkeypatch)

    assert register(ROWS) == job
    chunks = stage(job, ROWS)
    assert (chunks, run_steps(job, chunks)) == (1, "apply")

    report = read_report(job)
    assert report["status"] == "applied"
    assert (report["counts"]["unchanged"], report["counts"]["rejected"], report["error_count"]) == (1, 1, 1)

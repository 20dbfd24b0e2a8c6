"""How rows are put into chunks, and that every step may run twice, at once, and after it was given up."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from durable_imports import activities
from shared.data.engine import transaction
from shared.domain.statuses import ImportPhase
from shared.services import import_intake, import_steps
from tests.durable_imports.upload import read_report, register, run_steps, run_upload, stage

COMPANIES = "external_id,name,reporting_currency,fiscal_year_end\n" + "".join(
    f"c{n},C{n},EUR,12-31\n" for n in range(9)
)
QUARTERS = "company_external_id,period_end,total_revenue\n" + "".join(
    f"c{n},{end},{n}\n" for end in ("2023-12-31", "2024-03-31", "2024-06-30") for n in range(9)
)
CHUNKS = 5


@pytest.fixture
def job(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An upload of nine companies' quarters, staged into five chunks."""
    assert database_url
    run_upload(COMPANIES)
    monkeypatch.setattr(import_intake, "CHUNK_ROWS", 6)
    job = register(QUARTERS)
    assert stage(job, QUARTERS) == CHUNKS
    return job


def step(job: str, phase: ImportPhase, chunk: int) -> dict[str, object]:
    """One step on one chunk, as its activity does it."""
    act = activities.check_chunk if phase is ImportPhase.CHECK else activities.apply_chunk
    payload = {"import_id": job, "first": chunk, "last": chunk}
    return activities._attempt(phase.value, job, lambda _: activities._each_chunk(phase, act, payload))


def decide(job: str) -> str:
    with transaction() as session:
        return str(import_steps.decide_import(session, job)["next"])


def finish(job: str) -> str:
    with transaction() as session:
        return import_steps.finish_import(session, job)


def versions() -> list[int]:
    with transaction() as session:
        return list(session.execute(text("select version from metric_inputs")).scalars())


def check_all(job: str) -> None:
    assert [step(job, ImportPhase.CHECK, chunk) for chunk in range(CHUNKS)] == [{"ok": True}] * CHUNKS
    assert decide(job) == "apply"


def test_all_rows_of_a_company_are_in_one_chunk_and_every_row_is_in_one(job: str):
    query = "select chunk, cells->>0 as company, count(*) as n from import_rows where import_id = :id group by 1, 2"
    with transaction() as session:
        rows = session.execute(text(query), {"id": job}).all()

    assert {row.company: row.n for row in rows} == {f"c{n}": 3 for n in range(9)}
    assert len(rows) == 9
    assert {row.chunk for row in rows} <= set(range(CHUNKS))


def test_chunks_gone_through_by_many_at_once_and_again_store_each_row_once(job: str):
    with ThreadPoolExecutor(6) as pool:
        for phase in (ImportPhase.CHECK, ImportPhase.APPLY):
            answers = list(pool.map(lambda chunk, phase=phase: step(job, phase, chunk), list(range(CHUNKS)) * 4))
            assert answers == [{"ok": True}] * 20
            assert decide(job) == "apply"

    assert versions() == [1] * 27
    assert [stage(job, QUARTERS), finish(job), finish(job), stage(job, QUARTERS)] == [CHUNKS, "applied", "applied", 0]
    assert read_report(job)["counts"] == {"rows": 27, "new": 27, "unchanged": 0, "restated": 0, "rejected": 0}


def test_checking_stores_nothing_and_is_counted_as_progress(job: str):
    step(job, ImportPhase.CHECK, 0)
    first = read_report(job)["progress"]
    check_all(job)
    last = read_report(job)["progress"]

    assert versions() == []
    assert 0 < first["rows_validated"] < last["rows_validated"] == last["rows_total"] == 27
    assert (first["rows_stored"], last["rows_stored"]) == (0, 0)


def test_what_is_not_decided_is_not_applied(job: str):
    step(job, ImportPhase.CHECK, 0)

    assert step(job, ImportPhase.APPLY, 0) == {"ok": True}
    assert versions() == []


def test_a_job_that_was_given_up_goes_on_where_it_ended_when_the_file_is_sent_again(job: str):
    check_all(job)
    for chunk in (0, 1):
        step(job, ImportPhase.APPLY, chunk)
    stored = len(versions())
    with transaction() as session:
        import_steps.fail_import(session, job, "the storage was away")
    assert step(job, ImportPhase.APPLY, 2) == {"ok": True}
    assert len(versions()) == stored

    assert register(QUARTERS) == job
    assert run_steps(job, stage(job, QUARTERS)) == "apply"

    assert read_report(job)["status"] == "applied"
    assert versions() == [1] * 27


@pytest.mark.parametrize("phase", [ImportPhase.CHECK, ImportPhase.APPLY])
def test_a_chunk_that_fails_half_way_stores_nothing_and_is_done_later(
    job: str, phase: ImportPhase, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object) -> None:
        raise OSError("the line is cut")

    if phase is ImportPhase.APPLY:
        check_all(job)
    with monkeypatch.context() as patch:
        patch.setattr(import_steps.import_staging, "record_chunk", fail)
        answers = [step(job, phase, chunk) for chunk in range(CHUNKS)]

    assert {"ok": False, "error": "OSError"} in answers
    assert versions() == []
    assert run_steps(job, CHUNKS) == "apply"
    assert versions() == [1] * 27

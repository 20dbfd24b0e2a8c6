"""How rows are put into chunks, and that every step may run twice, at once, and after it was given up."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from durable_imports import activities
from durable_imports.readers import read_table
from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.services import imports
from tests.durable_imports.upload import run_upload

COMPANIES = "external_id,name,reporting_currency,fiscal_year_end\n" + "".join(
    f"c{n},C{n},EUR,12-31\n" for n in range(9)
)
QUARTERS = "company_external_id,period_end,total_revenue\n" + "".join(
    f"c{n},{end},{n}\n" for n in range(9) for end in ("2023-12-31", "2024-03-31", "2024-06-30")
)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60), st.integers(1, 12))
def test_rows_of_one_company_stay_together_and_chunks_are_as_full_as_they_may_be(keys: list[str], limit: int):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "CHUNK_ROWS", limit)
        chunks = imports.assign_chunks(keys)

    assert len(chunks) == len(keys)
    assert all(len({chunk for each, chunk in zip(keys, chunks, strict=True) if each == key}) == 1 for key in keys)
    assert sorted(set(chunks)) == list(range(max(chunks, default=-1) + 1))
    for chunk in set(chunks):
        inside = [key for key, its in zip(keys, chunks, strict=True) if its == chunk]
        assert len(inside) <= limit or len(set(inside)) == 1
    for before, after in pairwise(sorted(set(chunks))):
        first = next(key for key, its in zip(keys, chunks, strict=True) if its == after)
        assert chunks.count(before) + keys.count(first) > limit


@pytest.fixture
def job(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An upload of nine companies' quarters, staged into chunks of two companies."""
    assert database_url
    run_upload(COMPANIES)
    monkeypatch.setattr(imports, "CHUNK_ROWS", 6)
    upload = imports.Upload("q.csv", imports.hash_content(QUARTERS.encode()))
    with transaction() as session:
        job = imports.register_import(session, SYSTEM, upload)
    assert stage(job) == 5
    return job


def stage(job: str) -> int:
    with transaction() as session:
        return imports.stage_import(session, job, read_table(QUARTERS.encode()))


def finish(job: str) -> str:
    with transaction() as session:
        return imports.finish_import(session, job)


def versions() -> list[int]:
    with transaction() as session:
        return list(session.execute(text("select version from metric_inputs")).scalars())


def test_chunks_applied_by_many_at_once_and_again_store_each_row_once(job: str):
    calls = [(job, chunk) for chunk in range(5)] * 4
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda call: activities._apply(*call), calls))

    assert answers == [{"ok": True}] * 20
    assert versions() == [1] * 27
    assert [stage(job), finish(job), finish(job), stage(job)] == [5, "applied", "applied", 0]


def test_a_job_that_was_given_up_goes_on_where_it_ended_when_the_file_is_sent_again(job: str):
    activities._apply(job, 0)
    with transaction() as session:
        imports.fail_import(session, job, "the storage was away")
    assert len(versions()) == 6

    with transaction() as session:
        upload = imports.Upload("q.csv", imports.hash_content(QUARTERS.encode()))
        assert imports.register_import(session, SYSTEM, upload) == job
    assert stage(job) == 5
    for chunk in range(5):
        activities._apply(job, chunk)

    assert finish(job) == "applied"
    assert versions() == [1] * 27


def test_a_chunk_that_fails_half_way_stores_nothing_and_is_applied_later(job: str, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OSError("the line is cut")

    with monkeypatch.context() as patch:
        patch.setattr(imports, "record_verdicts", fail)
        answer = activities._attempt(job, lambda: activities._apply(job, 1))

    assert answer == {"ok": False, "error": "OSError"}
    assert versions() == []
    assert activities._attempt(job, lambda: activities._apply(job, 1)) == {"ok": True}
    assert versions() == [1] * 6

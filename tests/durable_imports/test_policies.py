"""What an upload's options make of it: judged only, whole or not at all, conflicts kept or refused, in thousands."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from durable_imports import activities
from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.services import import_intake, import_steps, imports
from tests.durable_imports.upload import found, read_report, register, run_steps, run_upload, stage

COMPANIES = "external_id,name,reporting_currency,fiscal_year_end\none,One,GBP,12-31\ntwo,Two,SEK,12-31\n"
HEADER = "company_external_id,period_end,total_revenue,gross_profit,employees\n"
ENDS = ("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31")
YEAR = HEADER + "".join(f"one,{end},1000,700,5\n" for end in ENDS)


@pytest.fixture(autouse=True)
def companies(database_url: str) -> None:
    assert database_url
    run_upload(COMPANIES)


def revenues(company: str = "one") -> list[Decimal]:
    query = """
    select i.total_revenue from metric_inputs as i join companies as c on c.id = i.company_id
    where c.external_id = :company and superseded_at is null order by period_end
    """
    with transaction() as session:
        return list(session.execute(text(query), {"company": company}).scalars())


def moves(report: dict[str, Any]) -> list[dict[str, Any]]:
    with transaction() as session:
        return json.loads(imports.list_import_moves(session, SYSTEM, report["id"], None, 500).items)


def test_a_validated_upload_stores_nothing_and_tells_what_would_move():
    run_upload(YEAR)

    report = run_upload(f"{HEADER}one,2023-06-30,1250,700,5\none,2024-03-31,1000,700,5\n", mode="validate")

    assert revenues() == [1000] * 4
    assert report["status"] == "applied"
    assert report["counts"] == {"rows": 2, "new": 1, "unchanged": 0, "restated": 1, "rejected": 0}
    told = {(move["period_end"], move["name"]): (move["old"], move["new"]) for move in moves(report)}
    assert told["2023-06-30", "gross_margin"] == (0.7, 0.56)
    assert told["2023-12-31", "ltm_total_revenue"] == (4000, 4250)
    assert told["2023-09-30", "revenue_growth_qoq"] == (0, -0.2)
    assert {end for end, _ in told} == {"2023-06-30", "2023-09-30", "2023-12-31"}
    assert report["moves"]["gross_margin"] == 1
    assert sum(report["moves"].values()) == len(told)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("one", "two", "nobody", "")),
            st.sampled_from((*ENDS, "2023-05-01", "soon")),
            st.sampled_from(("1000", "1001", "", "NULL", "x")),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(("restate", "skip", "reject")),
)
def test_a_validate_run_and_the_apply_run_after_it_report_the_same(rows: list[tuple[str, str, str]], on_conflict: str):
    content = "company_external_id,period_end,total_revenue\n" + "".join(f"{','.join(row)}\n" for row in rows)

    said = run_upload(content, mode="validate", on_conflict=on_conflict)
    done = run_upload(content, on_conflict=on_conflict)
    if done["status"] == "pending_approval":
        with transaction() as session:
            imports.decide_approval(session, _other(), done["id"], None, approved=True)
        run_steps(done["id"], 1)
        done = read_report(done["id"])

    same = ("counts", "errors", "warnings", "error_count", "warning_count")
    assert {name: said[name] for name in same} == {name: done[name] for name in same}


def _other() -> Any:
    from tests.durable_imports.test_approval import BOSS  # noqa: PLC0415 (the two modules name each other)

    return BOSS


def test_a_file_that_is_to_be_stored_whole_is_stored_whole_or_not_at_all():
    flawed = f"{HEADER}one,2023-03-31,1000,700,5\ntwo,2023-03-31,lots,1,1\n"

    report = run_upload(flawed, atomic="file")

    assert (report["status"], revenues()) == ("needs_fix", [])
    assert found(report) == [(None, None, "file_incomplete"), (3, "C3", "not_a_number")]
    assert report["error_count"] == 2
    whole = run_upload(YEAR + "two,2023-03-31,2,1,1\n", atomic="file")
    assert (whole["status"], whole["counts"]["new"], revenues("two")) == ("applied", 5, [2])


def test_a_row_that_went_bad_since_the_check_keeps_a_whole_file_out():
    job = register(YEAR + "two,2023-03-31,2,1,1\n", atomic="file")
    chunks = stage(job, YEAR + "two,2023-03-31,2,1,1\n")
    activities.check_chunk(job, 0)
    with transaction() as session:
        import_steps.decide_import(session, job)
    run_upload(f"{HEADER}two,2023-04-02,1,1,1\n")

    run_steps(job, chunks)

    report = read_report(job)
    assert (report["status"], revenues()) == ("needs_fix", [])
    assert report["counts"]["rejected"] == 5
    assert found(report) == [(6, "B6", "quarter_already_reported")]


def test_a_whole_file_beyond_what_one_transaction_takes_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(import_intake, "ATOMIC_ROWS", 3)

    report = run_upload(YEAR, atomic="file")

    assert (report["status"], [error["code"] for error in report["errors"]]) == ("needs_fix", ["too_many_rows"])


@pytest.mark.parametrize(
    ("on_conflict", "outcome", "stands", "findings"),
    [
        ("restate", "restated", 2000, []),
        ("skip", "unchanged", 1000, [("warnings", "conflict_skipped")]),
        ("reject", "rejected", 1000, [("errors", "already_reported")]),
    ],
)
def test_figures_that_differ_from_those_on_record_restate_are_skipped_or_are_rejected(
    on_conflict: str, outcome: str, stands: int, findings: list[tuple[str, str]]
):
    run_upload(YEAR)

    report = run_upload(f"{HEADER}one,2023-03-31,2000,700,5\none,2023-06-30,1000,700,5\n", on_conflict=on_conflict)

    assert report["counts"] == {
        "rows": 2,
        "new": 0,
        "restated": 0,
        "rejected": 0,
        "unchanged": 2 if outcome == "unchanged" else 1,
        **({outcome: 1} if outcome != "unchanged" else {}),
    }
    assert revenues() == [stands, 1000, 1000, 1000]
    codes = [(kind, each["code"]) for kind in ("errors", "warnings") for each in report[kind]]
    assert [code for code in codes if code[1] != "scale_slip"] == findings


def test_a_scale_multiplies_money_once_and_never_counts():
    run_upload("company_external_id,period_end,total_revenue,employees\none,2023-03-31,1.5,12\n", scale="thousands")

    with transaction() as session:
        row = session.execute(text("select total_revenue, employees from metric_inputs")).one()
    assert tuple(row) == (1500, 12)


def test_the_same_bytes_with_other_options_are_another_job():
    jobs = {
        register(YEAR, **options)
        for options in ({}, {"mode": "validate"}, {"scale": "thousands"}, {"atomic": "file"}, {"on_conflict": "skip"})
    }

    assert len(jobs) == 5
    assert register(YEAR) in jobs

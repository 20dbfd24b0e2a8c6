"""What becomes of an upload's rows: stored, restated, rejected with every reason, or only tried."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.permissions import Principal, Role
from tests.durable_imports.upload import found, run_upload

COMPANIES = """external_id,name,reporting_currency,fiscal_year_end,funds,revenue_type
one,One Ltd,GBP,12-31,Fund A;Fund B,SaaS
two,Two AB,SEK,06-30,Fund B,
"""
HEADER = "company_external_id,period_end,total_revenue,gross_profit,employees\n"


@pytest.fixture(autouse=True)
def companies(database_url: str) -> None:
    assert database_url
    assert run_upload(COMPANIES)["counts"] == counts(rows=2, new=2)


def counts(**given: int) -> dict[str, int]:
    return {"rows": 0, "new": 0, "unchanged": 0, "restated": 0, "rejected": 0, **given}


def stored(company: str = "one") -> list[dict[str, Any]]:
    """The standing inputs of a company, oldest first."""
    query = """
    select i.* from metric_inputs as i join companies as c on c.id = i.company_id
    where c.external_id = :company and superseded_at is null and not deleted order by period_end
    """
    with transaction() as session:
        return [dict(row) for row in session.execute(text(query), {"company": company}).mappings()]


def derived(company: str = "one") -> list[Decimal | None]:
    query = """
    select m.gross_margin from reporting_metrics as m join companies as c on c.id = m.company_id
    where c.external_id = :company and is_local order by period_end
    """
    with transaction() as session:
        return list(session.execute(text(query), {"company": company}).scalars())


def test_good_rows_are_stored_with_their_place_in_the_file_and_derived():
    report = run_upload(f"{HEADER}one,2024-03-31,1000,700,5\none,2024-06-30,1100,770,5\n")

    assert (report["status"], report["counts"], report["errors"]) == ("applied", counts(rows=2, new=2), [])
    assert [(row["source_file"], row["source_row"], row["currency"]) for row in stored()] == [
        ("upload.csv", 2, "GBP"),
        ("upload.csv", 3, "GBP"),
    ]
    assert derived() == [Decimal("0.7"), Decimal("0.7")]
    assert report["progress"] == {
        **dict.fromkeys(("rows_total", "rows_read", "rows_validated", "rows_stored", "rows_derived", "rows_done"), 2),
        "estimated_end": None,
    }


def test_every_error_of_every_row_is_listed_and_good_company_quarters_are_stored():
    report = run_upload(
        f"{HEADER}one,2024-03-31,1000,700,5\none,2024-04-30,x,y,-1\nnobody,2024-06-30,1,1,1\n"
        "one,yesterday,1,1,1\n\ntwo,2024-06-30,NaN,1e400,1.5\n"
    )

    assert report["counts"] == counts(rows=5, new=1, rejected=4)
    assert found(report) == [
        (3, "C3", "not_a_number"),
        (3, "D3", "not_a_number"),
        (3, "E3", "invalid"),
        (4, "A4", "company_not_found"),
        (5, "B5", "not_a_date"),
        (7, "C7", "not_a_number"),
        (7, "D7", "invalid"),
    ]
    assert report["errors"][0]["value"] == "x"
    assert len(stored()) == 1


def test_a_blank_cell_keeps_null_clears_and_zero_is_zero():
    run_upload(f"{HEADER}one,2024-03-31,1000,700,5\n")
    report = run_upload(f"{HEADER}one,2024-03-31,,NULL,0\n", reason="correction")

    (row,) = stored()
    assert report["counts"] == counts(rows=1, restated=1)
    assert (row["total_revenue"], row["gross_profit"], row["employees"]) == (1000, None, 0)
    assert (row["version"], row["reason"]) == (2, "correction")


def test_a_restatement_without_a_reason_names_its_file():
    run_upload(f"{HEADER}one,2024-03-31,1000,700,5\n")
    run_upload(f"{HEADER}one,2024-03-31,1001,700,5\n")

    assert "upload.csv" in stored()[0]["reason"]


def test_validating_reports_the_same_and_stores_nothing():
    content = f"{HEADER}one,2024-03-31,1000,700,5\none,2024-05-31,1,1,1\n"
    tried = run_upload(content, mode="validate")
    assert (stored(), derived()) == ([], [])

    applied = run_upload(content)

    assert tried["counts"] == applied["counts"] == counts(rows=2, new=1, rejected=1)
    assert found(tried) == found(applied)
    assert (tried["mode"], applied["mode"]) == ("validate", "apply")


def test_rows_that_contradict_each_other_are_all_rejected_and_repetitions_are_not():
    report = run_upload(
        f"{HEADER}one,2024-03-31,1000,700,5\none,2024-03-31,999,700,5\none,2024-06-30,1,1,1\none,2024-06-30,1,1,1\n"
    )

    assert found(report) == [(2, "B2", "said_twice"), (3, "B3", "said_twice")]
    assert "row 3" in report["errors"][0]["message"]
    assert report["counts"] == counts(rows=4, new=1, unchanged=1, rejected=2)


def test_doubts_are_warnings_with_their_cell():
    report = run_upload(f"{HEADER}one,2024-03-31,100,700,0\n")

    assert report["counts"] == counts(rows=1, new=1)
    assert found(report, "warnings") == [(2, "D2", "gross_profit_above_revenue"), (2, "E2", "no_employees")]


@pytest.mark.parametrize(
    ("header", "findings"),
    [
        ("company_external_id,period_end,total_revenu", [(1, "C1", "unknown_header")]),
        ("company_external_id,period_end,ebitda,ebitda", [(1, "D1", "header_twice")]),
        (
            "total_revenue,ebitda,when",
            [(1, "C1", "unknown_header"), (1, None, "missing_header"), (1, None, "missing_header")],
        ),
    ],
)
def test_a_header_that_cannot_be_used_needs_a_fix_and_nothing_is_stored(
    header: str, findings: list[tuple[int, str | None, str]]
):
    report = run_upload(f"{header}\none,2024-03-31,1\n")

    assert (report["status"], found(report)) == ("needs_fix", findings)
    assert stored() == []


def test_an_unknown_header_comes_with_the_nearest_one():
    report = run_upload("company_external_id,period_end,total_revenu\none,2024-03-31,1\n")

    assert report["errors"][0]["suggestion"] == "did you mean total_revenue?"


@pytest.mark.parametrize(
    ("content", "code"), [(HEADER, "no_rows"), (f"{HEADER}one,2024-03-31,1,2,3,4\n", "too_many_cells")]
)
def test_a_file_without_rows_or_with_a_row_beyond_the_header_needs_a_fix(content: str, code: str):
    report = run_upload(content)

    assert (report["status"], [each["code"] for each in report["errors"]]) == ("needs_fix", [code])


def test_a_file_whose_every_row_is_rejected_needs_a_fix():
    assert run_upload(f"{HEADER}nobody,2024-03-31,1,1,1\n")["status"] == "needs_fix"


def test_a_file_of_companies_adds_and_changes_them():
    report = run_upload(
        "external_id,name,reporting_currency,fiscal_year_end,location_country\n"
        "one,One Limited,,,GB\ntwo,,,,\nthree,Three,CHF,04-31,\nfour,Four,CHF,12-31,CH\n,Nameless,EUR,12-31,\n"
    )

    assert report["counts"] == counts(rows=5, new=1, unchanged=1, restated=1, rejected=2)
    assert [(row, code) for row, _, code in found(report)] == [(4, "invalid"), (6, "required")]
    with transaction() as session:
        names = session.execute(text("select external_id, name, location_country from companies order by 1")).all()
    assert [tuple(row) for row in names] == [
        ("four", "Four", "CH"),
        ("one", "One Limited", "GB"),
        ("two", "Two AB", None),
    ]


def test_a_file_of_rounds_records_them():
    header = "company_external_id,closed_on,round,currency,post_money_valuation,equity_raised_to_date\n"
    run_upload("company_external_id,period_end,cash_balance,debt_outstanding\none,2024-03-31,10,0\n")
    report = run_upload(f"{header}one,2024-01-15,Series A,GBP,50000000,8000000\none,2024-01-15,Series B,GBP,-1,\n")

    assert report["counts"] == counts(rows=2, new=1, rejected=1)
    with transaction() as session:
        value = session.execute(text("select enterprise_value from reporting_metrics where is_local")).scalar()
    assert value == 49999990


def test_only_who_may_manage_uploads_companies():
    submitter = Principal("s", "Submitter", frozenset({Role.COMPANY_SUBMIT}), funds=frozenset({"Fund A"}))
    report = run_upload("external_id,name,reporting_currency,fiscal_year_end\nx,X,EUR,12-31\n", submitter)

    assert (report["status"], [each["code"] for each in report["errors"]]) == ("needs_fix", ["not_allowed"])


def test_the_same_bytes_are_one_job_and_running_it_again_changes_nothing():
    content = f"{HEADER}one,2024-03-31,1000,700,5\n"
    first, again = run_upload(content), run_upload(content)

    assert first == again
    assert [row["version"] for row in stored()] == [1]
    assert run_upload(content, reason="other options")["id"] != first["id"]

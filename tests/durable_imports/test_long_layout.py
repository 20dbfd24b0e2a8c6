"""Files with a row per value: joined into company-quarters, stored whole or not at all, each field with its cell."""

import json

import pytest
from sqlalchemy import text

from shared.data.engine import transaction
from shared.data.inputs import input_history
from tests.durable_imports.upload import found, run_upload

COMPANIES = "external_id,name,reporting_currency,fiscal_year_end\none,One,GBP,12-31\ntwo,Two,SEK,12-31\n"
HEADER = "company_external_id,period_end,metric,value\n"


@pytest.fixture(autouse=True)
def companies(database_url: str) -> None:
    assert database_url
    run_upload(COMPANIES)


def test_the_rows_of_a_company_quarter_become_one_version_with_a_cell_per_field():
    report = run_upload(
        HEADER + "one,2024-03-31,total_revenue,1000\ntwo,2024-03-31,Total Revenue,5\none,2024-03-31,employees,7\n"
    )

    assert report["layout"] == "long"
    assert report["counts"] == {"rows": 3, "new": 3, "unchanged": 0, "restated": 0, "rejected": 0}
    query = "select company_id, period_end from metric_inputs where employees = 7 and total_revenue = 1000"
    with transaction() as session:
        row = session.execute(text(query)).one()
        (version,) = json.loads(input_history(session, row.company_id, row.period_end, "actual"))
    assert (version["version"], version["cells"]) == (1, {"total_revenue": "D2", "employees": "D4"})


def test_a_blank_value_keeps_and_null_clears():
    run_upload(HEADER + "one,2024-03-31,total_revenue,1000\none,2024-03-31,employees,7\n")

    run_upload(HEADER + "one,2024-03-31,total_revenue,\none,2024-03-31,employees,NULL\n")

    with transaction() as session:
        query = "select total_revenue, employees from metric_inputs where superseded_at is null"
        assert tuple(session.execute(text(query)).one()) == (1000, None)


def test_one_bad_row_keeps_its_company_quarter_out_and_no_other():
    report = run_upload(
        HEADER
        + "one,2024-03-31,total_revenue,1000\none,2024-03-31,employees,-3\none,2024-03-31,headcount,3\n"
        + "two,2024-03-31,total_revenue,5\nnobody,2024-03-31,total_revenue,5\n"
    )

    assert report["counts"] == {"rows": 5, "new": 1, "unchanged": 0, "restated": 0, "rejected": 4}
    assert found(report) == [
        (2, "B2", "quarter_incomplete"),
        (3, "D3", "invalid"),
        (4, "C4", "unknown_metric"),
        (6, "A6", "company_not_found"),
    ]


def test_two_rows_that_differ_about_a_field_reject_their_company_quarter():
    report = run_upload(
        HEADER
        + "one,2024-03-31,total_revenue,1000\none,2024-03-31,total_revenue,1001\none,2024-03-31,employees,3\n"
        + "two,2024-03-31,employees,3\ntwo,2024-03-31,employees,3\n"
    )

    assert report["counts"]["rejected"] == 3
    assert found(report) == [
        (2, "C2", "said_twice"),
        (3, "C3", "said_twice"),
        (4, "B4", "quarter_incomplete"),
    ]


def test_a_doubt_stands_at_the_cell_of_its_field():
    report = run_upload(HEADER + "one,2024-03-31,total_revenue,1000\none,2024-03-31,employees,0\n")

    assert found(report, "warnings") == [(3, "D3", "no_employees")]

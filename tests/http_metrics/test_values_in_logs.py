"""What a caller submits is in no log line, whatever the database says about it."""

import logging

import pytest
from sqlalchemy import text

from tests.data.owner import owner_transaction
from tests.http_metrics.client import Client

PLANTED = 918273645
COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
ROUND = {"closed_on": "2024-01-31", "round": "A", "currency": "EUR", "post_money_valuation": PLANTED}


@pytest.fixture
def path(api: Client) -> str:
    return f"/v1/companies/{api.call('POST', '/v1/companies', COMPANY).json['id']}"


def change_schema(statement: str) -> None:
    with owner_transaction() as session:
        session.execute(text(statement))


def test_a_row_that_meets_a_constraint_while_it_is_copied_is_a_conflict_and_is_not_logged(
    api: Client, path: str, caplog: pytest.LogCaptureFixture
):
    change_schema(f"alter table metric_inputs add constraint ck_planted check (total_revenue <> {PLANTED})")
    with caplog.at_level(logging.DEBUG):
        answer = api.call("PUT", f"{path}/inputs/2024-03-31", {"total_revenue": PLANTED})

    assert (answer.status, answer.json["code"]) == (409, "conflict")
    assert "ck_planted" in caplog.text
    assert str(PLANTED) not in caplog.text + answer.text


@pytest.mark.parametrize("table", ["funding_rounds", "changes", "audit_log"])
def test_a_statement_that_fails_is_logged_by_its_kind_and_place_without_its_values(
    api: Client, path: str, caplog: pytest.LogCaptureFixture, table: str
):
    change_schema(f"alter table {table} rename to gone")
    with caplog.at_level(logging.DEBUG):
        answer = api.call("POST", f"{path}/rounds", {**ROUND, "reason": str(PLANTED)})

    assert (answer.status, answer.json["code"]) == (500, "internal_error")
    assert "UndefinedTable, SQLSTATE 42P01" in caplog.text
    assert "shared/data/" in caplog.text
    assert str(PLANTED) not in caplog.text + answer.text

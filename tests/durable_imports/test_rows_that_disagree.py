"""Files of companies and rounds: rows that contradict each other, and rows that are refused half way."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.permissions import Principal, Role
from tests.durable_imports.upload import found, run_upload

COMPANIES = "external_id,name,reporting_currency,fiscal_year_end,funds\n"
ROUNDS = "company_external_id,closed_on,round,currency,post_money_valuation\n"
INPUTS = "company_external_id,period_end,total_revenue\n"


@pytest.fixture(autouse=True)
def companies(database_url: str) -> None:
    assert database_url
    run_upload(f"{COMPANIES}one,One,GBP,12-31,Fund A\ntwo,Two,SEK,06-30,Fund B\n")


def company(external_id: str) -> dict[str, Any]:
    query = """
    select c.*, (select array_agg(f.name order by f.name) from company_funds as cf join funds as f on f.id = cf.fund_id
      where cf.company_id = c.id) as funds
    from companies as c where external_id = :external_id
    """
    with transaction() as session:
        return dict(session.execute(text(query), {"external_id": external_id}).mappings().one())


def indexes() -> list[int]:
    query = "select quarter_index from metric_inputs where superseded_at is null order by period_end"
    with transaction() as session:
        return list(session.execute(text(query)).scalars())


def test_rows_that_say_different_things_of_one_company_are_all_rejected():
    report = run_upload(
        f"{COMPANIES}one,First,,,\none,Second,,,\nnew,New,EUR,12-31,\nnew,New,USD,12-31,\ntwo,2,,,\ntwo,2,,,\n"
    )

    assert found(report) == [(row, f"A{row}", "said_twice") for row in (2, 3, 4, 5)]
    assert report["counts"] == {"rows": 6, "new": 0, "unchanged": 1, "restated": 1, "rejected": 4}
    assert (company("one")["name"], company("two")["name"]) == ("One", "2")


def test_rows_that_say_different_things_of_one_round_are_all_rejected():
    report = run_upload(
        f"{ROUNDS}one,2024-01-15,A,GBP,5\none,2024-01-15,A,GBP,6\none,2024-01-15,B,GBP,7\none,2024-01-15,B,GBP,7.0\n"
    )

    assert found(report) == [(2, "B2", "said_twice"), (3, "B3", "said_twice")]
    assert report["counts"] == {"rows": 4, "new": 1, "unchanged": 1, "restated": 0, "rejected": 2}


def test_a_refused_row_leaves_nothing_of_itself_behind_and_the_next_one_is_stored():
    run_upload(f"{INPUTS}one,2024-03-30,1\none,2024-06-29,2\n")
    before, numbers = company("one"), indexes()

    report = run_upload(f"{COMPANIES}one,Renamed,EUR,01-04,Fund C\ntwo,Two AB,,,\n")

    assert found(report) == [(2, None, "required")]
    assert report["errors"][0]["column_name"] == "reporting_currency_from"
    assert report["counts"] == {"rows": 2, "new": 0, "unchanged": 0, "restated": 1, "rejected": 1}
    assert (company("one"), indexes()) == (before, numbers)
    assert company("two")["name"] == "Two AB"
    again = run_upload(f"{INPUTS}one,2024-09-28,3\n")
    assert again["counts"]["new"] == 1


def test_null_takes_a_company_out_of_its_funds_and_blank_keeps_them():
    run_upload(f"{COMPANIES}one,One Ltd,,,\ntwo,Two Ltd,,,NULL\n")

    assert (company("one")["funds"], company("two")["funds"]) == (["Fund A"], None)


def test_who_is_narrowed_adds_to_and_changes_only_companies_of_their_own():
    narrowed = Principal("p", "Partner", frozenset({Role.PORTFOLIO_WRITE}), funds=frozenset({"Fund A"}))

    report = run_upload(
        f"{COMPANIES}one,One Ltd,,,\ntwo,Taken,SEK,06-30,Fund A\nnew,New,EUR,12-31,Fund A\nout,Out,EUR,12-31,Fund B\n"
        "lost,Lost,EUR,12-31,\n",
        narrowed,
    )

    assert [(row, code) for row, _, code in found(report)] == [
        (3, "external_id_taken"),
        (5, "not_allowed"),
        (6, "not_allowed"),
    ]
    assert report["counts"] == {"rows": 5, "new": 1, "unchanged": 0, "restated": 1, "rejected": 3}
    assert company("two")["name"] == "Two"


@pytest.mark.parametrize("written", ["0001-03-31", "9999-12-31", "2024-13-31", "2024031", "31.03.24", "45382"])
def test_a_day_that_is_none_rejects_its_row_alone(written: str):
    report = run_upload(f"{INPUTS}one,{written},1\none,2024-03-31,1\n")

    assert [(row, cell) for row, cell, _ in found(report)] == [(2, "B2")]
    assert report["counts"] == {"rows": 2, "new": 1, "unchanged": 0, "restated": 0, "rejected": 1}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1_000", "not_a_number"),
        ("5m", "scaled_number"),
        ("12,500", "ambiguous_number"),
        ("12 %", "percent"),
        ("null", "not_a_number"),
        ("-", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("$5 €", "two_currencies"),
        ("1,00,0", "wrong_grouping"),
        ("\u0665", "foreign_digits"),
    ],
)
def test_what_only_looks_like_a_number_rejects_its_row_with_what_it_is(written: str, code: str):
    report = run_upload(f'company_external_id;period_end;total_revenue\none;2024-03-31;"{written}"\n')

    (error,) = report["errors"]
    assert (error["cell"], error["code"], error["value"]) == ("C2", code, written)
    assert len(error["message"]) > 20


@pytest.mark.parametrize(
    ("written", "locale", "amount"),
    [
        ("1,000.5", None, "1000.5"),
        ("1.234,56", None, "1234.56"),
        ("(5)", None, "-5"),
        ("€5", None, "5"),
        ("12.500", "de", "12500"),
        ("12,500", "en", "12500"),
        ("1 234,5", "fr", "1234.5"),
    ],
)
def test_an_amount_that_is_certain_or_of_the_declared_locale_is_read(written: str, locale: str | None, amount: str):
    content = f'company_external_id;period_end;total_revenue\none;2024-03-31;"{written}"\n'

    assert run_upload(content, **({"locale": locale} if locale else {}))["counts"]["new"] == 1

    with transaction() as session:
        assert session.execute(text("select total_revenue from metric_inputs")).scalar_one() == Decimal(amount)


def test_a_hundred_errors_are_shown_and_all_are_counted():
    rows = "".join(f"one,2024-03-31,x{n}\n" for n in range(250))

    report = run_upload(INPUTS + rows)

    assert (report["error_count"], len(report["errors"])) == (250, 100)
    assert [error["row_number"] for error in report["errors"]] == list(range(2, 102))
    assert report["status"] == "needs_fix"

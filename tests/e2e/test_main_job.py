"""The main job as its people see it: files in, explained figures out, to those who may see them."""

from typing import Any

import pytest

from tests.devstack.running_stack import RunningStack

pytestmark = pytest.mark.xdist_group("e2e")
COMPANIES = """external_id,name,reporting_currency,fiscal_year_end,funds
acme,Acme Robotics,GBP,03-31,Fund I;Fund II
bolt,Bolt Energy,SEK,12-31,Fund II
"""
INPUTS = """company_external_id,period_end,total_revenue,gross_profit,cash_balance,cash_burn
acme,2023-03-31,1000000,600000,5000000,-300000
acme,2023-06-30,1100000,660000,4700000,-300000
acme,2023-09-30,1200000,720000,4400000,-300000
acme,2023-12-31,1300000,780000,4100000,-300000
bolt,2023-12-31,9000000,4500000,20000000,NULL
"""
FLAWED = """company_external_id,period_end,total_revenue,gross_profit,cash_balance
acme,2024-03-31,1400000,840000,3800000
acme,2024-05-31,1400000,840000,3800000
nobody,2024-03-31,1,1,1
acme,2024-06-30,lots,840000,much
"""


@pytest.fixture(scope="module")
def company_ids(stack: RunningStack) -> dict[str, str]:
    """The two companies with what they dropped, by external id."""
    stack.load_rates()
    for name, content in (("main_companies.csv", COMPANIES), ("main_inputs.csv", INPUTS)):
        stack.drop(name, content)
        assert stack.finished_drop(name)["status"] == "applied"
    return {item["external_id"]: item["id"] for item in stack.items("/v1/companies", fund="Fund II")}


def metrics(stack: RunningStack, company: str, token: str | None = None) -> list[dict[str, Any]]:
    answer = stack.get("/v1/metrics", params={"company_id": company, "currency": "USD"}, token=token)
    assert answer.ok, answer.text
    return answer.json()["items"]


def test_a_dropped_file_comes_out_as_translated_and_derived_figures(stack: RunningStack, company_ids: dict[str, str]):
    row = metrics(stack, company_ids["acme"])[-1]

    assert (row["fiscal_year"], row["fiscal_quarter"], row["currency"]) == (2024, 3, "USD")
    assert row["gross_margin"] == 0.6
    assert row["runway_months"] == 41
    assert 1.2 < row["fx_rate_average"] < 1.3
    assert row["fx_closing_date"] == "2023-12-29"
    assert 4_600_000 * 1.2 < row["ltm_total_revenue"] < 4_600_000 * 1.3
    assert row["nulls"]["revenue_growth_yoy"] == "missing_quarter:2022-12-31"


def test_a_null_says_which_field_was_not_reported(stack: RunningStack, company_ids: dict[str, str]):
    (row,) = metrics(stack, company_ids["bolt"])

    assert row["runway_months"] is None
    assert row["nulls"]["runway_months"] == "missing_input:cash_burn"


def test_a_fund_s_reader_sees_its_companies_and_no_others(stack: RunningStack, company_ids: dict[str, str]):
    reader = stack.token("Portfolio.Read", fund="Fund I")

    assert len(metrics(stack, company_ids["acme"], token=reader)) == 4
    assert metrics(stack, company_ids["bolt"], token=reader) == []
    assert stack.get(f"/v1/companies/{company_ids['bolt']}", token=reader).status_code == 404
    assert stack.get("/v1/metrics", token="").status_code == 401
    assert stack.post("/v1/companies", token=reader, json={}).status_code == 403


def test_every_error_of_a_posted_file_is_listed_and_its_good_rows_are_stored(
    stack: RunningStack, company_ids: dict[str, str]
):
    headers = {"Content-Type": "text/csv", "Content-Disposition": 'attachment; filename="flawed.csv"'}
    posted = stack.post("/v1/imports", data=FLAWED.encode(), headers=headers)
    assert posted.status_code == 202
    assert posted.headers["Location"] == f"/v1/imports/{posted.json()['id']}"

    report = stack.finished_import(posted.json()["id"])

    assert report["status"] == "applied"
    assert report["counts"] == {"rows": 4, "new": 1, "unchanged": 0, "restated": 0, "rejected": 3}
    assert report["error_count"] == 4
    assert [(error["row_number"], error["code"], error["cell"]) for error in report["errors"]] == [
        (3, "not_a_quarter_end", "B3"),
        (4, "company_not_found", "A4"),
        (5, "not_a_number", "C5"),
        (5, "not_a_number", "E5"),
    ]
    assert [row["period_end"] for row in metrics(stack, company_ids["acme"])][-1] == "2024-03-31"


def test_the_same_bytes_again_are_the_same_job(stack: RunningStack, company_ids: dict[str, str]):
    assert company_ids
    first = stack.items("/v1/imports", file_name="main_inputs.csv")

    stack.drop("main_inputs.csv", INPUTS)
    again = stack.post("/v1/imports", data=INPUTS.encode(), headers={"Content-Type": "text/csv"})

    assert again.json()["id"] == first[0]["id"]
    assert stack.items("/v1/imports", file_name="main_inputs.csv") == first


def test_a_restatement_is_a_new_version_with_its_reason(stack: RunningStack, company_ids: dict[str, str]):
    restated = INPUTS.replace("1300000", "1250000").encode()
    posted = stack.post("/v1/imports?reason=audit", data=restated, headers={"Content-Type": "text/csv"})
    report = stack.finished_import(posted.json()["id"])

    assert report["counts"]["restated"] == 1
    assert report["counts"]["unchanged"] == 4
    stands = stack.get(f"/v1/companies/{company_ids['acme']}/inputs/2023-12-31").json()
    assert (stands["version"], stands["total_revenue"], stands["reason"]) == (2, 1250000, "audit")


def test_a_round_is_answered_as_it_stands_with_its_amounts_as_numbers(stack: RunningStack, company_ids: dict[str, str]):
    path = f"/v1/companies/{company_ids['acme']}/rounds"
    sent = {"closed_on": "2023-05-02", "round": "Series A", "currency": "USD", "post_money_valuation": 40000000}

    answers = [stack.post(path, json=body) for body in (sent, sent, {**sent, "post_money_valuation": "41000000.50"})]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert [answer.json()["outcome"] for answer in answers] == ["new", "unchanged", "restated"]
    last = answers[-1].json()
    assert (last["post_money_valuation"], last["equity_raised_to_date"], last["version"]) == (41000000.5, None, 2)
    assert {"outcome": "restated", **stack.items(path)[0]} == last

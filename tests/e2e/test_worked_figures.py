"""The domain page's worked figures, submitted and read over HTTP."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from shared.data.fx import store_observations
from shared.domain.fx import Observation
from tests.devstack.running_stack import RunningStack

pytestmark = pytest.mark.xdist_group("e2e")
D = Decimal
WORKED_QUARTER = {
    "total_revenue": 4194199,
    "recurring_revenue": 3912138,
    "gross_profit": 2730244,
    "sales_marketing_expense": 1470828,
    "total_operating_expense": 7195136,
    "ebitda": -4464892,
    "cash_burn": -4464892,
    "cash_balance": 32407138,
    "employees": 1,
}
WORKED_FIGURES = {
    "gross_margin": ("0.650957", 6),
    "recurring_revenue_share": ("0.932750", 6),
    "ebitda_margin": ("-1.064540", 6),
    "sales_marketing_pct_revenue": ("0.350682", 6),
    "operating_expense_pct_revenue": ("1.715497", 6),
    "arr_implied": ("15648552", 4),
    "runway_months": ("21.7746", 4),
    "revenue_per_employee": ("16776796", 4),
}
QUARTER_ENDS = tuple(f"{year}-{day}" for year in (1990, 1991) for day in ("03-31", "06-30", "09-30", "12-31"))
"""Before the first published rate, so that the rates of the worked example are the only ones."""

REVENUES = (1000, 1060, 1120, 1200, 1260, 1330, 1400, 1480)
DOLLAR_AVERAGES = ("1.09", "1.08", "1.10", "1.07", "1.05", "1.13", "1.17", "1.16")


def add_company(stack: RunningStack, name: str, currency: str) -> str:
    sent = {"name": name, "reporting_currency": currency, "fiscal_year_end": "12-31"}
    answer = stack.post("/v1/companies", json=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def submit(stack: RunningStack, company: str, period_end: str, fields: dict[str, Any]) -> dict[str, Any]:
    answer = stack.put(f"/v1/companies/{company}/inputs/{period_end}", json=fields)
    assert answer.ok, answer.text
    return answer.json()


def newest_metrics(stack: RunningStack, company: str, **query: str) -> dict[str, Any]:
    answer = stack.get("/v1/metrics", params={"company_id": company, **query})
    return json.loads(answer.text, parse_float=Decimal)["items"][-1]


@pytest.fixture(scope="module")
def dollar_company(stack: RunningStack) -> str:
    company = add_company(stack, "Worked Quarter", "USD")
    said = submit(stack, company, "2022-03-31", WORKED_QUARTER)
    assert said["outcome"] == "new"
    return company


def test_the_worked_quarter_has_its_figures(stack: RunningStack, dollar_company: str):
    row = newest_metrics(stack, dollar_company)

    assert {name: round(D(row[name]), places) for name, (_, places) in WORKED_FIGURES.items()} == {
        name: D(figure) for name, (figure, _) in WORKED_FIGURES.items()
    }
    assert row["monthly_net_burn"] == D("1488297.3333")


def test_enterprise_value_waits_for_a_debt_that_is_said_to_be_nothing(stack: RunningStack, dollar_company: str):
    closed = {"closed_on": "2022-01-15", "round": "Series C", "currency": "USD", "post_money_valuation": 215000000}
    assert stack.post(f"/v1/companies/{dollar_company}/rounds", json=closed).status_code == 201
    row = newest_metrics(stack, dollar_company)
    assert row["enterprise_value"] is None
    assert row["nulls"]["enterprise_value"] == "missing_input:debt_outstanding"

    submit(stack, dollar_company, "2022-03-31", {**WORKED_QUARTER, "debt_outstanding": 0, "reason": "none"})

    row = newest_metrics(stack, dollar_company)
    assert row["enterprise_value"] == 182592862
    assert row["valuation_age_days"] == 75
    assert "enterprise_value" not in row["nulls"]


@pytest.fixture(scope="module")
def euro_company(stack: RunningStack) -> str:
    observations, day = [], date(1990, 1, 1)
    for end, average in zip(QUARTER_ENDS, DOLLAR_AVERAGES, strict=True):
        while day <= date.fromisoformat(end):
            observations.append(Observation("USD", day, D(average)))
            day += timedelta(days=1)
    engine = create_engine(stack.database_url)
    with Session(engine) as session, session.begin():
        store_observations(session, observations, "worked example")
    engine.dispose()
    company = add_company(stack, "Worked Euro", "EUR")
    for end, revenue in zip(QUARTER_ENDS, REVENUES, strict=True):
        submit(stack, company, end, {"total_revenue": revenue})
    return company


def test_growth_is_local_and_reported_growth_stands_beside_it(stack: RunningStack, euro_company: str):
    row = newest_metrics(stack, euro_company, currency="USD")

    assert round(row["revenue_growth_yoy"] * 100, 2) == D("23.33")
    assert round(row["revenue_growth_yoy_reported"] * 100, 2) == D("33.71")
    assert row["fx_effect_on_growth"] == D("0.1037383178")


def test_a_dollar_year_is_the_sum_of_translated_quarters(stack: RunningStack, euro_company: str):
    row = newest_metrics(stack, euro_company, currency="USD")

    assert row["ltm_total_revenue"] == D("6180.7")
    assert newest_metrics(stack, euro_company)["ltm_total_revenue"] == 5470


def test_a_person_can_recompute_a_translated_figure_from_what_the_row_shows(stack: RunningStack, euro_company: str):
    answer = stack.get("/v1/financials", params={"company_id": euro_company, "currency": "USD"})
    rows = json.loads(answer.text, parse_float=Decimal)["items"]

    assert [row["fx_rate_average"] for row in rows] == [D(average) for average in DOLLAR_AVERAGES]
    for row, revenue in zip(rows, REVENUES, strict=True):
        assert row["total_revenue"] == round(revenue * row["fx_rate_average"], 4)
        assert row["nulls"]["cash_balance"] == "missing_input:cash_balance"

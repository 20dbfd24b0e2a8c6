"""What moved between two moments and why, and actual figures against a plan; over HTTP."""

from typing import Any

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company, now, places_of, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")


@pytest.fixture(scope="module", autouse=True)
def rates(stack: RunningStack) -> None:
    """Rates first."""
    stack.load_rates()


def changes(stack: RunningStack, company: dict[str, Any], since: str, **query: str) -> dict[str, dict[str, Any]]:
    """What moved since then, by name."""
    found = stack.items("/v1/changes", **{"from": since}, company_id=company["id"], limit=7, **query)
    assert len({item["name"] for item in found}) == len(found)
    return {item["name"]: item for item in found}


def test_a_restatement_moves_what_rests_on_it_and_nothing_else(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "2024-03-31", total_revenue=100, gross_profit=50, cash_balance=7)
    since = now()
    put_input(stack, company, "2024-03-31", total_revenue=200, gross_profit=50, cash_balance=7)

    moved = changes(stack, company, since)

    assert {"total_revenue", "gross_margin"} <= set(moved)
    assert "cash_balance" not in moved
    margin = moved["gross_margin"]
    assert (margin["old"], margin["new"], margin["causes"]) == (0.5, 0.25, ["input"])
    assert changes(stack, company, now()) == {}
    assert changes(stack, company, "2020-01-01T00:00:00Z", to=since)["gross_margin"]["old"] is None


def test_every_cause_is_told_with_what_it_moved(stack: RunningStack):
    company = new_company(stack, reporting_currency="DKK")
    put_input(stack, company, "2014-03-31", cash_balance=1000, debt_outstanding=0)
    since = now()
    put_input(stack, company, "2014-03-31", cash_balance=2000, debt_outstanding=0)
    stack.put("/v1/fx-rates/EUR/DKK/2014-03-31", json={"rate": 8, "reason": "test"})
    sent = {"closed_on": "2014-01-15", "round": "A", "currency": "EUR", "post_money_valuation": 5000}
    stack.post(f"/v1/companies/{company['id']}/rounds", json=sent)

    moved = changes(stack, company, since, currency="EUR")
    stack.delete("/v1/fx-rates/EUR/DKK/2014-03-31?reason=test")

    cash = moved["cash_balance"]
    assert cash["causes"] == ["input", "fx"]
    assert cash["old"] * 2 == pytest.approx(cash["after_input"], abs=0.0001)
    assert (cash["after_fx"], cash["new"]) == (250, 250)
    value = moved["enterprise_value"]
    assert (value["old"], value["old_null"], value["new"]) == (None, "missing_input:post_money_valuation", 4750)
    assert value["causes"] == ["valuation"]


def test_moments_out_of_order_and_missing_are_refused(stack: RunningStack):
    later = stack.get("/v1/changes", params={"from": "2026-01-01T00:00:00Z", "to": "2025-01-01T00:00:00Z"})

    assert places_of(problem_of(later, 400, "invalid_input")) == {"from": "contradictory"}
    assert places_of(problem_of(stack.get("/v1/changes"), 400, "invalid_input")) == {"from": "required"}


def test_changes_of_a_part_of_the_portfolio_stay_there(stack: RunningStack):
    mine = new_company(stack, funds=["Changed Fund"])
    other = new_company(stack)
    for company in (mine, other):
        put_input(stack, company, "2024-03-31", total_revenue=1)
    token = stack.token("Portfolio.Read", fund="Changed Fund")

    for query in ({}, {"fund": "Changed Fund"}, {"company_id": mine["id"]}):
        answer = stack.get("/v1/changes", params={"from": "2020-01-01T00:00:00Z", **query}, token=token)
        assert {item["company_id"] for item in answer.json()["items"]} == {mine["id"]}
        assert answer.json()["formulas"] == {}


def test_a_variance_is_absolute_relative_and_favourable_by_the_figure_s_sense(stack: RunningStack):
    company = new_company(stack)
    actual = {
        "total_revenue": 900,
        "gross_profit": 600,
        "total_operating_expense": 500,
        "employees": 9,
        "cash_burn": -90,
    }
    budget = {
        "total_revenue": 1000,
        "gross_profit": 500,
        "total_operating_expense": 400,
        "employees": 10,
        "cash_burn": 0,
    }
    put_input(stack, company, "2024-03-31", **actual)
    put_input(stack, company, "2024-03-31", **budget, scenario="budget")
    put_input(stack, company, "2024-06-30", **budget, scenario="budget")

    (row,) = stack.items("/v1/variance", company_id=company["id"])
    values = row["values"]

    assert (row["period_end"], row["scenario"], row["currency"]) == ("2024-03-31", "budget", "EUR")
    revenue = {"actual": 900, "plan": 1000, "absolute": -100, "relative": -0.1, "favourable": False}
    assert values["total_revenue"] == revenue
    assert values["gross_margin"]["favourable"] is True
    cost = {"actual": 500, "plan": 400, "absolute": 100, "relative": 0.25, "favourable": False}
    assert values["total_operating_expense"] == cost
    assert values["employees"]["favourable"] is None
    assert (values["cash_burn"]["relative"], values["cash_burn"]["favourable"]) == (None, False)
    assert values["ebitda"] == dict.fromkeys(revenue)
    assert stack.items("/v1/variance", company_id=company["id"], scenario="forecast") == []
    refused = stack.get("/v1/variance?scenario=actual")
    assert places_of(problem_of(refused, 400, "invalid_input")) == {"scenario": "invalid"}

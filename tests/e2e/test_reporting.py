"""Financials, metrics and rates over HTTP: the rows' shape, currencies, as-of reads, filters."""

import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shared.domain.catalogue import METRICS
from shared.domain.fields import FIELD_NAMES
from tests.devstack.running_stack import RunningStack
from tests.e2e.api import exact, new_company, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")
HEAD = {
    "company_id",
    "period_start",
    "period_end",
    "fiscal_year",
    "fiscal_quarter",
    "reporting_year",
    "reporting_quarter",
    "currency",
    "fx_rate_average",
    "fx_rate_closing",
    "fx_closing_date",
    "nulls",
}
REASON_WORDS = (
    "missing_input:",
    "missing_quarter:",
    "zero_denominator",
    "negative_denominator",
    "not_meaningful",
    "cash_generating",
    "no_net_new_arr",
    "currency_changed",
    "fx_unavailable",
    "not_applicable",
)


@pytest.fixture(scope="module")
def company(stack: RunningStack) -> dict[str, object]:
    """A Swedish company whose year ends in June, with two quarters."""
    stack.load_rates()
    made = new_company(stack, reporting_currency="SEK", fiscal_year_end="06-30", funds=["Reported Fund"])
    put_input(stack, made, "2023-12-31", total_revenue=1000, gross_profit=600, cash_balance=9000, cash_burn=-300)
    put_input(stack, made, "2024-03-31", total_revenue=1100, gross_profit=0, cash_balance=8700, cash_burn=300)
    return made


@pytest.mark.parametrize(
    ("path", "values"), [("financials", FIELD_NAMES), ("metrics", tuple(metric.name for metric in METRICS))]
)
def test_a_row_carries_its_period_its_rates_every_value_and_why_a_null_is_null(
    stack: RunningStack, company: dict[str, object], path: str, values: tuple[str, ...]
):
    rows = stack.items(f"/v1/{path}", company_id=company["id"], currency="USD")

    assert len(rows) == 2
    for row in rows:
        assert HEAD | set(values) <= set(row)
        assert {name for name in values if row[name] is None} == set(row["nulls"])
        assert all(reason.startswith(REASON_WORDS) for reason in row["nulls"].values())


def test_flows_take_the_average_and_balances_the_closing_of_the_company_s_own_period(
    stack: RunningStack, company: dict[str, object]
):
    row = exact(stack.get(f"/v1/financials?company_id={company['id']}&currency=USD"))["items"][0]
    period = {"period_start": "2023-10-01", "period_end": "2023-12-31"}
    rate = exact(stack.get("/v1/fx-rates/period", params={"base": "SEK", "quote": "USD", **period}))

    assert (row["fx_rate_average"], row["fx_rate_closing"]) == (rate["average"], rate["closing"])
    assert row["total_revenue"] == round(1000 * rate["average"], 4)
    assert row["cash_balance"] == round(9000 * rate["closing"], 4)
    assert (row["fiscal_year"], row["fiscal_quarter"]) == (2024, 2)
    assert (row["reporting_year"], row["reporting_quarter"]) == (2023, 4)
    assert row["fx_closing_date"] == rate["closing_date"] == "2023-12-29"
    assert rate["observations"] == rate["expected_observations"] == 63


def test_ratios_are_the_same_in_every_currency_and_money_is_not(stack: RunningStack, company: dict[str, object]):
    local, dollars, yen = (
        exact(stack.get("/v1/metrics", params={"company_id": company["id"], **currency}))["items"][0]
        for currency in ({}, {"currency": "USD"}, {"currency": "JPY"})
    )

    assert local["currency"] == "SEK"
    assert local["gross_margin"] == dollars["gross_margin"] == yen["gross_margin"] == Decimal("0.6")
    assert local["runway_months"] == dollars["runway_months"] == yen["runway_months"] == 90
    assert local["monthly_net_burn"] == 100
    assert 9 < dollars["monthly_net_burn"] < 10
    assert 1300 < yen["monthly_net_burn"] < 1500


def test_a_cash_generating_quarter_has_no_runway_and_says_so(stack: RunningStack, company: dict[str, object]):
    row = stack.items("/v1/metrics", company_id=company["id"])[1]

    assert (row["runway_months"], row["nulls"]["runway_months"]) == (None, "cash_generating")
    assert row["gross_margin"] == 0


def test_a_currency_nobody_publishes_is_null_with_fx_unavailable(stack: RunningStack, company: dict[str, object]):
    row = stack.items("/v1/metrics", company_id=company["id"], currency="ZWL")[0]

    assert row["nulls"]["monthly_net_burn"] == "fx_unavailable"
    assert row["gross_margin"] == 0.6


def test_what_was_known_at_an_instant_is_answered_as_it_was(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "2024-03-31", total_revenue=100, gross_profit=50)
    time.sleep(0.05)
    instant = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    time.sleep(0.05)
    put_input(stack, company, "2024-03-31", total_revenue=100, gross_profit=80)

    query = {"company_id": company["id"]}
    assert [row["gross_margin"] for row in stack.items("/v1/metrics", **query)] == [0.8]
    assert [row["gross_margin"] for row in stack.items("/v1/metrics", **query, as_of=instant)] == [0.5]
    assert stack.items("/v1/metrics", **query, as_of="2020-01-01T00:00:00Z") == []


def test_rows_are_filtered_by_fund_and_period_and_paged(stack: RunningStack, company: dict[str, object]):
    window = {"start_reporting_date": "2024-01-01", "end_reporting_date": "2024-12-31"}

    assert [row["period_end"] for row in stack.items("/v1/metrics", fund="Reported Fund", **window)] == ["2024-03-31"]
    paged = stack.items("/v1/metrics", fund="Reported Fund", limit=1)
    assert [row["period_end"] for row in paged] == ["2023-12-31", "2024-03-31"]
    assert all(row["company_id"] == company["id"] for row in paged)


def test_daily_rates_cross_through_the_euro(stack: RunningStack, company: dict[str, object]):
    assert company
    week = {"start": "2024-03-25", "end": "2024-04-05"}

    def rates(base: str, quote: str) -> dict[str, object]:
        answer = exact(stack.get("/v1/fx-rates", params={"base": base, "quote": quote, **week}))
        return {item["observed_on"]: item["rate"] for item in answer["items"]}

    euro_dollar, euro_krona, krona_dollar = rates("EUR", "USD"), rates("EUR", "SEK"), rates("SEK", "USD")
    assert "2024-03-29" not in euro_dollar, "Good Friday"
    assert len(euro_dollar) == 8
    for day, rate in krona_dollar.items():
        assert abs(rate * euro_krona[day] - euro_dollar[day]) < euro_dollar[day] / 10**9


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("/v1/metrics?curency=USD", ["curency"]),
        ("/v1/metrics?company_id=nobody&limit=0&scenario=dream", ["company_id", "limit", "scenario"]),
        ("/v1/metrics?currency=EURO&as_of=yesterday", ["as_of", "currency"]),
        ("/v1/financials?cursor=made-up", ["cursor"]),
        ("/v1/companies?limit=1001", ["limit"]),
        ("/v1/fx-rates?base=EUR", ["quote"]),
        ("/v1/fx-rates/period?base=EUR&quote=USD&period_start=2024-01-01", ["period_end"]),
        ("/v1/imports?status=lost", ["status"]),
    ],
)
def test_bad_query_parameters_are_all_named(stack: RunningStack, path: str, parameters: list[str]):
    problem = problem_of(stack.get(path), 400, "invalid_input")

    assert sorted({error["parameter"].split("/")[0] for error in problem["errors"]}) == parameters


@pytest.mark.parametrize("path", ["/v1/companies/nobody", "/v1/imports/none", "/v1/companies/{}/inputs/2024-03-31"])
def test_what_is_not_there_is_a_404_problem(stack: RunningStack, path: str):
    problem_of(stack.get(path.format("6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10")), 404, "not_found")

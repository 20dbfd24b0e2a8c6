"""Which rate each money metric takes: two quarters worked by hand, every average and closing different."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from tests.oracle.derive import derive
from tests.oracle.model import Company, Quarter, Round, Row, Value

D = Decimal
DAY = date.fromisoformat
BEFORE: dict[str, Value] = {
    "total_revenue": D(1000),
    "recurring_revenue": D(900),
    "gross_profit": D(500),
    "cash_burn": D(-30),
    "cash_balance": D(700),
    "debt_outstanding": D(50),
    "employees": 4,
    "customers": 8,
}
AFTER: dict[str, Value] = {
    "total_revenue": D(1200),
    "recurring_revenue": D(1000),
    "gross_profit": D(600),
    "cash_burn": D(-60),
    "cash_balance": D(900),
    "debt_outstanding": D(100),
    "employees": 5,
    "customers": 10,
}
EURO_INTO_CROWNS = {"2024-02-15": "9", "2024-03-28": "11", "2024-05-15": "12", "2024-06-28": "14"}
"""Averages 10 and 13, closings 11 and 14."""

EURO_INTO_POUNDS = {"2024-06-28": "0.8"}
RATES = {("SEK", DAY(day)): D(rate) for day, rate in EURO_INTO_CROWNS.items()} | {
    ("GBP", DAY(day)): D(rate) for day, rate in EURO_INTO_POUNDS.items()
}
POUND_ROUND = Round(DAY("2024-01-10"), "GBP", D(8000), D(1600))


def in_crowns(
    before: Mapping[str, Value] | None = None, after: Mapping[str, Value] | None = None, currency: str = "SEK"
) -> Row:
    quarters = [
        Quarter(DAY("2024-03-31"), "EUR", {**BEFORE, **(before or {})}),
        Quarter(DAY("2024-06-30"), "EUR", {**AFTER, **(after or {})}),
    ]
    return derive(Company("12-31"), quarters, [POUND_ROUND], RATES, currency)[-1]


def test_the_row_shows_the_mean_of_the_days_and_the_last_day():
    row = in_crowns()
    assert (row.fx_rate_average, row.fx_rate_closing, row.fx_closing_date) == (13, 14, DAY("2024-06-28"))
    assert row.financials["total_revenue"] == 1200 * 13
    assert row.financials["cash_balance"] == 900 * 14
    assert row.financials["customers"] == 10


@pytest.mark.parametrize(
    ("metric", "figure"),
    [
        ("arr_implied", 4 * 1000 * 13),
        ("arr", 4 * 1000 * 13),
        ("net_new_arr", 4 * 100 * 13),
        ("revenue_per_employee", 4 * 1200 * 13 // 5),
        ("gross_profit_per_employee", 4 * 600 * 13 // 5),
        ("arr_per_customer", 4 * 1000 * 13 // 10),
        ("monthly_net_burn", 20 * 13),
        ("change_in_cash", 200 * 13),
        ("fx_effect_on_cash", 900 * 14 - 700 * 11 - 200 * 13),
        ("implied_net_financing", (200 + 60) * 13),
        ("net_debt", (100 - 900) * 14),
        ("enterprise_value", 8000 * 14 / D("0.8") - 800 * 14),
    ],
)
def test_flows_and_differences_take_the_average_and_balances_the_closing(metric: str, figure: int | Decimal):
    assert in_crowns().metrics[metric] == figure


def test_contracted_arr_is_a_balance_and_its_change_a_flow():
    metrics = in_crowns({"contracted_arr": D(3000)}, {"contracted_arr": D(3500)}).metrics
    assert metrics["arr"] == 3500 * 14
    assert metrics["arr_per_customer"] == 350 * 14
    assert metrics["net_new_arr"] == 500 * 13
    assert metrics["arr_implied"] == 4000 * 13


def test_multiples_are_computed_in_the_companys_own_currency_from_the_rounds():
    metrics = in_crowns(currency="USD").metrics
    assert metrics["enterprise_value"] is None
    assert metrics["ev_to_arr"] == D(10_000 - 800) / 4000
    assert metrics["ev_to_invested_capital"] == round(D(9200) / (2000 + 100), 10)


def test_a_valuation_already_in_the_rows_currency_needs_no_rate_of_its_own():
    assert in_crowns(currency="GBP").metrics["enterprise_value"] == 8000 - 800 * D("0.8")


def test_customers_added_are_a_plain_difference():
    assert in_crowns().metrics["net_customer_adds"] == 2


def test_nrr_starts_from_the_basis_on_which_both_quarters_compare_and_needs_no_more_of_the_current_one():
    bridge: dict[str, Value] = {"expansion_arr": D(72), "contraction_arr": D(18), "churned_arr": D(36)}
    implied = in_crowns({"contracted_arr": D(9999)}, bridge)
    assert (implied.metrics["nrr"], implied.metrics["grr"]) == (D("1.005"), D("0.985"))
    contracted = in_crowns({"contracted_arr": D(1800)}, {**bridge, "contracted_arr": D(2000)})
    assert (contracted.metrics["nrr"], contracted.metrics["grr"]) == (D("1.01"), D("0.97"))
    silent = in_crowns(None, {**bridge, "recurring_revenue": None})
    assert silent.metrics["nrr"] == D("1.005")
    assert silent.nulls["net_new_arr"] == "missing_input:recurring_revenue"

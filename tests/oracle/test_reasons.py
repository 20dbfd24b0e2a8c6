"""Why a figure is null: each code, and which one wins, on quarters written out by hand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from tests.oracle.derive import derive
from tests.oracle.model import Company, Quarter, Round, Row, Value

D = Decimal
DAY = date.fromisoformat
ENDS = tuple(DAY(f"{year}-{end}") for year in (2022, 2023) for end in ("03-31", "06-30", "09-30", "12-31"))
FULL: dict[str, Value] = {
    "total_revenue": D(1000),
    "recurring_revenue": D(800),
    "gross_profit": D(600),
    "sales_marketing_expense": D(200),
    "ebitda": D(-100),
    "cash_burn": D(-300),
    "cash_balance": D(3000),
    "debt_outstanding": D(500),
    "employees": 10,
    "customers": 20,
    "customers_lost": 1,
    "expansion_arr": D(100),
    "contraction_arr": D(20),
    "churned_arr": D(30),
}
ROUND = Round(DAY("2022-02-01"), "USD", D(20_000), D(5_000))


def two_years(change: Mapping[int, Mapping[str, Value]] | None = None, **switch: str) -> list[Quarter]:
    """Eight quarters growing by 10 % of revenue; `change` by quarter number, `q<n>` the currency from there on."""
    quarters, currency = [], "USD"
    for n, end in enumerate(ENDS):
        currency = switch.get(f"q{n}", currency)
        grown = {"total_revenue": D(1000 + 100 * n), "recurring_revenue": D(800 + 80 * n)}
        quarters.append(Quarter(end, currency, {**FULL, **grown, **(change or {}).get(n, {})}))
    return quarters


def newest(quarters: list[Quarter], company: Company | None = None, rounds: tuple[Round, ...] = (ROUND,)) -> Row:
    return derive(company or Company("12-31"), quarters, rounds, {}, None)[-1]


def test_a_full_history_has_every_figure_but_those_of_fields_never_submitted():
    row = newest(two_years())
    assert {reason.split("@")[0] for reason in row.nulls.values()} <= {
        "missing_input:net_income",
        "missing_input:total_operating_expense",
    }
    assert row.metrics["net_new_arr"] == 4 * 80
    assert row.metrics["burn_multiple"] == D("0.9375")
    assert row.metrics["burn_multiple_ltm"] == D("0.9375")
    assert row.metrics["magic_number"] == 2
    assert row.metrics["nrr"] == round(D(5120 + 100 - 20 - 30) / 5120, 10)
    assert row.metrics["cac_payback_months"] == round(D(200 * 12 * 1700) / (320 * 600), 4)
    assert row.metrics["cash_out_date"] == DAY("2026-07-01")
    assert row.metrics["ev_to_invested_capital"] == round(D(17500) / 5500, 10)


@pytest.mark.parametrize(
    ("metric", "reason"),
    [
        ("ltm_total_revenue", "missing_quarter:2023-06-30"),
        ("ltm_revenue_growth_yoy", "missing_quarter:2022-09-30,2023-06-30"),
        ("rule_of_40", "missing_quarter:2022-09-30,2023-06-30"),
    ],
)
def test_absent_quarters_are_named_by_their_nominal_ends_ascending_and_before_any_null_field(metric: str, reason: str):
    quarters = two_years({7: {"total_revenue": None}})
    row = newest([quarter for n, quarter in enumerate(quarters) if n not in {2, 5}])
    assert row.nulls[metric] == reason


def test_null_fields_are_named_in_the_order_of_the_form_and_the_oldest_quarter_first():
    gone = {"total_revenue": None, "sales_marketing_expense": None}
    row = newest(two_years({6: gone, 7: {"total_revenue": None, "gross_profit": None}}))
    assert row.nulls["magic_number"] == (
        "missing_input:total_revenue@2023-09-30,total_revenue,sales_marketing_expense@2023-09-30"
    )
    assert row.nulls["gross_margin"] == "missing_input:total_revenue,gross_profit"


def test_without_a_round_the_valuation_is_the_missing_input_beside_the_fields():
    row = newest(two_years({7: {"debt_outstanding": None}}), rounds=())
    assert row.nulls["valuation_age_days"] == "missing_input:post_money_valuation"
    assert row.nulls["enterprise_value"] == "missing_input:debt_outstanding,post_money_valuation"
    later = Round(DAY("2024-01-01"), "USD", D(1), None)
    assert newest(two_years(), rounds=(later,)).nulls["enterprise_value"] == "missing_input:post_money_valuation"


def test_a_round_that_does_not_tell_the_equity_raised_leaves_only_invested_capital_null():
    row = newest(two_years(), rounds=(Round(DAY("2023-12-31"), "USD", D(20_000)),))
    assert row.nulls["ev_to_invested_capital"] == "missing_input:equity_raised_to_date"
    assert row.metrics["enterprise_value"] == D(17_500)
    assert row.metrics["valuation_age_days"] == 0


@pytest.mark.parametrize("revenue_type", ["Transactional", "Marketplace", "marketplace"])
def test_a_business_without_recurring_revenue_has_no_arr_to_miss_unless_it_is_contracted(revenue_type: str):
    company = Company("12-31", revenue_type)
    row = newest(two_years({7: {"recurring_revenue": None}}), company)
    for metric in ("arr", "arr_implied", "net_new_arr", "ltm_recurring_revenue", "ev_to_arr", "cac_payback_months"):
        assert row.nulls[metric] == "not_applicable", metric
    assert row.metrics["nrr"] is not None
    row = newest(two_years({7: {"recurring_revenue": None, "contracted_arr": D(9000)}}), company)
    assert row.metrics["arr"] == 9000
    assert row.nulls["arr_implied"] == "not_applicable"
    assert row.nulls["net_new_arr"] == "not_applicable"
    assert newest(two_years({7: {"recurring_revenue": None}})).nulls["arr"] == "missing_input:recurring_revenue"


def test_two_quarters_arr_is_compared_on_the_contracted_basis_only_if_both_submit_it():
    one = newest(two_years({7: {"contracted_arr": D(9000)}})).metrics
    assert (one["arr"], one["net_new_arr"], one["burn_multiple"]) == (9000, 320, D("0.9375"))
    both = newest(two_years({6: {"contracted_arr": D(8000)}, 7: {"contracted_arr": D(9000)}})).metrics
    assert (both["net_new_arr"], both["burn_multiple"]) == (1000, D("0.3"))
    assert both["burn_multiple_ltm"] == D("0.9375")
    assert both["nrr"] == round(D(8050) / 8000, 10)


def test_a_change_of_currency_nulls_comparisons_but_not_counts_nor_the_quarter_itself():
    row = newest(two_years(q7="CAD"))
    for metric in (
        "net_new_arr",
        "revenue_growth_qoq",
        "revenue_growth_yoy",
        "revenue_growth_yoy_reported",
        "fx_effect_on_growth",
        "ltm_gross_margin",
        "ltm_revenue_growth_yoy",
        "rule_of_40",
        "runway_months_ltm",
        "change_in_cash",
        "burn_multiple",
        "magic_number",
        "nrr",
        "ev_to_ltm_revenue",
    ):
        assert row.nulls[metric] == "currency_changed", metric
    assert row.nulls["ltm_total_revenue"] == "fx_unavailable"
    assert row.nulls["ev_to_arr"] == "fx_unavailable"
    assert row.metrics["employee_growth_yoy"] == 0
    assert row.metrics["logo_churn"] == D("0.05")
    assert row.metrics["gross_margin"] == round(D(600) / 1700, 10)


def test_trailing_money_across_a_change_of_currency_is_each_quarter_at_its_own_average():
    days = [day for quarter in ENDS for day in (quarter, date(quarter.year, quarter.month - 1, 15))]
    rates = {("USD", day): D(1) for day in days} | {("CAD", day): D(2) for day in days}
    row = derive(Company("12-31"), two_years(q6="CAD"), [ROUND], rates, None)[-1]
    assert row.currency == "CAD"
    assert row.metrics["ltm_total_revenue"] == 2 * (1400 + 1500) + 1600 + 1700
    assert row.metrics["ltm_revenue_per_average_employee"] == (2 * (1400 + 1500) + 1600 + 1700) / D(10)
    assert row.metrics["enterprise_value"] == 2 * 20_000 + 500 - 3000
    assert row.fx_rate_average == 1
    assert row.fx_closing_date is None


def test_without_rates_money_is_null_and_ratios_stand():
    row = derive(Company("12-31"), two_years(), [ROUND], {}, "CAD")[-1]
    assert row.nulls["net_debt"] == row.nulls["arr"] == row.nulls["fx_effect_on_cash"] == "fx_unavailable"
    assert row.nulls["enterprise_value"] == row.nulls["revenue_growth_yoy_reported"] == "fx_unavailable"
    assert row.financial_nulls["total_revenue"] == "fx_unavailable"
    assert row.financial_nulls["net_income"] == "missing_input:net_income"
    assert row.financials["employees"] == 10
    assert row.metrics["ev_to_ltm_revenue"] == newest(two_years()).metrics["ev_to_ltm_revenue"]


def test_a_closing_rate_alone_serves_balances():
    row = derive(Company("12-31"), two_years(), [ROUND], {("USD", DAY("2023-12-29")): D("1.25")}, "EUR")[-1]
    assert row.metrics["net_debt"] == -2000
    assert row.fx_closing_date == DAY("2023-12-29")
    assert row.nulls["fx_effect_on_cash"] == "fx_unavailable"
    outside = derive(Company("12-31"), two_years()[:1], [ROUND], {("USD", DAY("2022-04-01")): D(1)}, "EUR")[0]
    assert outside.nulls["net_debt"] == "fx_unavailable"


@pytest.mark.parametrize(
    ("change", "metric", "outcome"),
    [
        ({7: {"total_revenue": D(0)}}, "gross_margin", "zero_denominator"),
        ({7: {"total_revenue": D(-1)}}, "gross_margin", "negative_denominator"),
        ({3: {"total_revenue": D(0)}}, "revenue_growth_yoy", "not_meaningful"),
        ({3: {"total_revenue": D(-5)}}, "revenue_growth_yoy_reported", "not_meaningful"),
        ({7: {"gross_profit": D(-1)}}, "gross_profit_growth_yoy", "not_meaningful"),
        ({3: {"gross_profit": D(0)}}, "gross_profit_growth_yoy", "not_meaningful"),
        ({6: {"employees": 0}}, "employee_growth_qoq", "not_meaningful"),
        ({7: {"employees": 0}}, "revenue_per_employee", "zero_denominator"),
        ({3: {"employees": 0}, 7: {"employees": 0}}, "ltm_revenue_per_average_employee", "zero_denominator"),
        ({7: {"customers": 0}}, "arr_per_customer", "zero_denominator"),
        ({6: {"customers": 0}}, "logo_churn", "zero_denominator"),
        ({7: {"cash_burn": D(0)}}, "runway_months", "cash_generating"),
        ({7: {"cash_burn": D(5), "cash_balance": D(-5)}}, "runway_months", "cash_generating"),
        ({7: {"cash_balance": D(-5)}}, "runway_months", D(0)),
        ({7: {"cash_balance": D(-5)}}, "cash_out_date", DAY("2023-12-31")),
        ({7: {"cash_balance": D(120_000)}}, "cash_out_date", DAY("2124-01-01")),
        ({7: {"cash_balance": D("120000.01")}}, "cash_out_date", "not_meaningful"),
        ({7: {"cash_burn": D(1)}}, "burn_multiple", "cash_generating"),
        ({7: {"cash_burn": D(1), "recurring_revenue": D(1)}}, "burn_multiple", "cash_generating"),
        ({7: {"cash_burn": D(0)}}, "burn_multiple", D(0)),
        ({7: {"cash_burn": D(0), "recurring_revenue": D(1280)}}, "burn_multiple", "no_net_new_arr"),
        ({6: {"sales_marketing_expense": D(0)}}, "magic_number", "zero_denominator"),
        ({7: {"total_revenue": D(1500)}}, "magic_number", D(-2)),
        ({7: {"total_revenue": D(0), "recurring_revenue": D(1)}}, "cac_payback_months", "no_net_new_arr"),
        ({7: {"total_revenue": D(0)}}, "cac_payback_months", "zero_denominator"),
        ({7: {"gross_profit": D(0)}}, "cac_payback_months", "not_meaningful"),
        ({7: {"cash_balance": D(30_000)}}, "ev_to_arr", "not_meaningful"),
        ({7: {"cash_balance": D(30_000), "recurring_revenue": D(0)}}, "ev_to_arr", "zero_denominator"),
        ({7: {"cash_balance": D(20_500)}}, "ev_to_invested_capital", "not_meaningful"),
        ({6: {"recurring_revenue": D(0)}}, "nrr", "zero_denominator"),
        ({6: {"recurring_revenue": D(-1)}}, "grr", "negative_denominator"),
    ],
)
def test_a_sign_without_meaning_is_null_with_its_code(
    change: Mapping[int, Mapping[str, Value]], metric: str, outcome: str | Decimal | date
):
    row = newest(two_years(change))
    assert (row.nulls.get(metric) or row.metrics[metric]) == outcome


def test_an_irregular_quarter_counts_by_its_days_and_its_neighbour_by_its_own():
    ends = (DAY("2023-06-30"), DAY("2023-10-07"), DAY("2023-12-31"))
    quarters = [Quarter(end, "USD", {**FULL, "total_revenue": D(1000)}) for end in ends]
    regular, long, after = derive(Company("12-31"), quarters, [ROUND], {}, None)
    assert (regular.flags, long.flags, after.flags) == (
        frozenset(),
        {"period_length_irregular"},
        frozenset(),
    )
    assert long.metrics["arr"] == round(D("365.25") / 99 * 800, 4)
    assert long.metrics["monthly_net_burn"] == round(300 / (99 / D("30.4375")), 4)
    assert long.metrics["cash_out_date"] == date.fromordinal(DAY("2023-10-07").toordinal() + 990)
    assert long.metrics["net_new_arr"] == round(D("365.25") / 99 * 800 - 3200, 4)
    assert after.metrics["net_new_arr"] == round(3200 - D("365.25") / 99 * 800, 4)
    assert after.period_start == DAY("2023-10-08")

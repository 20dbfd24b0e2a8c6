"""The oracle against figures worked by hand: those of the domain page and published worked examples."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.oracle.derive import derive
from tests.oracle.model import Company, Quarter, Round, Row
from tests.oracle.published import Record, needs_published_figures, read_records

D = Decimal
MONTH_ENDS = ("03-31", "06-30", "09-30", "12-31")
CALENDAR_YEAR = Company("12-31")


def quarters_from(year: int, currency: str, *values: Mapping[str, Decimal | int]) -> list[Quarter]:
    return [
        Quarter(date.fromisoformat(f"{year + n // 4}-{MONTH_ENDS[n % 4]}"), currency, dict(submitted))
        for n, submitted in enumerate(values)
    ]


def newest_row(*values: Mapping[str, Decimal | int], rounds: tuple[Round, ...] = ()) -> Row:
    return derive(CALENDAR_YEAR, quarters_from(2022, "USD", *values), rounds, {}, None)[-1]


WORKED_QUARTER = {
    "total_revenue": D(4_194_199),
    "recurring_revenue": D(3_912_138),
    "gross_profit": D(2_730_244),
    "sales_marketing_expense": D(1_470_828),
    "total_operating_expense": D(7_195_136),
    "ebitda": D(-4_464_892),
    "cash_burn": D(-4_464_892),
    "cash_balance": D(32_407_138),
    "employees": 1,
}


@pytest.mark.parametrize(
    ("metric", "figure", "decimals"),
    [
        ("gross_margin", "0.650957", 6),
        ("recurring_revenue_share", "0.932750", 6),
        ("ebitda_margin", "-1.064540", 6),
        ("sales_marketing_pct_revenue", "0.350682", 6),
        ("operating_expense_pct_revenue", "1.715497", 6),
        ("arr_implied", "15648552", 4),
        ("arr", "15648552", 4),
        ("runway_months", "21.7746", 4),
        ("revenue_per_employee", "16776796", 4),
    ],
)
def test_the_worked_quarter_has_the_figures_of_the_domain_page(metric: str, figure: str, decimals: int):
    assert round(newest_row(WORKED_QUARTER).metrics[metric], decimals) == D(figure)


def test_enterprise_value_is_null_while_debt_is_null_and_the_sum_once_it_is_an_explicit_zero():
    latest = (Round(date(2022, 1, 15), "USD", D(215_000_000)),)
    without_debt = newest_row(WORKED_QUARTER, rounds=latest)
    assert without_debt.metrics["enterprise_value"] is None
    assert without_debt.nulls["enterprise_value"] == "missing_input:debt_outstanding"
    with_debt = newest_row({**WORKED_QUARTER, "debt_outstanding": D(0)}, rounds=latest)
    assert with_debt.metrics["enterprise_value"] == D(182_592_862)
    assert with_debt.metrics["valuation_age_days"] == 75


REVENUES = (1000, 1060, 1120, 1200, 1260, 1330, 1400, 1480)
DOLLAR_AVERAGES = ("1.09", "1.08", "1.10", "1.07", "1.05", "1.13", "1.17", "1.16")


def test_the_euro_company_grows_a_third_in_dollars_and_its_dollar_year_is_the_sum_of_translated_quarters():
    quarters = quarters_from(2022, "EUR", *({"total_revenue": D(revenue)} for revenue in REVENUES))
    rates = {}
    start = date(2022, 1, 1)
    for quarter, average in zip(quarters, DOLLAR_AVERAGES, strict=True):
        while start <= quarter.period_end:
            rates["USD", start] = D(average)
            start += timedelta(days=1)
    metrics = derive(CALENDAR_YEAR, quarters, [], rates, "USD")[-1].metrics
    assert round(metrics["revenue_growth_yoy"] * 100, 2) == D("23.33")
    assert round(metrics["revenue_growth_yoy_reported"] * 100, 2) == D("33.71")
    assert metrics["fx_effect_on_growth"] == D("0.1037383178")
    assert metrics["ltm_total_revenue"] == D("6180.7")


def newest_of_example(metric: str, given: Mapping[str, Decimal]) -> Decimal:
    """One published example, entered as the quarters a company would submit."""
    if metric == "burn_multiple":
        closing = {"cash_burn": -given["net_burn"], "contracted_arr": 10**6 + given["net_new_arr"]}
        return newest_row({"contracted_arr": D(10**6)}, closing).metrics["burn_multiple"]
    if metric == "runway_months":
        quarter = {"cash_balance": given["cash"], "cash_burn": -3 * given["monthly_net_burn"]}
        return newest_row(quarter).metrics["runway_months"]
    if metric == "magic_number":
        before = {"total_revenue": D(4_200_000), "sales_marketing_expense": given["sm_prior_quarter"]}
        after = {"total_revenue": 4_200_000 + given["revenue_delta"]}
        return newest_row(before, after).metrics["magic_number"]
    if metric == "sales_efficiency_no_annualising":
        before = {"contracted_arr": D(10**6), "sales_marketing_expense": given["sm_prior"]}
        all_margin = {"total_revenue": D(1), "gross_profit": D(1)}
        after = {"contracted_arr": 10**6 + given["net_new_arr"], **all_margin}
        return 12 / newest_row(before, after).metrics["cac_payback_months"]
    if metric == "rule_of_40":
        revenue = 100 + given["revenue_growth_pct"]
        grown = {"total_revenue": revenue, "ebitda": revenue * given["ebitda_margin_pct"] / 100}
        return 100 * newest_row(*[{"total_revenue": D(100)}] * 4, *[grown] * 4).metrics["rule_of_40"]
    if metric == "growth_pct":
        before, after = ({"total_revenue": given[name]} for name in ("previous", "current"))
        return 100 * newest_row(before, after).metrics["revenue_growth_qoq"]
    raise AssertionError(f"an example of {metric}, which nothing here enters as quarters")


def agrees(example: Record, figure: Decimal) -> bool:
    if example["published"].startswith(">"):
        return figure > D(example["published"][1:])
    if example["rounding"] == "exact":
        return figure == D(example["published"])
    return abs(figure - D(example["published"])) <= D(example["rounding"]) / 2


@needs_published_figures
def test_every_published_worked_example_comes_out_as_printed():
    examples = read_records("worked_examples.csv")
    wrong = {}
    for example in examples:
        inputs = dict(pair.split("=") for pair in example["inputs"].split(";"))
        figure = newest_of_example(example["metric"], {name: D(value) for name, value in inputs.items()})
        if not agrees(example, figure):
            wrong[example["metric"], example["source"]] = figure
    assert len(examples) == 8
    assert wrong == {}

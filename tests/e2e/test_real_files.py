"""Figures of real filings, dropped as files, come back as the published trailing years, growth and margins."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.devstack.running_stack import RunningStack
from tests.golden.conversion import companies_csv, inputs_csv, real_records
from tests.oracle.published import needs_published_figures, read_records

pytestmark = [pytest.mark.xdist_group("e2e"), needs_published_figures]
FILES = {"sec_companyfacts": 166, "saas_10k": 32, "published_tables": 46}
METRIC_OF = {
    "revenue_yoy_pct": "revenue_growth_yoy",
    "revenue_qoq_pct": "revenue_growth_qoq",
    "gross_margin_pct": "gross_margin",
    "net_margin_pct": "net_income_margin",
}
NOT_SUBMITTED = {"operating_margin_pct"}
"""Operating income is not among the submitted fields."""

ANNUAL_FIELDS = ("total_revenue", "gross_profit", "sales_marketing_expense", "total_operating_expense", "net_income")
FILED_IN_MILLIONS = 1_000_000
"""NVIDIA's quarters are each rounded to a million, and so is its year: four roundings against one."""

Rows = dict[tuple[str, date], dict[str, Any]]


@pytest.fixture(scope="module")
def reports(stack: RunningStack) -> dict[str, dict[str, Any]]:
    """What the import of each file reported, by the file's name."""
    found = {}
    for name in FILES:
        records = real_records(name)
        stack.drop(f"companies_{name}.csv", companies_csv(records))
        assert stack.finished_drop(f"companies_{name}.csv")["status"] == "applied"
        stack.drop(f"inputs_{name}.csv", inputs_csv(records))
        found[name] = stack.finished_drop(f"inputs_{name}.csv")
    return found


@pytest.fixture(scope="module")
def rows(stack: RunningStack, reports: dict[str, dict[str, Any]]) -> Rows:
    """The metrics of every company in its own currency, by ticker and quarter end."""
    assert reports
    ticker_of = {company["id"]: company["external_id"] for company in stack.items("/v1/companies", fund="Real Figures")}
    listed = stack.items("/v1/metrics", fund="Real Figures", limit=500)
    return {(ticker_of[row["company_id"]], date.fromisoformat(row["period_end"])): row for row in listed}


def figure(row: dict[str, Any], name: str) -> Decimal | None:
    return None if row[name] is None else Decimal(str(row[name]))


def test_every_row_of_the_three_files_is_stored(reports: dict[str, dict[str, Any]]):
    counts = {name: report["counts"] for name, report in reports.items()}

    assert counts == {
        name: {"rows": rows, "new": rows, "unchanged": 0, "restated": 0, "rejected": 0} for name, rows in FILES.items()
    }


def test_trailing_revenue_at_a_fiscal_year_end_is_the_year_that_was_reported(rows: Rows):
    exact, apart = 0, []
    for year in read_records("annual_totals_sec_companyfacts.csv"):
        row = rows.get((year["ticker"], date.fromisoformat(year["fiscal_year_end"])))
        for field in ANNUAL_FIELDS:
            ours = figure(row, f"ltm_{field}") if row else None
            if ours is None or not year[field]:
                continue
            difference = abs(ours - Decimal(year[field]))
            assert difference <= (FILED_IN_MILLIONS if year["ticker"] == "NVDA" else 0), (year, field)
            exact, apart = (exact, [*apart, field]) if difference else (exact + 1, apart)

    assert (exact, len(apart)) == (146, 15)


def test_two_sources_of_one_fiscal_year_agree_with_its_trailing_sum(rows: Rows):
    (year,) = [
        year
        for year in read_records("annual_totals_saas_10k.csv")
        if (year["ticker"], date.fromisoformat(year["fiscal_period_end"])) in rows
        and year["fiscal_period_end"] > "2020-12-31"
    ]

    row = rows[year["ticker"], date.fromisoformat(year["fiscal_period_end"])]
    assert year["ticker"] == "SNOW"
    assert {field: figure(row, f"ltm_{field}") for field in ANNUAL_FIELDS} == {
        field: Decimal(year[field]) for field in ANNUAL_FIELDS
    }


def test_growth_and_margins_are_the_published_ones_within_their_rounding(rows: Rows):
    asked, wrong = 0, {}
    for record in read_records("known_answers_published.csv"):
        if record["inputs"] != "quarterly file" or record["metric"] in NOT_SUBMITTED:
            continue
        ours = figure(rows[record["ticker"], date.fromisoformat(record["period_end"])], METRIC_OF[record["metric"]])
        step = Decimal(record["rounding"].split()[0])
        asked += 1
        if ours is None or abs(ours * 100 - Decimal(record["published"])) > step / 2:
            wrong[record["ticker"], record["period_end"], record["metric"]] = (record["published"], ours)

    assert asked == 87
    assert wrong == {}


def test_a_trailing_sum_with_a_quarter_missing_is_null_and_names_the_quarter(rows: Rows):
    first_year = rows["SNOW", date(2020, 4, 30)]

    assert first_year["ltm_total_revenue"] is None
    assert first_year["nulls"]["ltm_total_revenue"] == "missing_quarter:2019-07-31"


def test_a_52_53_week_company_keeps_its_real_quarter_ends_in_its_fiscal_year(rows: Rows):
    row = rows["NVDA", date(2026, 1, 25)]

    assert (row["fiscal_year"], row["fiscal_quarter"]) == (2026, 4)
    assert (row["reporting_year"], row["reporting_quarter"]) == (2025, 4)
    assert row["period_start"] == "2025-10-27"

"""The demo portfolio's files: the same every time, on the companies' own calendars, and figures that hang together."""

import csv
import io
import itertools
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from devstack.demo import METRIC_COLUMNS, demo_files
from shared.domain.plausibility import Reported, doubts

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def files() -> dict[str, Rows]:
    return {name: list(csv.DictReader(io.StringIO(content))) for name, content in demo_files().items()}


@pytest.fixture(scope="module")
def companies(files: dict[str, Rows]) -> dict[str, dict[str, str]]:
    return {row["external_id"]: row for row in files["companies.csv"]}


@pytest.fixture(scope="module")
def quarters(files: dict[str, Rows]) -> dict[str, Rows]:
    """Every company's reported quarters, oldest first."""
    found: dict[str, Rows] = defaultdict(list)
    for name, rows in files.items():
        if name.startswith("metrics-"):
            for row in rows:
                found[row["company_external_id"]].append(row)
    return found


def _amounts(row: dict[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(row[name]) for name in METRIC_COLUMNS[5:] if row[name]}


def _nominal_ends(year_end: str) -> set[date]:
    """Month ends a quarter apart: every demo company's year ends with a month."""
    last_month = int(year_end.partition("-")[0])
    months = [(last_month + 3 * step - 1) % 12 + 1 for step in range(4)]
    return {date(year, month, monthrange(year, month)[1]) for year in range(2022, 2027) for month in months}


def _follows(before: dict[str, str], after: dict[str, str]) -> bool:
    """Whether no quarter is missing between the two."""
    days = date.fromisoformat(after["period_end"]) - date.fromisoformat(before["period_end"])
    return days < timedelta(days=100)


def test_the_same_seed_makes_the_same_bytes_and_another_makes_others():
    assert demo_files() == demo_files()
    assert demo_files(1)["metrics-fund-ii.csv"] != demo_files(2)["metrics-fund-ii.csv"]


def test_the_portfolio_is_as_varied_as_promised(companies: dict[str, dict[str, str]], quarters: dict[str, Rows]):
    assert len(companies) == 25
    assert len({row["reporting_currency"] for row in companies.values()}) == 8
    assert len({row["fiscal_year_end"] for row in companies.values()}) >= 5
    assert len({fund for row in companies.values() for fund in row["funds"].split(";")}) == 3
    assert quarters.keys() == companies.keys()
    assert all(11 <= len(rows) <= 16 for rows in quarters.values())
    last = [_amounts(rows[-1]) for rows in quarters.values()]
    assert sum(amounts["ebitda"] > 0 for amounts in last) >= 4
    assert sum(amounts["cash_burn"] < 0 for amounts in last) >= 10


def test_every_quarter_ends_on_the_companys_calendar(companies: dict[str, dict[str, str]], quarters: dict[str, Rows]):
    irregular = set()
    for company, rows in quarters.items():
        nominal = _nominal_ends(companies[company]["fiscal_year_end"])
        for row in rows:
            end = date.fromisoformat(row["period_end"])
            distance = min(abs((end - day).days) for day in nominal)
            assert end <= date(2026, 9, 30)
            assert distance <= 3
            if distance:
                assert end.weekday() == 6
                irregular.add(company)
        assert len({row["period_end"] for row in rows}) == len(rows)
    assert irregular == {"cobbleton"}


def test_active_companies_report_up_to_their_newest_quarter(
    companies: dict[str, dict[str, str]], quarters: dict[str, Rows]
):
    for company, rows in quarters.items():
        newest = date.fromisoformat(rows[-1]["period_end"])
        is_recent = date(2026, 9, 30) - newest < timedelta(days=92)
        assert is_recent == (companies[company]["reporting_status"] == "active"), company


def test_some_quarters_and_some_fields_are_missing(quarters: dict[str, Rows]):
    gaps = [
        company
        for company, rows in quarters.items()
        for before, after in itertools.pairwise(rows)
        if not _follows(before, after)
    ]
    assert sorted(gaps) == ["ferngate", "kestrova"]
    assert any(not row["employees"] for rows in quarters.values() for row in rows)
    assert any(not row["debt_outstanding"] for rows in quarters.values() for row in rows)


def test_marketplaces_and_transactional_companies_have_no_recurring_revenue(
    companies: dict[str, dict[str, str]], quarters: dict[str, Rows]
):
    for company, rows in quarters.items():
        recurs = companies[company]["revenue_type"] not in {"Marketplace", "Transactional"}
        assert all(bool(row["recurring_revenue"]) == recurs for row in rows)


def test_the_arr_bridge_of_every_subscription_company_ties_exactly(
    companies: dict[str, dict[str, str]], quarters: dict[str, Rows]
):
    tied = 0
    for company, rows in quarters.items():
        if companies[company]["revenue_type"] != "SaaS":
            continue
        for before, after in itertools.pairwise(rows):
            moved = _amounts(after)
            if not _follows(before, after) or before["currency"] != after["currency"]:
                continue
            won = moved["new_logo_arr"] + moved["expansion_arr"] + moved["reactivation_arr"]
            lost = moved["contraction_arr"] + moved["churned_arr"]
            assert _amounts(before)["contracted_arr"] + won - lost == moved["contracted_arr"]
            tied += 1
    assert tied > 100


def test_the_figures_raise_no_doubts_but_those_that_real_books_raise(quarters: dict[str, Rows]):
    codes: dict[str, int] = defaultdict(int)
    for rows in quarters.values():
        for before, after in itertools.pairwise(rows):
            previous = Reported(before["currency"], _amounts(before)) if _follows(before, after) else None
            for doubt in doubts(Reported(after["currency"], _amounts(after)), previous):
                codes[doubt.code] += 1
    # Funding explains the cash; one company changed its currency.
    assert codes.keys() <= {"cash_roll_forward", "currency_switched", "burn_sign"}
    assert codes["currency_switched"] == 1
    assert codes["cash_roll_forward"] < 60


def test_rounds_belong_to_companies_and_add_up(companies: dict[str, dict[str, str]], files: dict[str, Rows]):
    raised: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for row in files["rounds.csv"]:
        assert row["company_external_id"] in companies
        assert Decimal(row["post_money_valuation"]) > 0
        raised[row["company_external_id"]].append((row["closed_on"], Decimal(row["equity_raised_to_date"])))
    assert raised.keys() == companies.keys()
    assert all(rounds == sorted(rounds) for rounds in raised.values())


def test_a_restatement_gives_its_reason_and_changes_a_quarter_on_record(
    files: dict[str, Rows], quarters: dict[str, Rows]
):
    assert len(files["restatement.csv"]) == 6
    for row in files["restatement.csv"]:
        assert row["reason"]
        before = next(
            _amounts(quarter)
            for quarter in quarters[row["company_external_id"]]
            if quarter["period_end"] == row["period_end"]
        )
        changes = {name: value - before[name] for name, value in _amounts(row).items()}
        assert set(changes) == {"total_revenue", "gross_profit", "ebitda", "net_income"}
        assert len(set(changes.values())) == 1
        assert 0 not in changes.values()

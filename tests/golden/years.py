"""Published fiscal years of which only totals are known, as four quarters that sum to them."""

import re
from datetime import date
from decimal import Decimal

from tests.oracle.model import Quarter
from tests.oracle.published import Record

D = Decimal
MILLION = 10**6
PARTS = (D("0.25"), D("0.2"), D("0.25"), D("0.3"))
NINE_MONTHS = (D("0.3"), D("0.3"), D("0.4"))


def quarters_of_years(first: int, totals: dict[str, list[int]], currency: str) -> list[Quarter]:
    """Years that end with March, from `first` on; totals in millions by field, one per year."""
    return [
        Quarter(end, currency, {field: total[n] * MILLION * part for field, total in totals.items()})
        for n in range(len(next(iter(totals.values()))))
        for end, part in zip(_ends(first + n), PARTS, strict=True)
    ]


def quarters_to_date(year: int, field: str, record: Record, currency: str) -> list[Quarter]:
    """A year ending in March of `year` and nine months more, from `FY=…; YTD prior=…; YTD=…` in millions."""
    stated = re.fullmatch(r"FY\([\d-]+\)=(\d+) ; YTD prior=(\d+) ; YTD=(\d+) .*", record["inputs"])
    assert stated, record["inputs"]
    whole, before, after = (int(number) * MILLION for number in stated.groups())
    values = [*(before * part for part in NINE_MONTHS), D(whole - before), *(after * part for part in NINE_MONTHS)]
    ends = [*_ends(year), *_ends(year + 1)[:3]]
    return [Quarter(end, currency, {field: value}) for end, value in zip(ends, values, strict=True)]


def _ends(year: int) -> list[date]:
    return [date(year - 1, 6, 30), date(year - 1, 9, 30), date(year - 1, 12, 31), date(year, 3, 31)]

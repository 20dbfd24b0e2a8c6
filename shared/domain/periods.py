"""Fiscal calendars: which quarter a date ends, what it is called, and where the firm files it.

A fiscal quarter is numbered by its *index*: four per calendar year, `4 × year + calendar quarter − 1` of its
nominal end, so that neighbours differ by one whatever the company's year end. The rules are the domain's §2 and
§4 "Period"; `sql/functions/calendar.sql` states the same arithmetic for the database and a test holds the two together.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

MAX_DAYS_FROM_NOMINAL = 7
EARLIEST_END, LATEST_END = date(1970, 1, 1), date(2100, 12, 31)
"""Between these a period can end: a slip of the year must not stretch a company's history over millennia."""
REGULAR_DAYS = range(85, 98)
REMEMBERED = 4_096
"""So many questions of the calendar are answered from memory: companies share their year ends and quarters."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """One fiscal quarter of one company: `index` orders it, `nominal_end` is the calendar's date for its end."""

    index: int
    fiscal_year: int
    fiscal_quarter: int
    nominal_end: date


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """A company's year, known by the month and day on which it ends."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> "FiscalCalendar":
        """The calendar of a year end written MM-DD; 02-28 and 02-29 both mean the end of February.

        Raises:
            ValueError: the text is not MM-DD or names no day of a year.
        """
        month_text, dash, day_text = text.partition("-")
        two_digits = len(month_text) == len(day_text) == 2 and (month_text + day_text).isdecimal()  # noqa: PLR2004 (MM-DD)
        if not dash or not two_digits:
            raise ValueError("a fiscal year end is written MM-DD, for example 12-31")
        month, day = int(month_text), int(day_text)
        leap_year = 2000
        if not (1 <= month <= 12 and 1 <= day <= monthrange(leap_year, month)[1]):  # noqa: PLR2004 (months of a year)
            raise ValueError(f"{text} is not a day of the year; write MM-DD, for example 12-31")
        return cls(month, day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"

    @property
    def ends_with_month(self) -> bool:
        """Whether quarters end on the last day of a month rather than on a fixed day of it."""
        any_common_year = 2001
        return self.day >= monthrange(any_common_year, self.month)[1]

    def nominal_end(self, index: int) -> date:
        """The calendar date on which quarter `index` ends."""
        year, month = divmod(3 * index + (self.month - 1) % 3, 12)
        last = monthrange(year, month + 1)[1]
        return date(year, month + 1, last if self.ends_with_month else min(self.day, last))

    def quarter(self, index: int) -> Quarter:
        """The quarter with this index, named in the company's own fiscal year."""
        months = 3 * index + (self.month - 1) % 3
        quarter = (months - (self.month - 1)) % 12 // 3 or 4
        return Quarter(index, (months + 3 * (4 - quarter)) // 12, quarter, self.nominal_end(index))

    def nearest_index(self, day: date) -> int:
        """The index of the quarter whose nominal end lies in the month of `day` or one next to it."""
        months = day.year * 12 + day.month - 1
        residue = (self.month - 1) % 3
        return (months + (residue - months + 1) % 3 - 1) // 3

    def quarter_ending(self, period_end: date) -> Quarter | None:
        """The quarter that ends on `period_end`, at most 7 days from its nominal end (52/53-week years); else None."""
        quarter = self.quarter(self.nearest_index(period_end))
        return quarter if abs((period_end - quarter.nominal_end).days) <= MAX_DAYS_FROM_NOMINAL else None

    def ends_around(self, day: date) -> tuple[date, date]:
        """The last nominal quarter end on or before `day` and the first after it, for a message that helps."""
        index = self.nearest_index(day)
        before = index if self.nominal_end(index) <= day else index - 1
        return self.nominal_end(before), self.nominal_end(before + 1)


@lru_cache(REMEMBERED)
def find_quarter(calendar: FiscalCalendar, period_end: date) -> Quarter | None:
    """`calendar.quarter_ending`, remembered: the rows of a file ask for the same few quarters again and again."""
    return calendar.quarter_ending(period_end)


@lru_cache(REMEMBERED)
def reporting_quarter(period_start: date, period_end: date) -> tuple[int, int]:
    """The calendar year and quarter the firm files a period under: that of the period's midpoint."""
    middle = period_start + timedelta(days=((period_end - period_start).days) // 2)
    return middle.year, (middle.month - 1) // 3 + 1

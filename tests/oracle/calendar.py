"""Fiscal quarters by the calendar, the reporting quarter of a period, and the days on which the ECB publishes."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

FURTHEST_FROM_NOMINAL = 7
SATURDAY = 5
COMMON_YEAR = 2023


def last_day_of_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


@dataclass(frozen=True)
class FiscalCalendar:
    """The four quarter ends of a company; a quarter's index counts calendar slots: 4·year + (month - 1)//3."""

    month: int
    day: int
    at_month_end: bool

    @classmethod
    def ending(cls, fiscal_year_end: str) -> "FiscalCalendar":
        month, day = (int(part) for part in fiscal_year_end.split("-"))
        return cls(month, day, at_month_end=day >= last_day_of_month(COMMON_YEAR, month))

    def nominal_end(self, index: int) -> date:
        year, slot = divmod(index, 4)
        month = 3 * slot + (self.month - 1) % 3 + 1
        last = last_day_of_month(year, month)
        return date(year, month, last if self.at_month_end else min(self.day, last))

    def index_of(self, period_end: date) -> int:
        """The quarter whose nominal end is nearest; a date further than 7 days from every end is no quarter end."""
        about = 4 * period_end.year + (period_end.month - 1) // 3
        nearest = min((about - 1, about, about + 1), key=lambda index: abs(self.nominal_end(index) - period_end))
        if abs(self.nominal_end(nearest) - period_end) > timedelta(days=FURTHEST_FROM_NOMINAL):
            message = f"{period_end} is not within 7 days of a quarter end of a year ending {self.month}-{self.day}"
            raise ValueError(message)
        return nearest

    def fiscal_year_and_quarter(self, index: int) -> tuple[int, int]:
        """The year is named by the calendar year in which it (nominally) ends."""
        end = self.nominal_end(index)
        quarters_left = (self.month - end.month) % 12 // 3
        return end.year + (end.month > self.month), 4 - quarters_left


def reporting_quarter(start: date, end: date) -> tuple[int, int]:
    midpoint = start + timedelta(days=(end - start).days // 2)
    return midpoint.year, (midpoint.month - 1) // 3 + 1


def easter_sunday(year: int) -> date:
    """Gauss's rule for the Gregorian calendar, as completed by Lichtenberg."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    cycle = year % 19
    seed = (19 * cycle + moon) % 30
    correction = (seed + cycle // 11) // 29
    full_moon = 21 + seed - correction
    first_sunday = 7 - (year + year // 4 + sun) % 7
    distance = 7 - (full_moon - first_sunday) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + distance - 1)


FIRST_YEARS = {
    1999: frozenset({date(1999, 1, 1), date(1999, 12, 31)}),
    2000: frozenset({date(2000, 4, 21), date(2000, 4, 24), date(2000, 5, 1), date(2000, 12, 25), date(2000, 12, 26)}),
    2001: frozenset(
        date(2001, month, day) for month, day in ((1, 1), (4, 13), (4, 16), (5, 1), (12, 25), (12, 26), (12, 31))
    ),
}
"""The weekdays on which TARGET was closed, as the ECB announced them."""


@cache
def target_holidays(year: int) -> frozenset[date]:
    """Since 2002; before, TARGET kept other days and `FIRST_YEARS` names them."""
    if year in FIRST_YEARS:
        return FIRST_YEARS[year]
    easter = easter_sunday(year)
    fixed = (date(year, 1, 1), date(year, 5, 1), date(year, 12, 25), date(year, 12, 26))
    return frozenset({*fixed, easter - timedelta(days=2), easter + timedelta(days=1)})


def is_target_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in target_holidays(day.year)


@cache
def count_target_days(start: date, end: date) -> int:
    return sum(is_target_day(start + timedelta(days=n)) for n in range((end - start).days + 1))

"""Exchange rates: what a provider's calendar expects, and how a rate is rounded.

Rates are kept as published: so many units of `quote` for one unit of `base` (the euro, for the ECB).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

PROVIDER = "ecb"
PIVOT = "EUR"
RATE_DECIMALS = 14
CLOSING_WINDOW_DAYS = 7
YEAR_OF_THE_FULL_CALENDAR = 2000
CLOSED_ON_THEIR_LAST_DAY = (1999, 2001)


@dataclass(frozen=True, slots=True)
class Observation:
    """One published rate: one euro was worth `rate` units of `quote` on `observed_on`."""

    quote: str
    observed_on: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class ChangedRates:
    """Rates of one quote that are new or others than before: so many, from the first day to the last."""

    quote: str
    first_day: date
    last_day: date
    count: int = 1


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar, by the anonymous computus (Meeus, Astronomical Algorithms, ch. 8)."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap, skipped = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leap - correction + 15) % 30
    quarter, part = divmod(rest, 4)
    weekday = (32 + 2 * skipped + 2 * quarter - moon - part) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def target_holidays(year: int) -> list[date]:
    """The weekdays of a year on which TARGET is closed and the ECB publishes no rates.

    Easter, 1 May and 26 December count since 2000; the last day of 1999 and of 2001 was closed for the euro's sake.
    """
    easter = easter_sunday(year)
    closed = [date(year, 1, 1), date(year, 12, 25)]
    if year >= YEAR_OF_THE_FULL_CALENDAR:
        closed += [easter - timedelta(days=2), easter + timedelta(days=1), date(year, 5, 1), date(year, 12, 26)]
    if year in CLOSED_ON_THEIR_LAST_DAY:
        closed.append(date(year, 12, 31))
    saturday = 5
    return [day for day in closed if day.weekday() < saturday]

"""Days as people write them: one certain date, or the reason why it cannot be told which."""

import re
from contextlib import suppress
from datetime import date

from shared.domain.number_marks import find_marks
from shared.domain.written import WrittenError, drop_invisible


class DayError(WrittenError):
    """The text is not one certain day."""


MAX_LENGTH = 60
_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen januari janeiro jänner",
    "february feb februar février fevrier févr fevr febrero febbraio februari fevereiro fev",
    "march mar märz mär maerz mars marzo maart mrt março marco",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio maj",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus augusti",
    "september sep sept septembre septiembre settembre set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro",
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_MIDNIGHT = re.compile(r"(.*[0-9])[T ]00:00(?::00(?:\.0+)?)?Z?", re.ASCII)
_TIME = re.compile(r".*[0-9][T ][0-9]{1,2}:[0-9]{2}.*", re.ASCII)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_COMPACT = re.compile(r"((?:19|20|21)[0-9]{2})([01][0-9])([0-3][0-9])")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.]) ?([0-9]{1,2})\2 ?([0-9]{4})")
_TWO_DIGITS = re.compile(r"[0-9]{1,2}([-/.]) ?[0-9]{1,2}\1 ?[0-9]{2}")
_DAY_MONTH = re.compile(r"([0-9]{1,2})(?:\.|st|nd|rd|th|º|er)?[ -]*(?:of |de )?([^\W\d_]+)\.?,?[ -]*(?:de )?([0-9]+)")
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?[ -]*([0-9]{1,2})(?:st|nd|rd|th)?(?:,[ ]*|[ -]+)([0-9]+)")
_SERIAL = re.compile(r"[0-9]{4,6}([.,][0-9]+)?")
_MONTH_FIRST = frozenset(("en-us", "es-us"))
_UNCERTAIN = frozenset(("en", "en-ca"))
_FOUR = 4


def parse_day(text: str, locale: str | None = None) -> date:
    """The day a text names; any order that can mean one day only is read.

    Args:
        text: a cell.
        locale: a key of LOCALES; tells whether 03/04/2025 is in March (`en-US`) or in April (most others).
            `en` and `en-CA` do not tell.

    Raises:
        DayError: `not_a_date`, `ambiguous_date`, `two_digit_year`, `excel_serial`, `no_such_day`, `time_of_day` or
            `unknown_locale`.
    """
    tag = _folded(locale)
    if _ISO.fullmatch(text):
        return _day(text[:4], int(text[5:7]), text[8:], text)
    shown = text.strip()
    plain = re.sub(r"\s+", " ", drop_invisible(text)).strip()
    if len(plain) > MAX_LENGTH:
        raise _refuse(shown)
    if found := _MIDNIGHT.fullmatch(plain):
        plain = found[1]
    elif _TIME.fullmatch(plain):
        raise DayError("time_of_day", f"{shown!r} has a time of day; write the day alone, for example 2025-12-31")
    if found := _YEAR_FIRST.fullmatch(plain):
        return _day(found[1], int(found[3]), found[4], shown)
    if found := _COMPACT.fullmatch(plain):
        return _day(found[1], int(found[2]), found[3], shown)
    if found := _YEAR_LAST.fullmatch(plain):
        return _ordered_day(int(found[1]), int(found[3]), found[4], tag, shown)
    if _TWO_DIGITS.fullmatch(plain):
        raise _two_digit_year(shown)
    if _SERIAL.fullmatch(plain):
        message = (
            f"{shown!r} looks like a spreadsheet's number for a day; format the cell as a date, or write YYYY-MM-DD"
        )
        raise DayError("excel_serial", message)
    return _named_day(plain, shown)


def _folded(locale: str | None) -> str | None:
    if not locale:
        return None
    try:
        find_marks(locale)
    except ValueError as error:
        raise DayError("unknown_locale", str(error)) from None
    return locale.strip().replace("_", "-").casefold()


def _ordered_day(first: int, second: int, year: str, tag: str | None, shown: str) -> date:
    """A day of two numbers and a year: by the locale, else by the one that can be no month."""
    if tag and tag not in _UNCERTAIN:
        month, day = (first, second) if tag in _MONTH_FIRST else (second, first)
        return _day(year, month, str(day), shown)
    days = set()
    for month, day in ((first, second), (second, first)):
        with suppress(ValueError):
            days.add(date(int(year), month, day))
    if len(days) > 1:
        one, other = (day.isoformat() for day in sorted(days))
        message = f"{shown!r} can mean {one} or {other}; say which by locale= (en-US or en-GB), or write YYYY-MM-DD"
        raise DayError("ambiguous_date", message)
    if not days:
        raise _no_such_day(shown)
    return days.pop()


def _named_day(plain: str, shown: str) -> date:
    """A day whose month is written as a word."""
    folded = plain.casefold()
    if found := _DAY_MONTH.fullmatch(folded):
        day, word, year = found.groups()
    elif found := _MONTH_DAY.fullmatch(folded):
        word, day, year = found.groups()
    else:
        raise _refuse(shown)
    if word not in _MONTH or not (day + year).isascii():
        raise _refuse(shown)
    if len(year) != _FOUR:
        raise _two_digit_year(shown)
    return _day(year, _MONTH[word], day, shown)


def _day(year: str, month: int, day: str, shown: str) -> date:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        raise _no_such_day(shown) from None


def _refuse(shown: str) -> DayError:
    return DayError("not_a_date", f"{shown[:60]!r} is not a date; write YYYY-MM-DD, for example 2025-12-31")


def _no_such_day(shown: str) -> DayError:
    return DayError("no_such_day", f"there is no day {shown!r}; write YYYY-MM-DD, for example 2025-12-31")


def _two_digit_year(shown: str) -> DayError:
    return DayError("two_digit_year", f"{shown!r} has a year of two digits; write YYYY-MM-DD, for example 2025-12-31")

"""Numbers of a spreadsheet: which formats make a number a day or a percentage, and what a person then sees."""

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from shared.services.import_files import Cell, CellError

GENERAL, DAY, PERCENT = "general", "day", "percent"

_DAY_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_PERCENT_FORMATS = frozenset((9, 10))
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DAY_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_SHORT = re.compile(r"-?[0-9]{1,15}|-?[0-9]{1,9}\.[0-9]{1,6}", re.ASCII)
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 (a spreadsheet's days have no zone)
_LEAP_BUG, _LAST_DAY = 60, 2_958_466
_DAY_SECONDS, _MILLISECONDS = 86_400, 86_400_000
_WHOLE_DIGITS = 24


def kind_of_format(number: int, code: str | None) -> str:
    """Whether a number format shows a number, a day (or a time), or a percentage."""
    if code is None:
        return DAY if number in _DAY_FORMATS else PERCENT if number in _PERCENT_FORMATS else GENERAL
    first = _ASIDE.sub("", code).partition(";")[0]
    if "%" in first:
        return PERCENT
    return DAY if _DAY_LETTERS.search(first) and first.casefold() != "general" else GENERAL


def read_number(text: str) -> float | None:
    """The number of a cell's text; None when it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def read_exact(text: str) -> int | Decimal | None:
    """The number of a text of so few digits that no float comes between them and the number meant; else None."""
    if not _SHORT.fullmatch(text):
        return None
    if "." not in text:
        return int(text)
    number = Decimal(text)
    return int(number) if number == int(number) else number


def exact_number(value: float) -> int | Decimal:
    """The shortest decimal that is this number, as a spreadsheet means it; whole ones as int."""
    number = Decimal(repr(value))
    whole = number == number.to_integral_value() and number.adjusted() < _WHOLE_DIGITS
    return int(number) if whole else number


def show_number(value: float, kind: str, *, since_1904: bool) -> Cell:
    """A number cell as a person sees it: a number, a day, or text for times and percentages."""
    if kind == PERCENT:
        return f"{_plain(Decimal(repr(value)) * 100)}%"
    if kind == DAY:
        return _show_day(value, since_1904=since_1904)
    return exact_number(value)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _show_day(serial: float, *, since_1904: bool) -> Cell:
    if not 0 <= serial < _LAST_DAY or (int(serial) == _LEAP_BUG and not since_1904):
        return CellError("invalid_date", repr(serial), "the number is formatted as a date, and there is no such day")
    days, moment = divmod(round(serial * _MILLISECONDS), _MILLISECONDS)
    clock = timedelta(milliseconds=moment)
    if days == 0 and not since_1904:
        return _clock_text(clock)
    if not since_1904 and days < _LEAP_BUG:
        days += 1
    at = (_EPOCH_1904 if since_1904 else _EPOCH) + timedelta(days=days) + clock
    return show_instant(at)


def _clock_text(clock: timedelta) -> str:
    return (_EPOCH + clock).isoformat(sep=" ").partition(" ")[2]


def show_instant(at: datetime) -> date | str:
    """A day; with a time other than midnight the text of both, which no field of days accepts."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return at.date() if at == midnight else at.isoformat(sep=" ")

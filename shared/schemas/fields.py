"""The value types callers send: exact amounts, counts, currencies, dates as text; messages say what would be right."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Annotated, LiteralString

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from shared.domain.currencies import parse_currency
from shared.domain.periods import FiscalCalendar
from shared.schemas.described import CURRENCY, LINE, TEXT, YEAR_END, Described, amount_forms

MAX_DIGITS = 24
MAX_DECIMALS = 8
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_TOO_LONG = (
    f"at most {MAX_DIGITS - MAX_DECIMALS} digits before and {MAX_DECIMALS} after the decimal point can be held exactly"
)
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def exact(value: object) -> object:
    """A number as it was written: no floats, no booleans, no NaN, within what an amount can sensibly hold.

    Raises:
        ValueError: it is something else; the message says what would be right.
    """
    if type(value) is Decimal:
        number = value
    elif isinstance(value, bool | float) or not isinstance(value, int | str | Decimal):
        raise ValueError("write a number, for example 1250000.50; null where it is not reported")
    elif isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError(f"{value!r} is not a number; write digits with a decimal point, for example 1250000.50")
    else:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    if not number.is_finite():
        raise ValueError("write a finite number")
    if number.adjusted() >= MAX_DIGITS - MAX_DECIMALS:
        raise ValueError(_TOO_LONG)
    if number != number.to_integral_value() and -int(number.as_tuple().exponent) > MAX_DECIMALS:
        raise complain("too_precise", _TOO_LONG)
    return number


def complain(code: LiteralString, message: str) -> PydanticCustomError:
    """A complaint with a code of its own: that of a rule which no description of the value can hold."""
    return PydanticCustomError(code, "{message}", {"message": message})


def contradict(message: str) -> PydanticCustomError:
    """The complaint that a value, good in itself, does not go with another one of the call."""
    return complain("contradictory", message)


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("this is submitted as zero or a positive number")
    return value


def _calendar(value: str) -> str:
    return str(FiscalCalendar.parse(value))


def storable(value: str) -> str:
    """The text, which the database can hold: no NUL, no half of a character.

    Raises:
        ValueError: it holds one.
    """
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("a text cannot hold the character NUL, nor half of a character")
    return value


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("write something, or leave it out")
    return value.strip()


def iso_date(value: object) -> date:
    """The day of a text YYYY-MM-DD.

    Raises:
        ValueError: it is something else; ISO's other spellings too.
    """
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError(f"{value!r} is not a date; write YYYY-MM-DD, for example 2025-12-31")


IsoDate = Annotated[date, BeforeValidator(iso_date)]
Amount = Annotated[Decimal, BeforeValidator(exact), Described(anyOf=amount_forms())]
NotNegative = Annotated[
    Decimal, BeforeValidator(exact), AfterValidator(_not_negative), Described(anyOf=amount_forms(r"\+?", minimum=0))
]
Currency = Annotated[str, AfterValidator(parse_currency), Described(pattern=CURRENCY)]
YearEnd = Annotated[str, AfterValidator(_calendar), Described(pattern=YEAR_END)]
Text = Annotated[str, AfterValidator(storable), Described(pattern=TEXT)]
Line = Annotated[Text, AfterValidator(_not_blank), Described(pattern=LINE)]


class Strict(BaseModel):
    """A body whose every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

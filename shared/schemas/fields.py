"""The value types callers send: exact amounts, counts, currencies, dates as text; messages say what would be right."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from shared.domain.currencies import parse_currency
from shared.domain.periods import FiscalCalendar

MAX_DIGITS = 24
MAX_DECIMALS = 8


def exact(value: object) -> object:
    """A number as it was written: no floats, no booleans, no NaN, within what an amount can sensibly hold.

    Raises:
        ValueError: it is something else; the message says what would be right.
    """
    if isinstance(value, bool | float) or not isinstance(value, int | str | Decimal):
        raise ValueError("write a number, for example 1250000.50; null where it is not reported")  # noqa: TRY004 (pydantic wants it)
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except ArithmeticError:
        raise ValueError(
            f"{value!r} is not a number; write digits with a decimal point, for example 1250000.50"
        ) from None
    if not number.is_finite():
        raise ValueError("write a finite number")
    exponent = int(number.as_tuple().exponent)
    if max(number.adjusted() + 1, 0) > MAX_DIGITS - MAX_DECIMALS or -exponent > MAX_DECIMALS:
        raise ValueError(
            f"at most {MAX_DIGITS - MAX_DECIMALS} digits before and {MAX_DECIMALS} after the decimal point"
            " can be held exactly"
        )
    return number


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("this is submitted as zero or a positive number")
    return value


def _calendar(value: str) -> str:
    return str(FiscalCalendar.parse(value))


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("write something, or leave it out")
    return value.strip()


def _iso_date(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]  # what is no text is refused below
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a date; write YYYY-MM-DD, for example 2025-12-31") from None


IsoDate = Annotated[date, BeforeValidator(_iso_date)]
Amount = Annotated[Decimal, BeforeValidator(exact)]
NotNegative = Annotated[Decimal, BeforeValidator(exact), AfterValidator(_not_negative)]
Currency = Annotated[str, AfterValidator(parse_currency)]
YearEnd = Annotated[str, AfterValidator(_calendar)]
Line = Annotated[str, AfterValidator(_not_blank)]


class Strict(BaseModel):
    """A body whose every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

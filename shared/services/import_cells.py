"""From one row's cells to values that a schema can take: amounts in the declared locale and scale, days, texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shared.domain.amounts import Scale, parse_amount
from shared.domain.cells import Cell, CellError
from shared.domain.days import parse_day
from shared.domain.errors import FieldError
from shared.domain.fields import FIELD_NAMES, MONEY_FIELDS
from shared.domain.written import WrittenError

CLEAR = "NULL"
LIST_SEPARATOR = ";"
_ROUND_AMOUNTS = ("post_money_valuation", "equity_raised_to_date")
_NUMBERS = frozenset((*FIELD_NAMES, *_ROUND_AMOUNTS))
_MONEY = frozenset((*MONEY_FIELDS, *_ROUND_AMOUNTS))
_DAYS = frozenset({"period_end", "closed_on", "reporting_currency_from"})


@dataclass(frozen=True, slots=True)
class Notation:
    """How the figures of a file are written: marks by `locale` (None: only what is unambiguous), and their unit."""

    locale: str | None = None
    scale: Scale = Scale.UNITS

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Notation":
        """That of a job's options."""
        return cls(options.get("locale"), Scale(options.get("scale") or Scale.UNITS))


def show_cell(cell: Cell) -> str | None:
    """A cell as a person sees it; None: it is empty."""
    if isinstance(cell, CellError):
        return cell.text
    return None if cell is None else str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_values(
    cells: Mapping[str, Cell], notation: Notation, names: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], list[FieldError]]:
    """The values of a row by column: a blank cell says nothing, NULL clears; and what cannot be read.

    Args:
        cells: The cells by column name.
        notation: How figures are written.
        names: Which field a column is about where its name is not the field's.
    """
    values: dict[str, Any] = {}
    errors: list[FieldError] = []
    for column, cell in cells.items():
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        field = names.get(column, column) if names else column
        try:
            if isinstance(cell, CellError):
                errors.append(FieldError(cell.code, cell.message, pointer=f"/{column}"))
            else:
                values[column] = _read_cell(field, cell, notation)
        except WrittenError as error:
            errors.append(FieldError(error.code, str(error), pointer=f"/{column}"))
    return values, errors


def _read_cell(field: str, cell: Cell, notation: Notation) -> object:
    if isinstance(cell, str):
        return _read_text(field, cell.strip(), notation)
    if isinstance(cell, int | Decimal):
        return _scaled(field, Decimal(cell), notation) if field in _NUMBERS else f"{Decimal(cell):f}"
    return cell if field in _DAYS else show_cell(cell)


def _read_text(field: str, text: str, notation: Notation) -> object:
    if text == CLEAR:
        return None
    if field in _NUMBERS:
        return _scaled(field, parse_amount(text, notation.locale, notation.scale), notation)
    if field in _DAYS:
        return parse_day(text, notation.locale)
    return [name.strip() for name in text.split(LIST_SEPARATOR)] if field == "funds" else text


def _scaled(field: str, amount: Decimal, notation: Notation) -> Decimal:
    """The amount in whole units: a file's scale is applied here and nowhere else."""
    return amount * notation.scale.factor if notation.scale is not Scale.UNITS and field in _MONEY else amount

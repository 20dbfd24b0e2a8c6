"""One cell of an uploaded file, as its reader found it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that cannot be used, whatever it stands for: a formula, an error value of a spreadsheet.

    Attributes:
        code: Which kind.
        text: What stands in the cell.
        message: What is wrong, and what would be right.
    """

    code: str
    text: str
    message: str


Cell = str | int | Decimal | date | CellError | None
"""A text as it stands, an exact number, a day, a cell nobody can use; None: the cell is empty."""

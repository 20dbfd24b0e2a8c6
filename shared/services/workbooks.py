"""Writing workbooks: the one place that opens XlsxWriter, and how a cell becomes text, number or date, never a formula.

XlsxWriter is imported when a workbook is made: no other call waits for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import Any, Protocol, runtime_checkable

from shared.domain.spreadsheet_text import may_start_formula, workbook_text

EXACT_DIGITS = 15
"""The significant digits a spreadsheet's numbers keep."""
MAX_EXPONENT = 300
FIRST_DAY = date(1900, 3, 1)
"""Before it spreadsheets count days differently."""
DAY_FORMAT = "yyyy-mm-dd"
MAX_COMMENT = 2_000
MAX_INPUT_TITLE, MAX_INPUT_MESSAGE = 32, 255
AUTHOR = "portfolio-metrics"
_SAFE_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@runtime_checkable
class Texted(Protocol):
    """A cell that could not be used and carries what it showed."""

    @property
    def text(self) -> str:
        """What the cell showed."""


Cell = str | int | Decimal | date | Texted | None


class Book:
    """A workbook being written; rows and columns are counted from 0, as XlsxWriter counts them."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}

    def add_sheet(self, name: str) -> Any:
        """A new sheet, after the others."""
        return self._workbook.add_worksheet(name)

    def style(self, **properties: Any) -> Any:
        """The format with these properties; None without any."""
        if not properties:
            return None
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            self._styles[key] = self._workbook.add_format(properties)
        return self._styles[key]

    def write_cell(self, sheet: Any, row: int, column: int, cell: Cell, **style: Any) -> None:
        """A cell as what it is; numbers that a spreadsheet would round are written as text, None as nothing."""
        if cell is None:
            if style:
                sheet.write_blank(row, column, None, self.style(**style))
        elif isinstance(cell, int | Decimal) and not isinstance(cell, bool):
            if _is_exact(Decimal(cell)):
                sheet.write_number(row, column, cell, self.style(**style))
            else:
                self.write_text(sheet, row, column, f"{cell:f}" if isinstance(cell, Decimal) else str(cell), **style)
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell >= FIRST_DAY:
            sheet.write_datetime(row, column, cell, self.style(**{"num_format": DAY_FORMAT, "align": "left", **style}))
        else:
            self.write_text(sheet, row, column, _text_of(cell), **style)

    def write_text(self, sheet: Any, row: int, column: int, text: str, **style: Any) -> None:
        """A cell of text; one that looks like a formula is marked so that it stays text when a person edits it."""
        quoted = {"quote_prefix": True} if may_start_formula(text) else {}
        sheet.write_string(row, column, workbook_text(text), self.style(**{**style, **quoted}))

    def write_note(self, sheet: Any, row: int, column: int, text: str) -> None:
        """A comment on a cell, at most 2,000 characters."""
        clean = workbook_text(text)
        size = {"width": 320, "height": 20 * (clean.count("\n") + 2), "author": AUTHOR}
        sheet.write_comment(row, column, clean[:MAX_COMMENT], size)


@contextmanager
def build_workbook(
    *, title: str, made_at: datetime, subject: str = "", streaming: bool = False
) -> Iterator[tuple[Book, BytesIO]]:
    """A workbook whose bytes are in the buffer when the block has ended; the same content gives the same bytes.

    Args:
        title: The document's title.
        made_at: The instant its properties name.
        subject: The document's subject.
        streaming: Rows are written to disk as they come, in ascending order, in each sheet; memory stays bounded.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 (cold start; it ships no types)

    buffer = BytesIO()
    with TemporaryDirectory(prefix="workbook-") as folder:
        options = {**_SAFE_OPTIONS, "tmpdir": folder, "constant_memory": streaming, "in_memory": not streaming}
        workbook = Workbook(buffer, options)
        created = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        workbook.set_properties({"title": title, "subject": subject, "author": AUTHOR, "created": created})
        try:
            yield Book(workbook), buffer
        finally:
            workbook.close()


def _is_exact(number: Decimal) -> bool:
    """Whether a spreadsheet holds the number as it is."""
    if not number.is_finite() or abs(number.adjusted()) > MAX_EXPONENT:
        return False
    digits = number.as_tuple().digits
    return len(digits) <= EXACT_DIGITS or len("".join(map(str, digits)).strip("0")) <= EXACT_DIGITS


def _text_of(cell: str | int | Decimal | date | Texted) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Texted):
        return cell.text
    return cell.isoformat() if isinstance(cell, date) else str(cell).upper()

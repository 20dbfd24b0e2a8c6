"""The rows of one sheet of an ODS workbook, as its XML streams by."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from durable_imports.readers.archives import damaged
from durable_imports.readers.limits import Limits, refuse_excess
from durable_imports.readers.serials import GENERAL, PERCENT, read_number, show_instant, show_number
from durable_imports.readers.texts import clean_text, text_cell
from durable_imports.readers.xlsx_rows import error_cell, formula_cell
from durable_imports.readers.xml_events import feed_xml
from shared.services.import_files import Cell, CellError, column_letter

_ROWS, _COLUMNS = 1_048_576, 16_384
_BESIDE = frozenset(
    (
        *("annotation", "frame", "custom-shape", "rect", "line", "ellipse", "circle", "g", "caption", "control"),
        *("path", "polygon", "polyline", "regular-polygon", "connector", "measure", "page-thumbnail"),
    )
)
_MOST_ARRAYS = 100
_SIGNS = {"tab": "\t", "line-break": "\n"}


def read_sheet(pieces: Iterable[bytes], limits: Limits, *, cached_values: bool) -> Iterator[tuple[int, list[Cell]]]:
    """Every row of the table in the pieces that has cells, with its number; repeated rows as often as said.

    Raises:
        UnreadableFileError: damaged, or a cell beyond the limits.
    """
    listener = _TableListener(limits, cached_values=cached_values)
    for _ in feed_xml(pieces, listener, "content.xml", whole=False):
        for first, times, cells in listener.rows:
            for number in range(first, first + times):
                yield number, list(cells)
        listener.rows.clear()


class _TableListener:
    """Hears a table; finished rows lie in `rows`, with how often they stand there, until they are taken."""

    def __init__(self, limits: Limits, *, cached_values: bool) -> None:
        self.rows: list[tuple[int, int, list[Cell]]] = []
        self._limits = limits
        self._cached_values = cached_values
        self._row = 1
        self._row_times = 1
        self._cells: list[Cell] = []
        self._column = 0
        self._attributes: dict[str, str] | None = None
        self._pieces: list[str] = []
        self._length = 0
        self._beside = 0
        self._spilled: list[tuple[int, int, int, int]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Beginnings of rows, cells and paragraphs count."""
        if name == "table-row":
            self._row_times = _times(attributes.get("table:number-rows-repeated"), _ROWS)
            self._cells, self._column = [], 0
        elif name in {"table-cell", "covered-table-cell"}:
            self._attributes, self._pieces, self._length = attributes, [], 0
        elif name in _BESIDE:
            self._beside += 1
        elif name == "p" and self._pieces:
            self.hear("\n")
        elif name in _SIGNS:
            self.hear(_SIGNS[name])
        elif name == "s":
            self.hear(" " * _times(attributes.get("text:c"), self._limits.cell_length))

    def end(self, name: str) -> None:
        """Ends of cells and rows hand them on."""
        if name in {"table-cell", "covered-table-cell"}:
            self._end_cell()
        elif name == "table-row":
            self._end_row()
        elif name in _BESIDE:
            self._beside -= 1

    def hear(self, text: str) -> None:
        """Characters of a cell, but not of its notes and drawings."""
        if self._attributes is None or self._beside:
            return
        if self._length <= 2 * self._limits.cell_length:
            self._pieces.append(text)
        self._length += len(text)

    def _end_row(self) -> None:
        if self._row + self._row_times - 1 > _ROWS:
            raise damaged("it has more rows than a sheet can have")
        if self._cells:
            self.rows.append((self._row, self._row_times, self._cells))
        self._row += self._row_times

    def _end_cell(self) -> None:
        attributes = self._attributes or {}
        self._attributes = None
        times = _times(attributes.get("table:number-columns-repeated"), _COLUMNS)
        value = self._read_value(attributes, "".join(self._pieces))
        if (formula := attributes.get("table:formula")) is not None:
            self._note_spill(attributes)
            shown = formula.partition("=")[2] or formula
            value = formula_cell(shown, value, cached_values=self._cached_values)
        elif self._spilled and self._is_spilled():
            value = formula_cell("", value, cached_values=self._cached_values)
        if value is not None:
            if self._column + times > self._limits.columns:
                what = f"row {self._row} has something in column {column_letter(self._column + times - 1)}"
                raise refuse_excess(what, self._limits.columns, "columns")
            self._cells += [None] * (self._column - len(self._cells))
            self._cells += [value] * times
        self._column += times
        if self._column > _COLUMNS:
            raise damaged(f"row {self._row} has more columns than a sheet can have")

    def _note_spill(self, attributes: dict[str, str]) -> None:
        """An array formula stands in its first cell only, and its values in the cells beside and below."""
        down = attributes.get("table:number-matrix-rows-spanned")
        right = attributes.get("table:number-matrix-columns-spanned")
        if down or right:
            last = self._row + _times(down, _ROWS) - 1
            self._spilled = [area for area in self._spilled if area[2] >= self._row]
            self._spilled.append((self._row, self._column, last, self._column + _times(right, _COLUMNS) - 1))
            if len(self._spilled) > _MOST_ARRAYS:
                raise damaged(f"it has more than {_MOST_ARRAYS} array formulas beside one another")

    def _is_spilled(self) -> bool:
        return any(
            top <= self._row <= bottom and left <= self._column <= right for top, left, bottom, right in self._spilled
        )

    def _read_value(self, attributes: dict[str, str], text: str) -> Cell:
        if attributes.get("calcext:value-type") == "error":
            return error_cell(clean_text(text) or "an error")
        match attributes.get("office:value-type"):
            case "float" | "currency":
                return _read_number(attributes.get("office:value", ""), GENERAL)
            case "percentage":
                return _read_number(attributes.get("office:value", ""), PERCENT)
            case "boolean":
                return {"true": "TRUE", "false": "FALSE"}.get(
                    attributes.get("office:boolean-value", ""), clean_text(text)
                )
            case "date":
                return _read_instant(attributes.get("office:date-value", ""), text)
        return text_cell(attributes.get("office:string-value", text), self._limits.cell_length)


def _read_number(text: str, kind: str) -> Cell:
    number = read_number(text.strip())
    if number is None:
        return CellError("invalid_number", text[:200], "the cell says that it is a number and holds something else")
    return show_number(number, kind, since_1904=False)


def _read_instant(value: str, text: str) -> Cell:
    try:
        return show_instant(datetime.fromisoformat(value.strip()).replace(tzinfo=None))
    except ValueError:
        return clean_text(text)


def _times(text: str | None, most: int) -> int:
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= most):  # noqa: PLR2004 (any count fits)
        raise damaged(f"{text[:20]!r} stands where a count is due")
    return int(text)

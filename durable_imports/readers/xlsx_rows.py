"""The rows of one sheet of an XLSX workbook, as its XML streams by."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from durable_imports.readers.archives import damaged
from durable_imports.readers.limits import Limits, refuse_excess
from durable_imports.readers.serials import GENERAL, read_exact, read_number, show_instant, show_number
from durable_imports.readers.texts import clean_text, text_cell
from durable_imports.readers.xml_events import feed_xml
from shared.services.import_files import Cell, CellError, column_letter

_ROWS, _COLUMNS = 1_048_576, 16_384
_FORMULA = "the cell holds a formula; paste its value, or accept cached values"
_NO_VALUE = "the cell holds a formula that was never computed; open and save the workbook in a spreadsheet program"
_SHOWN = 200
_MOST_ARRAYS = 100


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets of a workbook share: texts, what each style makes of a number, and how it is read."""

    texts: list[str | CellError | None]
    kinds: list[str]
    since_1904: bool
    cached_values: bool
    cell_length: int


def formula_cell(formula: str, value: Cell, *, cached_values: bool) -> Cell:
    """A cell with a formula: its last value where that is accepted, else an error that shows the formula."""
    if cached_values and value is not None:
        return value
    return CellError("formula", f"={formula[:_SHOWN]}", _NO_VALUE if cached_values else _FORMULA)


def error_cell(text: str) -> CellError:
    """A cell whose value is a spreadsheet's error."""
    return CellError("excel_error", text, f"the cell shows {text}; correct the formula, or write the value")


def read_sheet(pieces: Iterable[bytes], part: str, book: Book, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    """Every row that has cells, with its number.

    Raises:
        UnreadableFileError: damaged, or a cell beyond the limits.
    """
    listener = _SheetListener(book, limits)
    for _ in feed_xml(pieces, listener, part):
        yield from listener.rows
        listener.rows.clear()


class _SheetListener:
    """Hears a sheet; finished rows lie in `rows` until they are taken."""

    hears_prefixes = True

    def __init__(self, book: Book, limits: Limits) -> None:
        self.rows: list[tuple[int, list[Cell]]] = []
        self._book = book
        self._kinds = {str(number): kind for number, kind in enumerate(book.kinds) if kind != GENERAL}
        self._limits = limits
        self._row = 0
        self._suffix = "0"
        self._cells: list[Cell] = []
        self._column = -1
        self._type = "n"
        self._kind = GENERAL
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._heard: list[str] | None = None
        self._length = 0
        self._hints = 0
        self._in_data = False
        self._spilled: list[tuple[int, int, int, int]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Beginnings of rows, cells, values and formulas count, within the data: extensions use the same names."""
        if name == "v" and self._in_data:
            self._heard = self._value
        elif name == "c" and self._in_data:
            self._start_cell(attributes)
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)
        elif not self._in_data:
            self._in_data = name == "sheetData"
        elif name == "t":
            self._heard = None if self._hints else self._value
        elif name == "f":
            self._start_formula(attributes)
        elif name == "row":
            self._start_row(attributes.get("r"))
        elif name == "rPh":
            self._hints += 1

    def end(self, name: str) -> None:
        """Ends of cells and rows hand them on."""
        self._heard = None
        if name == "v" or not self._in_data:
            return
        if name == "c":
            self._end_cell()
        elif ":" in name:
            self.end(name.rpartition(":")[2])
        elif name == "row":
            if self._cells:
                self.rows.append((self._row, self._cells))
                self._cells = []
        elif name == "rPh":
            self._hints -= 1
        elif name == "sheetData":
            self._in_data = False

    def hear(self, text: str) -> None:
        """Characters of a value or a formula."""
        if self._heard is not None:
            if self._length <= 2 * self._limits.cell_length:
                self._heard.append(text)
            self._length += len(text)

    def _start_row(self, number: str | None) -> None:
        row = self._row + 1 if number is None else _whole(number)
        if not self._row < row <= _ROWS:
            raise damaged(f"row {number} follows row {self._row}")
        if self._spilled:
            self._spilled = [area for area in self._spilled if area[2] >= row]
        self._row, self._column, self._cells, self._suffix = row, -1, [], str(row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        column = self._column + 1
        if reference := attributes.get("r"):
            cut = len(reference) - len(self._suffix)
            place = _COLUMN_BY_LETTERS.get(reference[:cut])
            if place is None or reference[cut:] != self._suffix or place < column:
                raise damaged(f"the cell {reference[:20]!r} stands in row {self._row} behind column {column}")
            column = place
        if column >= self._limits.columns and column >= _COLUMNS:
            raise damaged(f"row {self._row} has more columns than a sheet can have")
        self._column = column
        self._type = attributes.get("t", "n")
        self._kind = self._kinds.get(attributes.get("s", ""), GENERAL)
        self._value, self._formula, self._heard, self._length = [], None, None, 0

    def _start_formula(self, attributes: dict[str, str]) -> None:
        self._formula = self._heard = []
        if attributes.get("t") in {"array", "dataTable"} and (area := attributes.get("ref")):
            top, left, bottom, right = _area(area)
            if (top, left) != (bottom, right):
                self._spilled.append((top, left, bottom, right))
            if len(self._spilled) > _MOST_ARRAYS:
                raise damaged(f"it has more than {_MOST_ARRAYS} array formulas beside one another")

    def _end_cell(self) -> None:
        pieces = self._value
        value = self._read_value(pieces[0] if len(pieces) == 1 else "".join(pieces))
        if self._formula is not None:
            value = formula_cell("".join(self._formula), value, cached_values=self._book.cached_values)
        elif self._spilled and self._is_spilled():
            value = formula_cell("", value, cached_values=self._book.cached_values)
        if value is not None:
            if self._column >= self._limits.columns:
                what = f"row {self._row} has something in column {column_letter(self._column)}"
                raise refuse_excess(what, self._limits.columns, "columns")
            if gap := self._column - len(self._cells):
                self._cells += [None] * gap
            self._cells.append(value)

    def _is_spilled(self) -> bool:
        return any(
            top <= self._row <= bottom and left <= self._column <= right for top, left, bottom, right in self._spilled
        )

    def _read_value(self, text: str) -> Cell:
        match self._type:
            case "n":
                return self._read_number(text) if text else None
            case "s":
                return self._shared_text(text)
            case "b":
                return {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}.get(text, clean_text(text))
            case "e":
                return error_cell(text)
            case "d":
                return _read_instant(text)
        from durable_imports.readers.xlsx import unescape_text  # noqa: PLC0415 (the workbook imports its rows)

        return text_cell(unescape_text(text), self._limits.cell_length)

    def _shared_text(self, text: str) -> str | CellError | None:
        if not text:
            return None
        place = _whole(text.strip())
        if place >= len(self._book.texts):
            raise damaged(f"a cell of row {self._row} names a text that is not there")
        return self._book.texts[place]

    def _read_number(self, text: str) -> Cell:
        if self._kind == GENERAL and (exact := read_exact(text)) is not None:
            return exact
        number = read_number(text.strip())
        if number is None and text.isspace():
            return None
        if number is None:
            return CellError(
                "invalid_number", text[:_SHOWN], "the cell says that it is a number and holds something else"
            )
        return show_number(number, self._kind, since_1904=self._book.since_1904)


def _read_instant(text: str) -> Cell:
    try:
        return show_instant(datetime.fromisoformat(text.strip()).replace(tzinfo=None)) if text.strip() else None
    except ValueError:
        return clean_text(text)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 (any row, style or text fits)
        raise damaged(f"{text[:20]!r} stands where a count is due")
    return int(text)


def _area(reference: str) -> tuple[int, int, int, int]:
    corners = []
    first, _, last = reference.partition(":")
    for corner in (first, last or first):
        letters = corner.rstrip("0123456789")
        if letters not in _COLUMN_BY_LETTERS:
            raise damaged(f"{reference[:20]!r} is no range of cells")
        corners.append((_whole(corner[len(letters) :]), _COLUMN_BY_LETTERS[letters]))
    (top, left), (bottom, right) = corners
    return top, left, bottom, right


_COLUMN_BY_LETTERS = {column_letter(position): position for position in range(_COLUMNS)}

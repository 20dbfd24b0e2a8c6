"""The rows of one sheet of an XLS workbook, record by record."""

import struct
from collections.abc import Iterator

from durable_imports.readers.archives import damaged
from durable_imports.readers.biff import Record, read_records, read_text
from durable_imports.readers.limits import Limits, refuse_excess
from durable_imports.readers.serials import GENERAL, show_number
from durable_imports.readers.texts import text_cell
from durable_imports.readers.xlsx_rows import Book, error_cell, formula_cell
from shared.services.import_files import Cell, CellError, column_letter

_BOF, _EOF = 0x0809, 0x000A
_FORMULA, _STRING, _NUMBER, _RK, _MULRK = 0x0006, 0x0207, 0x0203, 0x027E, 0x00BD
_LABEL, _LABEL_SHARED, _LABEL_RICH, _BOOL_OR_ERROR = 0x0204, 0x00FD, 0x00D6, 0x0205
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_HUNDREDTHS, _WHOLE = 0x01, 0x02
_SPECIAL = 0xFFFF

Placed = tuple[int, int, Cell]


def read_sheet(stream: bytes, place: tuple[int, int], book: Book, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    """Every row that has cells, with its number.

    Raises:
        UnreadableFileError: damaged, or a cell beyond the limits.
    """
    row = -1
    cells: dict[int, Cell] = {}
    for at, column, value in _read_cells(stream, place, book):
        if value is None:
            continue
        if column >= limits.columns:
            what = f"row {at + 1} has something in column {column_letter(column)}"
            raise refuse_excess(what, limits.columns, "columns")
        if at != row:
            if at < row:
                raise damaged(f"row {at + 1} stands behind row {row + 1}")
            if cells:
                yield row + 1, [cells.get(position) for position in range(max(cells) + 1)]
            row, cells = at, {}
        cells[column] = value
    if cells:
        yield row + 1, [cells.get(position) for position in range(max(cells) + 1)]


def _read_cells(stream: bytes, place: tuple[int, int], book: Book) -> Iterator[Placed]:
    depth = 0
    waiting: tuple[int, int] | None = None
    for record in read_records(stream, *place):
        if not depth and record.kind != _BOF:
            raise damaged("a sheet does not begin where it should")
        depth += (record.kind == _BOF) - (record.kind == _EOF)
        if not depth:
            break
        if depth > 1:
            continue
        if record.kind == _FORMULA:
            if waiting:
                yield *waiting, formula_cell("", None, cached_values=book.cached_values)
            waiting = None
            at, column, value, follows = _read_formula(record, book)
            if follows:
                waiting = at, column
            else:
                yield at, column, formula_cell("", value, cached_values=book.cached_values)
        elif record.kind == _STRING and waiting:
            value = _read_label(record, 0, book)
            yield *waiting, formula_cell("", value, cached_values=book.cached_values)
            waiting = None
        else:
            yield from _read_values(record, book)
    else:
        raise damaged("a sheet is cut off")
    if waiting:
        yield *waiting, formula_cell("", None, cached_values=book.cached_values)


def _read_label(record: Record, place: int, book: Book) -> Cell:
    """A text in its own record; one that goes on in the next is longer than any cell may be."""
    if record.more:
        return text_cell("…" * (book.cell_length + 1), book.cell_length)
    return text_cell(read_text(record, place, wide_length=True), book.cell_length)


def _read_formula(record: Record, book: Book) -> tuple[int, int, Cell, bool]:
    """Place, last value, and whether that value is a text that follows in a record of its own."""
    row, column, style = struct.unpack_from("<3H", record.need(14))
    kind, value, mark = record.data[6], record.data[8], struct.unpack_from("<H", record.data, 12)[0]
    if mark != _SPECIAL:
        return row, column, _show(struct.unpack_from("<d", record.data, 6)[0], style, book), False
    shown: Cell = {1: "TRUE" if value else "FALSE", 2: error_cell(_ERRORS.get(value, "#ERROR"))}.get(kind)
    return row, column, shown, kind == 0


def _read_values(record: Record, book: Book) -> Iterator[Placed]:
    """The cells of a record that holds values."""
    kind = record.kind
    if kind == _MULRK:
        yield from _read_many(record, book)
        return
    if kind not in {_NUMBER, _RK, _LABEL, _LABEL_SHARED, _LABEL_RICH, _BOOL_OR_ERROR}:
        return
    row, column, style = struct.unpack_from("<3H", record.need(6))
    value: Cell
    if kind == _NUMBER:
        value = _show(struct.unpack_from("<d", record.need(14), 6)[0], style, book)
    elif kind == _RK:
        value = _show_packed(record.number("<L", 6), style, book)
    elif kind == _LABEL_SHARED:
        place = record.number("<L", 6)
        if place >= len(book.texts):
            raise damaged(f"a cell of row {row + 1} names a text that is not there")
        value = book.texts[place]
    elif kind == _BOOL_OR_ERROR:
        code, is_error = struct.unpack_from("<BB", record.need(8), 6)
        value = error_cell(_ERRORS.get(code, "#ERROR")) if is_error else "TRUE" if code else "FALSE"
    else:
        value = _read_label(record, 6, book)
    yield row, column, value


def _read_many(record: Record, book: Book) -> Iterator[Placed]:
    row, first = struct.unpack_from("<HH", record.need(6))
    for index in range((len(record.data) - 6) // 6):
        style, packed = struct.unpack_from("<HL", record.data, 4 + 6 * index)
        yield row, first + index, _show_packed(packed, style, book)


def _kind(style: int, book: Book) -> str:
    return book.kinds[style] if style < len(book.kinds) else GENERAL


def _show(value: float, style: int, book: Book) -> Cell:
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 (only NaN differs from itself)
        return CellError("invalid_number", repr(value), "the cell says that it is a number and holds something else")
    return show_number(value, _kind(style, book), since_1904=book.since_1904)


def _show_packed(packed: int, style: int, book: Book) -> Cell:
    """A number packed into 30 bits: whole or the upper half of a float, perhaps in hundredths."""
    if packed & _WHOLE:
        whole = (packed >> 2) - (1 << 30 if packed >> 31 else 0)
        value = whole / 100 if packed & _HUNDREDTHS else float(whole)
    else:
        value = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))[0]
        value = value / 100 if packed & _HUNDREDTHS else value
    return _show(value, style, book)

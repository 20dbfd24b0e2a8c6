"""XLS workbooks (BIFF8, Excel 97 to 2003): their sheets, styles and shared texts, record by record."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from durable_imports.readers.archives import damaged, refuse_external_links
from durable_imports.readers.biff import Record, read_records, read_text
from durable_imports.readers.limits import Limits, hold_limits, refuse_excess
from durable_imports.readers.ole import Container
from durable_imports.readers.serials import kind_of_format
from durable_imports.readers.shared_texts import read_shared_texts
from durable_imports.readers.windows import count_bytes
from durable_imports.readers.xls_rows import read_sheet
from durable_imports.readers.xlsx_rows import Book
from shared.services.import_files import Cell, CellError, Sheet, UnreadableFileError

_BOF, _EOF, _SST = 0x0809, 0x000A, 0x00FC
_FILEPASS, _OBPROJ, _BOUNDSHEET, _FORMAT, _XF, _DATEMODE, _SUPBOOK = 0x2F, 0xD3, 0x85, 0x41E, 0xE0, 0x22, 0x1AE
_BIFF8 = 0x0600
_WORKSHEET, _MACRO_SHEET = 0, 1
_SHORT, _NOT_ELSEWHERE = 4, frozenset((0x0401, 0x3A01))


@dataclass(slots=True)
class _Globals:
    """What stands before the sheets."""

    sheets: list[tuple[str, int, bool]] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    texts: list[str | CellError | None] = field(default_factory=list)
    since_1904: bool = False


def open_xls(file: BinaryIO, limits: Limits, *, cached_values: bool) -> list[Sheet]:
    """The workbook's sheets, in its order.

    Raises:
        UnreadableFileError: too large, damaged, encrypted, with macros or external links, no workbook or too old a one.
    """
    size = count_bytes(file)
    if size > limits.workbook_bytes:
        raise refuse_excess(f"the workbook has {size:,} bytes", limits.workbook_bytes, "bytes of a workbook")
    container = Container(file)
    stream = _workbook_stream(container)
    found = _read_globals(stream, limits)
    kinds = [kind_of_format(number, found.formats.get(number)) for number in found.styles]
    book = Book(found.texts, kinds, found.since_1904, cached_values, limits.cell_length)
    if not found.sheets:
        raise UnreadableFileError("empty", "the workbook has no sheet with cells")
    if len({name for name, _, _ in found.sheets}) < len(found.sheets):
        raise damaged("two sheets have one name")
    places = sorted(place for _, place, _ in found.sheets)
    ends = dict(zip(places, [*places[1:], len(stream)], strict=True))
    return [_sheet(stream, name, (place, ends[place]), hidden, book, limits) for name, place, hidden in found.sheets]


def _sheet(stream: bytes, name: str, place: tuple[int, int], hidden: bool, book: Book, limits: Limits) -> Sheet:
    def read_rows() -> Iterator[tuple[int, list[Cell]]]:
        return hold_limits(read_sheet(stream, place, book, limits), limits, sheet=name)

    return Sheet(name, read_rows, hidden=hidden)


def _workbook_stream(container: Container) -> bytes:
    names = container.names()
    if {"encryptedpackage", "encryptioninfo"} & names:
        raise UnreadableFileError("encrypted", "the workbook is encrypted; save it without a password")
    if {"_vba_project_cur", "_vba_project", "vba"} & names:
        raise UnreadableFileError("macros", "the workbook holds macros; save it as XLSX without them")
    stream = container.read_stream("Workbook")
    if stream is None and container.read_stream("Book") is not None:
        raise UnreadableFileError("wrong_kind", "the workbook is older than Excel 97; save it as XLSX")
    if stream is None:
        raise UnreadableFileError(
            "wrong_kind", "this is an Office document and no workbook; send CSV, XLSX, XLS or ODS"
        )
    return stream


def _read_globals(stream: bytes, limits: Limits) -> _Globals:
    found = _Globals()
    records = read_records(stream, 0, len(stream))
    first = next(records, None)
    if first is None or first.kind != _BOF:
        raise damaged("it does not begin like a workbook")
    if first.number("<H") != _BIFF8:
        raise UnreadableFileError("wrong_kind", "the workbook is older than Excel 97; save it as XLSX")
    for record in records:
        if record.kind == _EOF:
            return found
        if record.kind == _SST:
            found.texts = read_shared_texts(record, limits)
        else:
            _note_record(record, found, limits)
    raise damaged("it ends before its sheets")


def _note_record(record: Record, found: _Globals, limits: Limits) -> None:
    kind = record.kind
    if kind == _FILEPASS:
        raise UnreadableFileError("encrypted", "the workbook is encrypted; save it without a password")
    if kind == _OBPROJ:
        raise UnreadableFileError("macros", "the workbook holds macros; save it as XLSX without them")
    if kind == _BOUNDSHEET:
        _note_sheet(record, found, limits)
    elif kind == _FORMAT:
        found.formats[record.number("<H")] = read_text(record, 2, wide_length=True)
    elif kind == _XF:
        found.styles.append(record.number("<H", 2))
    elif kind == _DATEMODE:
        found.since_1904 = record.number("<H") == 1
    elif kind == _SUPBOOK and (len(record.data) != _SHORT or record.number("<H", 2) not in _NOT_ELSEWHERE):
        raise refuse_external_links()


def _note_sheet(record: Record, found: _Globals, limits: Limits) -> None:
    place, state, kind = struct.unpack_from("<LBB", record.need(6))
    if kind == _MACRO_SHEET:
        raise UnreadableFileError("macros", "the workbook holds macros; save it as XLSX without them")
    if kind == _WORKSHEET:
        found.sheets.append((read_text(record, 6, wide_length=False), place, bool(state & 3)))
    if len(found.sheets) > limits.sheets:
        raise refuse_excess(f"the workbook has more than {limits.sheets} sheets", limits.sheets, "sheets")

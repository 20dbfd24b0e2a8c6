"""XLSX and XLSM workbooks: which sheets there are, where their parts lie, their styles and shared texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import join, normpath
from zipfile import ZipFile

from durable_imports.readers.archives import damaged, read_part
from durable_imports.readers.limits import Limits, hold_limits, refuse_excess
from durable_imports.readers.serials import kind_of_format
from durable_imports.readers.texts import text_cell
from durable_imports.readers.xlsx_rows import Book, read_sheet
from durable_imports.readers.xml_events import hear_all
from shared.services.import_files import Cell, CellError, Sheet, UnreadableFileError

_ESCAPE = re.compile(r"_x(?!0000|[dD][89a-fA-F])([0-9A-Fa-f]{4})_")


@dataclass(slots=True)
class _Structure:
    """Hears `xl/workbook.xml` and its relationships."""

    sheets: list[dict[str, str]] = field(default_factory=list)
    relations: dict[str, tuple[str, str]] = field(default_factory=dict)
    since_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            local = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            self.sheets.append({"name": "", "state": "visible", "id": ""} | local)
        elif name == "workbookPr":
            self.since_1904 |= attributes.get("date1904") in {"1", "true"}
        elif name == "Relationship" and attributes.get("TargetMode", "Internal") == "Internal":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.relations[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    def end(self, name: str) -> None:
        """Nothing ends here."""

    def hear(self, text: str) -> None:
        """Nothing is written here."""


@dataclass(slots=True)
class _Styles:
    """Hears `xl/styles.xml`: what each cell style makes of a number."""

    kinds: list[str] = field(default_factory=list)
    _codes: dict[int, str] = field(default_factory=dict)
    _place: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in {"numFmts", "cellXfs", "cellStyleXfs", "dxfs"}:
            self._place = name
        elif name == "numFmt" and self._place == "numFmts":
            self._codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf" and self._place == "cellXfs":
            number = _number(attributes.get("numFmtId"))
            self.kinds.append(kind_of_format(number, self._codes.get(number)))

    def end(self, name: str) -> None:
        if name == self._place:
            self._place = ""

    def hear(self, text: str) -> None:
        """Nothing is written here."""


@dataclass(slots=True)
class _Texts:
    """Hears `xl/sharedStrings.xml`; phonetic hints are no part of a text."""

    limits: Limits
    texts: list[str | CellError | None] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _heard: bool = False
    _hints: int = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        if name == "rPh":
            self._hints += 1
        self._heard = name == "t" and not self._hints

    def end(self, name: str) -> None:
        self._heard = False
        if name == "rPh":
            self._hints -= 1
        elif name == "si":
            self.texts.append(text_cell(unescape_text("".join(self._pieces)), self.limits.cell_length))
            self._pieces.clear()
            if len(self.texts) > self.limits.texts:
                raise refuse_excess("the workbook has too many different texts", self.limits.texts, "texts")

    def hear(self, text: str) -> None:
        if self._heard:
            self._pieces.append(text)
            self._length += len(text)
            if self._length > self.limits.text_length:
                raise refuse_excess("the workbook's texts are too long", self.limits.text_length, "characters of text")


def unescape_text(text: str) -> str:
    """The text with `_x000D_` and its like as the characters they stand for."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def open_xlsx(archive: ZipFile, names: frozenset[str], limits: Limits, *, cached_values: bool) -> list[Sheet]:
    """The workbook's sheets, in its order.

    Raises:
        UnreadableFileError: damaged, too many sheets, or sheets of macros.
    """
    structure = _Structure()
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        hear_all(_small_part(archive, part, limits), structure, part)
    if len(structure.sheets) > limits.sheets:
        raise refuse_excess(f"the workbook has {len(structure.sheets):,} sheets", limits.sheets, "sheets")
    book = _Parts(archive, names, limits, structure, cached_values)
    sheets = [sheet for entry in structure.sheets if (sheet := book.open_sheet(entry))]
    if len({sheet.name for sheet in sheets}) < len(sheets) or len(set(book.used)) < len(book.used):
        raise damaged("two sheets have one name or one part")
    if not sheets:
        raise UnreadableFileError("empty", "the workbook has no sheet with cells")
    return sheets


def _small_part(archive: ZipFile, name: str, limits: Limits) -> Iterator[bytes]:
    size = archive.getinfo(name).file_size if name in archive.NameToInfo else 0
    if size > limits.part_bytes:
        raise refuse_excess(f"the part {name!r} of the workbook has {size:,} bytes", limits.part_bytes, "bytes of it")
    return read_part(archive, name)


@dataclass(slots=True)
class _Parts:
    """The parts of one workbook; styles and texts are read when a sheet first needs them."""

    archive: ZipFile
    names: frozenset[str]
    limits: Limits
    structure: _Structure
    cached_values: bool
    used: list[str] = field(default_factory=list)
    _book: Book | None = None

    def open_sheet(self, entry: dict[str, str]) -> Sheet | None:
        """A sheet of cells; None for a sheet of charts."""
        kind, target = self.structure.relations.get(entry["id"], ("", ""))
        if "macrosheet" in kind.casefold():
            raise UnreadableFileError("macros", "the workbook holds macros; save it as XLSX without them")
        if kind in {"chartsheet", "dialogsheet"}:
            return None
        name, part = entry["name"], self._locate(target)
        if kind != "worksheet" or part is None:
            raise damaged(f"the sheet {name!r} has no part")
        self.used.append(part)

        def read_rows() -> Iterator[tuple[int, list[Cell]]]:
            rows = read_sheet(read_part(self.archive, part), part, self._shared(), self.limits)
            return hold_limits(rows, self.limits, sheet=name)

        return Sheet(name, read_rows, hidden=entry["state"] != "visible")

    def _locate(self, target: str) -> str | None:
        part = target[1:] if target.startswith("/") else normpath(join("xl", target))
        return part if part in self.names else None

    def _shared(self) -> Book:
        if self._book is None:
            found = {kind: self._locate(target) for kind, target in self.structure.relations.values()}
            styles, texts = _Styles(), _Texts(self.limits)
            if part := found.get("styles"):
                hear_all(_small_part(self.archive, part, self.limits), styles, part)
            if part := found.get("sharedStrings"):
                hear_all(read_part(self.archive, part), texts, part)
            self._book = Book(
                texts.texts, styles.kinds, self.structure.since_1904, self.cached_values, self.limits.cell_length
            )
        return self._book


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 (fits any id)

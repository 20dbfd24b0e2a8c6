"""ODS workbooks: which sheets there are and where in `content.xml` they begin, and what they may not hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from durable_imports.readers.archives import damaged, read_part, refuse_external_links
from durable_imports.readers.limits import Limits, hold_limits, refuse_excess
from durable_imports.readers.ods_rows import read_sheet
from durable_imports.readers.xml_events import Place, hear_all
from shared.services.import_files import Cell, Sheet, UnreadableFileError

_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_EXTERNAL = frozenset(("table-source", "cell-range-source", "dde-source", "dde-link"))


@dataclass(slots=True)
class _Manifest:
    """Hears the list of parts: an encrypted one says so there."""

    def start(self, name: str, _: dict[str, str]) -> None:
        if name in {"encryption-data", "encrypted-key"}:
            raise UnreadableFileError("encrypted", "the workbook is encrypted; save it without a password")

    def end(self, name: str) -> None:
        """Nothing ends here."""

    def hear(self, text: str) -> None:
        """Nothing is written here."""


@dataclass(slots=True)
class _Structure:
    """Hears the whole content once: its sheets, and everything that is refused."""

    limits: Limits
    sheets: list[tuple[str, str, int]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    place: Place | None = None
    _style: str = ""
    _depth: int = 0
    _begun: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._begun:
            self._begin(attributes)
        if name == "table":
            self._start_table(attributes)
        elif name == "style":
            self._style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self.hidden_styles.add(self._style)
        elif name in _EXTERNAL:
            raise refuse_external_links()

    def end(self, name: str) -> None:
        if name == "table":
            self._depth -= 1
            self.ends.append(self.place() if self.place else 0)

    def hear(self, text: str) -> None:
        """What is written matters only when a sheet is read."""

    def _begin(self, attributes: dict[str, str]) -> None:
        self._begun = True
        for prefix in ("office", "table", "text"):
            if attributes.get(f"xmlns:{prefix}") != f"{_SPACE}{prefix}:1.0":
                raise damaged(f"its content does not say what {prefix!r} stands for")

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > 1:
            raise damaged("it has a table within a table")
        if len(self.sheets) >= self.limits.sheets:
            raise refuse_excess(f"the workbook has more than {self.limits.sheets} sheets", self.limits.sheets, "sheets")
        place = self.place() if self.place else 0
        self.sheets.append((attributes.get("table:name", ""), attributes.get("table:style-name", ""), place))


def open_ods(archive: ZipFile, limits: Limits, *, cached_values: bool) -> list[Sheet]:
    """The workbook's sheets, in its order.

    Raises:
        UnreadableFileError: damaged, encrypted, no spreadsheet, or with external links.
    """
    hear_all(read_part(archive, _MANIFEST), _Manifest(), _MANIFEST)
    structure = _Structure(limits)
    hear_all(read_part(archive, _CONTENT), structure, _CONTENT)
    if not structure.sheets:
        raise UnreadableFileError("wrong_kind", "this document has no sheets; send CSV, XLSX, XLS or ODS")
    if len({name for name, _, _ in structure.sheets}) < len(structure.sheets):
        raise damaged("two sheets have one name")
    return [
        _sheet(archive, name, (begin, end), style in structure.hidden_styles, limits, cached_values)
        for (name, style, begin), end in zip(structure.sheets, structure.ends, strict=True)
    ]


def _sheet(
    archive: ZipFile, name: str, place: tuple[int, int], hidden: bool, limits: Limits, cached_values: bool
) -> Sheet:
    def read_rows() -> Iterator[tuple[int, list[Cell]]]:
        rows = read_sheet(_between(archive, *place), limits, cached_values=cached_values)
        return hold_limits(rows, limits, sheet=name)

    return Sheet(name, read_rows, hidden=hidden)


def _between(archive: ZipFile, begin: int, end: int) -> Iterator[bytes]:
    """The content of one sheet, as the beginning of a document of its own."""
    yield b"<sheets>"
    place = 0
    for piece in read_part(archive, _CONTENT):
        if place >= end:
            return
        yield piece[max(0, begin - place) : end - place]
        place += len(piece)

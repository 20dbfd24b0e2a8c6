"""From a file's bytes to sheets of cells: what kind it is by its first bytes, and the reader for that kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from durable_imports.readers.limits import LIMITS, Limits
from shared.services.import_files import Sheet, UnreadableFileError

__all__ = ["LIMITS", "Limits", "UnreadableFileError", "open_sheets"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"(\xb5/\xfd", "a zstandard archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet file"),
    (b"<?xml", "XML"),
    (b"<html", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<table", "a web page"),
)
_MARK = b"\xef\xbb\xbf"
_LOOK = 512


@contextmanager
def open_sheets(
    file: BinaryIO, *, name: str = "", cached_values: bool = False, limits: Limits = LIMITS
) -> Iterator[list[Sheet]]:
    """The sheets of a file, which must stay open as long as their rows are read.

    Args:
        file: seekable; its first bytes say what it is, never its name.
        name: only for messages.
        cached_values: take the value that a spreadsheet last computed for a formula, instead of refusing the cell.
        limits: how much is read.

    Raises:
        UnreadableFileError: the file cannot be read; its code and message say why. Rows raise it as well.
    """
    file.seek(0)
    head = file.read(_LOOK)
    called = f"the file {name!r}" if name else "the file"
    if not head:
        raise UnreadableFileError("empty", f"{called} is empty; the first row names the columns")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        from durable_imports.readers.archives import open_archive  # noqa: PLC0415 (only where such a file comes)

        with open_archive(file, limits, cached_values=cached_values) as sheets:
            yield sheets
        return
    if head.startswith(_OLE):
        from durable_imports.readers.xls import open_xls  # noqa: PLC0415 (as above)

        yield open_xls(file, limits, cached_values=cached_values)
        return
    _refuse_others(head, called)
    from durable_imports.readers.csv_rows import open_csv  # noqa: PLC0415 (as above)

    yield open_csv(file, limits)


def _refuse_others(head: bytes, called: str) -> None:
    begin = head.removeprefix(_MARK).lstrip().lower()
    for magic, kind in _REFUSED:
        if begin.startswith(magic.lower()):
            message = f"{called} is {kind}, whatever its name says; send CSV, XLSX, XLS or ODS"
            raise UnreadableFileError("wrong_kind", message)

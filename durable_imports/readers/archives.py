"""Zip files that claim to be workbooks: everything in them is counted and unpacked once before anything is read."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from durable_imports.readers.limits import Limits, refuse_excess
from durable_imports.readers.windows import count_bytes
from shared.services.import_files import Sheet, UnreadableFileError

_END, _END_SIZE, _COMMENT = b"PK\x05\x06", 22, 65_535
_LOCATOR, _LOCATOR_SIZE = b"PK\x06\x07", 20
_PIECE = 1 << 16
_ENCRYPTED = 0x1
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, struct.error, ValueError, RuntimeError)
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype")
_LONGEST = 9


@contextmanager
def open_archive(file: BinaryIO, limits: Limits, *, cached_values: bool) -> Iterator[list[Sheet]]:
    """The sheets of an XLSX, XLSM or ODS file, once the archive has been looked through.

    Raises:
        UnreadableFileError: beyond a limit, damaged, encrypted, with macros or external links, or no workbook.
    """
    size = count_bytes(file)
    if size > limits.workbook_bytes:
        raise refuse_excess(f"the workbook has {size:,} bytes", limits.workbook_bytes, "bytes of a workbook")
    _check_directory(file, size, limits)
    try:
        archive = ZipFile(file)
    except _BROKEN as error:
        raise damaged(f"its directory cannot be read ({error})") from error
    with archive:
        names = _check_entries(archive, limits)
        _unpack_all(archive, limits)
        yield _open_kind(archive, names, limits, cached_values=cached_values)


def damaged(why: str) -> UnreadableFileError:
    """The refusal of a workbook that does not hold together."""
    return UnreadableFileError("damaged", f"the workbook is damaged or cut off: {why}. Save it again and send that")


def read_part(archive: ZipFile, name: str) -> Iterator[bytes]:
    """An entry's bytes, in pieces.

    Raises:
        UnreadableFileError: it is not there, or damaged.
    """
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                yield piece
    except KeyError:
        raise damaged(f"it has no part {name!r}") from None
    except _BROKEN as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise damaged(f"its part {name!r} cannot be unpacked") from error


def _check_directory(file: BinaryIO, size: int, limits: Limits) -> None:
    """The end of the archive, before a library believes it: how long a directory would be taken into memory."""
    begin = max(0, size - _END_SIZE - _COMMENT - _LOCATOR_SIZE)
    file.seek(begin)
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE:
        raise damaged("its end is missing")
    if tail[max(0, place - _LOCATOR_SIZE) : place].startswith(_LOCATOR):
        raise UnreadableFileError(
            "wrong_kind", "the workbook is packed as zip64; save it again in a spreadsheet program"
        )
    entries, length = struct.unpack_from("<HL", tail, place + 10)
    if entries > limits.entries or length > limits.directory_bytes:
        raise refuse_excess(f"the workbook has {entries:,} or more parts", limits.entries, "parts")


def _check_entries(archive: ZipFile, limits: Limits) -> frozenset[str]:
    """The names of the parts; none of them may be strange."""
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise refuse_excess(f"the workbook has {len(entries):,} parts", limits.entries, "parts")
    names: set[str] = set()
    for entry in entries:
        _check_name(entry)
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableFileError("encrypted", "the workbook is encrypted; save it without a password")
        if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise UnreadableFileError("wrong_kind", "the workbook is packed in an unusual way; save it again")
        if entry.filename.casefold() in names:
            raise UnreadableFileError("unsafe_names", f"the workbook holds the part {entry.filename!r} twice")
        names.add(entry.filename.casefold())
    declared = sum(entry.file_size for entry in entries)
    if declared > limits.unpacked_bytes:
        raise refuse_excess(f"the workbook unpacks to {declared:,} bytes", limits.unpacked_bytes, "unpacked bytes")
    return frozenset(entry.filename for entry in entries)


def _check_name(entry: ZipInfo) -> None:
    name = entry.orig_filename
    strange = name.startswith("/") or "\\" in name or ":" in name or not name.isprintable()
    if strange or ".." in name.split("/"):
        raise UnreadableFileError("unsafe_names", f"the workbook holds a part with the unsafe name {name!r}")


def _unpack_all(archive: ZipFile, limits: Limits) -> None:
    """Unpack everything once, to nowhere: sizes in the directory may lie, so bytes are counted as they come.

    No part gives more than the directory says: what is cut off there does not have the checksum.
    """
    for entry in archive.infolist():
        is_xml = entry.filename.casefold().endswith((".xml", ".rels"))
        count, held = 0, b""
        for piece in read_part(archive, entry.filename):
            count += len(piece)
            _check_growth(count, entry, limits)
            if is_xml:
                joined = held + piece
                if any(declaration in joined for declaration in _DECLARATIONS):
                    raise refuse_declarations()
                held = joined[-_LONGEST:]
        if count != entry.file_size:
            raise damaged(f"its part {entry.filename!r} is not as long as said")


def refuse_declarations() -> UnreadableFileError:
    """The refusal of XML that declares a document type, hence perhaps entities."""
    return UnreadableFileError(
        "unsafe_xml", "the workbook declares a document type or entities, as no spreadsheet program does; save it again"
    )


def _check_growth(count: int, entry: ZipInfo, limits: Limits) -> None:
    if count > limits.unpacked_without_ratio and count > limits.unpacked_ratio * max(entry.compress_size, 1):
        what = (
            f"the part {entry.filename!r} of the workbook unpacks to more than {limits.unpacked_ratio} times its size"
        )
        raise refuse_excess(what, limits.unpacked_ratio, "times the packed size")


def _open_kind(archive: ZipFile, names: frozenset[str], limits: Limits, *, cached_values: bool) -> list[Sheet]:
    folded = {name.casefold() for name in names}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in folded) or any(
        name.startswith(("basic/", "scripts/")) for name in folded
    ):
        raise UnreadableFileError("macros", "the workbook holds macros; save it as XLSX (or ODS) without them")
    if any(name.startswith("xl/externallinks/") for name in folded):
        raise refuse_external_links()
    if "xl/workbook.bin" in folded:
        raise UnreadableFileError("wrong_kind", "this is a binary workbook (XLSB); save it as XLSX")
    if "xl/workbook.xml" in names:
        from durable_imports.readers.xlsx import open_xlsx  # noqa: PLC0415 (only where such a file comes)

        return open_xlsx(archive, names, limits, cached_values=cached_values)
    if {"content.xml", "META-INF/manifest.xml"} <= names:
        from durable_imports.readers.ods import open_ods  # noqa: PLC0415 (as above)

        return open_ods(archive, limits, cached_values=cached_values)
    raise UnreadableFileError("wrong_kind", "this is a zip archive and no workbook; send CSV, XLSX, XLS or ODS")


def refuse_external_links() -> UnreadableFileError:
    """The refusal of a workbook whose figures come from elsewhere."""
    return UnreadableFileError(
        "external_links", "the workbook links to other files; break the links (Data > Edit links) and save it again"
    )

"""Which encoding a whole text file is in: by its byte-order mark, its zeros, else UTF-8, else Windows-1252."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from durable_imports.readers.windows import Window
from shared.services.import_files import UnreadableFileError

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_PIECE = 1 << 20
_LOOK = 4_096
_CUT = frozenset(("unexpected end of data", "truncated data"))
_MOSTLY = 0.7


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and where the text begins behind its mark."""

    name: str
    start: int = 0


def find_encoding(file: BinaryIO) -> Encoding:
    """The encoding that the whole file can be read in.

    Raises:
        UnreadableFileError: it is no text, or cut off, or in no encoding that is read.
    """
    file.seek(0)
    head = file.read(_LOOK)
    encoding = next((Encoding(name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), None)
    encoding = encoding or _zeros_tell(head) or Encoding("utf-8")
    error = _try_encoding(file, encoding)
    if error is None:
        return encoding
    if error.reason in _CUT and (encoding.name != "utf-8" or not _is_plain(file, len(error.object) - error.start)):
        raise UnreadableFileError("truncated", "the file ends within a character: it is cut off. Send it again, whole")
    if encoding.name != "utf-8" or encoding.start or _try_encoding(file, fallback := Encoding("cp1252")):
        raise UnreadableFileError("encoding", f"the file is no text in {encoding.name}; save it as CSV in UTF-8")
    return fallback


def _zeros_tell(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: of Western text every second byte is zero."""
    pairs = len(head) // 2
    if pairs < 2:  # noqa: PLR2004 (one pair proves nothing)
        return None
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if odd >= _MOSTLY * pairs:
        return Encoding("utf-16-le")
    if even >= _MOSTLY * pairs:
        return Encoding("utf-16-be")
    return None


def _try_encoding(file: BinaryIO, encoding: Encoding) -> UnicodeDecodeError | None:
    decoder = codecs.getincrementaldecoder(encoding.name)()
    window = Window(file, encoding.start)
    while True:
        piece = window.read(_PIECE)
        try:
            text = decoder.decode(piece or b"", final=not piece)
        except UnicodeDecodeError as error:
            return error
        if "\0" in text:
            raise UnreadableFileError("not_text", "the file is no text; send CSV in UTF-8, or a workbook (XLSX)")
        if not piece:
            return None


def _is_plain(file: BinaryIO, cut: int) -> bool:
    """Whether all before the cut end is ASCII, so that UTF-8 is no more likely than Windows-1252."""
    window, held = Window(file), b""
    while piece := window.read(_PIECE):
        joined = held + piece
        held = joined[-cut:]
        if not joined[:-cut].isascii():
            return False
    return True

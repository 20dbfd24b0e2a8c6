"""The table of texts that the cells of an XLS workbook share, which runs on over records wherever it likes."""

import struct

from durable_imports.readers.archives import damaged
from durable_imports.readers.biff import Record
from durable_imports.readers.limits import Limits, refuse_excess
from durable_imports.readers.texts import text_cell
from shared.services.import_files import CellError

_WIDE, _PHONETIC, _RICH = 0x01, 0x04, 0x08
_RUN = 4


class _Cursor:
    """A place in a record and its continuations."""

    def __init__(self, record: Record) -> None:
        self._blocks = (record.data, *record.more)
        self._block = 0
        self._place = 0

    def take(self, size: int) -> bytes:
        """So many bytes, from the next blocks where this one ends."""
        pieces: list[bytes] = []
        while size:
            self._go_on()
            piece = self._blocks[self._block][self._place : self._place + size]
            self._place += len(piece)
            size -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def characters(self, count: int, flags: int) -> str:
        """So many characters; where they go over into the next block, that says anew how wide they are."""
        pieces: list[str] = []
        while count:
            if self._place >= len(self._blocks[self._block]):
                self._go_on()
                flags = self.take(1)[0]
                self._go_on()
            width = 2 if flags & _WIDE else 1
            left = len(self._blocks[self._block]) - self._place
            here = min(count, left // width)
            if not here:
                raise damaged("a text is cut within a character")
            piece = self.take(here * width)
            pieces.append(piece.decode("utf-16-le" if width > 1 else "latin-1", "replace"))
            count -= here
        return "".join(pieces)

    def _go_on(self) -> None:
        while self._place >= len(self._blocks[self._block]):
            self._block += 1
            self._place = 0
            if self._block >= len(self._blocks):
                raise damaged("its table of texts is cut off")


def read_shared_texts(record: Record, limits: Limits) -> list[str | CellError | None]:
    """Every text of the table, trimmed; None for a blank one.

    Raises:
        UnreadableFileError: cut off, or more text than is read.
    """
    cursor = _Cursor(record)
    _, count = struct.unpack("<LL", cursor.take(8))
    if count > limits.texts:
        raise refuse_excess(f"the workbook has {count:,} different texts", limits.texts, "texts")
    texts: list[str | CellError | None] = []
    length = 0
    for _ in range(count):
        text = _read_one(cursor)
        length += len(text)
        if length > limits.text_length:
            raise refuse_excess("the workbook's texts are too long", limits.text_length, "characters of text")
        texts.append(text_cell(text, limits.cell_length))
    return texts


def _read_one(cursor: _Cursor) -> str:
    count, flags = struct.unpack("<HB", cursor.take(3))
    runs = struct.unpack("<H", cursor.take(2))[0] if flags & _RICH else 0
    extra = struct.unpack("<L", cursor.take(4))[0] if flags & _PHONETIC else 0
    text = cursor.characters(count, flags)
    cursor.take(runs * _RUN)
    cursor.take(extra)
    return text

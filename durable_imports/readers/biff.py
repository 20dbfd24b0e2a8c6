"""Records of BIFF8, the format of XLS workbooks: what kind, which bytes, and the texts in them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from durable_imports.readers.archives import damaged

CONTINUE = 0x003C
_HEADER = 4
_WIDE = 0x01


@dataclass(frozen=True, slots=True)
class Record:
    """One record and the ones that continue it."""

    kind: int
    data: bytes
    more: tuple[bytes, ...] = ()

    def need(self, length: int) -> bytes:
        """Its bytes, of which there must be so many."""
        if len(self.data) < length:
            raise damaged(f"a record of kind {self.kind:#06x} is too short")
        return self.data

    def number(self, form: str, place: int = 0) -> int:
        """A whole number in it."""
        number: int = struct.unpack_from(form, self.need(place + struct.calcsize(form)), place)[0]
        return number


def read_records(stream: bytes, place: int, end: int) -> Iterator[Record]:
    """The records from a place on and before an end, each with its continuations.

    Raises:
        UnreadableFileError: a record is longer than the stream.
    """
    kind, data = -1, b""
    more: list[bytes] = []
    while place + _HEADER <= end:
        next_kind, length = struct.unpack_from("<HH", stream, place)
        begin = place + _HEADER
        if begin + length > end:
            raise damaged("a record is longer than the file")
        content = stream[begin : begin + length]
        place = begin + length
        if next_kind == CONTINUE and kind >= 0:
            more.append(content)
            continue
        if kind >= 0:
            yield Record(kind, data, tuple(more))
        kind, data, more = next_kind, content, []
    if kind >= 0:
        yield Record(kind, data, tuple(more))


def read_text(record: Record, place: int, *, wide_length: bool) -> str:
    """A text within one record: its length (two bytes or one), its flags, its characters of one or two bytes."""
    form = "<HB" if wide_length else "<BB"
    begin = place + struct.calcsize(form)
    count, flags = struct.unpack_from(form, record.need(begin), place)
    size = count * (2 if flags & _WIDE else 1)
    content = record.need(begin + size)[begin : begin + size]
    return content.decode("utf-16-le" if flags & _WIDE else "latin-1", "replace")

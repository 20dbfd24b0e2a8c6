"""Streams in an OLE container (the file format below XLS): bounds-checked, and no chain longer than the file."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from durable_imports.readers.archives import damaged

_FREE = 0xFFFFFFFA
_HEADER = 512
_ENTRY = 128
_SMALL_BELOW = 4_096
_STREAM, _STORAGE, _ROOT = 2, 1, 5
_MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the container: a stream or a storage, where it begins and how long it is."""

    name: str
    kind: int
    start: int
    size: int


class Container:
    """An OLE file in memory."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        self._data = memoryview(file.read())
        if len(self._data) < _HEADER:
            raise damaged("its beginning is missing")
        (shift, small_shift) = struct.unpack_from("<HH", self._data, 30)
        if shift not in {9, 12} or small_shift != 6:  # noqa: PLR2004 (the only sizes the format has)
            raise damaged("its sectors have an unknown size")
        self._size, self._small_size = 1 << shift, 1 << small_shift
        self._count = max(0, (len(self._data) - 1) // self._size)
        self._next = self._read_table()
        directory, _, _, small_table = struct.unpack_from("<4L", self._data, 48)
        self.entries = self._read_entries(directory)
        self._small_next = self._numbers(self._chain(small_table)) if small_table < _FREE else memoryview(b"").cast("L")
        root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
        self._small = self._chain(root.start) if root and root.start < _FREE else b""

    def names(self) -> set[str]:
        """Every stream and storage, by its name in small letters."""
        return {entry.name.casefold() for entry in self.entries}

    def read_stream(self, name: str) -> bytes | None:
        """A stream's bytes; None when there is none of the name.

        Raises:
            UnreadableFileError: its chain leads nowhere, or it is shorter than said.
        """
        entry = next((one for one in self.entries if one.kind == _STREAM and one.name == name), None)
        if entry is None:
            return None
        content = self._chain(entry.start) if entry.size >= _SMALL_BELOW else self._small_chain(entry.start)
        if len(content) < entry.size:
            raise damaged(f"its stream {name!r} is cut off")
        return content[: entry.size]

    def _sector(self, number: int) -> memoryview:
        if number >= self._count:
            raise damaged("a sector lies beyond its end")
        begin = (number + 1) * self._size
        return self._data[begin : begin + self._size]

    def _read_table(self) -> "memoryview[int]":
        """The table of which sector follows which."""
        sectors = [number for number in struct.unpack_from("<109L", self._data, 76) if number < _FREE]
        more, visited = struct.unpack_from("<L", self._data, 68)[0], 0
        while more < _FREE:
            visited += 1
            numbers = self._numbers(bytes(self._sector(more)))
            if visited > self._count or len(numbers) * 4 < self._size:
                raise damaged("its table of sectors runs in a circle")
            sectors += [number for number in numbers[:-1] if number < _FREE]
            more = numbers[-1]
        if len(sectors) > self._count:
            raise damaged("its table of sectors is longer than the file")
        return self._numbers(b"".join(self._sector(number) for number in sectors))

    @staticmethod
    def _numbers(content: bytes) -> "memoryview[int]":
        whole = content[: len(content) // 4 * 4]
        return memoryview(struct.pack(f"={len(whole) // 4}I", *struct.unpack(f"<{len(whole) // 4}I", whole))).cast("I")

    def _chain(self, start: int) -> bytes:
        pieces: list[memoryview] = []
        number = start
        while number < _FREE:
            if len(pieces) > self._count:
                raise damaged("its sectors run in a circle")
            pieces.append(self._sector(number))
            if number >= len(self._next):
                raise damaged("a sector lies beyond its table")
            number = self._next[number]
        return b"".join(pieces)

    def _small_chain(self, start: int) -> bytes:
        pieces: list[bytes] = []
        number = start
        while number < _FREE:
            begin = number * self._small_size
            if len(pieces) > len(self._small_next) or number >= len(self._small_next) or begin >= len(self._small):
                raise damaged("its small sectors run in a circle or beyond its end")
            pieces.append(self._small[begin : begin + self._small_size])
            number = self._small_next[number]
        return b"".join(pieces)

    def _read_entries(self, start: int) -> list[Entry]:
        directory = self._chain(start)
        entries: list[Entry] = []
        for begin in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, begin + 64)
            if kind not in {_STREAM, _STORAGE, _ROOT}:
                continue
            name = directory[begin : begin + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<LL", directory, begin + 116)
            entries.append(Entry(name, kind, first, size))
            if len(entries) > _MAX_ENTRIES:
                raise damaged("it has too many streams")
        return entries

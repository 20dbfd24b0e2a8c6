"""A view of a file with a place of its own, so that several readers of one file do not disturb each other."""

import io
from typing import BinaryIO


class Window(io.RawIOBase):
    """The bytes of `file` from `start` on; closing it leaves the file open."""

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        super().__init__()
        self._file = file
        self._place = start

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """The next bytes, however far other readers have gone."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # RawIOBase promises a writable buffer
        self._file.seek(self._place)
        piece = self._file.read(len(view))
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)


def count_bytes(file: BinaryIO) -> int:
    """How long the file is."""
    return file.seek(0, io.SEEK_END)

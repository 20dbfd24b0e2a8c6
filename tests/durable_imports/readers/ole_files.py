"""OLE containers and XLS workbooks made in memory, from the format's description."""

import struct
from collections.abc import Mapping

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512
_LEAST = 4_096


def made_ole(streams: Mapping[str, bytes]) -> bytes:
    """A container of the streams, each padded to the length from which on it lies in sectors of its own."""
    padded = {name: content.ljust(_LEAST, b"\0") for name, content in streams.items()}
    sectors: list[bytes] = []
    following: list[int] = []
    starts: dict[str, int] = {}

    def add(content: bytes) -> int:
        start = len(sectors)
        count = -(-len(content) // _SECTOR)
        for index in range(count):
            sectors.append(content[index * _SECTOR : (index + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            following.append(_END if index == count - 1 else start + index + 1)
        return start

    for name, content in padded.items():
        starts[name] = add(content)
    entries = [_entry("Root Entry", 5, _END, 0)]
    entries += [_entry(name, 2, starts[name], len(content)) for name, content in padded.items()]
    directory = add(b"".join(entries))
    tables = 1
    while tables * (_SECTOR // 4) < len(sectors) + tables:
        tables += 1
    table_start = len(sectors)
    following += [_TABLE] * tables
    table = struct.pack(f"<{len(following)}L", *following).ljust(tables * _SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += (
        struct.pack("<L", tables) + struct.pack("<4L", directory, 0, _LEAST, _END) + struct.pack("<3L", 0, _END, 0)
    )
    places = [*range(table_start, table_start + tables)]
    header += struct.pack("<109L", *places, *[_FREE] * (109 - len(places)))
    return header + b"".join(sectors) + table


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB3L", len(encoded), kind, 1, _FREE, _FREE, _FREE)
        + bytes(36)
        + struct.pack("<LLL", start, size, 0)
    )


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of BIFF."""
    return struct.pack("<HH", kind, len(content)) + content


def short_text(text: str) -> bytes:
    """A text with a length of one byte, in two bytes per character."""
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def made_xls(cells: bytes, *, before: bytes = b"", sheets: int = 1, kind: int = 0) -> bytes:
    """A workbook whose sheets all hold these records; `before` stands among the records of the workbook."""
    begin = record(0x0809, struct.pack("<HH", 0x0600, 5) + bytes(12))
    sheet = record(0x0809, struct.pack("<HH", 0x0600, 16) + bytes(12)) + cells + record(0x000A)
    names = [short_text(f"Sheet{number}") for number in range(1, sheets + 1)]
    size = len(begin) + len(before) + sum(4 + 6 + len(name) for name in names) + 4
    listed = b"".join(
        record(0x0085, struct.pack("<LBB", size + index * len(sheet), 0, kind) + name)
        for index, name in enumerate(names)
    )
    return made_ole({"Workbook": begin + before + listed + record(0x000A) + sheet * sheets})

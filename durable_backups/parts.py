"""A table's rows in parts of bounded size: packed while they are read from the database, and read back, each proved."""

import gzip
import io
import zlib
from collections.abc import Callable
from hashlib import sha256
from typing import IO

from durable_backups.contracts import PART_BYTES
from durable_backups.manifest import DamagedBackupError, Part, Table
from shared.domain.snapshots import RowDigest, Shape

COMPRESSION_LEVEL = 1
"""Figures shrink to a quarter at the fastest level; the usual one takes more than twice as long for a tenth less."""
_GZIP = 16 + zlib.MAX_WBITS
SavePart = Callable[[str, bytes], None]
LoadPart = Callable[[Part], bytes]


class PartWriter:
    """Takes a table's rows one by one and saves them in parts; only the part under way lies in memory, compressed.

    Args:
        shape: The table.
        save: Puts a part's bytes under its path.
    """

    def __init__(self, shape: Shape, save: SavePart) -> None:
        self._shape, self._save = shape, save
        self._digest = RowDigest()
        self._parts: list[Part] = []
        self._begin()

    def write(self, line: bytes) -> None:
        """Take in one row."""
        self._digest.write(line)
        self._packed += self._packer.compress(line)
        self._text_bytes += len(line)
        self._rows += 1
        if self._text_bytes >= PART_BYTES:
            self._finish_part()

    def finish(self) -> Table:
        """What was written, once the last row is in."""
        if self._rows:
            self._finish_part()
        name, columns = self._shape.name, self._shape.columns
        digest = self._digest.hexdigest
        return Table(name=name, columns=columns, rows=self._digest.rows, digest=digest, parts=tuple(self._parts))

    def _begin(self) -> None:
        self._packer = zlib.compressobj(COMPRESSION_LEVEL, wbits=_GZIP)
        self._packed = bytearray()
        self._rows = self._text_bytes = 0

    def _finish_part(self) -> None:
        self._packed += self._packer.flush()
        content = bytes(self._packed)
        path = f"{self._shape.name}/{len(self._parts):05d}.gz"
        part = Part(path=path, bytes=len(content), sha256=sha256(content).hexdigest(), rows=self._rows)
        self._save(part.path, content)
        self._parts.append(part)
        self._begin()


def prove_part(part: Part, content: bytes) -> IO[bytes]:
    """The rows in a part's bytes, once these are the bytes that were written.

    Raises:
        DamagedBackupError: they are not.
    """
    if len(content) != part.bytes:
        raise DamagedBackupError(f"{part.path} has {len(content):,} bytes instead of {part.bytes:,}")
    if sha256(content).hexdigest() != part.sha256:
        raise DamagedBackupError(f"{part.path} holds other bytes than were written")
    return gzip.GzipFile(fileobj=io.BytesIO(content))


def prove_table(table: Table, load: LoadPart) -> None:
    """Read all of a table's parts and compare what they hold with what the manifest says of the table.

    Raises:
        DamagedBackupError: a part is missing or damaged, or the rows are not those that were counted.
    """
    digest = RowDigest()
    for part in table.parts:
        before = digest.rows
        try:
            for line in prove_part(part, load(part)):
                digest.write(line)
        except (OSError, EOFError, zlib.error) as problem:
            raise DamagedBackupError(f"{part.path} cannot be unpacked: {problem}") from None
        if digest.rows - before != part.rows:
            raise DamagedBackupError(f"{part.path} holds {digest.rows - before:,} rows instead of {part.rows:,}")
    if (digest.rows, digest.hexdigest) != (table.rows, table.digest):
        raise DamagedBackupError(f"the parts of {table.name} hold other rows than the manifest counts")

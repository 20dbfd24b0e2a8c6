"""A backup's manifest: what is in it, and the seal that shows whether the manifest itself was changed.

It is written last, so a backup with a manifest is a whole one.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from shared.domain.snapshots import Shape

FORMAT = 1
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class DamagedBackupError(Exception):
    """The backup is not what was written; the message says what of it is not."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Record):
    """A blob with some of a table's rows, as COPY writes them, compressed by gzip.

    Attributes:
        path: Its name below the backup's own.
        bytes: Its size.
        sha256: Of its bytes.
        rows: How many rows it holds.
    """

    path: str
    bytes: int
    sha256: Digest
    rows: int


class Table(_Record):
    """A table's rows.

    Attributes:
        name: The table.
        columns: The columns of every row, in order.
        rows: How many rows there are.
        digest: `RowDigest` of them.
        parts: Where they are, in order; none for an empty table.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    digest: Digest
    parts: tuple[Part, ...]

    @property
    def shape(self) -> Shape:
        """The table and its columns."""
        return Shape(self.name, self.columns)


class Manifest(_Record):
    """What a backup holds.

    Attributes:
        format: The version of this form.
        name: The backup's own name; its folder in the container.
        snapshot_at: What was committed before this instant (of the database's clock) is in it.
        finished_at: When the last part was written.
        revision: The migration that the database stood at.
        server_version: The PostgreSQL it came from.
        tables: Every table, by name.
        sequences: The last number each sequence gave.
    """

    format: Literal[1]
    name: str
    snapshot_at: datetime
    finished_at: datetime
    revision: Annotated[str, StringConstraints(pattern=r"^\w+$")]
    server_version: str
    tables: tuple[Table, ...] = Field(min_length=1)
    sequences: dict[str, int | None]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(table.rows for table in self.tables)

    @property
    def bytes(self) -> int:
        """How large its parts are in all."""
        return sum(part.bytes for table in self.tables for part in table.parts)


def seal_manifest(manifest: Manifest) -> bytes:
    """The manifest as it is stored: its JSON beside the SHA-256 of it."""
    content = manifest.model_dump(mode="json")
    return json.dumps({"manifest": content, "sha256": _seal(content)}, indent=1).encode()


def open_manifest(name: str, stored: bytes) -> Manifest:
    """The manifest that was stored for the backup of this name.

    Raises:
        DamagedBackupError: it was changed, is cut off, belongs to another backup, or has a form not known here.
    """
    try:
        found = json.loads(stored)
        content, seal = found["manifest"], found["sha256"]
        written = content.get("format")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DamagedBackupError(f"the manifest of {name} cannot be read") from None
    if _seal(content) != seal:
        raise DamagedBackupError(f"the manifest of {name} was changed after it was written")
    if written != FORMAT:
        raise DamagedBackupError(f"{name} has format {written}; this version reads format {FORMAT}")
    try:
        manifest = Manifest.model_validate(content)
    except ValidationError as problem:
        raise DamagedBackupError(f"the manifest of {name} cannot be read: {problem}") from None
    if manifest.name != name:
        raise DamagedBackupError(f"the manifest of {name} belongs to {manifest.name}")
    return manifest


def _seal(content: object) -> str:
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

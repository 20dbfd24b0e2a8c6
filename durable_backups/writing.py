"""Writes a backup: every table as of one instant, streamed into parts, and the manifest when all of it is there."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from durable_backups.blobs import BackupStore
from durable_backups.contracts import LONGEST_WRITE
from durable_backups.manifest import FORMAT, Manifest, Table
from durable_backups.parts import PartWriter, SavePart
from shared.clock import utc_now
from shared.data.engine import snapshot, transaction
from shared.data.snapshots import (
    copy_out,
    fix_notation,
    lock_tables,
    read_beginning,
    read_revision,
    read_sequences,
    read_server_version,
    read_shapes,
    require_every_row,
)
from shared.domain.snapshots import Shape

NAME_TIME = "%Y%m%dT%H%M%SZ"


class TablesChangedError(Exception):
    """A migration came between looking for the tables and locking them; the next attempt sees what it left."""


class BackupTooSlowError(Exception):
    """The backup took longer than one call may; it is left without a manifest."""


def write_backup(store: BackupStore, clock: Callable[[], datetime] = utc_now) -> Manifest:
    """Write a backup of every table; the answer is its manifest, which is stored too.

    Nothing of a table but the part under way lies in memory. An attempt that is cut off leaves parts without a
    manifest, under a name that no other attempt has.

    Args:
        store: Where it goes.
        clock: The clock, for its name and for the time it may take.

    Raises:
        TablesChangedError: the tables changed meanwhile; try again.
        BackupTooSlowError: it took longer than `LONGEST_WRITE`.
        HiddenRowsError: row-level security may hide rows.
    """
    began = clock()
    name = name_backup(began)
    store.ensure_container()

    def save(path: str, content: bytes) -> None:
        if clock() - began > LONGEST_WRITE:
            raise BackupTooSlowError(
                f"{name} was given up after {LONGEST_WRITE}: the database is too large for one call"
            )
        store.save_part(name, path, content)

    with transaction() as session:
        shapes = read_shapes(session)
    with snapshot() as session:
        lock_tables(session, [shape.name for shape in shapes])
        fix_notation(session)
        require_every_row(session)
        if read_shapes(session) != shapes:
            raise TablesChangedError
        manifest = _write_tables(session, name, shapes, save, clock)
    store.save_manifest(manifest)
    return manifest


def name_backup(began: datetime) -> str:
    """The name of the attempt that began then: names sort by time, and no two attempts share one."""
    return f"{began.astimezone(UTC):{NAME_TIME}}-{uuid4().hex[:8]}"


def began_at(name: str) -> datetime | None:
    """When the backup of this name was begun; None when it is no name of a backup."""
    try:
        return datetime.strptime(name.partition("-")[0], NAME_TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def _write_tables(
    session: Session, name: str, shapes: Sequence[Shape], save: SavePart, clock: Callable[[], datetime]
) -> Manifest:
    return Manifest(
        format=FORMAT,
        name=name,
        snapshot_at=read_beginning(session),
        revision=read_revision(session),
        server_version=read_server_version(session),
        tables=tuple(_write_table(session, shape, save) for shape in shapes),
        sequences=read_sequences(session),
        finished_at=clock(),
    )


def _write_table(session: Session, shape: Shape, save: SavePart) -> Table:
    writer = PartWriter(shape, save)
    copy_out(session, shape, writer)
    return writer.finish()

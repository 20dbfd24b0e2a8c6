"""Proves a backup: every part read from the container and compared with the manifest, byte for byte and row for row."""

from collections.abc import Callable
from datetime import datetime, timedelta

from durable_backups.blobs import BackupStore
from durable_backups.manifest import DamagedBackupError, Manifest
from durable_backups.parts import prove_table


class NoBackupError(Exception):
    """There is no backup, or the newest one is older than it may be."""


def check_backup(store: BackupStore, name: str, say: Callable[[str], None] = lambda _: None) -> Manifest:
    """Read a whole backup; the answer is its manifest. Every table is looked at, so that all damage is told at once.

    Args:
        store: Where it is.
        name: Its name.
        say: Is told how far it is.

    Raises:
        DamagedBackupError: it is not what was written; the message names every table that is not whole.
    """
    manifest = store.load_manifest(name)
    damage = []
    for table in manifest.tables:
        try:
            prove_table(table, lambda part: store.load_part(name, part))
        except DamagedBackupError as problem:
            damage.append(str(problem))
        else:
            say(f"{table.name}: whole (rows: {table.rows:,}, parts: {len(table.parts)})")
    if damage:
        raise DamagedBackupError(f"the backup {name} is damaged: {'; '.join(damage)}")
    return manifest


def newest_backup(store: BackupStore) -> str:
    """The name of the newest whole backup.

    Raises:
        NoBackupError: there is none.
    """
    names = store.list_backups()
    if not names:
        raise NoBackupError("there is no backup in the container")
    return names[-1]


def require_recent(manifest: Manifest, now: datetime, overdue: timedelta, schedule: str) -> None:
    """Whether the newest backup is as recent as it should be.

    Raises:
        NoBackupError: it is older than `overdue`.
    """
    age = now - manifest.snapshot_at
    if age > overdue:
        hours = age / timedelta(hours=1)
        raise NoBackupError(f"the newest backup, {manifest.name}, is {hours:.0f} hours old (schedule: {schedule})")

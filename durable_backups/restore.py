"""`python -m durable_backups.restore`: lists backups, proves one, or rebuilds an empty database from it.

It needs a checkout with the packages of `requirements-dev.txt` (alembic is among them), and the settings
`BackupsStorage` (or `ImportsStorage`) and `BACKUPS_CONTAINER`.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from azure.core.exceptions import AzureError
from psycopg2 import Error as DatabaseError
from sqlalchemy.exc import SQLAlchemyError

from durable_backups.blobs import BackupStore
from durable_backups.checking import NoBackupError, check_backup, newest_backup
from durable_backups.manifest import DamagedBackupError, Manifest
from durable_backups.restoring import Restore, RestoreRefusedError
from shared.clock import utc_now
from shared.settings import get_backup_settings

ROOT = Path(__file__).parents[1]
REFUSALS = (DamagedBackupError, NoBackupError, RestoreRefusedError)
OUTAGES = (AzureError, SQLAlchemyError, DatabaseError, ValueError, RuntimeError)
DRIVER = "postgresql+psycopg2://"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; the answer is the process's exit code."""
    options = _parser().parse_args(arguments)
    settings = get_backup_settings()
    if not settings.connection:
        return _complain("the setting BackupsStorage names no storage account (a connection string)")
    try:
        with closing(BackupStore(settings.connection, settings.container, settings.account_url)) as store:
            return _run(store, options)
    except REFUSALS as refusal:
        return _complain(f"refused: {refusal}")
    except OUTAGES as problem:
        return _complain(f"failed: {problem}")


def _run(store: BackupStore, options: argparse.Namespace) -> int:
    if options.list:
        return _list(store)
    name = options.backup or newest_backup(store)
    if options.check:
        check_backup(store, name, _say)
        _say(f"the backup {name} is whole")
        return 0
    return _restore(store, name, re.sub(r"^postgres(ql)?://", DRIVER, options.database_url))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="restore", description=__doc__, allow_abbrev=False)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--database-url", metavar="URL", help="restore into this empty database (postgresql://…)")
    what.add_argument("--list", action="store_true", help="list the backups, the newest last")
    what.add_argument("--check", action="store_true", help="read a whole backup and say whether it is what was written")
    parser.add_argument("--backup", metavar="NAME", help="which one; without it the newest")
    return parser


def _list(store: BackupStore) -> int:
    for name in store.list_backups():
        try:
            _say(_describe(store.load_manifest(name)))
        except DamagedBackupError as damage:
            _say(f"{name}  DAMAGED: {damage}")
    return 0


def _describe(manifest: Manifest) -> str:
    size = f"{manifest.rows:,} rows, {manifest.bytes:,} bytes"
    return f"{manifest.name}  as of {manifest.snapshot_at:%Y-%m-%d %H:%M:%S %Z}, migration {manifest.revision}, {size}"


def _restore(store: BackupStore, name: str, database_url: str) -> int:
    began = utc_now()
    manifest = Restore(store, name, database_url, ROOT, _say).run()
    took = utc_now() - began
    _say(f"restored {name}: {manifest.rows:,} rows as of {manifest.snapshot_at.isoformat()}, in {took.seconds} s")
    return 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _complain(sentence: str) -> int:
    sys.stderr.write(f"restore: {sentence}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

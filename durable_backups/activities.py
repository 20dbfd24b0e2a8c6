"""The steps of a backup. Each may run again after a crash: a backup is then written anew, under another name."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import azure.durable_functions as df
from psycopg2 import Error as DatabaseError
from sqlalchemy.exc import SQLAlchemyError

from durable_backups.contracts import CHECK, DELETE, WRITE, read_task
from shared.clock import utc_now
from shared.settings import get_backup_settings
from shared.telemetry.functions import observe

if TYPE_CHECKING:
    from durable_backups.blobs import BackupStore

blueprint = df.Blueprint()
Answer = dict[str, Any]

_log = logging.getLogger(__name__)


@blueprint.function_name(WRITE)
@blueprint.activity_trigger(input_name="unused")
@observe(WRITE, payload="unused")
def write_backup(unused: dict) -> dict:  # noqa: ARG001 (an activity has one input)
    """Write a backup; the answer is its name, rows and bytes."""
    return _attempt(WRITE, _write)


@blueprint.function_name(CHECK)
@blueprint.activity_trigger(input_name="backup")
@observe(CHECK, payload="backup")
def check_backup(backup: dict) -> dict:
    """Read a backup and compare it with its manifest; without a name the newest one, which must also be recent."""
    return _attempt(CHECK, lambda: _check(read_task(backup)))


@blueprint.function_name(DELETE)
@blueprint.activity_trigger(input_name="proved")
@observe(DELETE, payload="proved")
def delete_backups(proved: dict) -> dict:
    """Delete the backups that are older than they are kept, but never the one that was just proved."""
    return _attempt(DELETE, lambda: _delete(read_task(proved)))


def _write() -> Answer:
    from durable_backups.writing import write_backup  # noqa: PLC0415 (storage is imported where it is used: cold start)

    with _store() as store:
        manifest = write_backup(store)
    _log.info("the backup %s is written: %d rows, %d bytes", manifest.name, manifest.rows, manifest.bytes)
    return {"name": manifest.name, "rows": manifest.rows, "bytes": manifest.bytes}


def _check(backup: str) -> Answer:
    from durable_backups import checking  # noqa: PLC0415 (as in _write)

    settings = get_backup_settings()
    with _store() as store:
        manifest = checking.check_backup(store, backup or checking.newest_backup(store))
    if not backup:
        overdue = timedelta(hours=settings.overdue_hours)
        checking.require_recent(manifest, utc_now(), overdue, settings.schedule)
    _log.info("the backup %s is whole: %d rows, %d bytes", manifest.name, manifest.rows, manifest.bytes)
    return {"name": manifest.name, "rows": manifest.rows, "bytes": manifest.bytes}


def _delete(proved: str) -> Answer:
    from durable_backups.retention import choose_outdated  # noqa: PLC0415 (as in _write)

    keep = timedelta(days=get_backup_settings().keep_days)
    with _store() as store:
        outdated = choose_outdated(store.list_folders(), store.list_backups(), proved, utc_now(), keep)
        kept = [name for name in outdated if not store.delete_backup(name)]
    if kept:
        _log.warning("a policy of the container keeps %d outdated backups, the oldest is %s", len(kept), kept[0])
    return {"deleted": len(outdated) - len(kept)}


@contextmanager
def _store() -> Iterator["BackupStore"]:
    from durable_backups.blobs import BackupStore  # noqa: PLC0415 (as in _write)

    settings = get_backup_settings()
    with closing(BackupStore(settings.connection, settings.container, settings.account_url)) as store:
        yield store


def _attempt(step: str, work: Callable[[], Answer]) -> Answer:
    """A step's answer; an outage is an answer too, and anything else is an error that somebody has to look at."""
    try:
        return {"ok": True, **work()}
    except Exception as error:
        if not _passes(error):
            _log.exception("a backup failed: %s", step)
            raise
        _log.warning("the backup's step %s will be tried again: %s", step, error)
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def _passes(error: Exception) -> bool:
    """Whether trying again later is right: the database, the storage or the network failed, or a migration ran."""
    from azure.core.exceptions import AzureError  # noqa: PLC0415 (only where something failed: cold start)

    from durable_backups.writing import TablesChangedError  # noqa: PLC0415 (as above)

    return isinstance(error, SQLAlchemyError | DatabaseError | AzureError | OSError | TablesChangedError)

"""Which backups are old enough to go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from durable_backups.contracts import ABANDONED_AFTER
from durable_backups.writing import began_at


def choose_outdated(
    folders: Sequence[str], whole: Sequence[str], newest_proved: str, now: datetime, keep: timedelta
) -> list[str]:
    """The folders to delete: backups older than `keep`, and what was cut off more than a day ago.

    Args:
        folders: All that was begun.
        whole: Those of them that have a manifest.
        newest_proved: A backup that was just read back; it stays, and so does whatever is newer.
        now: The present instant.
        keep: How long a backup is kept.
    """
    kept_from = {True: now - keep, False: now - ABANDONED_AFTER}
    outdated = []
    for name in folders:
        began = began_at(name)
        if began is not None and name < newest_proved and began < kept_from[name in whole]:
            outdated.append(name)
    return outdated

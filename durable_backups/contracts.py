"""The names orchestrations are made of, and the limits a backup keeps to. Payloads are a backup's name, never data."""

from datetime import timedelta

from shared.telemetry.functions import CARRIED

ORCHESTRATOR = "create_backup"
CHECK_ORCHESTRATOR = "check_newest_backup"
WRITE = "write_backup"
CHECK = "check_backup"
DELETE = "delete_backups"

RETRY_PAUSES_SECONDS = (30, 300, 900)
"""How long a backup waits before it tries again what an outage interrupted."""
PART_BYTES = 16_000_000
"""About how much of a table's text goes into one part; it lies in memory compressed while it is written or read."""
LONGEST_WRITE = timedelta(minutes=9)
"""A backup is written by one call, in one transaction; the host ends a call after ten minutes, and with it every other
call of the instance. It gives itself up before that."""
ABANDONED_AFTER = timedelta(days=1)
"""A backup without a manifest is one that was cut off, once it is older than any that may still be written."""

Task = str | dict[str, str]
"""What a step is told: a backup's name, or "", alone or with the `traceparent` under which its span belongs."""


def make_task(backup: str, traceparent: str | None) -> Task:
    """What a step is told."""
    return backup if traceparent is None else {"backup": backup, CARRIED: traceparent}


def read_task(task: Task) -> str:
    """The backup's name, or ""."""
    return task if isinstance(task, str) else task["backup"]


def carried_by(started_by: str | None) -> str | None:
    """The `traceparent` an orchestration was told: its whole input."""
    return started_by

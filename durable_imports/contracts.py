"""The names and payloads orchestrations are made of. Payloads are plain JSON and carry references, never data.

What an orchestration and its steps are told is an import's id, alone or with the `traceparent` under which their spans
belong: imports that were begun by an earlier version, or where telemetry is off, are told the id alone.
"""

from typing import Any

from shared.telemetry.functions import CARRIED

ORCHESTRATOR = "import_file"
STAGE = "stage_rows"
CHECK = "check_chunks"
DECIDE = "decide_import"
APPLY = "apply_chunks"
FINISH = "finish_import"
REPORT = "write_reports"
GIVE_UP = "give_up_import"
DECISION = "decision"
"""The event that wakes an import which waits for approval; what was decided stands in the database."""

RETRY_PAUSES_SECONDS = (5, 30, 120, 600)
"""How long an import waits before it tries again what an outage interrupted; together a good ten minutes."""
LONGEST_TIMER_DAYS = 3
"""How long a timer runs at most. The SDK splits one of more than six days and then cannot cancel it: the orchestration
of an import that was approved would stay under way until it fires."""
BATCHES = 50
"""Into how many calls a phase is put at most, so that an execution stays far below a thousand events."""


Order = str | dict[str, Any]


def make_order(import_id: str, traceparent: str | None) -> Order:
    """What an orchestration or a step is told."""
    return import_id if traceparent is None else {"import_id": import_id, CARRIED: traceparent}


def read_order(order: Order) -> tuple[str, str | None]:
    """The import's id, and the `traceparent` or None."""
    return (order, None) if isinstance(order, str) else (str(order["import_id"]), order.get(CARRIED))


def carried_by(order: Order) -> str | None:
    """The `traceparent` an orchestration was told."""
    return read_order(order)[1]


def chunk_batches(import_id: str, chunks: int, traceparent: str | None = None) -> list[dict[str, str | int]]:
    """What the calls of a phase are told: all chunks, in at most so many batches of neighbours."""
    carried = {} if traceparent is None else {CARRIED: traceparent}
    size = max(-(-chunks // BATCHES), 1)
    return [
        {"import_id": import_id, "first": first, "last": min(first + size, chunks) - 1, **carried}
        for first in range(0, chunks, size)
    ]

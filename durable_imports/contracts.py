"""The names and payloads orchestrations are made of. Payloads are plain JSON and carry references, never data."""

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


def chunk_batches(import_id: str, chunks: int) -> list[dict[str, str | int]]:
    """What the calls of a phase are told: all chunks, in at most so many batches of neighbours."""
    size = max(-(-chunks // BATCHES), 1)
    return [
        {"import_id": import_id, "first": first, "last": min(first + size, chunks) - 1}
        for first in range(0, chunks, size)
    ]

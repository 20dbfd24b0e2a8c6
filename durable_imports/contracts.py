"""The names and payloads orchestrations are made of. Payloads are plain JSON and carry references, never data."""

ORCHESTRATOR = "import_file"
STAGE = "stage_rows"
APPLY = "apply_chunk"
FINISH = "finish_import"
GIVE_UP = "give_up_import"

RETRY_PAUSES_SECONDS = (5, 30, 120, 600)
"""How long an import waits before it tries again what an outage interrupted; together a good ten minutes."""


def chunk_payload(import_id: str, chunk: int) -> dict[str, str | int]:
    """What `apply_chunk` is told."""
    return {"import_id": import_id, "chunk": chunk}

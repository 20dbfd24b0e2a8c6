"""The orchestration of one upload: stage, apply chunk by chunk in parallel, end. It only sequences.

Activities answer `{"ok": …}` and never raise, so that retrying stays plain: what is not ok is asked again later.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import azure.durable_functions as df

from durable_imports.contracts import APPLY, FINISH, GIVE_UP, ORCHESTRATOR, RETRY_PAUSES_SECONDS, STAGE, chunk_payload

blueprint = df.Blueprint()


@blueprint.function_name(ORCHESTRATOR)
@blueprint.orchestration_trigger(context_name="context")
def import_file(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """Bring the upload named by the input to its end; the answer is its status."""
    import_id = context.get_input()
    staged: dict[str, Any] | None = None
    open_chunks: list[int] = []
    for pause in (*RETRY_PAUSES_SECONDS, None):
        if staged is None or not staged["ok"]:
            staged = yield context.call_activity(STAGE, import_id)
            open_chunks = list(range(staged["chunks"])) if staged["ok"] else []
        if open_chunks:
            calls = [context.call_activity(APPLY, chunk_payload(import_id, chunk)) for chunk in open_chunks]
            answers = yield context.task_all(calls)
            open_chunks = [chunk for chunk, answer in zip(open_chunks, answers, strict=True) if not answer["ok"]]
        if staged["ok"] and not open_chunks:
            return (yield context.call_activity(FINISH, import_id))
        if pause is not None:
            yield context.create_timer(context.current_utc_datetime + timedelta(seconds=pause))
    return (yield context.call_activity(GIVE_UP, import_id))

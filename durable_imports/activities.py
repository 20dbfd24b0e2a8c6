"""The steps of an upload. Each may run again after a crash and then finds its work done."""

import logging
from collections.abc import Callable
from typing import Any

import azure.durable_functions as df
from azure.core.exceptions import AzureError
from sqlalchemy.exc import SQLAlchemyError

from durable_imports.contracts import APPLY, FINISH, GIVE_UP, STAGE
from shared.data.engine import rehearsal, transaction
from shared.services import imports

blueprint = df.Blueprint()

_log = logging.getLogger(__name__)


@blueprint.function_name(STAGE)
@blueprint.activity_trigger(input_name="importId")
def stage_rows(importId: str) -> dict:  # noqa: N803 (the binding's name; it admits no underscore)
    """Read the file and put its rows into chunks."""
    return _attempt(importId, lambda: {"ok": True, "chunks": _stage(importId)})


@blueprint.function_name(APPLY)
@blueprint.activity_trigger(input_name="payload")
def apply_chunk(payload: dict) -> dict:
    """Store the rows of one chunk and derive what rests on them, all in one transaction."""
    import_id, chunk = str(payload["import_id"]), int(payload["chunk"])
    return _attempt(import_id, lambda: _apply(import_id, chunk))


@blueprint.function_name(FINISH)
@blueprint.activity_trigger(input_name="importId")
def finish_import(importId: str) -> str:  # noqa: N803 (as stage_rows)
    """End the job and answer its status."""
    with transaction() as session:
        return imports.finish_import(session, importId)


@blueprint.function_name(GIVE_UP)
@blueprint.activity_trigger(input_name="importId")
def give_up_import(importId: str) -> str:  # noqa: N803 (as stage_rows)
    """Mark the job failed."""
    with transaction() as session:
        imports.fail_import(
            session, importId, "The database or the storage did not answer for too long; send the file again."
        )
    return "failed"


def _stage(import_id: str) -> int:
    from durable_imports.blobs import load_content  # noqa: PLC0415 (storage is imported where it is used: cold start)
    from durable_imports.readers import UnreadableFileError, read_table  # noqa: PLC0415 (as above)

    with transaction() as session:
        content_hash = imports.content_of(session, import_id)
    content = load_content(content_hash)
    try:
        table = read_table(content)
    except UnreadableFileError as error:
        with transaction() as session:
            imports.refuse_file(session, import_id, str(error))
        return 0
    with transaction() as session:
        return imports.stage_import(session, import_id, table)


def _apply(import_id: str, chunk: int) -> dict[str, Any]:
    with transaction() as session:
        if not imports.begin_chunk(session, import_id, chunk):
            return {"ok": True}
        if imports.is_rehearsal(session, import_id):
            with rehearsal() as aside:
                verdicts = imports.judge_chunk(aside, import_id, chunk)
        else:
            verdicts = imports.judge_chunk(session, import_id, chunk)
        imports.record_verdicts(session, import_id, verdicts)
    return {"ok": True}


def _attempt(import_id: str, step: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A step's answer; an outage is an answer too, which the orchestration retries after a pause."""
    try:
        return step()
    except (SQLAlchemyError, AzureError, OSError) as error:
        _log.warning("import %s will be tried again: %s", import_id, error)
        return {"ok": False, "error": type(error).__name__}

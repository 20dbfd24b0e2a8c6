"""The steps of an upload. Each may run again after a crash and then finds its work done."""

import logging
from collections.abc import Callable
from typing import Any

import azure.durable_functions as df
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from durable_imports.contracts import APPLY, CHECK, DECIDE, FINISH, GIVE_UP, REPORT, STAGE, Order, read_order
from shared import telemetry
from shared.data import import_staging
from shared.data.engine import rehearsal, transaction
from shared.data.import_findings import Issue
from shared.data.origins import Origin, acting
from shared.domain.statuses import ImportPhase
from shared.services import import_intake, import_steps
from shared.services.import_ends import read_end
from shared.telemetry import Severity
from shared.telemetry.business import measure_import
from shared.telemetry.functions import observe

blueprint = df.Blueprint()
Answer = dict[str, Any]

_log = logging.getLogger(__name__)


@blueprint.function_name(STAGE)
@blueprint.activity_trigger(input_name="order")
@observe(STAGE, payload="order")
def stage_rows(order: dict) -> dict:
    """Read the file and put its rows into chunks."""
    return _attempt(STAGE, order, lambda import_id: {"chunks": _stage(import_id)})


@blueprint.function_name(CHECK)
@blueprint.activity_trigger(input_name="payload")
@observe(CHECK, payload="payload")
def check_chunks(payload: dict) -> dict:
    """Judge the rows of neighbouring chunks, one after the other."""
    return _attempt(CHECK, payload, lambda _: _each_chunk(ImportPhase.CHECK, check_chunk, payload))


@blueprint.function_name(DECIDE)
@blueprint.activity_trigger(input_name="order")
@observe(DECIDE, payload="order")
def decide_import(order: dict) -> dict:
    """What comes after the check: the end, applying, or waiting for approval."""
    return _attempt(DECIDE, order, lambda import_id: _in_transaction(import_steps.decide_import, import_id))


@blueprint.function_name(APPLY)
@blueprint.activity_trigger(input_name="payload")
@observe(APPLY, payload="payload")
def apply_chunks(payload: dict) -> dict:
    """Store the rows of neighbouring chunks and derive what rests on them, each chunk in one transaction."""
    return _attempt(APPLY, payload, lambda _: _each_chunk(ImportPhase.APPLY, apply_chunk, payload))


@blueprint.function_name(FINISH)
@blueprint.activity_trigger(input_name="order")
@observe(FINISH, payload="order")
def finish_import(order: dict) -> dict:
    """End the job and answer its status."""
    return _attempt(FINISH, order, lambda import_id: {"status": _in_transaction(import_steps.finish_import, import_id)})


@blueprint.function_name(REPORT)
@blueprint.activity_trigger(input_name="order")
@observe(REPORT, payload="order")
def write_reports(order: dict) -> dict:
    """Put the report beside the file; the last step of every upload that is not given up, so the one that measures."""
    return _attempt(REPORT, order, _report)


@blueprint.function_name(GIVE_UP)
@blueprint.activity_trigger(input_name="order")
@observe(GIVE_UP, payload="order")
def give_up_import(order: dict) -> str:
    """Mark the job failed."""
    failure = "The database or the storage did not answer for too long; retry it, or send the file again."
    import_id, _ = read_order(order)
    with transaction() as session:
        import_steps.fail_import(session, import_id, failure)
    _measure_end(import_id)
    return "failed"


def _stage(import_id: str) -> int:
    from durable_imports.blobs import open_content  # noqa: PLC0415 (storage is imported where it is used: cold start)
    from durable_imports.readers import open_sheets  # noqa: PLC0415 (as above)
    from shared.services.import_files import UnreadableFileError, choose_table  # noqa: PLC0415 (as above)

    with transaction() as session:
        job = import_intake.load_job(session, import_id)
    options = job.options
    try:
        with (
            open_content(job.content_hash) as file,
            open_sheets(file, name=job.file_name, cached_values=bool(options.get("cached_values"))) as sheets,
            transaction() as session,
        ):
            return import_intake.stage_import(session, import_id, choose_table(sheets, options.get("sheet")))
    except UnreadableFileError as error:
        with transaction() as session:
            import_intake.refuse_file(session, import_id, [Issue("error", error.code, str(error))])
        return 0


def check_chunk(import_id: str, chunk: int) -> None:
    """Judge a chunk in a transaction that is rolled back, and keep the verdicts in another, one after the other."""
    with rehearsal() as aside:
        verdicts = import_steps.judge_chunk(aside, import_id, chunk)
    with transaction() as session:
        import_steps.record_check(session, import_id, chunk, verdicts)


def apply_chunk(import_id: str, chunk: int) -> None:
    """Store a chunk, derive what rests on it and keep what became of its rows, in one transaction."""
    with transaction() as session:
        import_steps.apply_chunk(session, import_id, chunk)


def _each_chunk(phase: ImportPhase, step: Callable[[str, int], None], payload: Answer) -> Answer:
    """One step on every chunk of a batch that has not been through it; nothing when the job is over."""
    import_id, first, last = str(payload["import_id"]), int(payload["first"]), int(payload["last"])
    with transaction() as session:
        is_open = import_intake.is_open(session, import_id)
        chunks = import_staging.open_chunks(session, import_id, phase, first, last) if is_open else []
    for chunk in chunks:
        step(import_id, chunk)
    return {}


def _in_transaction(step: Callable[[Session, str], Any], import_id: str) -> Any:
    with transaction() as session:
        return step(session, import_id)


def _report(import_id: str) -> Answer:
    from durable_imports.reports import store_reports  # noqa: PLC0415 (writers are imported where they are used: cold start)

    written = store_reports(import_id)
    _measure_end(import_id)
    return {"written": written}


def _measure_end(import_id: str) -> None:
    """Measure how the job ended; a step that a crash repeats may do it twice."""
    if not telemetry.is_on():
        return
    with transaction() as session:
        end = read_end(session, import_id)
    if end is not None:
        measure_import(end.status, end.dataset, end.rows, end.seconds)
        telemetry.note("an import ended", import_id=import_id, status=end.status, rows=sum(end.rows.values()))


def _attempt(activity: str, order: Order, step: Callable[[str], Answer]) -> Answer:
    """A step's answer; an outage is an answer too, which the orchestration retries after a pause."""
    import_id, _ = read_order(order)
    try:
        with acting(Origin(activity)):
            return {"ok": True, **step(import_id)}
    except Exception as error:
        if not _is_outage(error):
            raise
        _log.warning("import %s will be tried again: %s", import_id, error)
        telemetry.note("a step will be tried again", Severity.WARNING, error, import_id=import_id, step=activity)
        return {"ok": False, "error": type(error).__name__}


def _is_outage(error: Exception) -> bool:
    """Whether trying again later is right: the database, the storage or the network failed."""
    from azure.core.exceptions import AzureError  # noqa: PLC0415 (only where something failed: cold start)

    return isinstance(error, SQLAlchemyError | AzureError | OSError)

"""An upload's steps in one process, on the test's database: what the orchestration does, without storage or host."""

import io
import json
from typing import Any

from durable_imports import activities
from durable_imports.contracts import chunk_batches
from durable_imports.readers import open_sheets
from shared.data.engine import transaction
from shared.data.import_findings import Issue
from shared.domain.permissions import SYSTEM, Principal
from shared.services import import_intake, import_steps, imports
from shared.services.import_files import UnreadableFileError, choose_table


def register(content: str | bytes, principal: Principal = SYSTEM, **options: Any) -> str:
    """Put an upload on record; its id."""
    data = content.encode() if isinstance(content, str) else content
    with transaction() as session:
        upload = imports.Upload("upload.csv", imports.hash_content(data), len(data), options)
        return imports.register_import(session, principal, upload)


def stage(job: str, content: str | bytes) -> int:
    """Read the file and stage its rows; how many chunks there are."""
    data = content.encode() if isinstance(content, str) else content
    with transaction() as session:
        options = import_intake.load_job(session, job).options
    try:
        with open_sheets(io.BytesIO(data), cached_values=bool(options.get("cached_values"))) as sheets:
            table = choose_table(sheets, options.get("sheet"))
            with transaction() as session:
                return import_intake.stage_import(session, job, table)
    except UnreadableFileError as error:
        with transaction() as session:
            import_intake.refuse_file(session, job, [Issue("error", error.code, str(error))])
        return 0


def run_steps(job: str, chunks: int) -> str:
    """Check, decide, apply and finish; `apply`, `wait` or `end`, as was decided."""
    decided = "end"
    for batch in chunk_batches(job, chunks):
        assert activities.check_chunks.build().get_user_function()(batch) == {"ok": True}
    if chunks:
        with transaction() as session:
            decided = str(import_steps.decide_import(session, job)["next"])
    if decided == "apply":
        for batch in chunk_batches(job, chunks):
            assert activities.apply_chunks.build().get_user_function()(batch) == {"ok": True}
    if decided != "wait":
        with transaction() as session:
            import_steps.finish_import(session, job)
    return decided


def read_report(job: str, principal: Principal = SYSTEM) -> dict[str, Any]:
    """How the upload stands."""
    with transaction() as session:
        report: dict[str, Any] = json.loads(imports.read_import(session, principal, job))
    return report


def run_upload(
    content: str | bytes,
    principal: Principal = SYSTEM,
    mode: str = "apply",
    reason: str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Upload a file and bring its job to the end; the report."""
    job = register(content, principal, mode=mode, reason=reason, **options)
    run_steps(job, stage(job, content))
    return read_report(job, principal)


def found(report: dict[str, Any], severity: str = "errors") -> list[tuple[int | None, str | None, str]]:
    """(row, cell, code) of every finding."""
    return [(each["row_number"], each["cell"], each["code"]) for each in report[severity]]

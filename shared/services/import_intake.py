"""Taking a file in: its rows are staged, or it is refused with everything that is wrong with it."""

from collections.abc import Iterator, Sequence
from zlib import crc32

from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.data import import_findings, import_staging
from shared.data import imports as data
from shared.data.import_findings import Issue
from shared.data.tables.imports import ImportJob
from shared.domain.cells import Cell
from shared.domain.errors import NotFound
from shared.domain.statuses import ImportPhase, ImportStatus
from shared.services.import_cells import show_cell
from shared.services.import_files import COMPANY_KEYS, Table

CHUNK_ROWS = 2_000
ATOMIC_ROWS = 20_000
"""What is stored all or nothing is one transaction, so it has a limit."""


def load_job(session: Session, import_id: str) -> ImportJob:
    """The job as it stands.

    Raises:
        NotFound: there is none.
    """
    job = data.load_job(session, import_id)
    if job is None:
        raise NotFound(f"There is no import {import_id}.")
    return job


def is_open(session: Session, import_id: str) -> bool:
    """Whether the job still has work to do."""
    return load_job(session, import_id).finished_at is None


def refuse_file(session: Session, import_id: str, issues: Sequence[Issue]) -> None:
    """End the job: the file cannot be used at all."""
    job = data.hold_job(session, import_id)
    if job is not None and job.finished_at is None:
        now = utc_now()
        import_findings.record_issues(session, import_id, issues)
        data.set_status(session, import_id, ImportStatus.NEEDS_FIX, now, finished_at=now)


def stage_import(session: Session, import_id: str, table: Table) -> int:
    """Stage the file's rows and answer into how many chunks they were put; 0: there is nothing to check.

    Raises:
        UnreadableFileError: what is found to be wrong while the rows are read; nothing is staged then.
    """
    job = load_job(session, import_id)
    if job.finished_at is not None:
        return 0
    if job.cleaned_at is not None:
        forget_work(session, job)
    if not import_staging.begin_chunk(session, import_id, ImportPhase.STAGE, 0, utc_now()):
        _resume_checking(session, import_id)
        return load_job(session, import_id).chunks or 0
    rows_total = table.row_count
    issues = [*table.issues, *_file_issues(job, table)]
    if _has_errors(issues):
        refuse_file(session, import_id, issues)
        return 0
    import_findings.record_issues(session, import_id, issues)
    chunks = 1 if job.options.get("atomic") == "file" else max(-(-rows_total // CHUNK_ROWS), 1)
    import_staging.stage_rows(session, import_id, _chunked(table, chunks))
    _record_table(session, job, table, chunks)
    return chunks


def _record_table(session: Session, job: ImportJob, table: Table, chunks: int) -> None:
    """Say what was found in the file; a job that was stopped meanwhile stays so."""
    now = utc_now()
    held = data.hold_job(session, job.id)
    data.set_status(
        session,
        job.id,
        ImportStatus.VALIDATING if held is None or held.finished_at is None else ImportStatus(held.status),
        now,
        dataset=table.dataset,
        layout=table.layout,
        sheet=table.sheet,
        header_row=table.header_row,
        header=list(table.header),
        other_sheets=list(table.other_sheets),
        options={**job.options, **table.declared},
        chunks=chunks,
        rows_total=table.row_count,
        phase_began_at=now,
    )


def forget_work(session: Session, job: ImportJob) -> None:
    """Let a job begin anew: what it has stored stays and will be found unchanged."""
    import_staging.forget_staging(session, job.id)
    import_findings.forget_findings(session, job.id)
    data.set_status(session, job.id, ImportStatus(job.status), utc_now(), chunks=None, cleaned_at=None)


def _resume_checking(session: Session, import_id: str) -> None:
    """Say that a job which was staged before is under way again."""
    job = data.hold_job(session, import_id)
    if job is not None and job.status == ImportStatus.RECEIVED:
        now = utc_now()
        data.set_status(session, import_id, ImportStatus.VALIDATING, now, phase_began_at=now)


def _has_errors(issues: Sequence[Issue]) -> bool:
    return any(issue.severity == "error" for issue in issues)


def _file_issues(job: ImportJob, table: Table) -> Iterator[Issue]:
    """What keeps a readable file from being used."""
    if table.dataset != "inputs" and not job.options["may_manage"]:
        yield Issue("error", "not_allowed", f"uploading a file of {table.dataset} needs the permission to manage")
    if job.options.get("atomic") == "file" and table.row_count > ATOMIC_ROWS:
        counts = f"at most {ATOMIC_ROWS:,} rows; this one has {table.row_count:,}"
        message = f"a file that is stored all or nothing has {counts}"
        yield Issue("error", "too_many_rows", message)
    for name, value in table.declared.items():
        if job.options.get(name) not in {None, value}:
            message = f"the file declares {name} {value}, the upload says {job.options[name]}; which is right?"
            yield Issue("error", "declared_otherwise", message, field=name, value=value)


def _chunked(table: Table, chunks: int) -> Iterator[tuple[int, int, Sequence[Cell]]]:
    """(chunk, row number, cells): all rows of one company are in one chunk."""
    names = ("external_id",) if table.dataset == "companies" else COMPANY_KEYS
    places = [table.header.index(name) for name in names if name in table.header]
    for number, cells in table.rows():
        key = next((shown for place in places if place < len(cells) and (shown := show_cell(cells[place]))), "")
        yield crc32(key.strip().encode()) % chunks, number, cells

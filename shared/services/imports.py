"""Use cases of a bulk upload: registering it, staging its rows, applying a chunk, ending it, and reading how it stands.

A job's identity is its content's hash and its options. Every step may run twice and then does nothing the second time.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.data import imports as data
from shared.data.pages import Page
from shared.data.tables import ImportJob
from shared.domain.errors import NotFound
from shared.domain.permissions import Permission, Principal, Role
from shared.domain.statuses import ImportStatus, Outcome
from shared.services.import_files import Table, dataset_of, header_issues
from shared.services.import_rows import Verdict, apply_rows

CHUNK_ROWS = 2_000
_JOB_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file and what its sender asks for."""

    file_name: str
    content_hash: str
    mode: str = "apply"
    reason: str | None = None


def hash_content(content: bytes) -> str:
    """The name a content is kept under."""
    return hashlib.sha256(content).hexdigest()


def register_import(session: Session, principal: Principal, upload: Upload) -> str:
    """Put a job on record and answer its id; the same bytes with the same options are the same job.

    Whoever sees the whole portfolio shares jobs with the others who do; whoever is narrowed has jobs of their own.
    """
    scope = principal.scope
    options = {
        "mode": upload.mode,
        "reason": upload.reason,
        "may_manage": Permission.MANAGE in principal.permissions,
    }
    company_ids = None if scope.company_ids is None else sorted(str(company_id) for company_id in scope.company_ids)
    funds = None if scope.funds is None else sorted(scope.funds)
    sender = None if scope.is_everything else principal.subject
    identity = json.dumps([upload.content_hash, options, company_ids, funds, sender], sort_keys=True)
    job_id = hashlib.sha256(identity.encode()).hexdigest()[:32]
    now = utc_now()
    values: dict[str, Any] = {
        "id": job_id,
        "status": ImportStatus.RECEIVED.value,
        "options": options,
        "file_name": upload.file_name,
        "content_hash": upload.content_hash,
        "principal": principal.name,
        "principal_subject": principal.subject,
        "scope_company_ids": company_ids,
        "scope_funds": funds,
        "created_at": now,
        "updated_at": now,
    }
    data.insert_job(session, {name: value for name, value in values.items() if value is not None})
    return job_id


def list_imports(
    session: Session, principal: Principal, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """Uploads, newest first."""
    return data.list_jobs(session, principal, filters, after, limit)


def read_import(session: Session, principal: Principal, import_id: str) -> str:
    """One upload as JSON text.

    Raises:
        NotFound: there is none for this principal.
    """
    body = data.job_body(session, principal, import_id) if _JOB_ID.fullmatch(import_id) else None
    if body is None:
        raise NotFound(f"There is no import {import_id}.")
    return body


def content_of(session: Session, import_id: str) -> str:
    """The hash of the job's content."""
    return _job(session, import_id).content_hash


def is_open(session: Session, import_id: str) -> bool:
    """Whether the job still has work to do."""
    return _job(session, import_id).finished_at is None


def stage_import(session: Session, import_id: str, table: Table) -> int:
    """Check the header, stage the rows, and answer into how many chunks they were put; 0: there is nothing to apply."""
    job = _job(session, import_id)
    if job.finished_at is not None:
        return 0
    staged = data.staged_chunks(session, import_id)
    if staged is not None:
        return staged
    dataset = dataset_of(table.header)
    issues = header_issues(table, dataset, may_manage=bool(job.options["may_manage"]))
    now = utc_now()
    if issues:
        data.record_issues(session, import_id, issues)
        data.set_status(session, import_id, ImportStatus.NEEDS_FIX, now, finished_at=now)
        return 0
    chunks = assign_chunks([table.key(dataset, cells) for _, cells in table.rows])
    data.stage_rows(
        session, import_id, ((number, chunk, cells) for (number, cells), chunk in zip(table.rows, chunks, strict=True))
    )
    data.set_status(session, import_id, ImportStatus.APPLYING, now, dataset=dataset, header=list(table.header))
    return max(chunks, default=-1) + 1


def assign_chunks(keys: Sequence[str]) -> list[int]:
    """A chunk for every row: rows of one key stay together, chunks are filled in the order keys first appear."""
    sizes: dict[str, int] = {}
    for key in keys:
        sizes[key] = sizes.get(key, 0) + 1
    chunk, filled, chunk_of = 0, 0, {}
    for key, size in sizes.items():
        if filled and filled + size > CHUNK_ROWS:
            chunk, filled = chunk + 1, 0
        chunk_of[key] = chunk
        filled += size
    return [chunk_of[key] for key in keys]


def judge_chunk(session: Session, import_id: str, chunk: int) -> list[Verdict]:
    """Validate and store the rows of a chunk within this transaction; what became of each is the answer."""
    job = _job(session, import_id)
    rows = data.chunk_rows(session, import_id, chunk)
    return apply_rows(session, job, principal_of(job), rows)


def begin_chunk(session: Session, import_id: str, chunk: int) -> bool:
    """Claim the chunk; False when it was done before."""
    return data.begin_chunk(session, import_id, chunk, utc_now())


def is_rehearsal(session: Session, import_id: str) -> bool:
    """Whether the job only validates."""
    return str(_job(session, import_id).options["mode"]) == "validate"


def record_verdicts(session: Session, import_id: str, verdicts: Sequence[Verdict]) -> None:
    """Write down what became of the rows."""
    data.record_outcomes(session, import_id, {verdict.row_number: verdict.outcome.value for verdict in verdicts})
    data.record_issues(session, import_id, [issue for verdict in verdicts for issue in verdict.issues])


def finish_import(session: Session, import_id: str) -> str:
    """End the job: applied, or needs_fix when no row could be used. Answers the status."""
    job = _job(session, import_id)
    if job.finished_at is not None:
        return job.status
    counts = data.outcome_counts(session, import_id)
    used = sum(count for outcome, count in counts.items() if outcome != Outcome.REJECTED)
    status = ImportStatus.APPLIED if used or not counts else ImportStatus.NEEDS_FIX
    now = utc_now()
    data.set_status(session, import_id, status, now, finished_at=now)
    return status.value


def fail_import(session: Session, import_id: str, failure: str) -> None:
    """Give up: what is stored stays; sending the same file again starts where this ended."""
    now = utc_now()
    data.set_status(session, import_id, ImportStatus.FAILED, now, finished_at=now, failure=failure[:500])


def principal_of(job: ImportJob) -> Principal:
    """Who the job acts as: its sender's name and scope."""
    role = Role.PORTFOLIO_WRITE if job.options["may_manage"] else Role.COMPANY_SUBMIT
    return Principal(
        subject=job.principal_subject,
        name=job.principal,
        roles=frozenset({role}),
        company_ids=None if job.scope_company_ids is None else frozenset(UUID(text) for text in job.scope_company_ids),
        funds=None if job.scope_funds is None else frozenset(job.scope_funds),
    )


def _job(session: Session, import_id: str) -> ImportJob:
    job = data.load_job(session, import_id)
    if job is None:
        raise NotFound(f"There is no import {import_id}.")
    return job


def refuse_file(session: Session, import_id: str, message: str) -> None:
    """End the job: the file cannot be read at all."""
    job = _job(session, import_id)
    if job.finished_at is None:
        now = utc_now()
        data.record_issues(session, import_id, [data.Issue("error", "unreadable", message)])
        data.set_status(session, import_id, ImportStatus.NEEDS_FIX, now, finished_at=now)

"""Use cases of a bulk upload as people meet it: sending a file, seeing how it stands, deciding, cancelling, retrying.

A job's identity is its content's hash and its options. The steps that bring it to its end are in `import_steps`.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.data import companies as companies_data
from shared.data import import_findings, import_staging
from shared.data import imports as data
from shared.data.audit import Act, note_act
from shared.data.pages import Page
from shared.data.tables.imports import ImportJob
from shared.domain.errors import Conflict, NotAllowed, OutOfSight
from shared.domain.permissions import SYSTEM, Permission, Principal, Role
from shared.domain.statuses import ImportPhase, ImportStatus, Outcome
from shared.services.import_intake import forget_work

_JOB_ID = re.compile(r"[0-9a-f]{32}")
After = Sequence[Any] | None


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file and what its sender asks for: the options of `ImportOptionsQuery`."""

    file_name: str
    content_hash: str
    size_bytes: int = 0
    options: dict[str, Any] = field(default_factory=dict)


def hash_content(content: bytes) -> str:
    """The name a content is kept under."""
    return hashlib.sha256(content).hexdigest()


def register_import(session: Session, principal: Principal, upload: Upload) -> str:
    """Put a job on record and answer its id; the same bytes with the same options are the same job.

    Whoever sees the whole portfolio shares jobs with the others who do; whoever is narrowed has jobs of their own.
    """
    scope = principal.scope
    options = {"mode": "apply", "reason": None, **upload.options}
    options["may_manage"] = Permission.MANAGE in principal.permissions
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
        "size_bytes": upload.size_bytes,
        "principal": principal.name,
        "principal_subject": principal.subject,
        "scope_company_ids": company_ids,
        "scope_funds": funds,
        "created_at": now,
        "updated_at": now,
    }
    if data.insert_job(session, {name: value for name, value in values.items() if value is not None}):
        sent = {"content_hash": upload.content_hash, "size_bytes": upload.size_bytes, "options": options}
        act = Act("import", {"id": job_id, "file_name": upload.file_name}, after={"status": "received", **sent})
        note_act(session, principal, act)
    return job_id


def sender_of_folder(session: Session, folder: str) -> Principal | None:
    """Whose files lie in a folder of the container: the firm's at the top, a company's under its id or external id.

    None: the folder is nobody's.
    """
    if not folder:
        return SYSTEM
    known = companies_data.ids_by_external_id(session, SYSTEM.scope, [folder])
    company_id = known.get(folder) or _visible_id(session, folder)
    if company_id is None:
        return None
    return Principal(
        f"folder:{company_id}", f"folder {folder}", frozenset({Role.COMPANY_SUBMIT}), frozenset({company_id})
    )


def _visible_id(session: Session, text: str) -> UUID | None:
    try:
        return next(iter(companies_data.visible_ids(session, SYSTEM.scope, [UUID(text)])), None)
    except ValueError:
        return None


def list_imports(session: Session, principal: Principal, filters: dict[str, Any], after: After, limit: int) -> Page:
    """Uploads, newest first."""
    return data.list_jobs(session, principal, filters, after, limit)


def read_import(session: Session, principal: Principal, import_id: str) -> str:
    """One upload as JSON text.

    Raises:
        NotFound: there is none for this principal.
    """
    body = data.job_body(session, principal, import_id) if _JOB_ID.fullmatch(import_id) else None
    if body is None:
        raise OutOfSight(f"There is no import {import_id}.")
    return body


def require_import(session: Session, principal: Principal, import_id: str) -> None:
    """Raise NotFound unless there is such an upload for this principal."""
    if not _JOB_ID.fullmatch(import_id) or not data.may_see_job(session, principal, import_id):
        raise OutOfSight(f"There is no import {import_id}.")


def list_import_rows(
    session: Session, principal: Principal, import_id: str, outcome: Outcome | None, after: After, limit: int
) -> Page:
    """What became of every row, or would.

    Raises:
        NotFound: there is no such upload for this principal.
    """
    require_import(session, principal, import_id)
    return import_staging.list_outcomes(session, import_id, outcome and outcome.value, after, limit)


def list_import_issues(
    session: Session, principal: Principal, import_id: str, severity: str | None, after: After, limit: int
) -> Page:
    """Every finding that is kept, in file order.

    Raises:
        NotFound: as list_import_rows.
    """
    require_import(session, principal, import_id)
    return import_findings.list_issues(session, import_id, severity, after, limit)


def list_import_moves(session: Session, principal: Principal, import_id: str, after: After, limit: int) -> Page:
    """The derived values that a validated upload would move.

    Raises:
        NotFound: as list_import_rows.
    """
    require_import(session, principal, import_id)
    return import_findings.list_moves(session, import_id, after, limit)


def decide_approval(
    session: Session, principal: Principal, import_id: str, reason: str | None, *, approved: bool
) -> None:
    """Approve or reject an upload that waits for it; saying the same again changes nothing.

    Raises:
        NotFound: there is none for this principal.
        Conflict: it does not wait for approval.
        NotAllowed: it is the principal's own.
    """
    job = hold_visible(session, principal, import_id)
    word = "approved" if approved else "rejected"
    if job.decision and job.decision["decision"] == word:
        return
    if job.status != ImportStatus.PENDING_APPROVAL:
        raise Conflict(f"The import does not wait for approval; it is {job.status}.", code="not_pending")
    if job.principal_subject == principal.subject:
        raise NotAllowed("Another person than the sender approves or rejects an import.", code="own_import")
    now = utc_now()
    decision = {"decision": word, "by": principal.name, "at": now.isoformat(), "reason": reason}
    _note_move(session, principal, job, {"decision": word, "reason": reason})
    if approved:
        data.set_status(session, import_id, ImportStatus.APPLYING, now, decision=decision, phase_began_at=now)
        return
    failure = f"{principal.name} rejected it" + (f": {reason}" if reason else "")
    data.set_status(
        session, import_id, ImportStatus.REJECTED, now, decision=decision, finished_at=now, failure=failure[:500]
    )


def cancel_import(session: Session, principal: Principal, import_id: str) -> None:
    """Stop an upload; what it has stored stays, and nothing is stored any more. Cancelling again changes nothing.

    Raises:
        NotFound: there is none for this principal.
        Conflict: it is over.
    """
    job = hold_visible(session, principal, import_id)
    if job.status == ImportStatus.CANCELLED:
        return
    if job.finished_at is not None:
        raise Conflict(f"The import is over; it is {job.status}.", code="already_over")
    now = utc_now()
    failure = f"{principal.name} cancelled it"
    _note_move(session, principal, job, {"status": ImportStatus.CANCELLED.value})
    data.set_status(session, import_id, ImportStatus.CANCELLED, now, finished_at=now, failure=failure)


def retry_import(session: Session, principal: Principal, import_id: str) -> None:
    """Let an upload that is over go on from where it stood; one that needed a fix is judged anew.

    Raises:
        NotFound: there is none for this principal.
        Conflict: it is under way, it was applied whole, or somebody rejected it.
    """
    job = hold_visible(session, principal, import_id)
    if job.finished_at is None:
        return
    rejected = import_staging.outcome_counts(session, import_id, ImportPhase.APPLY).get(Outcome.REJECTED, 0)
    if job.status == ImportStatus.REJECTED or (job.status == ImportStatus.APPLIED and not rejected):
        raise Conflict(f"There is nothing to retry; the import is {job.status}.", code="nothing_to_retry")
    now = utc_now()
    _note_move(session, principal, job, {"status": ImportStatus.RECEIVED.value})
    changes: dict[str, Any] = {"finished_at": None, "failure": None}
    if job.status in {ImportStatus.NEEDS_FIX, ImportStatus.APPLIED}:
        forget_work(session, job)
        changes |= {"approval": None, "decision": None}
    data.set_status(session, import_id, ImportStatus.RECEIVED, now, **changes)


def _note_move(session: Session, principal: Principal, job: ImportJob, after: dict[str, Any]) -> None:
    note_act(session, principal, Act("import", {"id": job.id}, before={"status": job.status}, after=after))


def hold_visible(session: Session, principal: Principal, import_id: str) -> ImportJob:
    """The job, held for this transaction.

    Raises:
        NotFound: there is none for this principal.
    """
    require_import(session, principal, import_id)
    job = data.hold_job(session, import_id)
    if job is None:
        raise OutOfSight(f"There is no import {import_id}.")
    return job

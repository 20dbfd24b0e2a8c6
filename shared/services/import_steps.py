"""The steps that bring a staged upload to its end: check, decide, apply, finish.

Every step may run twice, at once or after a crash, and then does nothing the second time: a chunk is claimed in the
transaction of its effect.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.data import import_findings, import_staging
from shared.data import imports as data
from shared.data.access import act_as
from shared.data.audit import Act, note_act
from shared.data.engine import attempt
from shared.data.import_findings import Issue
from shared.data.tables.imports import ImportJob
from shared.domain.permissions import SYSTEM, Principal, Role
from shared.domain.statuses import ImportPhase, ImportStatus, Outcome
from shared.services.import_inputs import find_moves
from shared.services.import_intake import load_job, refuse_file
from shared.services.import_rows import apply_rows
from shared.services.import_verdicts import Verdicts
from shared.settings import get_settings

KEPT_MOVES = 500
SHOWN_CONCERNS = 100


class _IncompleteError(Exception):
    """A row of an all-or-nothing file cannot be stored."""


def judge_chunk(aside: Session, import_id: str, chunk: int) -> Verdicts:
    """What is to be said about the rows of a chunk.

    Args:
        aside: A session that is rolled back: what only validates is stored and derived in it.
        import_id: The job.
        chunk: The chunk.
    """
    job = load_job(aside, import_id)
    principal, rows = principal_of(job), import_staging.chunk_rows(aside, import_id, chunk)
    act_as(aside, principal)
    verdicts = _open_verdicts(job)
    apply_rows(aside, job, principal, rows, verdicts, store=False)
    if job.options["mode"] == "validate" and job.dataset == "inputs":
        concerns, verdicts = verdicts.concerns, _open_verdicts(job)
        apply_rows(aside, job, principal, rows, verdicts, store=True)
        verdicts.moves += find_moves(aside, job)
        verdicts.concerns += concerns
    return verdicts


def record_check(session: Session, import_id: str, chunk: int, verdicts: Verdicts) -> None:
    """Keep what was said about a chunk; of two who judged it, the first is kept."""
    job = load_job(session, import_id)
    if job.finished_at is not None or not import_staging.begin_chunk(
        session, import_id, ImportPhase.CHECK, chunk, utc_now()
    ):
        return
    import_findings.record_issues(session, import_id, verdicts.kept_issues)
    import_findings.record_moves(session, import_id, verdicts.moves[:KEPT_MOVES])
    import_staging.record_chunk(session, import_id, ImportPhase.CHECK, chunk, verdicts.as_record())


def _open_verdicts(job: ImportJob) -> Verdicts:
    return Verdicts(tuple(job.header or ()), job.sheet)


def decide_import(session: Session, import_id: str) -> dict[str, Any]:
    """What comes after the check: `{"next": "apply"|"end"}`, or `{"next": "wait", "until": …}` for approval."""
    job = data.hold_job(session, import_id)
    if job is None or job.finished_at is not None or _is_spent(session, job):
        return {"next": "end"}
    if job.status == ImportStatus.APPLYING:
        return {"next": "apply"}
    now = utc_now()
    if until := _ask_approval(session, job, now):
        return {"next": "wait", "until": until.isoformat()}
    if load_job(session, import_id).finished_at is not None:
        return {"next": "end"}
    data.set_status(session, import_id, ImportStatus.APPLYING, now, phase_began_at=now)
    return {"next": "apply"}


def _is_spent(session: Session, job: ImportJob) -> bool:
    """Whether there is nothing to apply: it was only to be judged, or what was found keeps all of it out."""
    counts = import_staging.outcome_counts(session, job.id, ImportPhase.CHECK)
    rejected = counts.get(Outcome.REJECTED, 0)
    if job.options["mode"] == "validate" or rejected == sum(counts.values()):
        return True
    if job.options.get("atomic") == "file" and rejected:
        message = f"{rejected} rows cannot be used, and the file is to be stored all or nothing"
        refuse_file(session, job.id, [Issue("error", "file_incomplete", message)])
        return True
    return False


def _ask_approval(session: Session, job: ImportJob, now: datetime) -> datetime | None:
    """Until when the job waits for approval; None: it need not, or the time is over and it was turned down."""
    if job.decision is not None:
        return None
    if job.approval is not None:
        until = datetime.fromisoformat(job.approval["until"])
        if now < until:
            data.set_status(session, job.id, ImportStatus.PENDING_APPROVAL, now)
            return until
        failure = f"nobody approved it until {until:%Y-%m-%d %H:%M} UTC"
        data.set_status(session, job.id, ImportStatus.REJECTED, now, finished_at=now, failure=failure)
        turned_down = {"decision": "expired", "until": job.approval["until"]}
        note_act(session, SYSTEM, Act("import", {"id": job.id}, before={"status": job.status}, after=turned_down))
        return None
    total, concerns = import_staging.list_concerns(session, job.id, SHOWN_CONCERNS)
    if not total:
        return None
    until = now + timedelta(days=get_settings().approval_days)
    asked = {"asked_at": now.isoformat(), "until": until.isoformat(), "concern_count": total, "concerns": concerns}
    data.set_status(session, job.id, ImportStatus.PENDING_APPROVAL, now, approval=asked)
    return until


def apply_chunk(session: Session, import_id: str, chunk: int) -> None:
    """Store the rows of a chunk that its check let pass, and derive what rests on them."""
    job = data.hold_job(session, import_id, shared=True)
    if job is None or job.status != ImportStatus.APPLYING:
        return
    if not import_staging.begin_chunk(session, import_id, ImportPhase.APPLY, chunk, utc_now()):
        return
    checked = import_staging.read_chunk(session, import_id, ImportPhase.CHECK, chunk)
    refused = {n for n, o in zip(checked.row_numbers, checked.outcomes, strict=True) if o == Outcome.REJECTED}
    rows = [row for row in import_staging.chunk_rows(session, import_id, chunk) if row[0] not in refused]
    verdicts = _open_verdicts(job)
    act_as(session, principal_of(job))
    if job.options.get("atomic") == "file":
        _apply_whole(session, job, rows, verdicts)
    else:
        apply_rows(session, job, principal_of(job), rows, verdicts, store=True)
    found = verdicts.as_record()
    errors = [issue for issue in verdicts.kept_issues if issue.severity == "error"]
    import_findings.forget_issues(session, import_id, [issue.row_number for issue in errors if issue.row_number])
    import_findings.record_issues(session, import_id, errors)
    import_staging.record_chunk(session, import_id, ImportPhase.APPLY, chunk, found.after(checked, refused))
    note_act(session, principal_of(job), Act("import", {"id": import_id, "chunk": chunk}, after=found.counts))


def _apply_whole(session: Session, job: ImportJob, rows: Sequence[import_staging.Row], verdicts: Verdicts) -> None:
    """All rows or none: what has changed since the check and keeps one out keeps all out."""
    with contextlib.suppress(_IncompleteError), attempt(session):
        apply_rows(session, job, principal_of(job), rows, verdicts, store=True)
        _require_whole(verdicts)


def _require_whole(verdicts: Verdicts) -> None:
    """Reject every row when one is rejected.

    Raises:
        _IncompleteError: so it is; what was stored is to be undone.
    """
    if Outcome.REJECTED in verdicts.outcomes.values():
        verdicts.outcomes |= dict.fromkeys(verdicts.outcomes, Outcome.REJECTED)
        raise _IncompleteError


def finish_import(session: Session, import_id: str) -> str:
    """End the job: applied, or needs_fix when no row could be used. Answers the status."""
    job = data.hold_job(session, import_id)
    if job is None or job.finished_at is not None:
        return job.status if job else ImportStatus.FAILED.value
    phase = ImportPhase.APPLY if job.status == ImportStatus.APPLYING else ImportPhase.CHECK
    counts = import_staging.outcome_counts(session, import_id, phase)
    used = sum(count for outcome, count in counts.items() if outcome != Outcome.REJECTED)
    status = ImportStatus.APPLIED if used or not counts else ImportStatus.NEEDS_FIX
    now = utc_now()
    data.set_status(session, import_id, status, now, finished_at=now)
    act = Act("import", {"id": import_id}, before={"status": job.status}, after={"status": status.value, **counts})
    note_act(session, principal_of(job), act)
    return status.value


def fail_import(session: Session, import_id: str, failure: str) -> None:
    """Give up: what is stored stays; retrying starts where this ended."""
    job = data.hold_job(session, import_id)
    if job is not None and job.finished_at is None:
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

"""Bulk uploads in the database: jobs, and how they stand as JSON built by PostgreSQL."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shared.data.pages import Page, fetch_page
from shared.data.statement import statement
from shared.data.tables.imports import ImportJob
from shared.domain.permissions import Principal
from shared.domain.statuses import ImportStatus, Outcome

SHOWN_ISSUES = 100
_SUMS = ", ".join(f"'{outcome}', coalesce(sum((k.counts->>'{outcome}')::int), 0)" for outcome in Outcome)
_CHUNKS = """(
  select distinct on (chunk) * from import_chunks
  where import_id = j.id and phase <> 'stage' order by chunk, phase
)"""
"""What a job's chunks came to: applied where they are, else checked."""
_DONE = """(
  select coalesce(sum(cardinality(row_numbers)), 0)::int from import_chunks where import_id = j.id and phase = '{phase}'
)"""
_PROGRESS = f"""(
  select json_build_object(
    'rows_total', coalesce(j.rows_total, 0), 'rows_read', coalesce(j.rows_total, 0), 'rows_validated', p.checked,
    'rows_stored', p.applied, 'rows_derived', p.applied, 'rows_done', p.done,
    'estimated_end', case when j.finished_at is null and p.done > 0 and p.done < j.rows_total
      then now() + (now() - j.phase_began_at) * (j.rows_total - p.done)::float / p.done end
  )
  from (
    select checked, applied, case when j.options->>'mode' = 'validate' then checked else applied end as done
    from (select {_DONE.format(phase="check")} as checked, {_DONE.format(phase="apply")} as applied) as counted
  ) as p
)"""  # noqa: S608 (fixed fragments)
_BODY = f"""json_build_object(
  'id', j.id, 'status', j.status, 'mode', j.options->>'mode', 'file_name', j.file_name, 'dataset', j.dataset,
  'layout', j.layout, 'sheet', j.sheet, 'other_sheets', coalesce(j.other_sheets, array[]::text[]),
  'reason', j.options->>'reason', 'options', j.options - array['mode', 'reason', 'may_manage'],
  'content_hash', j.content_hash, 'size_bytes', j.size_bytes, 'principal', j.principal,
  'counts', (select json_build_object('rows', coalesce(j.rows_total, 0), {_SUMS}) from {_CHUNKS} as k),
  'progress', {_PROGRESS},
  'approval', j.approval, 'decision', j.decision,
  'failure', j.failure, 'created_at', j.created_at, 'updated_at', j.updated_at, 'finished_at', j.finished_at
)"""  # noqa: S608 (fixed fragments)
_VISIBLE = "(:everything or j.principal_subject = :subject)"


def _sight(principal: Principal) -> dict[str, Any]:
    return {"everything": principal.scope.is_everything, "subject": principal.subject}


def list_jobs(
    session: Session, principal: Principal, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """Uploads, newest first: all of them for those who see the whole portfolio, else one's own."""
    query = f"""
    select json_build_array(j.created_at, j.id) as key, {_BODY} as body
    from import_jobs as j
    where {_VISIBLE}
      and (cast(:status as text) is null or j.status = :status)
      and (cast(:file_name as text) is null or j.file_name = :file_name)
      and (cast(:after_at as timestamptz) is null or (j.created_at, j.id) < (cast(:after_at as timestamptz), :after_id))
    order by j.created_at desc, j.id desc
    """  # noqa: S608 (fixed fragments; every value is bound)
    at, job_id = after or (None, None)
    return fetch_page(session, query, {**_sight(principal), **filters, "after_at": at, "after_id": job_id}, limit)


def _shown(severity: str) -> str:
    """A job's first findings of one severity, as a JSON array."""
    return f"""(
      select coalesce(jsonb_agg(to_jsonb(shown) - 'id' - 'import_id' order by shown.row_number nulls first, shown.id),
        '[]')
      from (
        select * from import_issues as i where i.import_id = j.id and i.severity = '{severity}'
        order by i.row_number nulls first, i.id limit {SHOWN_ISSUES}
      ) as shown
    )"""  # noqa: S608 (fixed fragments)


def job_body(session: Session, principal: Principal, job_id: str) -> str | None:
    """One upload with its first findings, as JSON text; None when the principal has none of this id.

    `error_count` and `warning_count` are the true numbers, however many findings are kept or shown: those of the
    rows are counted by chunk, those about the file and its header here.
    """
    query = f"""
    select (to_jsonb({_BODY}) || jsonb_build_object(
      'error_count', f.errors + n.errors,
      'warning_count', f.warnings + n.warnings,
      'errors', {_shown("error")}, 'warnings', {_shown("warning")},
      'moves', n.moves
    ))::text
    from import_jobs as j
    cross join lateral (
      select
        (select count(*) from import_issues as i where i.import_id = j.id and i.severity = 'error'
          and (i.row_number is null or i.row_number <= coalesce(j.header_row, i.row_number))) as errors,
        (select count(*) from import_issues as i where i.import_id = j.id and i.severity = 'warning'
          and (i.row_number is null or i.row_number <= coalesce(j.header_row, i.row_number))) as warnings
    ) as f
    cross join lateral (
      select coalesce(sum(k.errors), 0) as errors, coalesce(sum(k.warnings), 0) as warnings,
        (
          select coalesce(jsonb_object_agg(name, total), '{{}}') from (
            select m.key as name, sum(m.value::int) as total
            from import_chunks as moved cross join jsonb_each_text(moved.moves) as m
            where moved.import_id = j.id group by m.key
          ) as each
        ) as moves
      from {_CHUNKS} as k
    ) as n
    where j.id = :id and {_VISIBLE}
    """  # noqa: S608 (fixed fragments; every value is bound)
    body: str | None = session.execute(statement(query), {"id": job_id, **_sight(principal)}).scalar()
    return body


def may_see_job(session: Session, principal: Principal, job_id: str) -> bool:
    """Whether there is an upload of this id for the principal."""
    query = f"select exists (select from import_jobs as j where j.id = :id and {_VISIBLE})"  # noqa: S608 (a fixed fragment)
    return bool(session.execute(statement(query), {"id": job_id, **_sight(principal)}).scalar())


def insert_job(session: Session, values: dict[str, Any]) -> bool:
    """A new job; one that failed or was cancelled before goes on where it ended. False: it was on record as it is."""
    columns = ", ".join(values)
    names = ", ".join(
        f"cast(:{name} as jsonb)" if isinstance(value, dict | list) else f":{name}" for name, value in values.items()
    )
    written = session.execute(
        statement(
            f"insert into import_jobs ({columns}) values ({names})"  # noqa: S608 (columns are ours)
            " on conflict (id) do update set status = excluded.status, failure = null, finished_at = null,"
            " updated_at = excluded.updated_at where import_jobs.status in ('failed', 'cancelled')"
        ),
        {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in values.items()},
    )
    return bool(written.rowcount)  # type: ignore[attr-defined]  # a cursor's result


def load_job(session: Session, job_id: str) -> ImportJob | None:
    """The job's row as it stands now."""
    return session.get(ImportJob, job_id, populate_existing=True)


def hold_job(session: Session, job_id: str, *, shared: bool = False) -> ImportJob | None:
    """The job's row, held for this transaction: nobody else changes it meanwhile.

    Args:
        session: The transaction.
        job_id: Which job.
        shared: Others may hold it in the same way: steps of one job that run side by side.
    """
    how = "share" if shared else "no key update"
    session.execute(statement(f"select 1 from import_jobs where id = :id for {how}"), {"id": job_id})  # noqa: S608 (ours)
    return load_job(session, job_id)


def set_status(session: Session, job_id: str, status: ImportStatus, now: datetime, **changes: Any) -> None:
    """Move a job on; `changes` are further columns."""
    assignments = "".join(
        f", {name} = cast(:{name} as jsonb)" if isinstance(value, dict) else f", {name} = :{name}"
        for name, value in changes.items()
    )
    bound = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in changes.items()}
    session.execute(
        statement(f"update import_jobs set status = :status, updated_at = :now{assignments} where id = :id"),  # noqa: S608 (columns are ours)
        {"id": job_id, "status": status.value, "now": now, **bound},
    )


def stale_jobs(session: Session, untouched_since: datetime, now: datetime) -> list[str]:
    """Open jobs that nothing has happened to since; one that waits for approval only when its time is over."""
    query = """
    select id from import_jobs
    where finished_at is null and updated_at < :since
      and (status <> 'pending_approval' or cast(approval->>'until' as timestamptz) < :now)
    order by created_at
    """
    return list(session.execute(statement(query), {"since": untouched_since, "now": now}).scalars())

"""Bulk uploads in the database: jobs, staged rows, chunks that are done, findings."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from shared.data.pages import Page, fetch_page
from shared.data.tables import ImportIssue, ImportJob
from shared.domain.permissions import Principal
from shared.domain.statuses import ImportStatus

SHOWN_ISSUES = 100
_COUNTS = """json_build_object(
  'rows', count(*),
  'new', count(*) filter (where o.outcome = 'new'),
  'unchanged', count(*) filter (where o.outcome = 'unchanged'),
  'restated', count(*) filter (where o.outcome = 'restated'),
  'rejected', count(*) filter (where o.outcome = 'rejected')
)"""
_BODY = f"""json_build_object(
  'id', j.id, 'status', j.status, 'mode', j.options->>'mode', 'file_name', j.file_name, 'dataset', j.dataset,
  'reason', j.options->>'reason', 'content_hash', j.content_hash, 'principal', j.principal,
  'counts', (select {_COUNTS} from import_rows as o where o.import_id = j.id),
  'progress', (
    select json_build_object('rows_total', count(*), 'rows_done', count(o.outcome)) from import_rows as o
    where o.import_id = j.id
  ),
  'failure', j.failure, 'created_at', j.created_at, 'updated_at', j.updated_at, 'finished_at', j.finished_at
)"""  # noqa: S608 (fixed fragments)
_VISIBLE = "(:everything or j.principal_subject = :subject)"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding about an upload; see the table for the meaning of the columns."""

    severity: str
    code: str
    message: str
    row_number: int | None = None
    column_name: str | None = None
    cell: str | None = None
    field: str | None = None
    value: str | None = None
    suggestion: str | None = None
    sheet: str | None = None


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


def job_body(session: Session, principal: Principal, job_id: str) -> str | None:
    """One upload with its first findings, as JSON text; None when the principal has none of this id."""
    query = f"""
    select (to_jsonb({_BODY}) || jsonb_build_object(
      'error_count', (select count(*) from import_issues as i where i.import_id = j.id and i.severity = 'error'),
      'warning_count', (select count(*) from import_issues as i where i.import_id = j.id and i.severity = 'warning'),
      'errors', (
        select coalesce(jsonb_agg(to_jsonb(shown) - 'id' - 'import_id' order by shown.row_number, shown.id), '[]')
        from (
          select * from import_issues as i where i.import_id = j.id and i.severity = 'error'
          order by i.row_number nulls first, i.id limit {SHOWN_ISSUES}
        ) as shown
      ),
      'warnings', (
        select coalesce(jsonb_agg(to_jsonb(shown) - 'id' - 'import_id' order by shown.row_number, shown.id), '[]')
        from (
          select * from import_issues as i where i.import_id = j.id and i.severity = 'warning'
          order by i.row_number nulls first, i.id limit {SHOWN_ISSUES}
        ) as shown
      )
    ))::text
    from import_jobs as j where j.id = :id and {_VISIBLE}
    """  # noqa: S608 (fixed fragments; every value is bound)
    body: str | None = session.execute(text(query), {"id": job_id, **_sight(principal)}).scalar()
    return body


def insert_job(session: Session, values: dict[str, Any]) -> None:
    """A new job; one that failed before starts over."""
    columns = ", ".join(values)
    names = ", ".join(
        f"cast(:{name} as jsonb)" if isinstance(value, dict | list) else f":{name}" for name, value in values.items()
    )
    session.execute(
        text(
            f"insert into import_jobs ({columns}) values ({names})"  # noqa: S608 (columns are ours)
            " on conflict (id) do update set status = excluded.status, failure = null, finished_at = null,"
            " updated_at = excluded.updated_at where import_jobs.status = 'failed'"
        ),
        {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in values.items()},
    )


def load_job(session: Session, job_id: str) -> ImportJob | None:
    """The job's row."""
    return session.get(ImportJob, job_id)


def set_status(session: Session, job_id: str, status: ImportStatus, now: datetime, **changes: Any) -> None:  # noqa: ANN401 (columns)
    """Move a job on."""
    assignments = "".join(f", {name} = :{name}" for name in changes)
    session.execute(
        text(f"update import_jobs set status = :status, updated_at = :now{assignments} where id = :id"),  # noqa: S608 (columns are ours)
        {"id": job_id, "status": status.value, "now": now, **changes},
    )


def staged_chunks(session: Session, job_id: str) -> int | None:
    """How many chunks the staged rows make; None when nothing is staged yet."""
    query = "select max(chunk) + 1 from import_rows where import_id = :id"
    chunks: int | None = session.execute(text(query), {"id": job_id}).scalar()
    return chunks


def stage_rows(session: Session, job_id: str, rows: Iterable[tuple[int, int, dict[str, str]]]) -> None:
    """Copy (row number, chunk, cells) into the staging table."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows((job_id, number, chunk, json.dumps(cells)) for number, chunk, cells in rows)
    buffer.seek(0)
    cursor = session.connection().connection.cursor()
    copy = "copy import_rows (import_id, row_number, chunk, cells) from stdin with (format csv)"
    cursor.copy_expert(copy, buffer)
    cursor.close()


def chunk_rows(session: Session, job_id: str, chunk: int) -> list[tuple[int, dict[str, str]]]:
    """The rows of one chunk in file order."""
    query = "select row_number, cells from import_rows where import_id = :id and chunk = :chunk order by row_number"
    return [(row.row_number, row.cells) for row in session.execute(text(query), {"id": job_id, "chunk": chunk})]


def begin_chunk(session: Session, job_id: str, chunk: int, now: datetime) -> bool:
    """Claim a chunk for this transaction; False when it is done already. Two at once wait for each other here."""
    query = (
        "insert into import_chunks (import_id, chunk, done_at) values (:id, :chunk, :now)"
        " on conflict do nothing returning 1"
    )
    return session.execute(text(query), {"id": job_id, "chunk": chunk, "now": now}).scalar() is not None


def record_outcomes(session: Session, job_id: str, outcomes: dict[int, str]) -> None:
    """What became of rows, by row number."""
    session.execute(
        text(
            "update import_rows as r set outcome = o.outcome"
            " from unnest(cast(:numbers as integer[]), cast(:outcomes as text[])) as o(row_number, outcome)"
            " where r.import_id = :id and r.row_number = o.row_number"
        ),
        {"id": job_id, "numbers": list(outcomes), "outcomes": list(outcomes.values())},
    )


def record_issues(session: Session, job_id: str, issues: Sequence[Issue]) -> None:
    """Add findings."""
    if issues:
        session.execute(insert(ImportIssue), [{"import_id": job_id, **asdict(issue)} for issue in issues])


def outcome_counts(session: Session, job_id: str) -> dict[str, int]:
    """How many rows came out how."""
    query = (
        "select coalesce(outcome, 'open') as outcome, count(*) as n from import_rows where import_id = :id group by 1"
    )
    return {row.outcome: row.n for row in session.execute(text(query), {"id": job_id})}

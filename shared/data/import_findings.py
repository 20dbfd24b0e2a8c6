"""What is to be said about an upload: findings about its cells, and derived values it would move."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from shared.data.appending import append_rows
from shared.data.pages import Page, fetch_page
from shared.data.statement import statement
from shared.data.tables.imports import ImportIssue, ImportMove
from shared.domain.catalogue import METRICS


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


_COLUMNS = tuple(field.name for field in fields(Issue))


def record_issues(session: Session, job_id: str, issues: Sequence[Issue]) -> None:
    """Add findings."""
    rows = ((job_id, *(getattr(issue, name) for name in _COLUMNS)) for issue in issues)
    if issues:
        append_rows(session, ImportIssue, ("import_id", *_COLUMNS), rows)


def forget_issues(session: Session, job_id: str, row_numbers: Sequence[int]) -> None:
    """Remove the findings about these rows."""
    query = "delete from import_issues where import_id = :id and row_number = any(:numbers)"
    if row_numbers:
        session.execute(statement(query), {"id": job_id, "numbers": list(row_numbers)})


def forget_findings(session: Session, job_id: str) -> None:
    """Remove everything that was said about an upload."""
    for table in ("import_issues", "import_moves"):
        session.execute(statement(f"delete from {table} where import_id = :id"), {"id": job_id})  # noqa: S608 (ours)


def list_issues(session: Session, job_id: str, severity: str | None, after: Sequence[Any] | None, limit: int) -> Page:
    """Findings in file order; those about the whole file first."""
    query = """
    select json_build_array(coalesce(i.row_number, 0), i.id) as key, to_jsonb(i) - 'id' - 'import_id' as body
    from import_issues as i
    where i.import_id = :id and (cast(:severity as text) is null or i.severity = :severity)
      and (coalesce(i.row_number, 0), i.id) > (:row_number, :after_id)
    order by coalesce(i.row_number, 0), i.id
    """
    row_number, after_id = after or (-1, 0)
    bound = {"id": job_id, "severity": severity, "row_number": row_number, "after_id": after_id}
    return fetch_page(session, query, bound, limit)


def stream_issues(session: Session, job_id: str) -> Iterator[Issue]:
    """Every finding that is kept, in file order."""
    columns = ", ".join(_COLUMNS)
    query = f"select {columns} from import_issues where import_id = :id order by row_number nulls first, id"  # noqa: S608 (ours)
    for row in session.execute(statement(query), {"id": job_id}).mappings():
        yield Issue(**row)


def moved_values(session: Session, job_id: str, reach: int) -> list[Mapping[str, Any]]:
    """The derived values in each company's own currency that this transaction's versions of a job have moved.

    Only values of quarters that had them before count: a quarter that is new moves nothing by being there.

    Args:
        session: The transaction in which the job's rows were stored.
        job_id: The job.
        reach: How many quarters later a quarter is felt.
    """
    query = """
    with written as (
      select array_agg(distinct company_id) as companies, array_agg(distinct scenario) as scenarios,
        min(recorded_at) - interval '1 microsecond' as before,
        min(quarter_index) as first, max(quarter_index) + :reach as last
      from metric_inputs where import_id = :id and superseded_at is null
    ),
    before as materialized (
      select d.company_id, d.scenario, d.period_end, to_jsonb(d) as v
      from written cross join derive_reporting(
        written.companies, written.scenarios, array[]::text[], written.before, written.first, written.last
      ) as d
      where written.before is not null and d.is_local
    )
    select b.company_id, b.scenario, b.period_end, m.currency, name,
      (b.v -> name)::text as old, (to_jsonb(m) -> name)::text as new
    from before as b
    join reporting_metrics as m using (company_id, scenario, period_end)
    cross join unnest(cast(:names as text[])) as name
    where m.is_local and b.v -> name is distinct from to_jsonb(m) -> name
    order by b.company_id, b.scenario, b.period_end, name
    """
    bound = {"id": job_id, "reach": reach, "names": [metric.name for metric in METRICS]}
    return [dict(row) for row in session.execute(statement(query), bound).mappings()]


def record_moves(session: Session, job_id: str, moves: Sequence[Mapping[str, Any]]) -> None:
    """Keep moves for the report; their values are JSON texts."""
    columns = ("company_id", "scenario", "period_end", "currency", "name", "old", "new")
    rows = ((job_id, *(move[name] for name in columns)) for move in moves)
    if moves:
        append_rows(session, ImportMove, ("import_id", *columns), rows)


def list_moves(session: Session, job_id: str, after: Sequence[Any] | None, limit: int) -> Page:
    """The kept moves of a validated upload."""
    query = """
    select json_build_array(m.id) as key, to_jsonb(m) - 'id' - 'import_id' as body from import_moves as m
    where m.import_id = :id and m.id > :after order by m.id
    """
    (after_id,) = after or (0,)
    return fetch_page(session, query, {"id": job_id, "after": after_id}, limit)

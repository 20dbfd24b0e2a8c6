"""Closed reporting quarters in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shared.data.pages import Page, fetch_page
from shared.data.statement import statement
from shared.domain.as_of import ReportingQuarter

_BODY = """json_build_object(
  'reporting_year', k.reporting_year, 'reporting_quarter', k.reporting_quarter,
  'as_of', k.reporting_year || 'Q' || k.reporting_quarter || '-close',
  'status', case when k.reopened_at is null then 'closed' else 'reopened' end,
  'closed_at', k.closed_at, 'closed_by', k.closed_by, 'reason', k.reason,
  'content_hash', k.content_hash, 'rows', k.rows,
  'reopened_at', k.reopened_at, 'reopened_by', k.reopened_by, 'reopened_because', k.reopened_because
)"""
_CONTENT = """
with content as (
  select row_to_json(r)::text as line, r.company_id, r.scenario, r.period_end, r.currency
  from derive_reporting(
    array(select id from companies), array['actual'], cast(:currencies as text[]), cast(:instant as timestamptz)
  ) as r
  where r.reporting_year = :year and r.reporting_quarter = :quarter
)
select
  count(*) as rows,
  encode(sha256(convert_to(
    coalesce(string_agg(line, chr(10) order by company_id, scenario, period_end, currency), ''), 'UTF8'
  )), 'hex') as hash
from content
"""


def content_of(
    session: Session, quarter: ReportingQuarter, instant: datetime, currencies: tuple[str, ...]
) -> tuple[int, str]:
    """How many rows the quarter has as known at an instant, and the hash over all their values."""
    parameters = {"year": quarter.year, "quarter": quarter.quarter, "instant": instant, "currencies": list(currencies)}
    row = session.execute(statement(_CONTENT), parameters).one()
    return row.rows, row.hash


def insert_close(session: Session, quarter: ReportingQuarter, values: dict[str, Any]) -> None:
    """Record a close."""
    session.execute(
        statement(
            "insert into period_closes"
            " (reporting_year, reporting_quarter, closed_at, closed_by, reason, content_hash, rows)"
            " values (:year, :quarter, :closed_at, :closed_by, :reason, :content_hash, :rows)"
        ),
        {"year": quarter.year, "quarter": quarter.quarter, **values},
    )


def reopen(session: Session, quarter: ReportingQuarter, now: datetime, principal: str, reason: str) -> bool:
    """End the standing close; False when there is none."""
    query = """
    update period_closes set reopened_at = :now, reopened_by = :principal, reopened_because = :reason
    where reporting_year = :year and reporting_quarter = :quarter and reopened_at is null
    returning 1
    """
    parameters = {"year": quarter.year, "quarter": quarter.quarter, "now": now, "principal": principal}
    return session.execute(statement(query), {**parameters, "reason": reason}).scalar() is not None


def newest_instant(session: Session, quarter: ReportingQuarter) -> datetime | None:
    """When the quarter was closed last, whether it is still closed or not."""
    query = "select max(closed_at) from period_closes where reporting_year = :year and reporting_quarter = :quarter"
    instant: datetime | None = session.execute(
        statement(query), {"year": quarter.year, "quarter": quarter.quarter}
    ).scalar()
    return instant


def closed_quarters(session: Session) -> frozenset[tuple[int, int]]:
    """The reporting quarters that are closed now."""
    query = "select reporting_year, reporting_quarter from period_closes where reopened_at is null"
    return frozenset((row[0], row[1]) for row in session.execute(statement(query)))


def close_body(session: Session, quarter: ReportingQuarter) -> str | None:
    """The quarter's newest close as JSON text."""
    query = f"""
    select {_BODY}::text from period_closes as k
    where k.reporting_year = :year and k.reporting_quarter = :quarter order by k.id desc limit 1
    """  # noqa: S608 (a fixed fragment)
    body: str | None = session.execute(statement(query), {"year": quarter.year, "quarter": quarter.quarter}).scalar()
    return body


def list_closes(session: Session, after: list[Any] | None, limit: int) -> Page:
    """Every close that ever was, newest first."""
    query = f"""
    select json_build_array(k.id) as key, {_BODY} as body from period_closes as k
    where cast(:after_id as bigint) is null or k.id < cast(:after_id as bigint) order by k.id desc
    """  # noqa: S608 (a fixed fragment)
    (after_id,) = after or (None,)
    return fetch_page(session, query, {"after_id": after_id}, limit)

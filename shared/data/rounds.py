"""Funding rounds as append-only versions."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.data.changes import note_rounds
from shared.data.pages import Page, fetch_page
from shared.data.statement import statement

COMPARED = ("currency", "post_money_valuation", "equity_raised_to_date")
ROUND_BODY = """json_build_object(
  'company_id', r.company_id, 'closed_on', r.closed_on, 'round', r.round, 'currency', r.currency,
  'post_money_valuation', r.post_money_valuation, 'equity_raised_to_date', r.equity_raised_to_date,
  'version', r.version, 'recorded_at', r.recorded_at, 'principal', r.principal, 'reason', r.reason
)"""


def list_rounds(session: Session, company_id: UUID, after: Sequence[Any] | None, limit: int) -> Page:
    """The company's current rounds, oldest first."""
    query = f"""
    select
      json_build_array(r.closed_on, r.id) as key,
      {ROUND_BODY} as body
    from funding_rounds as r
    where r.company_id = :company_id and r.superseded_at is null
      and (cast(:after_day as date) is null
        or (r.closed_on, r.id) > (cast(:after_day as date), cast(:after_id as bigint)))
    order by r.closed_on, r.id
    """  # noqa: S608 (a fixed fragment; every value is bound)
    day, row_id = after or (None, None)
    return fetch_page(session, query, {"company_id": company_id, "after_day": day, "after_id": row_id}, limit)


def round_body(session: Session, company_id: UUID, closed_on: date, name: str) -> str:
    """The current version of one round as JSON text."""
    query = f"""
    select {ROUND_BODY}::text from funding_rounds as r
    where r.company_id = :company_id and r.closed_on = :closed_on and r.round = :round and r.superseded_at is null
    """  # noqa: S608 (a fixed fragment; every value is bound)
    key = {"company_id": company_id, "closed_on": closed_on, "round": name}
    body: str = session.execute(statement(query), key).scalar_one()
    return body


def current_rounds(session: Session, company_ids: Sequence[UUID]) -> dict[tuple[UUID, date, str], dict[str, Any]]:
    """The current version of every round of these companies."""
    rows = session.execute(
        statement("select * from funding_rounds where company_id = any(:ids) and superseded_at is null"),
        {"ids": list(company_ids)},
    ).mappings()
    return {(row["company_id"], row["closed_on"], row["round"]): dict(row) for row in rows}


def append_rounds(session: Session, superseded: Sequence[int], rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Supersede versions by id and append new ones."""
    if superseded:
        session.execute(
            statement("update funding_rounds set superseded_at = :now where id = any(:ids)"),
            {"now": now, "ids": list(superseded)},
        )
    if rows:
        from shared.data.tables.companies import FundingRound  # noqa: PLC0415 (tables are imported where they are written to: cold start)

        session.execute(insert(FundingRound), list(rows))
        note_rounds(session, rows)

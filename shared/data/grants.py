"""Grants in the database: what holders may reach, listing, giving, withdrawing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.pages import Page, fetch_page
from shared.data.scope import VISIBLE, scope_parameters
from shared.data.statement import statement
from shared.domain.permissions import Granted, Scope

_BODY = """json_build_object(
  'id', g.id, 'holder_kind', g.holder_kind, 'holder_id', g.holder_id, 'holder_name', g.holder_name,
  'company_id', g.company_id, 'fund', (select name from funds where id = g.fund_id),
  'whole_portfolio', g.company_id is null and g.fund_id is null, 'reason', g.reason,
  'granted_at', g.granted_at, 'granted_by', g.granted_by,
  'withdrawn_at', g.withdrawn_at, 'withdrawn_by', g.withdrawn_by
)"""


def granted_to(session: Session, holders: Iterable[str]) -> Granted:
    """What is granted to any of these holders."""
    query = """
    select
      count(*) > 0 as narrows,
      count(*) filter (where stands and company_id is null and fund_id is null) > 0 as everything,
      array_agg(company_id) filter (where stands and company_id is not null) as company_ids,
      array_agg(fund_id) filter (where stands and fund_id is not null) as fund_ids,
      exists (select from grants where holder_kind = 'group') as groups_count
    from (select *, withdrawn_at is null as stands from grants where holder_id::text = any(:holders)) as g
    """
    row = session.execute(statement(query), {"holders": list(holders)}).one()
    return Granted(
        row.narrows,
        row.everything,
        frozenset(row.company_ids or ()),
        frozenset(map(str, row.fund_ids or ())),
        row.groups_count,
    )


def companies_in_both(session: Session, one: Scope, other: Scope) -> frozenset[UUID]:
    """The companies that both scopes hold."""
    query = f"select c.id from companies as c where {VISIBLE} and c.id = any(cast(:ids as uuid[]))"  # noqa: S608 (fixed fragments)
    within = session.execute(
        statement(f"select c.id from companies as c where {VISIBLE}"),  # noqa: S608 (as above)
        scope_parameters(one),
    )
    parameters = {"ids": [str(company_id) for company_id in within.scalars()], **scope_parameters(other)}
    return frozenset(session.execute(statement(query), parameters).scalars())


def list_grants(session: Session, filters: dict[str, Any], after: Sequence[Any] | None, limit: int) -> Page:
    """Grants, newest first."""
    query = f"""
    select json_build_array(g.granted_at, g.id) as key, {_BODY} as body
    from grants as g
    where (:withdrawn or g.withdrawn_at is null)
      and (cast(:holder_id as uuid) is null or g.holder_id = :holder_id)
      and (cast(:company_id as uuid) is null or g.company_id = :company_id)
      and (cast(:fund as text) is null
        or exists (select from funds as f where f.id = g.fund_id and (f.name = :fund or f.id::text = :fund)))
      and (cast(:after_at as timestamptz) is null or (g.granted_at, g.id) < (:after_at, cast(:after_id as uuid)))
    order by g.granted_at desc, g.id desc
    """  # noqa: S608 (fixed fragments; every value is bound)
    at, grant_id = after or (None, None)
    return fetch_page(session, query, {**filters, "after_at": at, "after_id": grant_id}, limit)


def find_fund(session: Session, fund: str) -> UUID | None:
    """The fund of this name or id."""
    query = "select id from funds where name = :fund or id::text = :fund order by name = :fund limit 1"
    found: UUID | None = session.execute(statement(query), {"fund": fund}).scalar()
    return found


def standing_grant(session: Session, holder_id: UUID, company_id: UUID | None, fund_id: UUID | None) -> UUID | None:
    """The grant of just this, if one stands."""
    query = """
    select id from grants where holder_id = :holder_id and withdrawn_at is null
      and company_id is not distinct from cast(:company_id as uuid)
      and fund_id is not distinct from cast(:fund_id as uuid)
    """
    values = {"holder_id": holder_id, "company_id": company_id, "fund_id": fund_id}
    found: UUID | None = session.execute(statement(query), values).scalar()
    return found


def insert_grant(session: Session, values: dict[str, Any]) -> None:
    """A new grant."""
    columns, names = ", ".join(values), ", ".join(f":{name}" for name in values)
    session.execute(statement(f"insert into grants ({columns}) values ({names})"), values)  # noqa: S608 (columns are ours)


def withdraw_grant(session: Session, grant_id: UUID, now: datetime, principal: str) -> bool:
    """End a grant; False when none of this id stands."""
    query = """
    update grants set withdrawn_at = :now, withdrawn_by = :principal where id = :id and withdrawn_at is null
    returning 1
    """
    return session.execute(statement(query), {"id": grant_id, "now": now, "principal": principal}).scalar() is not None


def grant_body(session: Session, grant_id: UUID) -> str:
    """A grant as JSON text."""
    query = f"select {_BODY}::text from grants as g where g.id = :id"  # noqa: S608 (a fixed fragment)
    return str(session.execute(statement(query), {"id": grant_id}).scalar_one())

"""Companies, their funds and their dated currencies: reading, locking, writing."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.access import admit_company
from shared.data.changes import note_company
from shared.data.engine import join_writers, read_instant
from shared.data.pages import Page, fetch_page
from shared.data.scope import VISIBLE, scope_parameters
from shared.data.statement import statement
from shared.domain.periods import FiscalCalendar
from shared.domain.permissions import Scope

FROM_THE_BEGINNING = date(1, 1, 1)
EXTERNAL_IDS = "uq_companies_external_id"
"""The index by which a name is one company's."""

BODY = """json_build_object(
  'id', c.id,
  'external_id', c.external_id,
  'name', c.name,
  'reporting_status', c.reporting_status,
  'reporting_currency', (
    select k.currency from company_currencies as k where k.company_id = c.id order by k.valid_from desc limit 1
  ),
  'currencies', (
    select json_agg(
      json_build_object('currency', k.currency, 'valid_from', nullif(k.valid_from, date '0001-01-01'))
      order by k.valid_from
    )
    from company_currencies as k where k.company_id = c.id
  ),
  'fiscal_year_end', c.fiscal_year_end,
  'funds', (
    select coalesce(json_agg(f.name order by f.name), '[]')
    from company_funds as cf join funds as f on f.id = cf.fund_id
    where cf.company_id = c.id
  ),
  'location_country', c.location_country,
  'customer_type', c.customer_type,
  'revenue_type', c.revenue_type,
  'created_at', c.created_at,
  'created_by', c.created_by,
  'updated_at', c.updated_at,
  'updated_by', c.updated_by,
  'version', c.row_version
)"""


@dataclass(frozen=True, slots=True)
class LockedCompany:
    """What a write needs to know of a company it holds: its calendar and the currencies it has reported in."""

    id: UUID
    calendar: FiscalCalendar
    currencies: tuple[tuple[date, str], ...]

    def currency_on(self, day: date) -> str:
        """The reporting currency in force on `day`."""
        return next(currency for valid_from, currency in reversed(self.currencies) if valid_from <= day)


def list_companies(
    session: Session, scope: Scope, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """Companies by name, narrowed by `fund`, `reporting_status` and `external_id`."""
    query = f"""
    select json_build_array(c.name, c.id) as key, {BODY} as body
    from companies as c
    where {VISIBLE}
      and (cast(:fund as text) is null or exists (
        select from company_funds as cf join funds as f on f.id = cf.fund_id
        where cf.company_id = c.id and (f.name = :fund or f.id::text = :fund)
      ))
      and (cast(:reporting_status as text) is null or c.reporting_status = :reporting_status)
      and (cast(:external_id as text) is null or c.external_id = :external_id)
      and (cast(:after_name as text) is null or (c.name, c.id) > (:after_name, cast(:after_id as uuid)))
    order by c.name, c.id
    """  # noqa: S608 (fixed fragments; every value is bound)
    name, company_id = after or (None, None)
    parameters = {**scope_parameters(scope), **filters, "after_name": name, "after_id": company_id}
    return fetch_page(session, query, parameters, limit)


def company_body(session: Session, scope: Scope, company_id: UUID) -> str | None:
    """One company as JSON text; None when it is not there for this scope."""
    query = f"select {BODY}::text from companies as c where c.id = :id and {VISIBLE}"  # noqa: S608 (fixed fragments)
    body: str | None = session.execute(statement(query), {"id": company_id, **scope_parameters(scope)}).scalar()
    return body


def visible_ids(session: Session, scope: Scope, company_ids: Iterable[UUID]) -> set[UUID]:
    """Those of `company_ids` that exist within the scope."""
    query = f"select c.id from companies as c where c.id = any(:ids) and {VISIBLE}"  # noqa: S608 (fixed fragments)
    return set(session.execute(statement(query), {"ids": list(company_ids), **scope_parameters(scope)}).scalars())


def ids_by_external_id(session: Session, scope: Scope, external_ids: Iterable[str]) -> dict[str, UUID]:
    """The companies the firm calls by these names, within the scope."""
    wanted = f"c.external_id = any(:names) and {VISIBLE}"
    query = f"select c.external_id, c.id from companies as c where {wanted}"  # noqa: S608 (fixed fragments)
    rows = session.execute(statement(query), {"names": list(external_ids), **scope_parameters(scope)})
    return {row.external_id: row.id for row in rows}


def lock_companies(session: Session, company_ids: Iterable[UUID]) -> tuple[dict[UUID, LockedCompany], datetime]:
    """Hold the companies for this transaction, in id order, and the instant at which they are held.

    Whoever writes a company's inputs or rounds holds it: versions of one company get instants in the order of writes.
    """
    join_writers(session)
    return _read_companies(session, company_ids, "for update")


def view_companies(session: Session, company_ids: Iterable[UUID]) -> tuple[dict[UUID, LockedCompany], datetime]:
    """The companies as they stand, without holding them, and the instant at which they do."""
    return _read_companies(session, company_ids)


def _read_companies(
    session: Session, company_ids: Iterable[UUID], held: str = ""
) -> tuple[dict[UUID, LockedCompany], datetime]:
    ids = sorted(set(company_ids))
    query = f"select id, fiscal_year_end from companies where id = any(:ids) order by id {held}"  # noqa: S608 (ours)
    rows = session.execute(statement(query), {"ids": ids}).all()
    currencies: dict[UUID, list[tuple[date, str]]] = {}
    changes = (
        "select company_id, valid_from, currency from company_currencies where company_id = any(:ids)"
        " order by valid_from"
    )
    for company_id, valid_from, currency in session.execute(statement(changes), {"ids": ids}):
        currencies.setdefault(company_id, []).append((valid_from, currency))
    now = read_instant(session)
    found = {
        row.id: LockedCompany(row.id, FiscalCalendar.parse(row.fiscal_year_end), tuple(currencies[row.id]))
        for row in rows
    }
    return found, now


def insert_company(session: Session, values: dict[str, Any]) -> None:
    """A new company row."""
    admit_company(session, values["id"])
    columns = ", ".join(values)
    names = ", ".join(f":{name}" for name in values)
    session.execute(statement(f"insert into companies ({columns}) values ({names})"), values)  # noqa: S608 (columns are ours)
    _append_version(session, values["id"])


def update_company(session: Session, company_id: UUID, values: dict[str, Any]) -> None:
    """Set these columns and count the version up."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    session.execute(
        statement(f"update companies set {assignments}, row_version = row_version + 1 where id = :id"),  # noqa: S608 (columns are ours)
        {**values, "id": company_id},
    )
    _append_version(session, company_id)


def _append_version(session: Session, company_id: UUID) -> None:
    """Put what now stands of a company on record as its newest version."""
    query = """
    with superseded as (
      update company_versions as v set superseded_at = c.updated_at
      from companies as c where c.id = :id and v.company_id = c.id and v.superseded_at is null
      returning 1
    )
    insert into company_versions (
      company_id, version, external_id, name, reporting_status, fiscal_year_end, location_country, customer_type,
      revenue_type, recorded_at, principal
    )
    select
      c.id, c.row_version, c.external_id, c.name, c.reporting_status, c.fiscal_year_end, c.location_country,
      c.customer_type, c.revenue_type, c.updated_at, c.updated_by
    from companies as c
    where c.id = :id and (select count(*) from superseded) >= 0
    """
    session.execute(statement(query), {"id": company_id})
    note_company(session, company_id)


def delete_company(session: Session, company_id: UUID) -> None:
    """Remove a company that has nothing recorded."""
    note_company(session, company_id, deleted=True, left_funds=_left_funds(session, company_id, ()))
    session.execute(statement("delete from companies where id = :id"), {"id": company_id})


def has_inputs(session: Session, company_id: UUID) -> bool:
    """Whether anything was ever submitted for the company."""
    query = "select exists (select from metric_inputs where company_id = :id)"
    return bool(session.execute(statement(query), {"id": company_id}).scalar())


def set_currency(
    session: Session, company_id: UUID, currency: str, valid_from: date, now: datetime, principal: str
) -> None:
    """From `valid_from` on the company reports in `currency`; later entries are replaced by this one."""
    session.execute(
        statement("delete from company_currencies where company_id = :id and valid_from >= :valid_from"),
        {"id": company_id, "valid_from": valid_from},
    )
    session.execute(
        statement(
            "insert into company_currencies (company_id, valid_from, currency, recorded_at, principal)"
            " values (:id, :valid_from, :currency, :now, :principal)"
        ),
        {"id": company_id, "valid_from": valid_from, "currency": currency, "now": now, "principal": principal},
    )


def fund_names(session: Session, funds: Iterable[str]) -> set[str]:
    """The names of funds given by id or name; a name that no fund has yet stands for itself."""
    given = set(funds)
    query = "select name from funds where id::text = any(:given)"
    return given | set(session.execute(statement(query), {"given": sorted(given)}).scalars())


def set_funds(session: Session, company_id: UUID, names: Sequence[str], now: datetime, principal: str) -> None:
    """The company belongs to exactly these funds; a fund not yet known is made."""
    admit_company(session, company_id)
    parameters = {"id": company_id, "names": list(names), "now": now, "principal": principal}
    note_company(session, company_id, left_funds=_left_funds(session, company_id, names), resync=True)
    session.execute(statement("delete from company_funds where company_id = :id"), parameters)
    session.execute(
        statement(
            "insert into funds (id, name, created_at, created_by)"
            " select gen_random_uuid(), name, :now, :principal from unnest(cast(:names as text[])) as name"
            " order by name on conflict (name) do nothing"
        ),
        parameters,
    )
    session.execute(
        statement("insert into company_funds (company_id, fund_id) select :id, id from funds where name = any(:names)"),
        parameters,
    )


def _left_funds(session: Session, company_id: UUID, names: Sequence[str]) -> list[str]:
    """Names and ids of the funds the company is in, but for those named."""
    query = """
    select unnest(array[f.name, f.id::text]) from company_funds as cf join funds as f on f.id = cf.fund_id
    where cf.company_id = :id and f.name <> all(cast(:names as text[]))
    """
    return list(session.execute(statement(query), {"id": company_id, "names": list(names)}).scalars())


def as_object(body: str) -> dict[str, Any]:
    """A body as a Python object."""
    found: dict[str, Any] = json.loads(body)
    return found

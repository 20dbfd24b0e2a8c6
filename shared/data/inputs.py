"""Metric inputs as append-only versions: reading the current ones, superseding, appending."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.appending import append_rows
from shared.data.changes import note_inputs
from shared.data.pages import Page, fetch_page
from shared.data.scope import VISIBLE, scope_parameters
from shared.data.statement import statement
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import Scope

_FIELDS = ", ".join(f"i.{name}" for name in FIELD_NAMES)
INPUT_ROW = f"""
  i.company_id, i.period_end, i.scenario, i.currency, {_FIELDS},
  i.version, i.recorded_at, i.principal, i.reason, i.import_id, i.source_file, i.source_sheet, i.source_row
"""

CELLS = """coalesce(i.source_cells, (
  select jsonb_object_agg(h.name, column_letters(h.place::integer) || i.source_row)
  from import_jobs as j cross join unnest(j.header) with ordinality as h(name, place)
  where j.id = i.import_id and h.name <> ''
))"""
"""The spreadsheet cell of each column of the file that a version `i` came from; null: it came over HTTP."""


@dataclass(frozen=True, slots=True)
class StoredInput:
    """One version as it stands; `values` has every field, null where not reported."""

    id: int
    company_id: UUID
    scenario: str
    period_end: date
    quarter_index: int
    version: int
    currency: str
    deleted: bool
    values: dict[str, Decimal | None] = field(default_factory=dict)


def list_inputs(
    session: Session, scope: Scope, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """Current inputs by company and period, narrowed by company, fund, scenario and dates."""
    query = f"""
    select
      json_build_array(i.period_end, i.company_id, i.scenario) as key,
      (select row_to_json(r) from (select {INPUT_ROW}) as r) as body
    from metric_inputs as i
    join companies as c on c.id = i.company_id
    where i.recorded_at <= coalesce(cast(:as_of as timestamptz), 'infinity')
      and (i.superseded_at is null or i.superseded_at > cast(:as_of as timestamptz))
      and not i.deleted and {VISIBLE} and {PERIOD_FILTERS.format(row="i")}
      and (cast(:after_end as date) is null or (i.period_end, i.company_id, i.scenario)
        > (cast(:after_end as date), cast(:after_company as uuid), :after_scenario))
    order by i.period_end, i.company_id, i.scenario
    """  # noqa: S608 (fixed fragments; every value is bound)
    end, company, scenario = after or (None, None, None)
    parameters = {"after_end": end, "after_company": company, "after_scenario": scenario}
    return fetch_page(session, query, {**scope_parameters(scope), **filters, **parameters}, limit)


PERIOD_FILTERS = """(
  (cast(:company_ids as uuid[]) is null or {row}.company_id = any(cast(:company_ids as uuid[])))
  and (cast(:fund as text) is null or exists (
    select from company_funds as cf join funds as f on f.id = cf.fund_id
    where cf.company_id = {row}.company_id and (f.name = :fund or f.id::text = :fund)
  ))
  and {row}.scenario = :scenario
  and {row}.period_end >= coalesce(cast(:start_reporting_date as date), date '0001-01-01')
  and {row}.period_end <= coalesce(cast(:end_reporting_date as date), date '9999-12-31')
)"""


def input_body(session: Session, company_id: UUID, period_end: date, scenario: str) -> str | None:
    """The current input of one company-quarter as JSON text; None when nothing is reported."""
    query = f"""
    select (select row_to_json(r) from (select {INPUT_ROW}) as r)::text
    from metric_inputs as i
    where i.company_id = :company_id and i.period_end = :period_end and i.scenario = :scenario
      and i.superseded_at is null and not i.deleted
    """  # noqa: S608 (fixed fragments)
    body: str | None = session.execute(
        statement(query), {"company_id": company_id, "period_end": period_end, "scenario": scenario}
    ).scalar()
    return body


def standing_version(session: Session, company_id: UUID, period_end: date, scenario: str) -> int | None:
    """The version of one company-quarter that stands; None: nothing is reported."""
    query = """
    select version from metric_inputs
    where company_id = :company_id and period_end = :period_end and scenario = :scenario
      and superseded_at is null and not deleted
    """
    key = {"company_id": company_id, "period_end": period_end, "scenario": scenario}
    version: int | None = session.execute(statement(query), key).scalar()
    return version


def current_inputs(
    session: Session, company_ids: Sequence[UUID], scenarios: Sequence[str]
) -> dict[tuple[UUID, str, date], StoredInput]:
    """The current version of every quarter of these companies, tombstones included."""
    query = f"""
    select company_id, scenario, period_end, id, quarter_index, version, currency, deleted, {", ".join(FIELD_NAMES)}
    from metric_inputs where company_id = any(:ids) and scenario = any(:scenarios) and superseded_at is null
    """  # noqa: S608 (columns are ours)
    rows = session.execute(statement(query), {"ids": list(company_ids), "scenarios": list(scenarios)})
    return {
        (company_id, scenario, period_end): StoredInput(
            number,
            company_id,
            scenario,
            period_end,
            index,
            version,
            currency,
            deleted,
            dict(zip(FIELD_NAMES, values, strict=True)),
        )
        for company_id, scenario, period_end, number, index, version, currency, deleted, *values in rows
    }


def append_inputs(session: Session, superseded: Sequence[int], rows: Sequence[dict[str, Any]], now: datetime) -> None:
    """Supersede versions by id and append new ones."""
    if superseded:
        session.execute(
            statement("update metric_inputs set superseded_at = :now where id = any(:ids)"),
            {"now": now, "ids": list(superseded)},
        )
    if rows:
        from shared.data.tables.inputs import MetricInput  # noqa: PLC0415 (tables are imported where they are written to: cold start)

        columns = tuple(rows[0])
        append_rows(session, MetricInput, columns, map(itemgetter(*columns), rows))
        note_inputs(session, rows)


def recorded_period_ends(session: Session, company_id: UUID) -> list[date]:
    """Every period end anything was ever recorded for."""
    query = "select distinct period_end from metric_inputs where company_id = :id order by period_end"
    return list(session.execute(statement(query), {"id": company_id}).scalars())


def renumber_quarters(session: Session, company_id: UUID, indexes: dict[date, int]) -> None:
    """Give every version of the company its quarter's index in a changed calendar.

    In two steps, by way of negative numbers: quarters that all move by one would meet on their way.
    """
    session.execute(
        statement(
            "update metric_inputs as i set quarter_index = -n.quarter_index"
            " from unnest(cast(:ends as date[]), cast(:indexes as integer[])) as n(period_end, quarter_index)"
            " where i.company_id = :id and i.period_end = n.period_end"
        ),
        {"id": company_id, "ends": list(indexes), "indexes": list(indexes.values())},
    )
    session.execute(
        statement(
            "update metric_inputs set quarter_index = -quarter_index where company_id = :id and quarter_index < 0"
        ),
        {"id": company_id},
    )


def input_history(session: Session, company_id: UUID, period_end: date, scenario: str) -> str:
    """Every version of one company-quarter, oldest first, as a JSON array text: who, when, why, from which cell."""
    query = f"""
    select coalesce(json_agg(row_to_json(r) order by r.version), '[]')::text
    from (
      select {INPUT_ROW}, i.superseded_at, i.deleted, {CELLS} as cells
      from metric_inputs as i
      where i.company_id = :company_id and i.period_end = :period_end and i.scenario = :scenario
    ) as r
    """  # noqa: S608 (fixed fragments)
    parameters = {"company_id": company_id, "period_end": period_end, "scenario": scenario}
    body: str = session.execute(statement(query), parameters).scalar_one()
    return body


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A company-quarter and the fiscal quarter before it, where that is on record."""

    company_id: UUID
    scenario: str
    period_end: date
    now: tuple[str, dict[str, Decimal | None]]
    before: tuple[str, dict[str, Decimal | None]] | None


def list_neighbours(
    session: Session, scope: Scope, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> list[Neighbours]:
    """Company-quarters as they stand, oldest first, each with the one before: what doubts are raised from."""
    earlier = ", ".join(f"p.{name} as before_{name}" for name in FIELD_NAMES)
    query = f"""
    select i.*, p.currency as before_currency, {earlier}
    from metric_inputs as i
    join companies as c on c.id = i.company_id
    left join metric_inputs as p
      on p.company_id = i.company_id and p.scenario = i.scenario and p.quarter_index = i.quarter_index - 1
      and p.superseded_at is null and not p.deleted
    where i.superseded_at is null and not i.deleted and {VISIBLE} and {PERIOD_FILTERS.format(row="i")}
      and (cast(:after_end as date) is null
        or (i.period_end, i.company_id) > (cast(:after_end as date), cast(:after_company as uuid)))
    order by i.period_end, i.company_id
    limit :page_limit
    """  # noqa: S608 (fixed fragments; every value is bound)
    end, company = after or (None, None)
    parameters = {**scope_parameters(scope), **filters, "after_end": end, "after_company": company}
    rows = session.execute(statement(query), {**parameters, "page_limit": limit}).mappings()
    return [
        Neighbours(
            row["company_id"],
            row["scenario"],
            row["period_end"],
            (row["currency"], {name: row[name] for name in FIELD_NAMES}),
            row["before_currency"] and (row["before_currency"], {name: row[f"before_{name}"] for name in FIELD_NAMES}),
        )
        for row in rows
    ]

"""What a derived figure rests on, as known at an instant: derived rows, input versions, the round, period rates."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.inputs import CELLS
from shared.data.statement import statement
from shared.domain.fx import PROVIDER

Rows = Mapping[str, Any]


def derived_quarters(
    session: Session, company_id: UUID, scenario: str, currency: str | None, as_of: datetime | str
) -> dict[int, Rows]:
    """The company's derived rows in one currency, or (None) its own, by quarter index."""
    query = """
    select * from derive_reporting(
      array[cast(:company as uuid)], array[:scenario], array_remove(array[cast(:currency as text)], null),
      cast(:as_of as timestamptz)
    ) as r
    where case when cast(:currency as text) is null then r.is_local else r.currency = :currency end
    """
    parameters = {"company": company_id, "scenario": scenario, "currency": currency, "as_of": str(as_of)}
    return {row["quarter_index"]: dict(row) for row in session.execute(statement(query), parameters).mappings()}


def input_versions(session: Session, company_id: UUID, scenario: str, as_of: datetime | str) -> dict[date, Rows]:
    """The inputs that stood at the instant, by period end, each with the cells they came from."""
    query = f"""
    select i.*, {CELLS} as cells
    from metric_inputs as i
    where i.company_id = :company and i.scenario = :scenario and not i.deleted
      and i.recorded_at <= cast(:as_of as timestamptz)
      and (i.superseded_at is null or i.superseded_at > cast(:as_of as timestamptz))
    """  # noqa: S608 (a fixed fragment)
    parameters = {"company": company_id, "scenario": scenario, "as_of": str(as_of)}
    return {row["period_end"]: dict(row) for row in session.execute(statement(query), parameters).mappings()}


def latest_round(session: Session, company_id: UUID, period_end: date, as_of: datetime | str) -> Rows | None:
    """The newest funding round on or before a day, as known at the instant."""
    query = """
    select r.* from funding_rounds as r
    where r.company_id = :company and r.closed_on <= :period_end
      and r.recorded_at <= cast(:as_of as timestamptz)
      and (r.superseded_at is null or r.superseded_at > cast(:as_of as timestamptz))
    order by r.closed_on desc, r.id desc limit 1
    """
    parameters = {"company": company_id, "period_end": period_end, "as_of": str(as_of)}
    row = session.execute(statement(query), parameters).mappings().one_or_none()
    return None if row is None else dict(row)


def rate_facts(session: Session, base: str, quote: str, start: date, end: date, as_of: datetime | str) -> Rows:
    """The rates of a period and what they rest on; 1 where nothing is translated."""
    if base == quote:
        return {"base": base, "quote": quote, "average": 1, "closing": 1}
    query = """
    select
      trim_scale(r.average) as average, trim_scale(r.closing) as closing, r.closing_date, r.observations,
      business_days(:provider, :start, :end) as expected_observations
    from period_rate(:provider, :base, :quote, :start, :end, cast(:as_of as timestamptz)) as r
    """
    parameters = {"provider": PROVIDER, "base": base, "quote": quote, "start": start, "end": end}
    found = session.execute(statement(query), {**parameters, "as_of": str(as_of)}).mappings().one()
    pair = {"provider": PROVIDER, "base": base, "quote": quote, "period_start": start, "period_end": end}
    return {**pair, **found}

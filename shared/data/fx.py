"""Exchange rates: storing what a provider published, and reading rates and period rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.engine import begin_write
from shared.data.pages import Page, fetch_page
from shared.domain.fx import PIVOT, PROVIDER, Observation

_STORE_LOCK = 7_203_402


_STORE = """
with published as (
  select distinct on (quote, observed_on) quote, observed_on, rate
  from unnest(cast(:quotes as text[]), cast(:days as date[]), cast(:rates as numeric[]))
    as p(quote, observed_on, rate)
),
changed as materialized (
  select p.quote, p.observed_on, p.rate, standing.id as standing_id
  from published as p
  left join fx_rates as standing
    on standing.provider = :provider and standing.base = :base and standing.quote = p.quote
    and standing.observed_on = p.observed_on and standing.superseded_at is null
  where standing.id is null or (standing.kind = 'published' and standing.rate <> p.rate)
),
superseded as (
  update fx_rates set superseded_at = :now where id in (select standing_id from changed) returning id
),
recorded as (
  insert into fx_rates (provider, base, quote, observed_on, rate, kind, recorded_at, principal)
  select :provider, :base, quote, observed_on, rate, 'published', :now, :principal
  from changed
  where (select count(*) from superseded) >= 0
  returning quote, observed_on
)
select quote, observed_on from recorded
"""


def newest_day(session: Session) -> date | None:
    """The newest day any rate of the provider was observed on."""
    query = "select max(observed_on) from fx_rates where provider = :provider"
    day: date | None = session.execute(text(query), {"provider": PROVIDER}).scalar()
    return day


def store_observations(session: Session, observations: Sequence[Observation], principal: str) -> list[tuple[str, date]]:
    """Record published rates; answers the (quote, day) pairs that are new or corrected.

    A value equal to the one that stands changes nothing; a different one supersedes it; an override stands.
    """
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _STORE_LOCK})
    parameters: dict[str, Any] = {
        "provider": PROVIDER,
        "base": PIVOT,
        "quotes": [observation.quote for observation in observations],
        "days": [observation.observed_on for observation in observations],
        "rates": [observation.rate for observation in observations],
        "principal": principal,
    }
    parameters["now"] = begin_write(session)
    return [(row.quote, row.observed_on) for row in session.execute(text(_STORE), parameters)]


@dataclass(frozen=True, slots=True)
class TouchedQuarters:
    """The quarters of one company, from the first to the last, that changed rates concern."""

    company_id: UUID
    first: int
    last: int


def quarters_touched(
    session: Session, changed: Sequence[tuple[str, date]], presented: Sequence[str]
) -> list[TouchedQuarters]:
    """The quarters that rest on these (quote, day) rates: in their period, or up to a week before its end.

    A rate concerns a quarter of its currency, one of a company valued in it, and every quarter when it is a
    presentation currency. A quarter that waits for rates is concerned by any newer one.
    """
    query = """
    with changed as (
      select * from unnest(cast(:quotes as text[]), cast(:days as date[])) as c(quote, observed_on)
    ),
    touched as (
      select r.company_id, r.quarter_index
      from reporting_financials as r
      where r.is_local and (
        exists (
          select from reporting_financials as other
          where other.company_id = r.company_id and other.scenario = r.scenario and other.period_end = r.period_end
            and (
              'provisional' = any(other.flags)
              or other.fx_rate_average is null
              or other.fx_rate_closing is null
            )
        )
        or exists (
          select from changed
          where changed.observed_on between least(r.period_start, r.period_end - 7) and r.period_end
            and (
              changed.quote = r.currency
              or changed.quote = any(:presented)
              or exists (
                select from funding_rounds as f where f.company_id = r.company_id and f.currency = changed.quote
              )
            )
        )
      )
    )
    select company_id, min(quarter_index) as first, max(quarter_index) as last from touched group by company_id
    """
    quotes, days = [quote for quote, _ in changed], [day for _, day in changed]
    rows = session.execute(text(query), {"quotes": quotes, "days": days, "presented": list(presented)})
    return [TouchedQuarters(row.company_id, row.first, row.last) for row in rows]


def override_rate(
    session: Session, quote: str, observed_on: date, rate: Decimal | None, principal: str, reason: str
) -> bool:
    """Put a rate of one's own in place of the published one, or (None) let the published one count again.

    Answers False when there is nothing to lift.
    """
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _STORE_LOCK})
    now = begin_write(session)
    key = {"provider": PROVIDER, "quote": quote, "day": observed_on}
    standing = session.execute(
        text(
            "select id, kind from fx_rates where provider = :provider and quote = :quote and observed_on = :day"
            " and superseded_at is null"
        ),
        key,
    ).one_or_none()
    if rate is None:
        if standing is None or standing.kind != "override":
            return False
        published = session.execute(
            text(
                "select rate from fx_rates where provider = :provider and quote = :quote and observed_on = :day"
                " and kind = 'published' order by recorded_at desc, id desc limit 1"
            ),
            key,
        ).scalar()
    if standing is not None:
        session.execute(
            text("update fx_rates set superseded_at = :now where id = :id"), {"now": now, "id": standing.id}
        )
    new, kind = (rate, "override") if rate is not None else (published, "published")
    if new is not None:
        session.execute(
            text(
                "insert into fx_rates (provider, base, quote, observed_on, rate, kind, recorded_at, principal, reason)"
                " values (:provider, :base, :quote, :day, :rate, :kind, :now, :principal, :reason)"
            ),
            {**key, "base": PIVOT, "rate": new, "kind": kind, "now": now, "principal": principal, "reason": reason},
        )
    return True


def list_rates(session: Session, filters: dict[str, Any], after: Sequence[Any] | None, limit: int) -> Page:
    """Daily rates of base → quote, oldest first, through the pivot where neither is it."""
    query = """
    select
      json_build_array(day.observed_on) as key,
      json_build_object(
        'provider', :provider, 'base', :base, 'quote', :quote, 'observed_on', day.observed_on,
        'rate', trim_scale(round(day.rate, 14))
      ) as body
    from daily_rates(:provider, :base, :quote, coalesce(cast(:start as date), date '0001-01-01'),
      coalesce(cast(:end as date), date '9999-12-31'), 'infinity') as day
    where cast(:after_day as date) is null or day.observed_on > cast(:after_day as date)
    order by day.observed_on
    """
    (day,) = after or (None,)
    return fetch_page(session, query, {"provider": PROVIDER, **filters, "after_day": day}, limit)


def period_rate_body(session: Session, base: str, quote: str, start: date, end: date) -> str:
    """The average and closing rate of a period as JSON text."""
    query = """
    select json_build_object(
      'base', cast(:base as text), 'quote', cast(:quote as text), 'period_start', cast(:start as date),
      'period_end', cast(:end as date), 'provider', cast(:provider as text),
      'average', trim_scale(r.average), 'closing', trim_scale(r.closing), 'closing_date', r.closing_date,
      'observations', r.observations, 'expected_observations', business_days(:provider, :start, :end)
    )::text
    from period_rate(:provider, :base, :quote, :start, :end, 'infinity') as r
    """
    parameters = {"provider": PROVIDER, "base": base, "quote": quote, "start": start, "end": end}
    body: str = session.execute(text(query), parameters).scalar_one()
    return body


def rate_body(session: Session, quote: str, observed_on: date) -> str:
    """The rate that counts on one day, with who put it there, as JSON text."""
    query = """
    select json_build_object(
      'provider', r.provider, 'base', r.base, 'quote', r.quote, 'observed_on', r.observed_on, 'rate', r.rate,
      'kind', r.kind, 'recorded_at', r.recorded_at, 'principal', r.principal, 'reason', r.reason
    )::text
    from fx_rates as r
    where r.provider = :provider and r.quote = :quote and r.observed_on = :day and r.superseded_at is null
    """
    body: str = session.execute(text(query), {"provider": PROVIDER, "quote": quote, "day": observed_on}).scalar_one()
    return body

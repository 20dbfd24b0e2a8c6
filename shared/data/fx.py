"""Exchange rates: storing what a provider published, and reading rates and period rates."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from shared.data.appending import write_array
from shared.data.changes import note_rates
from shared.data.engine import wait_for_writers
from shared.data.pages import Page, fetch_page
from shared.data.statement import statement
from shared.domain.fx import PIVOT, PROVIDER, ChangedRates, Observation

STORE_LOCK = 7_203_402


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
select quote, min(observed_on) as first_day, max(observed_on) as last_day, count(*) as count
from recorded group by quote, date_trunc('month', observed_on)
"""


def newest_day(session: Session) -> date | None:
    """The newest day any rate of the provider was observed on."""
    query = "select max(observed_on) from fx_rates where provider = :provider and kind = 'published'"
    day: date | None = session.execute(statement(query), {"provider": PROVIDER}).scalar()
    return day


def store_observations(session: Session, observations: Sequence[Observation], principal: str) -> list[ChangedRates]:
    """Record published rates; answers which are new or corrected, by quote and month.

    A value equal to the one that stands changes nothing; a different one supersedes it; an override stands. Rates are
    felt by every company, so whoever writes one waits meanwhile: nobody derives with rates that are about to go.
    """
    session.execute(statement("select pg_advisory_xact_lock(:key)"), {"key": STORE_LOCK})
    parameters: dict[str, Any] = {
        "provider": PROVIDER,
        "base": PIVOT,
        "quotes": write_array([observation.quote for observation in observations]),
        "days": write_array([observation.observed_on for observation in observations]),
        "rates": write_array([observation.rate for observation in observations]),
        "principal": principal,
    }
    parameters["now"] = wait_for_writers(session)
    changed = [ChangedRates(*row) for row in session.execute(statement(_STORE), parameters)]
    note_rates(session, PIVOT, changed)
    return changed


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
    body: str = session.execute(statement(query), parameters).scalar_one()
    return body

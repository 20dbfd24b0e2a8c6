"""Which company-quarters rest on which exchange rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.statement import statement

_TOUCHED = """
with changed as materialized (
  select c.quote, min(c.day) as first_day, max(c.day) as last_day
  from unnest(cast(:quotes as text[]), cast(:days as date[])) as c(quote, day)
  group by c.quote, date_trunc('month', c.day)
),
touched as (
  select w.company_id, w.quarter_index
  from reporting_financials as w
  where 'provisional' = any(w.flags) or w.fx_rate_average is null or w.fx_rate_closing is null
  union all
  select r.company_id, r.quarter_index
  from reporting_financials as r
  where r.is_local
    and r.period_end >= :since -- a value, not a query: how few rows these are decides the plan
    and exists (
      select from changed
      where changed.first_day <= r.period_end and changed.last_day >= least(r.period_start, r.period_end - 7)
        and (
          changed.quote = r.currency
          or changed.quote = any(:presented)
          or exists (
            select from funding_rounds as f where f.company_id = r.company_id and f.currency = changed.quote
          )
        )
    )
)
select company_id, min(quarter_index) as first, max(quarter_index) as last from touched group by company_id
"""


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
    quotes, days = [quote for quote, _ in changed], [day for _, day in changed]
    asked = {"quotes": quotes, "days": days, "since": min(days), "presented": list(presented)}
    rows = session.execute(statement(_TOUCHED), asked)
    return [TouchedQuarters(row.company_id, row.first, row.last) for row in rows]

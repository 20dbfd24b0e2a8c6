"""Which company-quarters rest on which exchange rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.appending import write_array
from shared.data.statement import statement
from shared.domain.fx import ChangedRates

_TOUCHED = """
with changed as materialized (
  select * from unnest(cast(:quotes as text[]), cast(:first_days as date[]), cast(:last_days as date[]))
    as c(quote, first_day, last_day)
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
    session: Session, changed: Sequence[ChangedRates], presented: Sequence[str]
) -> list[TouchedQuarters]:
    """The quarters that rest on rates of these spans of days: in their period, or up to a week before its end.

    A rate concerns a quarter of its currency, one of a company valued in it, and every quarter when it is a
    presentation currency. A quarter that waits for rates is concerned by any newer one.
    """
    first_days = [rates.first_day for rates in changed]
    asked = {
        "quotes": write_array([rates.quote for rates in changed]),
        "first_days": write_array(first_days),
        "last_days": write_array([rates.last_day for rates in changed]),
        "since": min(first_days),
        "presented": list(presented),
    }
    rows = session.execute(statement(_TOUCHED), asked)
    return [TouchedQuarters(row.company_id, row.first, row.last) for row in rows]

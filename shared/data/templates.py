"""What upload templates are filled from: companies, their calendars and last figures; known currencies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.scope import VISIBLE, scope_parameters
from shared.data.statement import statement
from shared.domain.fields import FIELD_NAMES
from shared.domain.fx import PIVOT, PROVIDER
from shared.domain.periods import FiscalCalendar
from shared.domain.permissions import Scope

YEAR_OF_QUARTERS = 5
_FIELDS = ", ".join(f"l.{name}" for name in FIELD_NAMES)
_COMPANIES = f"""
select c.id, c.external_id, c.name, c.fiscal_year_end,
  array(select k.valid_from from company_currencies as k where k.company_id = c.id order by k.valid_from) as since,
  array(select k.currency from company_currencies as k where k.company_id = c.id order by k.valid_from) as codes,
  array(
    select i.period_end from metric_inputs as i
    where i.company_id = c.id and i.scenario = :scenario and i.superseded_at is null and not i.deleted
    order by i.period_end desc limit {YEAR_OF_QUARTERS}
  ) as ends,
  l.period_end as last_end, l.currency as last_currency, {_FIELDS}
from companies as c
left join lateral (
  select * from metric_inputs as i
  where i.company_id = c.id and i.scenario = :scenario and i.superseded_at is null and not i.deleted
  order by i.period_end desc limit 1
) as l on true
where {VISIBLE}
  and case when cast(:company_ids as uuid[]) is null then c.reporting_status = 'active'
    else c.id = any(cast(:company_ids as uuid[])) end
order by c.name, c.id
limit :most
"""  # noqa: S608 (fixed fragments; every value is bound)
_CURRENCIES = """
with recursive published as (
  (select min(r.quote) as quote from fx_rates as r where r.provider = :provider)
  union all
  select (select min(r.quote) from fx_rates as r where r.provider = :provider and r.quote > p.quote)
  from published as p where p.quote is not null
),
newest as (
  select p.quote, (
    select max(r.observed_on) from fx_rates as r where r.provider = :provider and r.quote = p.quote
  ) as day
  from published as p where p.quote is not null
)
select quote from newest where day > (select max(day) from newest) - 366 order by quote
"""


@dataclass(frozen=True, slots=True)
class LastQuarter:
    """What a company reported last in a scenario; amounts in whole units of `currency`, None where not reported."""

    period_end: date
    currency: str
    values: dict[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class ReportingCompany:
    """A company as a template needs it; `recorded_ends` are those of its last five quarters, the latest first."""

    id: UUID
    external_id: str | None
    name: str
    calendar: FiscalCalendar
    currencies: tuple[tuple[date, str], ...]
    recorded_ends: tuple[date, ...]
    last: LastQuarter | None

    def currency_on(self, day: date) -> str:
        """The reporting currency in force on `day`."""
        return next(currency for valid_from, currency in reversed(self.currencies) if valid_from <= day)


def reporting_companies(
    session: Session, scope: Scope, company_ids: Sequence[UUID] | None, scenario: str, most: int
) -> list[ReportingCompany]:
    """Companies within the scope by name: those named, whatever their status, or every active one; at most `most`."""
    ids = None if company_ids is None else [str(company_id) for company_id in company_ids]
    parameters = {**scope_parameters(scope), "company_ids": ids, "scenario": scenario, "most": most}
    return [
        ReportingCompany(
            id=row["id"],
            external_id=row["external_id"],
            name=row["name"],
            calendar=FiscalCalendar.parse(row["fiscal_year_end"]),
            currencies=tuple(zip(row["since"], row["codes"], strict=True)),
            recorded_ends=tuple(row["ends"]),
            last=row["last_end"]
            and LastQuarter(row["last_end"], row["last_currency"], {name: row[name] for name in FIELD_NAMES}),
        )
        for row in session.execute(statement(_COMPANIES), parameters).mappings()
    ]


def published_currencies(session: Session) -> tuple[str, ...]:
    """The currencies the provider still publishes (a rate within a year of the newest), the pivot among them."""
    quotes = session.execute(statement(_CURRENCIES), {"provider": PROVIDER}).scalars()
    return tuple(sorted({PIVOT, *quotes}))

"""What every active company has on record for one quarter of the firm, and what tells the quarter it owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.reporting_rows import OF_FUNDS
from shared.data.scope import VISIBLE, scope_parameters
from shared.data.statement import statement
from shared.domain.as_of import ReportingQuarter
from shared.domain.fields import FIELD_NAMES
from shared.domain.periods import FiscalCalendar
from shared.domain.permissions import Scope
from shared.domain.scenarios import Scenario

YEAR_OF_QUARTERS = 5
_REPORTED = ", ".join(f"case when i.{name} is not null then '{name}' end" for name in FIELD_NAMES)
_RECEIPTS = f"""
select c.id, c.external_id, c.name, c.fiscal_year_end, c.created_at,
  coalesce(c.revenue_type in ('Transactional', 'Marketplace'), false) as never_recurring,
  r.period_end, i.currency, i.version, i.recorded_at, i.principal, i.reason, i.import_id,
  array_remove(array[{_REPORTED}], null) as reported,
  f.recorded_at as received_at, f.principal as received_from, f.version as first_version,
  array(
    select e.period_end from metric_inputs as e
    where e.company_id = c.id and e.scenario = :scenario and e.superseded_at is null and not e.deleted
      and e.period_end < coalesce(r.period_end, :last_day)
    order by e.period_end desc limit {YEAR_OF_QUARTERS}
  ) as ends_before
from companies as c
left join lateral (
  select r.period_end from reporting_financials as r
  where r.company_id = c.id and r.scenario = :scenario and r.is_local
    and r.reporting_year = :year and r.reporting_quarter = :quarter
) as r on true
left join metric_inputs as i
  on i.company_id = c.id and i.scenario = :scenario and i.period_end = r.period_end and i.superseded_at is null
left join lateral (
  select f.recorded_at, f.principal, f.version from metric_inputs as f
  where f.company_id = c.id and f.scenario = :scenario and f.period_end = r.period_end and not f.deleted
  order by f.version limit 1
) as f on true
where c.reporting_status = 'active' and {VISIBLE}
  and (cast(:company_ids as uuid[]) is null or c.id = any(cast(:company_ids as uuid[])))
  and (cast(:funds as text[]) is null or {OF_FUNDS})
order by c.name, c.id
"""  # noqa: S608 (fixed fragments; every value is bound)


@dataclass(frozen=True, slots=True)
class Receipt:
    """How the quarter came in: first, and as it stands; `reported` names the fields it holds."""

    period_end: date
    currency: str
    reported: frozenset[str]
    received_at: datetime
    received_from: str
    first_version: int
    version: int
    recorded_at: datetime
    principal: str
    reason: str | None
    import_id: str | None


@dataclass(frozen=True, slots=True)
class ExpectedCompany:
    """An active company; `ends_before` are its last period ends before the quarter, the latest first."""

    id: UUID
    external_id: str | None
    name: str
    calendar: FiscalCalendar
    created_at: datetime
    never_recurring: bool
    ends_before: tuple[date, ...]
    receipt: Receipt | None


def list_expected_companies(
    session: Session,
    scope: Scope,
    quarter: ReportingQuarter,
    scenario: Scenario,
    company_ids: Sequence[UUID] | None,
    funds: Sequence[str] | None,
) -> list[ExpectedCompany]:
    """Active companies within the scope by name, narrowed to those named and to funds, with what is on record."""
    parameters = {
        **scope_parameters(scope),
        "year": quarter.year,
        "quarter": quarter.quarter,
        "scenario": scenario.value,
        "last_day": date(quarter.year, 3 * quarter.quarter, 28),
        "company_ids": None if company_ids is None else [str(company_id) for company_id in company_ids],
        "funds": None if funds is None else list(funds),
    }
    return [
        ExpectedCompany(
            id=row["id"],
            external_id=row["external_id"],
            name=row["name"],
            calendar=FiscalCalendar.parse(row["fiscal_year_end"]),
            created_at=row["created_at"],
            never_recurring=row["never_recurring"],
            ends_before=tuple(row["ends_before"]),
            receipt=row["period_end"] and _receipt(row),
        )
        for row in session.execute(statement(_RECEIPTS), parameters).mappings()
    ]


def _receipt(row: Any) -> Receipt:
    return Receipt(
        period_end=row["period_end"],
        currency=row["currency"],
        reported=frozenset(row["reported"]),
        received_at=row["received_at"],
        received_from=row["received_from"],
        first_version=row["first_version"],
        version=row["version"],
        recorded_at=row["recorded_at"],
        principal=row["principal"],
        reason=row["reason"],
        import_id=row["import_id"],
    )

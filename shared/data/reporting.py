"""Derived rows: deriving and storing them, and reading them as JSON built by the database."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.inputs import PERIOD_FILTERS
from shared.data.pages import Page, fetch_page
from shared.data.scope import COMPANIES_ASKED_FOR, VISIBLE, scope_parameters
from shared.domain.catalogue import METRICS
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import Scope

REACH = 8
"""A quarter's inputs are felt up to eight quarters later: seven by the longest look back, one more by its end date."""

_PERIOD = (
    "company_id",
    "scenario",
    "period_end",
    "currency",
    "is_local",
    "quarter_index",
    "period_start",
    "fiscal_year",
    "fiscal_quarter",
    "reporting_year",
    "reporting_quarter",
    "fx_rate_average",
    "fx_rate_closing",
    "fx_closing_date",
    "flags",
)
_METRIC_NAMES = tuple(metric.name for metric in METRICS)
_SHOWN = ", ".join(f"r.{name}" for name in _PERIOD if name not in {"is_local", "quarter_index"})


def _values(table: str) -> tuple[str, ...]:
    return FIELD_NAMES if table == "reporting_financials" else _METRIC_NAMES


def _insert(table: str, nulls: str) -> str:
    columns = ", ".join((*_PERIOD, *_values(table)))
    return f"insert into {table} ({columns}, nulls) select {columns}, {nulls} from derived"  # noqa: S608 (names are ours)


_REFRESH = f"""
with derived as materialized (
  select * from derive_reporting(
    cast(:ids as uuid[]), cast(:scenarios as text[]), cast(:currencies as text[]), 'infinity', :first, :last
  )
),
financials as ({_insert("reporting_financials", "financial_nulls")})
{_insert("reporting_metrics", "metric_nulls")}
"""  # noqa: S608 (names are ours)


def refresh_reporting(
    session: Session,
    company_ids: Sequence[UUID],
    scenarios: Sequence[str],
    currencies: Sequence[str],
    first: int = 0,
    last: int = 100_000,
) -> None:
    """Derive again what writes to quarters `first` … `last` can have changed; it replaces what stood there."""
    bounds = {"ids": list(company_ids), "scenarios": list(scenarios), "first": first, "last": last + REACH}
    for table in ("reporting_financials", "reporting_metrics"):
        session.execute(
            text(
                f"delete from {table} where company_id = any(:ids) and scenario = any(:scenarios)"  # noqa: S608 (ours)
                " and quarter_index between :first and :last"
            ),
            bounds,
        )
    session.execute(text(_REFRESH), {**bounds, "currencies": list(currencies)})


def list_stored(
    session: Session, table: str, scope: Scope, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """Stored rows of one table in `filters['currency']`, or each company's own currency when that is None."""
    source = f"{table} as r"
    chosen = "(case when cast(:currency as text) is null then r.is_local else r.currency = :currency end)"
    return _page(session, table, source, chosen, scope, filters, after, limit, nulls="r.nulls")


def list_computed(
    session: Session, table: str, scope: Scope, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """The same rows derived on request, for a currency that is not stored or as of an instant (`filters['as_of']`).

    Only the quarters that can be on the page are derived.
    """
    source = f"""derive_reporting(
      {COMPANIES_ASKED_FOR},
      array[:scenario],
      array_remove(array[cast(:currency as text)], null),
      coalesce(cast(:as_of as timestamptz), 'infinity'),
      {_index("least", "greatest(cast(:start_reporting_date as date), cast(:after_end as date), date '0001-01-01')")},
      {_index("greatest", "coalesce(cast(:end_reporting_date as date), date '9999-12-31')")}
    ) as r"""
    chosen = "(case when cast(:currency as text) is null then r.is_local else r.currency = :currency end)"
    nulls = "r.financial_nulls" if table == "reporting_financials" else "r.metric_nulls"
    return _page(session, table, source, chosen, scope, filters, after, limit, nulls=nulls)


def _index(extreme: str, day: str) -> str:
    """The least or greatest index that a quarter ending on `day` can have, whatever the company's year end."""
    return f"{extreme}({', '.join(f'nearest_quarter({day}, {month})' for month in (1, 2, 3))})"


def _page(
    session: Session,
    table: str,
    source: str,
    chosen: str,
    scope: Scope,
    filters: dict[str, Any],
    after: Sequence[Any] | None,
    limit: int,
    *,
    nulls: str,
) -> Page:
    values = ", ".join(f"r.{name}" for name in _values(table))
    query = f"""
    select
      json_build_array(r.period_end, r.company_id) as key,
      (select row_to_json(shown) from (select {_SHOWN}, {values}, {nulls} as nulls) as shown) as body
    from {source}
    join companies as c on c.id = r.company_id
    where {VISIBLE} and {chosen} and {PERIOD_FILTERS.format(row="r")}
      and (cast(:after_end as date) is null
        or (r.period_end, r.company_id) > (cast(:after_end as date), cast(:after_company as uuid)))
    order by r.period_end, r.company_id
    """  # noqa: S608 (fixed fragments; every value is bound)
    end, company = after or (None, None)
    parameters = {**scope_parameters(scope), **filters, "after_end": end, "after_company": company}
    return fetch_page(session, query, parameters, limit)

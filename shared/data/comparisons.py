"""Derived values side by side: between two instants, and between actual figures and a plan."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shared.data.pages import Page, fetch_page
from shared.data.scope import COMPANIES_ASKED_FOR, scope_parameters
from shared.domain.catalogue import METRICS
from shared.domain.fields import INPUT_FIELDS
from shared.domain.metric import Unit
from shared.domain.permissions import Scope

_CHOSEN = """
  (case when cast(:currency as text) is null then r.is_local else r.currency = :currency end)
  and r.period_end between coalesce(cast(:start_reporting_date as date), date '0001-01-01')
    and coalesce(cast(:end_reporting_date as date), date '9999-12-31')
"""
_VALUES = "to_jsonb(r) - array['fx_rate_average', 'fx_rate_closing', 'fx_closing_date']"


def _derived(name: str, inputs: str, rates: str, rounds: str) -> str:
    """One derivation as a named step: what was known of inputs, rates and rounds at these instants."""
    return f"""{name} as materialized (
      select r.company_id, r.period_end, r.currency, {_VALUES} as v
      from derive_reporting(
        {COMPANIES_ASKED_FOR}, array[:scenario], array_remove(array[cast(:currency as text)], null),
        cast({inputs} as timestamptz), p_rates_as_of => cast({rates} as timestamptz),
        p_rounds_as_of => cast({rounds} as timestamptz)
      ) as r
      where {_CHOSEN}
    )"""  # noqa: S608 (fixed fragments)


_CHANGES = f"""
with {_derived("before", ":since", ":since", ":since")},
{_derived("with_inputs", ":until", ":since", ":since")},
{_derived("with_rates", ":until", ":until", ":since")},
{_derived("now", ":until", ":until", ":until")},
moved as (
  select
    company_id, period_end, coalesce(now.currency, before.currency) as currency, name,
    step.old, step.after_input, step.after_fx, step.new,
    coalesce(before.v -> 'metric_nulls', '{{}}') || coalesce(before.v -> 'financial_nulls', '{{}}') as old_nulls,
    coalesce(now.v -> 'metric_nulls', '{{}}') || coalesce(now.v -> 'financial_nulls', '{{}}') as new_nulls
  from before
  full join with_inputs using (company_id, period_end)
  full join with_rates using (company_id, period_end)
  full join now using (company_id, period_end)
  cross join unnest(cast(:names as text[])) as name
  cross join lateral (
    select
      coalesce(before.v -> name, 'null') as old, coalesce(with_inputs.v -> name, 'null') as after_input,
      coalesce(with_rates.v -> name, 'null') as after_fx, coalesce(now.v -> name, 'null') as new
  ) as step
  where step.old <> step.new
)
select
  json_build_array(period_end, company_id, name) as key,
  json_build_object(
    'company_id', company_id, 'period_end', period_end, 'currency', currency, 'name', name,
    'old', old, 'new', new, 'old_null', old_nulls -> name, 'new_null', new_nulls -> name,
    'causes', array_remove(array[
      case when old <> after_input then 'input' end, case when after_input <> after_fx then 'fx' end,
      case when after_fx <> new then 'valuation' end
    ], null),
    'after_input', after_input, 'after_fx', after_fx
  ) as body
from moved
where cast(:after_end as date) is null
  or (period_end, company_id, name) > (cast(:after_end as date), cast(:after_company as uuid), :after_name)
order by period_end, company_id, name
"""  # noqa: S608 (fixed fragments; every value is bound)


def list_changes(
    session: Session,
    scope: Scope,
    filters: dict[str, Any],
    span: tuple[datetime, datetime],
    after: Sequence[Any] | None,
    limit: int,
) -> Page:
    """Every value that moved between two instants, and by how much input, exchange rates and valuation moved it.

    The figures are derived four times: as known at the first instant; with the later inputs; with the later rates as
    well; with the later rounds as well, which is as known at the second instant. Each step's difference has one cause.
    """
    end, company, name = after or (None, None, None)
    bounds = {"since": span[0], "until": span[1], "after_end": end, "after_company": company, "after_name": name}
    return fetch_page(session, _CHANGES, {**scope_parameters(scope), **filters, **bounds, "names": _names()}, limit)


_VARIANCES = f"""
with figures as materialized (
  select r.company_id, r.period_end, r.currency, r.scenario, to_jsonb(r) as v
  from derive_reporting(
    {COMPANIES_ASKED_FOR}, array['actual', :plan], array_remove(array[cast(:currency as text)], null)
  ) as r
  where {_CHOSEN}
)
select
  json_build_array(actual.period_end, actual.company_id) as key,
  json_build_object(
    'company_id', actual.company_id, 'period_end', actual.period_end, 'currency', actual.currency,
    'scenario', plan.scenario,
    'values', (
      select json_object_agg(w.name, json_build_object(
        'actual', actual.v -> w.name, 'plan', plan.v -> w.name, 'absolute', trim_scale(d.difference),
        'relative', trim_scale(round(d.difference / nullif(abs((plan.v ->> w.name)::numeric), 0), 10)),
        'favourable', case when w.sense <> 'neither' and d.difference <> 0
          then (d.difference > 0) = (w.sense = 'higher') end
      ) order by w.place)
      from unnest(cast(:names as text[]), cast(:senses as text[])) with ordinality as w(name, sense, place)
      cross join lateral (select (actual.v ->> w.name)::numeric - (plan.v ->> w.name)::numeric as difference) as d
    )
  ) as body
from figures as actual
join figures as plan using (company_id, period_end)
where actual.scenario = 'actual' and plan.scenario = :plan and actual.currency = plan.currency
  and (cast(:after_end as date) is null
    or (actual.period_end, actual.company_id) > (cast(:after_end as date), cast(:after_company as uuid)))
order by actual.period_end, actual.company_id
"""  # noqa: S608 (fixed fragments; every value is bound)


def list_variances(
    session: Session, scope: Scope, filters: dict[str, Any], plan: str, after: Sequence[Any] | None, limit: int
) -> Page:
    """Company-quarters that have both actual figures and a plan: each value of both, their difference, and its sense.

    `relative` is the difference over the plan's amount without its sign; null where the plan is zero.
    """
    end, company = after or (None, None)
    senses = {field.name: field.sense.value for field in INPUT_FIELDS}
    senses |= {metric.name: metric.sense.value for metric in METRICS if metric.unit is not Unit.DATE}
    bounds = {"plan": plan, "after_end": end, "after_company": company}
    named = {"names": list(senses), "senses": list(senses.values())}
    return fetch_page(session, _VARIANCES, {**scope_parameters(scope), **filters, **bounds, **named}, limit)


def _names() -> list[str]:
    return [*(field.name for field in INPUT_FIELDS), *(metric.name for metric in METRICS)]

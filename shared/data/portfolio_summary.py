"""One quarter of the portfolio in one currency, by fund and in total: sums, middles, weighted ratios, growth.

A company of several funds counts in each, and once in the total. Whoever is left out of a figure is named under the
reason; an active company without the quarter is left out of all of them as `not_reported`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.reporting_rows import OF_FUNDS
from shared.data.scope import VISIBLE, scope_parameters
from shared.data.statement import statement
from shared.domain.as_of import ReportingQuarter
from shared.domain.permissions import Scope
from shared.domain.portfolio_figures import GROWN, MIDDLED, QUARTERS_BACK, SUMMED, WEIGHTED
from shared.domain.scenarios import Scenario

_COMPANIES = f"""
  select c.id from companies as c
  where {VISIBLE}
    and (cast(:company_ids as uuid[]) is null or c.id = any(cast(:company_ids as uuid[])))
    and (cast(:funds as text[]) is null or {OF_FUNDS})
"""  # noqa: S608 (fixed fragments)
_PARTS = ("company_id", "period_end", "currency", "is_local", "quarter_index", "fx_rate_average")
_FILED = "reporting_year = :year and reporting_quarter = :quarter"
_STORED = f"""
  select {", ".join(f"f.{name}" for name in _PARTS)}, f.{_FILED.replace(" and ", " and f.")} as is_now,
    to_jsonb(f) || coalesce(to_jsonb(m), '{{}}') as v, f.nulls || coalesce(m.nulls, '{{}}') as nulls
  from reporting_financials as f
  left join reporting_metrics as m
    on m.company_id = f.company_id and m.scenario = f.scenario and m.period_end = f.period_end
    and m.currency = f.currency and f.currency = :currency and f.{_FILED.replace(" and ", " and f.")}
  where f.company_id in (select id from asked) and f.scenario = :scenario and (f.is_local or f.currency = :currency)
    and f.quarter_index between :index - 6 and :index + 2
"""  # noqa: S608 (as above)
_DERIVED = f"""
  select {", ".join(f"d.{name}" for name in _PARTS)}, d.{_FILED.replace(" and ", " and d.")} as is_now,
    to_jsonb(d) as v, d.financial_nulls || d.metric_nulls as nulls
  from derive_reporting(
    array(select id from asked), array[:scenario], array[:currency],
    coalesce(cast(:as_of as timestamptz), 'infinity'), :index - 6, :index + 2
  ) as d
"""  # noqa: S608 (as above)
_TABLES = """
asked as materialized ({companies}),
figures as materialized ({source}),
now as materialized (
  select c.id, c.reporting_status, c.fiscal_year_end, f.period_end, f.quarter_index, f.fx_rate_average, f.v, f.nulls,
    l.currency as local_currency
  from asked join companies as c using (id)
  left join figures as f on f.company_id = c.id and f.is_now and f.currency = :currency
  left join figures as l on l.company_id = c.id and l.is_now and l.is_local
  where f.company_id is not null or c.reporting_status = 'active'
),
groups as (
  select null::uuid as fund_id, n.id from now as n
  union all
  select cf.fund_id, n.id from now as n join company_funds as cf on cf.company_id = n.id
  where cast(:funds as text[]) is null or exists (
    select from funds as f where f.id = cf.fund_id
      and (f.name = any(cast(:funds as text[])) or f.id::text = any(cast(:funds as text[])))
  )
),
"""
_ONE = """
one as materialized (
  select n.id, w.name, (n.v ->> w.name)::numeric as value,
    case when n.v is null then 'not_reported' else n.nulls ->> w.name end as why,
    (n.v ->> w.numerator)::numeric as numerator, (n.v ->> w.denominator)::numeric as denominator, w.factor
  from now as n
  cross join unnest(
    cast(:names as text[]), cast(:numerators as text[]), cast(:denominators as text[]), cast(:factors as integer[])
  ) as w(name, numerator, denominator, factor)
),
counted as (
  select g.fund_id, o.name, count(o.value) as companies, sum(o.value) as total,
    array_agg(o.value order by o.value) filter (where o.value is not null) as line,
    sum(o.numerator) filter (where o.value is not null) as numerator,
    sum(o.denominator) filter (where o.value is not null) as denominator, max(o.factor) as factor
  from groups as g join one as o using (id)
  group by g.fund_id, o.name
),
excluded as (
  select fund_id, name, json_object_agg(why, ids order by why) as reasons
  from (
    select g.fund_id, o.name, o.why, json_agg(o.id order by o.id) as ids
    from groups as g join one as o using (id) where o.value is null group by g.fund_id, o.name, o.why
  ) as left_out
  group by fund_id, name
),
"""
_GROWTH = """
pairs as materialized (
  select n.id, w.name, s.step, (n.v ->> w.name)::numeric as current,
    (b.v ->> w.name)::numeric * n.fx_rate_average as prior,
    case
      when n.v is null then 'not_reported'
      when b.company_id is null then 'missing_quarter:' || nominal_end(
        n.quarter_index - s.back, left(n.fiscal_year_end, 2)::integer, right(n.fiscal_year_end, 2)::integer)
      when b.v ->> w.name is null and n.nulls ->> w.name like 'missing_input:%'
        then 'missing_input:' || w.name || '@' || b.period_end || ',' || w.name
      when b.v ->> w.name is null then 'missing_input:' || w.name || '@' || b.period_end
      when n.nulls ->> w.name like 'missing_input:%' then n.nulls ->> w.name
      when b.currency <> n.local_currency then 'currency_changed'
      else n.nulls ->> w.name
    end as why
  from now as n
  cross join unnest(cast(:grown as text[])) as w(name)
  cross join unnest(cast(:steps as text[]), cast(:backs as integer[])) as s(step, back)
  left join figures as b on b.company_id = n.id and b.is_local and b.quarter_index = n.quarter_index - s.back
),
grown as (
  select g.fund_id, p.step, p.name, count(*) filter (where p.why is null) as companies,
    sum(p.current) filter (where p.why is null) as current, sum(p.prior) filter (where p.why is null) as prior
  from groups as g join pairs as p using (id)
  group by g.fund_id, p.step, p.name
),
left_behind as (
  select fund_id, step, name, json_object_agg(why, ids order by why) as reasons
  from (
    select g.fund_id, p.step, p.name, p.why, json_agg(p.id order by p.id) as ids
    from groups as g join pairs as p using (id) where p.why is not null group by g.fund_id, p.step, p.name, p.why
  ) as left_out
  group by fund_id, step, name
),
"""
_MIDDLE = "trim_scale(round((c.line[(c.companies + 1) / 2] + c.line[(c.companies + 2) / 2]) / 2, 10))"
_RATIO = "trim_scale(round(c.factor * c.numerator / nullif(greatest(c.denominator, 0), 0), 10))"
_ANSWER = f"""
bodies as (
  select g.fund_id, count(*) as companies, count(n.v) as reported,
    (
      select json_object_agg(c.name, json_build_object('sum', trim_scale(c.total), 'companies', c.companies,
        'excluded', coalesce(e.reasons, '{{}}')) order by w.place)
      from unnest(cast(:summed as text[])) with ordinality as w(name, place)
      join counted as c on c.name = w.name and c.fund_id is not distinct from g.fund_id
      left join excluded as e on e.name = c.name and e.fund_id is not distinct from g.fund_id
    ) as sums,
    (
      select json_object_agg(c.name, json_build_object('median', {_MIDDLE}, 'weighted', {_RATIO},
        'weighted_null', case
          when c.factor is null then 'not_applicable' when c.companies = 0 then 'no_company'
          when c.denominator = 0 then 'zero_denominator' when c.denominator < 0 then 'negative_denominator' end,
        'companies', c.companies, 'excluded', coalesce(e.reasons, '{{}}')) order by w.place)
      from unnest(cast(:middled as text[])) with ordinality as w(name, place)
      join counted as c on c.name = w.name and c.fund_id is not distinct from g.fund_id
      left join excluded as e on e.name = c.name and e.fund_id is not distinct from g.fund_id
    ) as ratios,
    (
      select json_object_agg(p.name || '_' || p.step, json_build_object(
        'growth', case when p.prior > 0 then trim_scale(round(p.current / p.prior - 1, 10)) end,
        'growth_null', case when p.companies = 0 then 'no_company' when p.prior <= 0 then 'not_meaningful' end,
        'current', trim_scale(round(p.current, 4)), 'prior', trim_scale(round(p.prior, 4)),
        'companies', p.companies, 'excluded', coalesce(b.reasons, '{{}}')) order by p.name, p.step)
      from grown as p
      left join left_behind as b
        on b.name = p.name and b.step = p.step and b.fund_id is not distinct from p.fund_id
      where p.fund_id is not distinct from g.fund_id
    ) as growth
  from groups as g join now as n using (id)
  group by g.fund_id
)
select json_build_object(
  'reporting_quarter', cast(:title as text), 'currency', cast(:currency as text), 'scenario', cast(:scenario as text),
  'total', (select json_build_object('companies', companies, 'reported', reported, 'sums', sums, 'ratios', ratios,
    'growth', growth) from bodies where fund_id is null),
  'funds', (select coalesce(json_agg(json_build_object('id', f.id, 'name', f.name, 'companies', b.companies,
    'reported', b.reported, 'sums', b.sums, 'ratios', b.ratios, 'growth', b.growth) order by f.name), '[]')
    from bodies as b join funds as f on f.id = b.fund_id)
)::text
"""  # noqa: S608 (as above)


@dataclass(frozen=True, slots=True)
class Summarised:
    """Which quarter is summed up, for whom, in which currency and scenario."""

    quarter: ReportingQuarter
    currency: str
    scenario: Scenario
    company_ids: Sequence[UUID] | None
    funds: Sequence[str] | None


def read_summary(session: Session, scope: Scope, wanted: Summarised, as_of: datetime | None, *, stored: bool) -> str:
    """The quarter as JSON text: `{…, "total": {…}|null, "funds": [{…}…]}`.

    Each of them has `companies`, `reported`, and by name: `sums`; `ratios` (the middle value, and the ratio of sums
    where its two parts add up); `growth` (current over prior less one, the prior quarter's local amounts at the current
    quarter's average rate), each with how many companies are in and, by reason, the ids of those that are not.
    """
    names = [*SUMMED, *MIDDLED]
    weighted = [WEIGHTED.get(name) for name in names]
    parameters = {
        **scope_parameters(scope),
        "company_ids": None if wanted.company_ids is None else [str(one) for one in wanted.company_ids],
        "funds": None if wanted.funds is None else list(wanted.funds),
        "year": wanted.quarter.year,
        "quarter": wanted.quarter.quarter,
        "index": wanted.quarter.index,
        "title": str(wanted.quarter),
        "currency": wanted.currency,
        "scenario": wanted.scenario.value,
        "as_of": as_of,
        "names": names,
        "numerators": [None if parts is None else parts.numerator for parts in weighted],
        "denominators": [None if parts is None else parts.denominator for parts in weighted],
        "factors": [None if parts is None else parts.factor for parts in weighted],
        "summed": list(SUMMED),
        "middled": list(MIDDLED),
        "grown": list(GROWN),
        "steps": list(QUARTERS_BACK),
        "backs": list(QUARTERS_BACK.values()),
    }
    tables = _TABLES.format(companies=_COMPANIES, source=_STORED if stored else _DERIVED)
    body: str = session.execute(statement(f"with {tables}{_ONE}{_GROWTH}{_ANSWER}"), parameters).scalar_one()
    return body

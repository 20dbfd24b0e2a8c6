-- Generated from shared/domain/catalogue.py by `python3 dev.py generate`; do not edit.
-- What the companies reported, translated and derived, as known at p_as_of ('infinity': now): one row per quarter,
-- scenario and currency: the requested currencies and each quarter's own. p_first and p_last bound the quarters answered.
-- Rates and valuations are those of p_as_of too, unless instants of their own are given: so causes are told apart.

drop function if exists derive_reporting(uuid[], text[], text[], timestamptz, integer, integer, text);
drop function if exists derive_reporting(
  uuid[], text[], text[], timestamptz, integer, integer, text, timestamptz, timestamptz
);

create function derive_reporting(
  p_companies uuid[],
  p_scenarios text[],
  p_currencies text[],
  p_as_of timestamptz default 'infinity',
  p_first integer default 0,
  p_last integer default 100000,
  p_provider text default 'ecb',
  p_rates_as_of timestamptz default null,
  p_rounds_as_of timestamptz default null
) returns table (
  company_id uuid,
  scenario text,
  period_end date,
  currency text,
  is_local boolean,
  quarter_index integer,
  period_start date,
  fiscal_year integer,
  fiscal_quarter integer,
  reporting_year integer,
  reporting_quarter integer,
  fx_rate_average numeric,
  fx_rate_closing numeric,
  fx_closing_date date,
  flags text[],
  {returns}
)
language plpgsql stable
set jit = off
set enable_nestloop = off -- steps are joined whole; without statistics a nested loop over them can take minutes
as $$
#variable_conflict use_column
begin
  p_rates_as_of := coalesce(p_rates_as_of, p_as_of);
  p_rounds_as_of := coalesce(p_rounds_as_of, p_as_of);
  return query
  with scope as materialized (
    select
      c.company_id,
      split_part(c.fiscal_year_end, '-', 1)::integer as end_month,
      split_part(c.fiscal_year_end, '-', 2)::integer as end_day,
      coalesce(lower(c.revenue_type) in ({without}), false) as never_recurring
    from company_versions as c
    where c.company_id = any(p_companies)
      and c.recorded_at <= p_as_of
      and (c.superseded_at is null or c.superseded_at > p_as_of)
  ),
  inputs as materialized (
    select
      i.company_id,
      i.scenario,
      nearest_quarter(i.period_end, scope.end_month) as quarter_index,
      i.period_end,
      i.currency,
      {inputs}
    from metric_inputs as i
    join scope using (company_id)
    where i.company_id = any(p_companies)
      and i.scenario = any(p_scenarios)
      and i.recorded_at <= p_as_of
      and (i.superseded_at is null or i.superseded_at > p_as_of)
      and not i.deleted
      and nearest_quarter(i.period_end, scope.end_month) between p_first - {back} and p_last
  ),
  span as (
    select company_id, scenario, min(quarter_index) as first_index, max(quarter_index) as last_index
    from inputs
    group by company_id, scenario
  ),
  dense as (
    select
      span.company_id,
      span.scenario,
      grid.quarter_index,
      i.period_end is not null as present,
      i.period_end,
      i.currency,
      {dense}
    from span
    cross join lateral generate_series(span.first_index, span.last_index) as grid(quarter_index)
    left join inputs as i
      on i.company_id = span.company_id and i.scenario = span.scenario and i.quarter_index = grid.quarter_index
  ),
  started as (
    select
      dense.*,
      scope.end_month,
      scope.end_day,
      scope.never_recurring,
      coalesce(
        lag(dense.period_end) over (partition by dense.company_id, dense.scenario order by dense.quarter_index),
        nominal_end(dense.quarter_index - 1, scope.end_month, scope.end_day)
      ) + 1 as period_start
    from dense
    join scope using (company_id)
  ),
  period as materialized (
    select
      started.*,
      period_end - period_start + 1 not between 85 and 97 as irregular,
      case
        when period_end - period_start + 1 between 85 and 97 then 4
        else 365.25 * 1.0000000000000000000000000000000000000000 / (period_end - period_start + 1)
      end as yearly,
      case
        when period_end - period_start + 1 between 85 and 97 then 3
        else (period_end - period_start + 1) * 1.0000000000000000000000000000000000000000 / 30.4375
      end as months,
      period_start + (period_end - period_start) / 2 as midpoint
    from started
  ),
  lagged as (
    select
      period.*,
      {lagged}
    from period
    window w as (partition by company_id, scenario order by quarter_index)
  ),
  rounds as (
    select l.*, latest.*
    from lagged as l
    left join lateral (
      select
        r.closed_on as round_closed_on,
        r.currency as round_currency,
        r.post_money_valuation,
        r.equity_raised_to_date
      from funding_rounds as r
      where r.company_id = l.company_id
        and r.closed_on <= l.period_end
        and r.recorded_at <= p_rounds_as_of
        and (r.superseded_at is null or r.superseded_at > p_rounds_as_of)
      order by r.closed_on desc, r.id desc
      limit 1
    ) as latest on true
    where l.present and l.quarter_index between p_first and p_last
  ),
  targets as materialized (
    select company_id, scenario, currency as target from inputs
    union
    select span.company_id, span.scenario, wanted from span cross join unnest(p_currencies) as wanted
  ),
  pairs as (
    select period.currency as source, targets.target, period.period_start, period.period_end
    from period
    join targets using (company_id, scenario)
    where period.present and period.currency <> targets.target
    union
    select rounds.round_currency, targets.target, rounds.period_start, rounds.period_end
    from rounds
    join targets using (company_id, scenario)
    where rounds.round_currency <> targets.target
  ),
  newest as materialized (
    select source, target, newest_observation(p_provider, source, target, p_rates_as_of) as observed_on
    from (select distinct source, target from pairs) as pair
  ),
  expected as materialized (
    select period_start, period_end, business_days(p_provider, period_start, period_end) as observations
    from (select distinct period_start, period_end from pairs) as span_of_days
  ),
  rates as materialized (
    select
      pairs.*,
      rate.average,
      rate.closing,
      rate.closing_date,
      array_remove(
        array[
          case when coalesce(rate.observations, 0) < expected.observations then 'fx_incomplete' end,
          case when pairs.period_end > newest.observed_on then 'provisional' end,
          case when round(rate.high - rate.low * 1.10, 16) > 0 then 'fx_wide_spread' end
        ],
        null
      ) as flags
    from pairs
    join newest using (source, target)
    join expected using (period_start, period_end)
    cross join lateral period_rate(
      p_provider, pairs.source, pairs.target, pairs.period_start, pairs.period_end, p_rates_as_of
    ) as rate
  ),
  valued as (
    select
      rounds.*,
      case when rounds.round_currency = rounds.currency then 1 else rate.closing end as round_closing
    from rounds
    left join rates as rate
      on rate.source = rounds.round_currency
      and rate.target = rounds.currency
      and rate.period_start = rounds.period_start
      and rate.period_end = rounds.period_end
  ),
  reasoned as materialized (
    select
      l.*,
      {reasons}
    from valued as l
  ),
  local_rows as materialized (
    select
      l.*,
      {values}
    from reasoned as l
  ),
  translated as (
    select
      period.*,
      targets.target,
      case when period.currency = targets.target then 1 else rate.average end as average,
      case when period.currency = targets.target then 1 else rate.closing end as closing,
      rate.closing_date,
      rate.flags
    from period
    join targets using (company_id, scenario)
    left join rates as rate
      on rate.source = period.currency
      and rate.target = targets.target
      and rate.period_start = period.period_start
      and rate.period_end = period.period_end
  ),
  looked_back as (
    select
      translated.*,
      {priced}
    from translated
    window w as (partition by company_id, scenario, target order by quarter_index)
  ),
  priced as (
    select
      back.*,
      case when h.round_currency = back.target then 1 else rate.closing end as round_closing
    from looked_back as back
    join local_rows as h
      on h.company_id = back.company_id and h.scenario = back.scenario and h.quarter_index = back.quarter_index
    left join rates as rate
      on rate.source = h.round_currency
      and rate.target = back.target
      and rate.period_start = back.period_start
      and rate.period_end = back.period_end
    where back.target = any(p_currencies) or back.target = back.currency
  ),
  row_reasoned as materialized (
    select
      p.*,
      {row_reasons}
    from priced as p
    join local_rows as h
      on h.company_id = p.company_id and h.scenario = p.scenario and h.quarter_index = p.quarter_index
  )
  select
    p.company_id,
    p.scenario,
    p.period_end,
    p.target,
    p.target = p.currency,
    p.quarter_index,
    p.period_start,
    fiscal_year(p.quarter_index, p.end_month),
    fiscal_quarter(p.quarter_index, p.end_month),
    extract(year from p.midpoint)::integer,
    extract(quarter from p.midpoint)::integer,
    trim_scale(p.average),
    trim_scale(p.closing),
    p.closing_date,
    case when p.irregular then array['period_length_irregular'] else array[]::text[] end || coalesce(p.flags, array[]::text[]),
    {financials},
    {financial_nulls},
    {metrics},
    {metric_nulls}
  from row_reasoned as p
  join local_rows as h
    on h.company_id = p.company_id and h.scenario = p.scenario and h.quarter_index = p.quarter_index;
end
$$;

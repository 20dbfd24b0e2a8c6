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
set enable_mergejoin = off -- nor by sorting, for the same reason
set enable_sort = off
set join_collapse_limit = 1 -- in the order in which they are written
set plan_cache_mode = force_generic_plan -- one plan serves any companies; making it takes longer than deriving a few
as $$
#variable_conflict use_column
begin
  p_rates_as_of := coalesce(p_rates_as_of, p_as_of);
  p_rounds_as_of := coalesce(p_rounds_as_of, p_as_of);
  return query
  with scope as materialized (
    select
      c.company_id,
      row_number() over () as number,
      split_part(c.fiscal_year_end, '-', 1)::integer as end_month,
      split_part(c.fiscal_year_end, '-', 2)::integer as end_day,
      coalesce(lower(c.revenue_type) in ({without}), false) as never_recurring
    from company_versions as c
    where c.company_id = any(p_companies)
      and c.recorded_at <= p_as_of
      and (c.superseded_at is null or c.superseded_at > p_as_of)
  ),
  placed as (
    select
      scope.number * cardinality(p_scenarios) + array_position(p_scenarios, i.scenario) as series,
      nearest_quarter(i.period_end, scope.end_month) as quarter_index,
      scope.end_month,
      scope.end_day,
      scope.never_recurring,
      i.company_id,
      i.scenario,
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
      and i.period_end >= make_date(greatest((p_first - {back}) / 4, 1), 1, 1) - 31
    offset 0 -- so a quarter's index is computed once
  ),
  inputs as materialized (
    -- all series lie on one line, far from one another: a quarter's slot is its place, n quarters before is slot - n
    select series * 1000000 + quarter_index as slot, placed.*
    from placed
    where quarter_index between p_first - {back} and p_last
  ),
  started as materialized (
    select
      i.*,
      coalesce(before.period_end, nominal_end(i.quarter_index - 1, i.end_month, i.end_day)) + 1 as period_start
    from inputs as i
    left join inputs as before on before.slot = i.slot - 1
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
  looked_back as materialized (
    select
      q.*,
      {looked_back},
      latest.*
    from period as place
    {quarters_before}
    join period as q on q.slot = place.slot -- the widest last
    left join lateral (
      select
        r.closed_on as round_closed_on,
        r.currency as round_currency,
        r.post_money_valuation,
        r.equity_raised_to_date
      from funding_rounds as r
      where r.company_id = q.company_id
        and r.closed_on <= q.period_end
        and r.recorded_at <= p_rounds_as_of
        and (r.superseded_at is null or r.superseded_at > p_rounds_as_of)
      order by r.closed_on desc, r.id desc
      limit 1
    ) as latest on true
    where place.quarter_index between p_first and p_last
  ),
  targets as materialized (
    select series, currency as target from inputs
    union
    select own.series, wanted from (select distinct series from inputs) as own cross join unnest(p_currencies) as wanted
  ),
  pairs as materialized (
    select source, target, period_start, period_end
    from (
      select period.currency as source, targets.target, period.period_start, period.period_end
      from period
      join targets using (series)
      where period.quarter_index >= p_first - {rates_back}
      union all
      select l.round_currency, targets.target, l.period_start, l.period_end
      from looked_back as l
      join targets using (series)
    ) as needed
    where source <> target
    group by source, target, period_start, period_end
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
      rate.*,
      array_remove(
        array[
          case when rate.observations < expected.observations then 'fx_incomplete' end,
          case when rate.period_end > newest.observed_on then 'provisional' end,
          case when round(rate.high - rate.low * 1.10, 16) > 0 then 'fx_wide_spread' end
        ],
        null
      ) as flags
    from period_rates(
      p_provider,
      (select array_agg(source) from pairs),
      (select array_agg(target) from pairs),
      (select array_agg(period_start) from pairs),
      (select array_agg(period_end) from pairs),
      p_rates_as_of
    ) as rate
    join newest using (source, target)
    join expected using (period_start, period_end)
  ),
  valued as (
    select
      looked_back.*,
      case when looked_back.round_currency = looked_back.currency then 1 else rate.closing end as round_closing
    from looked_back
    left join rates as rate
      on rate.source = looked_back.round_currency
      and rate.target = looked_back.currency
      and rate.period_start = looked_back.period_start
      and rate.period_end = looked_back.period_end
  ),
  reasoned as materialized (
    select
      l.*,
      {reasons}
    from valued as l
  ),
  local_rows as materialized (
    select
      l.slot,
      l.company_id,
      l.scenario,
      l.period_end,
      l.currency,
      l.quarter_index,
      l.period_start,
      fiscal_year(l.quarter_index, l.end_month) as fiscal_year,
      fiscal_quarter(l.quarter_index, l.end_month) as fiscal_quarter,
      date_part('year', l.midpoint)::integer as reporting_year,
      date_part('quarter', l.midpoint)::integer as reporting_quarter,
      l.irregular,
      l.round_currency,
      {kept},
      {financial_nulls} as financial_nulls,
      {values},
      {metric_nulls} as metric_nulls
    from reasoned as l
  ),
  translated as materialized (
    select
      period.slot,
      targets.target,
      period.currency = targets.target as is_local,
      case when period.currency = targets.target then 1 else rate.average end as average,
      case when period.currency = targets.target then 1 else rate.closing end as closing,
      rate.closing_date,
      rate.flags
    from period
    join targets using (series)
    left join rates as rate
      on rate.source = period.currency
      and rate.target = targets.target
      and rate.period_start = period.period_start
      and rate.period_end = period.period_end
    where period.quarter_index >= p_first - {rates_back}
  )
  select
    h.company_id,
    h.scenario,
    h.period_end,
    p.target,
    p.is_local,
    h.quarter_index,
    h.period_start,
    h.fiscal_year,
    h.fiscal_quarter,
    h.reporting_year,
    h.reporting_quarter,
    trim_scale(p.average),
    trim_scale(p.closing),
    p.closing_date,
    case when h.irregular then array['period_length_irregular'] else array[]::text[] end || coalesce(p.flags, array[]::text[]),
    {financials},
    case
      when p.average is not null and p.closing is not null then h.financial_nulls
      else h.financial_nulls || {financials_without_rate}
    end,
    {metrics},
    case
      when num_nulls({rates}) = 0 then h.metric_nulls
      else h.metric_nulls || {metrics_without_rate}
    end
  from translated as p
  join looked_back as l on l.slot = p.slot
  {rates_before}
  left join rates as of_round
    on of_round.source = l.round_currency
    and of_round.target = p.target
    and of_round.period_start = l.period_start
    and of_round.period_end = l.period_end
  join local_rows as h on h.slot = p.slot -- the widest last
  where p.is_local or p.target = any(p_currencies);
end
$$;

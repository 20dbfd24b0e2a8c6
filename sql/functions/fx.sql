-- Exchange rates over a period, the domain's §3: the mean of the daily crosses through the euro in the multiply
-- direction, and the last cross on or before the period's end, at most 7 days back; both rounded to 14 decimals.
-- Divisions carry 24 decimals, so that rounding is done once and here.

create or replace function business_days(p_provider text, p_start date, p_end date) returns integer
language sql stable parallel safe
return greatest(weekdays_before(p_end + 1) - weekdays_before(p_start), 0) - (
  select count(*)::integer from fx_holidays where provider = p_provider and holiday between p_start and p_end
);

-- A day's rate from one currency into another: of the quotes of a euro, that of the one divided by that of the other.
create or replace function cross_rate(p_base text, p_quote text, p_lead numeric, p_other numeric) returns numeric
language sql immutable parallel safe
return case
  when p_base = 'EUR' then p_lead
  when p_quote = 'EUR' then 1.000000000000000000000000 / p_lead
  else p_lead * 1.000000000000000000000000 / p_other
end;

-- The other leg is looked up day by day: as a plain join the planner, before it has statistics, may scan a currency's
-- whole history for each day.
create or replace function daily_rates(
  p_provider text, p_base text, p_quote text, p_start date, p_end date, p_as_of timestamptz
) returns table (observed_on date, rate numeric)
language sql stable parallel safe
as $$
  select lead_leg.observed_on, cross_rate(p_base, p_quote, lead_leg.rate, other_leg.rate)
  from fx_rates as lead_leg
  left join lateral (
    select version.rate
    from fx_rates as version
    where p_base <> 'EUR' and p_quote <> 'EUR'
      and version.provider = p_provider
      and version.quote = p_base
      and version.observed_on = lead_leg.observed_on
      and version.recorded_at <= p_as_of
      and (version.superseded_at is null or version.superseded_at > p_as_of)
    limit 1
  ) as other_leg on true
  where lead_leg.provider = p_provider
    and lead_leg.quote = case when p_quote = 'EUR' then p_base else p_quote end
    and lead_leg.observed_on between p_start and p_end
    and lead_leg.recorded_at <= p_as_of
    and (lead_leg.superseded_at is null or lead_leg.superseded_at > p_as_of)
    and p_base <> p_quote
    and (p_base = 'EUR' or p_quote = 'EUR' or other_leg.rate is not null)
$$;

-- The rates of many pairs and periods, told by arrays of one length: what is published in a period is read once for each
-- currency, not once for each pair. A pair that has no rate in its period is answered with nulls.
create or replace function period_rates(
  p_provider text, p_bases text[], p_quotes text[], p_starts date[], p_ends date[], p_as_of timestamptz
) returns table (
  source text,
  target text,
  period_start date,
  period_end date,
  average numeric,
  closing numeric,
  closing_date date,
  observations integer,
  low numeric,
  high numeric
)
language plpgsql stable parallel safe
set jit = off
set enable_nestloop = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  return query
  with wanted as materialized (
    select
      pair.*,
      case when base <> quote then case when quote = 'EUR' then base else quote end end as lead_currency,
      case when base <> quote and base <> 'EUR' and quote <> 'EUR' then base end as other_currency
    from unnest(p_bases, p_quotes, p_starts, p_ends) as pair(base, quote, first_day, last_day)
  ),
  leg as (
    select lead_currency as currency, first_day, last_day from wanted where lead_currency is not null
    union
    select other_currency, first_day, last_day from wanted where other_currency is not null
  ),
  published as materialized (
    select leg.*, found.*
    from leg
    cross join lateral (
      select
        array_agg(version.observed_on order by version.observed_on) as days,
        array_agg(version.rate order by version.observed_on) as rates
      from fx_rates as version
      where version.provider = p_provider
        and version.quote = leg.currency
        and version.observed_on between least(leg.first_day, leg.last_day - 7) and leg.last_day
        and version.recorded_at <= p_as_of
        and (version.superseded_at is null or version.superseded_at > p_as_of)
    ) as found
  )
  select
    wanted.base,
    wanted.quote,
    wanted.first_day,
    wanted.last_day,
    round(found.average, 14),
    round(found.closing, 14),
    found.closing_date,
    found.observations,
    found.low,
    found.high
  from wanted
  left join published as lead_leg
    on lead_leg.currency = wanted.lead_currency
    and lead_leg.first_day = wanted.first_day
    and lead_leg.last_day = wanted.last_day
  left join published as other_leg
    on other_leg.currency = wanted.other_currency
    and other_leg.first_day = wanted.first_day
    and other_leg.last_day = wanted.last_day
  cross join lateral (
    select
      avg(rate) filter (where observed_on >= wanted.first_day) as average,
      (array_agg(rate order by observed_on desc) filter (where observed_on >= wanted.last_day - 7))[1] as closing,
      max(observed_on) filter (where observed_on >= wanted.last_day - 7) as closing_date,
      (count(*) filter (where observed_on >= wanted.first_day))::integer as observations,
      min(rate) filter (where observed_on >= wanted.first_day) as low,
      max(rate) filter (where observed_on >= wanted.first_day) as high
    from (
      select day.observed_on, cross_rate(wanted.base, wanted.quote, day.rate, other_day.rate) as rate
      from unnest(lead_leg.days, lead_leg.rates) as day(observed_on, rate)
      left join unnest(other_leg.days, other_leg.rates) as other_day(observed_on, rate) using (observed_on)
      where wanted.other_currency is null or other_day.rate is not null
      offset 0 -- a day's rate is computed once, not once for each aggregate
    ) as daily
  ) as found;
end
$$;

create or replace function period_rate(
  p_provider text, p_base text, p_quote text, p_start date, p_end date, p_as_of timestamptz
) returns table (
  average numeric, closing numeric, closing_date date, observations integer, low numeric, high numeric
)
language sql stable parallel safe
as $$
  select average, closing, closing_date, observations, low, high
  from period_rates(p_provider, array[p_base], array[p_quote], array[p_start], array[p_end], p_as_of)
$$;

create or replace function newest_observation(p_provider text, p_base text, p_quote text, p_as_of timestamptz) returns date
language sql stable parallel safe
return (
  select daily.observed_on
  from daily_rates(p_provider, p_base, p_quote, date '0001-01-01', date '9999-12-31', p_as_of) as daily
  order by daily.observed_on desc
  limit 1
);

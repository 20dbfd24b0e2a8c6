-- Exchange rates over a period, the domain's §3: the mean of the daily crosses through the euro in the multiply
-- direction, and the last cross on or before the period's end, at most 7 days back; both rounded to 14 decimals.
-- Divisions carry 24 decimals, so that rounding is done once and here. The other leg is looked up day by day: as a plain
-- join the planner, before it has statistics, may scan a currency's whole history for each day.

create or replace function business_days(p_provider text, p_start date, p_end date) returns integer
language sql stable parallel safe
return (
  select count(*)::integer from generate_series(p_start, p_end, interval '1 day') as day where extract(isodow from day) < 6
) - (
  select count(*)::integer from fx_holidays where provider = p_provider and holiday between p_start and p_end
);

create or replace function daily_rates(
  p_provider text, p_base text, p_quote text, p_start date, p_end date, p_as_of timestamptz
) returns table (observed_on date, rate numeric)
language sql stable parallel safe
as $$
  select
    lead_leg.observed_on,
    case
      when p_base = 'EUR' then lead_leg.rate
      when p_quote = 'EUR' then 1.000000000000000000000000 / lead_leg.rate
      else lead_leg.rate * 1.000000000000000000000000 / other_leg.rate
    end
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

create or replace function period_rate(
  p_provider text, p_base text, p_quote text, p_start date, p_end date, p_as_of timestamptz
) returns table (
  average numeric, closing numeric, closing_date date, observations integer, low numeric, high numeric
)
language sql stable parallel safe
as $$
  select
    round(avg(daily.rate) filter (where daily.observed_on >= p_start), 14),
    round((array_agg(daily.rate order by daily.observed_on desc) filter (where daily.observed_on >= p_end - 7))[1], 14),
    max(daily.observed_on) filter (where daily.observed_on >= p_end - 7),
    count(*) filter (where daily.observed_on >= p_start)::integer,
    min(daily.rate) filter (where daily.observed_on >= p_start),
    max(daily.rate) filter (where daily.observed_on >= p_start)
  from daily_rates(p_provider, p_base, p_quote, least(p_start, p_end - 7), p_end, p_as_of) as daily
$$;

create or replace function newest_observation(p_provider text, p_base text, p_quote text, p_as_of timestamptz) returns date
language sql stable parallel safe
return (
  select daily.observed_on
  from daily_rates(p_provider, p_base, p_quote, date '0001-01-01', date '9999-12-31', p_as_of) as daily
  order by daily.observed_on desc
  limit 1
);

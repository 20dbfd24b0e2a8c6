-- A freshly migrated database; written by `python3 dev.py generate`, compared by a test. Do not edit.

-- function: admit_call(text, text, integer)

CREATE FUNCTION public.admit_call(p_subject text, p_route_class text, p_seconds integer) RETURNS TABLE(number bigint, used integer, seconds_left integer, newest_change text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select c.number, c.used, c.seconds_left, h.sequence || ' ' || h.recorded_at
  from count_call(p_subject, p_route_class, p_seconds) as c cross join change_head as h
$$;

-- function: weekdays_before(date)

CREATE FUNCTION public.weekdays_before(day date) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((((day - '0001-01-01'::date) / 7) * 5) + LEAST(((day - '0001-01-01'::date) % 7), 5));

-- table: fx_holidays

CREATE TABLE public.fx_holidays (
    provider text NOT NULL,
    holiday date NOT NULL
);

-- function: business_days(text, date, date)

CREATE FUNCTION public.business_days(p_provider text, p_start date, p_end date) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (GREATEST((public.weekdays_before((p_end + 1)) - public.weekdays_before(p_start)), 0) - (SELECT (count(*))::integer AS count FROM public.fx_holidays WHERE ((fx_holidays.provider = business_days.p_provider) AND ((fx_holidays.holiday >= business_days.p_start) AND (fx_holidays.holiday <= business_days.p_end)))));

-- function: column_letters(integer)

CREATE FUNCTION public.column_letters(place integer) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (place <= 26) THEN chr((64 + place)) ELSE (chr((64 + ((place - 1) / 26))) || chr((65 + ((place - 1) % 26)))) END;

-- function: count_call(text, text, integer)

CREATE FUNCTION public.count_call(p_subject text, p_route_class text, p_seconds integer) RETURNS TABLE(number bigint, used integer, seconds_left integer)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  insert into rate_counts as c (subject, route_class, window_number, used)
  values (p_subject, p_route_class, floor(extract(epoch from clock_timestamp()) / p_seconds), 1)
  on conflict (subject, route_class) do update set
    window_number = greatest(c.window_number, excluded.window_number),
    used = case when excluded.window_number > c.window_number then 1 else c.used + 1 end
  returning window_number, used,
    greatest(ceil((window_number + 1) * p_seconds - extract(epoch from clock_timestamp())), 1)::integer
$$;

-- function: cross_rate(text, text, numeric, numeric)

CREATE FUNCTION public.cross_rate(p_base text, p_quote text, p_lead numeric, p_other numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (p_base = 'EUR'::text) THEN p_lead WHEN (p_quote = 'EUR'::text) THEN (1.000000000000000000000000 / p_lead) ELSE ((p_lead * 1.000000000000000000000000) / p_other) END;

-- function: daily_rates(text, text, text, date, date, timestamp with time zone)

CREATE FUNCTION public.daily_rates(p_provider text, p_base text, p_quote text, p_start date, p_end date, p_as_of timestamp with time zone) RETURNS TABLE(observed_on date, rate numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
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

-- function: derive_reporting(uuid[], text[], text[], timestamp with time zone, integer, integer, text, timestamp with time zone, timestamp with time zone)

CREATE FUNCTION public.derive_reporting(p_companies uuid[], p_scenarios text[], p_currencies text[], p_as_of timestamp with time zone DEFAULT 'infinity'::timestamp with time zone, p_first integer DEFAULT 0, p_last integer DEFAULT 100000, p_provider text DEFAULT 'ecb'::text, p_rates_as_of timestamp with time zone DEFAULT NULL::timestamp with time zone, p_rounds_as_of timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS TABLE(company_id uuid, scenario text, period_end date, currency text, is_local boolean, quarter_index integer, period_start date, fiscal_year integer, fiscal_quarter integer, reporting_year integer, reporting_quarter integer, fx_rate_average numeric, fx_rate_closing numeric, fx_closing_date date, flags text[], total_revenue numeric, recurring_revenue numeric, gross_profit numeric, sales_marketing_expense numeric, total_operating_expense numeric, ebitda numeric, net_income numeric, cash_burn numeric, cash_balance numeric, debt_outstanding numeric, employees numeric, customers numeric, new_logo_arr numeric, expansion_arr numeric, contraction_arr numeric, churned_arr numeric, reactivation_arr numeric, contracted_arr numeric, customers_new numeric, customers_lost numeric, financial_nulls jsonb, arr_implied numeric, arr numeric, net_new_arr numeric, recurring_revenue_share numeric, gross_margin numeric, ebitda_margin numeric, net_income_margin numeric, sales_marketing_pct_revenue numeric, operating_expense_pct_revenue numeric, revenue_growth_qoq numeric, revenue_growth_yoy numeric, gross_profit_growth_yoy numeric, employee_growth_qoq numeric, employee_growth_yoy numeric, revenue_growth_yoy_reported numeric, fx_effect_on_growth numeric, ltm_total_revenue numeric, ltm_recurring_revenue numeric, ltm_gross_profit numeric, ltm_sales_marketing_expense numeric, ltm_total_operating_expense numeric, ltm_ebitda numeric, ltm_net_income numeric, ltm_net_burn numeric, ltm_gross_margin numeric, ltm_ebitda_margin numeric, ltm_net_income_margin numeric, ltm_revenue_growth_yoy numeric, revenue_per_employee numeric, gross_profit_per_employee numeric, ltm_revenue_per_average_employee numeric, arr_per_customer numeric, net_customer_adds numeric, monthly_net_burn numeric, runway_months numeric, runway_months_ltm numeric, cash_out_date date, change_in_cash numeric, fx_effect_on_cash numeric, implied_net_financing numeric, burn_multiple numeric, burn_multiple_ltm numeric, rule_of_40 numeric, magic_number numeric, cac_payback_months numeric, net_debt numeric, enterprise_value numeric, ev_to_ltm_revenue numeric, ev_to_arr numeric, post_money_to_ltm_revenue numeric, ev_to_invested_capital numeric, valuation_age_days numeric, nrr numeric, grr numeric, logo_churn numeric, metric_nulls jsonb)
    LANGUAGE plpgsql STABLE
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_sort TO 'off'
    SET join_collapse_limit TO '1'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
      coalesce(lower(c.revenue_type) in ('transactional', 'marketplace'), false) as never_recurring
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
      i.total_revenue,
      i.recurring_revenue,
      i.gross_profit,
      i.sales_marketing_expense,
      i.total_operating_expense,
      i.ebitda,
      i.net_income,
      i.cash_burn,
      i.cash_balance,
      i.debt_outstanding,
      i.employees,
      i.customers,
      i.new_logo_arr,
      i.expansion_arr,
      i.contraction_arr,
      i.churned_arr,
      i.reactivation_arr,
      i.contracted_arr,
      i.customers_new,
      i.customers_lost
    from metric_inputs as i
    join scope using (company_id)
    where i.company_id = any(p_companies)
      and i.scenario = any(p_scenarios)
      and i.recorded_at <= p_as_of
      and (i.superseded_at is null or i.superseded_at > p_as_of)
      and not i.deleted
      and i.period_end >= make_date(greatest((p_first - 8) / 4, 1), 1, 1) - 31
    offset 0 -- so a quarter's index is computed once
  ),
  inputs as materialized (
    -- all series lie on one line, far from one another: a quarter's slot is its place, n quarters before is slot - n
    select series * 1000000 + quarter_index as slot, placed.*
    from placed
    where quarter_index between p_first - 8 and p_last
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
      q1.cash_balance as cash_balance_q1,
      q1.cash_burn as cash_burn_q1,
      q2.cash_burn as cash_burn_q2,
      q3.cash_burn as cash_burn_q3,
      q1.contracted_arr as contracted_arr_q1,
      q4.contracted_arr as contracted_arr_q4,
      q1.customers as customers_q1,
      q1.ebitda as ebitda_q1,
      q2.ebitda as ebitda_q2,
      q3.ebitda as ebitda_q3,
      q1.employees as employees_q1,
      q4.employees as employees_q4,
      q1.gross_profit as gross_profit_q1,
      q2.gross_profit as gross_profit_q2,
      q3.gross_profit as gross_profit_q3,
      q4.gross_profit as gross_profit_q4,
      q1.net_income as net_income_q1,
      q2.net_income as net_income_q2,
      q3.net_income as net_income_q3,
      q1.recurring_revenue as recurring_revenue_q1,
      q2.recurring_revenue as recurring_revenue_q2,
      q3.recurring_revenue as recurring_revenue_q3,
      q4.recurring_revenue as recurring_revenue_q4,
      q1.sales_marketing_expense as sales_marketing_expense_q1,
      q2.sales_marketing_expense as sales_marketing_expense_q2,
      q3.sales_marketing_expense as sales_marketing_expense_q3,
      q1.total_operating_expense as total_operating_expense_q1,
      q2.total_operating_expense as total_operating_expense_q2,
      q3.total_operating_expense as total_operating_expense_q3,
      q1.total_revenue as total_revenue_q1,
      q2.total_revenue as total_revenue_q2,
      q3.total_revenue as total_revenue_q3,
      q4.total_revenue as total_revenue_q4,
      q5.total_revenue as total_revenue_q5,
      q6.total_revenue as total_revenue_q6,
      q7.total_revenue as total_revenue_q7,
      q.cash_burn + q1.cash_burn + q2.cash_burn + q3.cash_burn as ltm_cash_burn,
      q.ebitda + q1.ebitda + q2.ebitda + q3.ebitda as ltm_ebitda,
      q.gross_profit + q1.gross_profit + q2.gross_profit + q3.gross_profit as ltm_gross_profit,
      q.net_income + q1.net_income + q2.net_income + q3.net_income as ltm_net_income,
      q.total_revenue + q1.total_revenue + q2.total_revenue + q3.total_revenue as ltm_total_revenue,
      q4.total_revenue + q5.total_revenue + q6.total_revenue + q7.total_revenue as ltm_total_revenue_q4,
      q1.period_end as period_end_q1,
      q2.period_end as period_end_q2,
      q3.period_end as period_end_q3,
      q4.period_end as period_end_q4,
      q5.period_end as period_end_q5,
      q6.period_end as period_end_q6,
      q7.period_end as period_end_q7,
      q1.yearly as yearly_q1,
      q4.yearly as yearly_q4,
      case when q1.slot is null then 'missing_quarter:' || concat_ws(',', case when q1.slot is null then nominal_end(q.quarter_index - 1, q.end_month, q.end_day) end) end as absent_q1,
      case when q1.slot is null or q2.slot is null or q3.slot is null then 'missing_quarter:' || concat_ws(',', case when q3.slot is null then nominal_end(q.quarter_index - 3, q.end_month, q.end_day) end, case when q2.slot is null then nominal_end(q.quarter_index - 2, q.end_month, q.end_day) end, case when q1.slot is null then nominal_end(q.quarter_index - 1, q.end_month, q.end_day) end) end as absent_q1_q2_q3,
      case when q1.slot is null or q2.slot is null or q3.slot is null or q4.slot is null then 'missing_quarter:' || concat_ws(',', case when q4.slot is null then nominal_end(q.quarter_index - 4, q.end_month, q.end_day) end, case when q3.slot is null then nominal_end(q.quarter_index - 3, q.end_month, q.end_day) end, case when q2.slot is null then nominal_end(q.quarter_index - 2, q.end_month, q.end_day) end, case when q1.slot is null then nominal_end(q.quarter_index - 1, q.end_month, q.end_day) end) end as absent_q1_q2_q3_q4,
      case when q1.slot is null or q2.slot is null or q3.slot is null or q4.slot is null or q5.slot is null or q6.slot is null or q7.slot is null then 'missing_quarter:' || concat_ws(',', case when q7.slot is null then nominal_end(q.quarter_index - 7, q.end_month, q.end_day) end, case when q6.slot is null then nominal_end(q.quarter_index - 6, q.end_month, q.end_day) end, case when q5.slot is null then nominal_end(q.quarter_index - 5, q.end_month, q.end_day) end, case when q4.slot is null then nominal_end(q.quarter_index - 4, q.end_month, q.end_day) end, case when q3.slot is null then nominal_end(q.quarter_index - 3, q.end_month, q.end_day) end, case when q2.slot is null then nominal_end(q.quarter_index - 2, q.end_month, q.end_day) end, case when q1.slot is null then nominal_end(q.quarter_index - 1, q.end_month, q.end_day) end) end as absent_q1_q2_q3_q4_q5_q6_q7,
      case when q4.slot is null then 'missing_quarter:' || concat_ws(',', case when q4.slot is null then nominal_end(q.quarter_index - 4, q.end_month, q.end_day) end) end as absent_q4,
      case when q1.currency <> q.currency then 'currency_changed' end as changed_q0_q1,
      case when q1.currency <> q.currency or q2.currency <> q.currency or q3.currency <> q.currency then 'currency_changed' end as changed_q0_q1_q2_q3,
      case when q1.currency <> q.currency or q2.currency <> q.currency or q3.currency <> q.currency or q4.currency <> q.currency then 'currency_changed' end as changed_q0_q1_q2_q3_q4,
      case when q1.currency <> q.currency or q2.currency <> q.currency or q3.currency <> q.currency or q4.currency <> q.currency or q5.currency <> q.currency or q6.currency <> q.currency or q7.currency <> q.currency then 'currency_changed' end as changed_q0_q1_q2_q3_q4_q5_q6_q7,
      case when q4.currency <> q.currency then 'currency_changed' end as changed_q0_q4,
      latest.*
    from period as place
    left join period as q7 on q7.slot = place.slot - 7
    left join period as q6 on q6.slot = place.slot - 6
    left join period as q5 on q5.slot = place.slot - 5
    left join period as q4 on q4.slot = place.slot - 4
    left join period as q3 on q3.slot = place.slot - 3
    left join period as q2 on q2.slot = place.slot - 2
    left join period as q1 on q1.slot = place.slot - 1
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
      where period.quarter_index >= p_first - 4
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
      coalesce(case when (l.total_revenue is null) or (l.recurring_revenue is null) then case when l.never_recurring and ((l.recurring_revenue is null)) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.recurring_revenue is null then 'recurring_revenue' end) end end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as recurring_revenue_share_why,
      coalesce(case when (l.total_revenue is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.gross_profit is null then 'gross_profit' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as gross_margin_why,
      coalesce(case when (l.total_revenue is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.ebitda is null then 'ebitda' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as ebitda_margin_why,
      coalesce(case when (l.total_revenue is null) or (l.net_income is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.net_income is null then 'net_income' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as net_income_margin_why,
      coalesce(case when (l.total_revenue is null) or (l.sales_marketing_expense is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.sales_marketing_expense is null then 'sales_marketing_expense' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as sales_marketing_pct_revenue_why,
      coalesce(case when (l.total_revenue is null) or (l.total_operating_expense is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.total_operating_expense is null then 'total_operating_expense' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as operating_expense_pct_revenue_why,
      coalesce(coalesce(l.absent_q1, case when (l.total_revenue_q1 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end) end, l.changed_q0_q1), case when l.total_revenue_q1 <= 0 then 'not_meaningful' end) as revenue_growth_qoq_why,
      coalesce(coalesce(l.absent_q4, case when (l.total_revenue_q4 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue is null then 'total_revenue' end) end, l.changed_q0_q4), case when l.total_revenue_q4 <= 0 then 'not_meaningful' end) as revenue_growth_yoy_why,
      coalesce(coalesce(l.absent_q4, case when (l.gross_profit_q4 is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.gross_profit_q4 is null then 'gross_profit@' || l.period_end_q4 end, case when l.gross_profit is null then 'gross_profit' end) end, l.changed_q0_q4), case when l.gross_profit_q4 <= 0 then 'not_meaningful' when l.gross_profit < 0 then 'not_meaningful' end) as gross_profit_growth_yoy_why,
      coalesce(coalesce(l.absent_q1, case when (l.employees_q1 is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.employees_q1 is null then 'employees@' || l.period_end_q1 end, case when l.employees is null then 'employees' end) end), case when l.employees_q1 <= 0 then 'not_meaningful' end) as employee_growth_qoq_why,
      coalesce(coalesce(l.absent_q4, case when (l.employees_q4 is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.employees_q4 is null then 'employees@' || l.period_end_q4 end, case when l.employees is null then 'employees' end) end), case when l.employees_q4 <= 0 then 'not_meaningful' end) as employee_growth_yoy_why,
      coalesce(coalesce(l.absent_q1_q2_q3, case when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.gross_profit_q3 is null) or (l.gross_profit_q2 is null) or (l.gross_profit_q1 is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.gross_profit_q3 is null then 'gross_profit@' || l.period_end_q3 end, case when l.gross_profit_q2 is null then 'gross_profit@' || l.period_end_q2 end, case when l.gross_profit_q1 is null then 'gross_profit@' || l.period_end_q1 end, case when l.gross_profit is null then 'gross_profit' end) end, l.changed_q0_q1_q2_q3), case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as ltm_gross_margin_why,
      coalesce(coalesce(l.absent_q1_q2_q3, case when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.ebitda_q3 is null) or (l.ebitda_q2 is null) or (l.ebitda_q1 is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.ebitda_q3 is null then 'ebitda@' || l.period_end_q3 end, case when l.ebitda_q2 is null then 'ebitda@' || l.period_end_q2 end, case when l.ebitda_q1 is null then 'ebitda@' || l.period_end_q1 end, case when l.ebitda is null then 'ebitda' end) end, l.changed_q0_q1_q2_q3), case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as ltm_ebitda_margin_why,
      coalesce(coalesce(l.absent_q1_q2_q3, case when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.net_income_q3 is null) or (l.net_income_q2 is null) or (l.net_income_q1 is null) or (l.net_income is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.net_income_q3 is null then 'net_income@' || l.period_end_q3 end, case when l.net_income_q2 is null then 'net_income@' || l.period_end_q2 end, case when l.net_income_q1 is null then 'net_income@' || l.period_end_q1 end, case when l.net_income is null then 'net_income' end) end, l.changed_q0_q1_q2_q3), case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as ltm_net_income_margin_why,
      coalesce(coalesce(l.absent_q1_q2_q3_q4_q5_q6_q7, case when (l.total_revenue_q7 is null) or (l.total_revenue_q6 is null) or (l.total_revenue_q5 is null) or (l.total_revenue_q4 is null) or (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q7 is null then 'total_revenue@' || l.period_end_q7 end, case when l.total_revenue_q6 is null then 'total_revenue@' || l.period_end_q6 end, case when l.total_revenue_q5 is null then 'total_revenue@' || l.period_end_q5 end, case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end) end, l.changed_q0_q1_q2_q3_q4_q5_q6_q7), case when l.ltm_total_revenue_q4 <= 0 then 'not_meaningful' end) as ltm_revenue_growth_yoy_why,
      coalesce(l.absent_q1, case when (l.customers_q1 is null) or (l.customers is null) then 'missing_input:' || concat_ws(',', case when l.customers_q1 is null then 'customers@' || l.period_end_q1 end, case when l.customers is null then 'customers' end) end) as net_customer_adds_why,
      coalesce(case when (l.cash_burn is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance is null then 'cash_balance' end) end, case when (0 - l.cash_burn) <= 0 then 'cash_generating' end) as runway_months_why,
      coalesce(coalesce(l.absent_q1_q2_q3, case when (l.cash_burn_q3 is null) or (l.cash_burn_q2 is null) or (l.cash_burn_q1 is null) or (l.cash_burn is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn_q3 is null then 'cash_burn@' || l.period_end_q3 end, case when l.cash_burn_q2 is null then 'cash_burn@' || l.period_end_q2 end, case when l.cash_burn_q1 is null then 'cash_burn@' || l.period_end_q1 end, case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance is null then 'cash_balance' end) end, l.changed_q0_q1_q2_q3), case when (0 - l.ltm_cash_burn) <= 0 then 'cash_generating' end) as runway_months_ltm_why,
      coalesce(case when (l.cash_burn is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance is null then 'cash_balance' end) end, case when (0 - l.cash_burn) <= 0 then 'cash_generating' when (case when l.cash_balance < 0 then 0 else (l.cash_balance * 1.0000000000000000000000000000000000000000 / nullif(((0 - l.cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(l.months, 0)), 0)) end) > 1200 then 'not_meaningful' end) as cash_out_date_why,
      coalesce(coalesce(l.absent_q1, case when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.cash_burn is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue' end, case when l.cash_burn is null then 'cash_burn' end) end end, l.changed_q0_q1), case when (0 - l.cash_burn) < 0 then 'cash_generating' when ((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)) <= 0 then 'no_net_new_arr' end) as burn_multiple_why,
      coalesce(coalesce(l.absent_q1_q2_q3_q4, case when (l.recurring_revenue_q4 is null and (l.contracted_arr is null or l.contracted_arr_q4 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q4 is null)) or (l.cash_burn_q3 is null) or (l.cash_burn_q2 is null) or (l.cash_burn_q1 is null) or (l.cash_burn is null) then case when l.never_recurring and ((l.recurring_revenue_q4 is null and (l.contracted_arr is null or l.contracted_arr_q4 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q4 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q4 is null and (l.contracted_arr is null or l.contracted_arr_q4 is null) then 'recurring_revenue@' || l.period_end_q4 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q4 is null) then 'recurring_revenue' end, case when l.cash_burn_q3 is null then 'cash_burn@' || l.period_end_q3 end, case when l.cash_burn_q2 is null then 'cash_burn@' || l.period_end_q2 end, case when l.cash_burn_q1 is null then 'cash_burn@' || l.period_end_q1 end, case when l.cash_burn is null then 'cash_burn' end) end end, l.changed_q0_q1_q2_q3_q4), case when (0 - l.ltm_cash_burn) < 0 then 'cash_generating' when ((case when l.contracted_arr is not null and l.contracted_arr_q4 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q4 is not null then l.contracted_arr_q4 else l.yearly_q4 * l.recurring_revenue_q4 end)) <= 0 then 'no_net_new_arr' end) as burn_multiple_ltm_why,
      coalesce(coalesce(l.absent_q1_q2_q3_q4_q5_q6_q7, case when (l.total_revenue_q7 is null) or (l.total_revenue_q6 is null) or (l.total_revenue_q5 is null) or (l.total_revenue_q4 is null) or (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.ebitda_q3 is null) or (l.ebitda_q2 is null) or (l.ebitda_q1 is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q7 is null then 'total_revenue@' || l.period_end_q7 end, case when l.total_revenue_q6 is null then 'total_revenue@' || l.period_end_q6 end, case when l.total_revenue_q5 is null then 'total_revenue@' || l.period_end_q5 end, case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.ebitda_q3 is null then 'ebitda@' || l.period_end_q3 end, case when l.ebitda_q2 is null then 'ebitda@' || l.period_end_q2 end, case when l.ebitda_q1 is null then 'ebitda@' || l.period_end_q1 end, case when l.ebitda is null then 'ebitda' end) end, l.changed_q0_q1_q2_q3_q4_q5_q6_q7), case when l.ltm_total_revenue_q4 <= 0 then 'not_meaningful' when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as rule_of_40_why,
      coalesce(coalesce(l.absent_q1, case when (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.sales_marketing_expense_q1 is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.sales_marketing_expense_q1 is null then 'sales_marketing_expense@' || l.period_end_q1 end) end, l.changed_q0_q1), case when l.sales_marketing_expense_q1 = 0 then 'zero_denominator' when l.sales_marketing_expense_q1 < 0 then 'negative_denominator' end) as magic_number_why,
      coalesce(coalesce(l.absent_q1, case when (l.total_revenue is null) or (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.gross_profit is null) or (l.sales_marketing_expense_q1 is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue' end, case when l.gross_profit is null then 'gross_profit' end, case when l.sales_marketing_expense_q1 is null then 'sales_marketing_expense@' || l.period_end_q1 end) end end, l.changed_q0_q1), case when ((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)) <= 0 then 'no_net_new_arr' when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' when (l.gross_profit * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)) <= 0 then 'not_meaningful' end) as cac_payback_months_why,
      coalesce(coalesce(l.absent_q1_q2_q3, case when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end) end, l.changed_q0_q1_q2_q3), case when l.round_closing is null then 'fx_unavailable' end, case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' when ((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) <= 0 then 'not_meaningful' end) as ev_to_ltm_revenue_why,
      coalesce(case when (l.recurring_revenue is null and (l.contracted_arr is null)) or (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) then case when l.never_recurring and ((l.recurring_revenue is null and (l.contracted_arr is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null and (l.contracted_arr is null) then 'recurring_revenue' end, case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end) end end, case when l.round_closing is null then 'fx_unavailable' end, case when (case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) = 0 then 'zero_denominator' when (case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) < 0 then 'negative_denominator' when ((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) <= 0 then 'not_meaningful' end) as ev_to_arr_why,
      coalesce(coalesce(l.absent_q1_q2_q3, case when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.post_money_valuation is null then 'post_money_valuation' end) end, l.changed_q0_q1_q2_q3), case when l.round_closing is null then 'fx_unavailable' end, case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as post_money_to_ltm_revenue_why,
      coalesce(case when (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) or (l.equity_raised_to_date is null and l.round_closed_on is not null) then 'missing_input:' || concat_ws(',', case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end, case when l.equity_raised_to_date is null and l.round_closed_on is not null then 'equity_raised_to_date' end) end, case when l.round_closing is null then 'fx_unavailable' end, case when (l.equity_raised_to_date * l.round_closing + l.debt_outstanding) = 0 then 'zero_denominator' when (l.equity_raised_to_date * l.round_closing + l.debt_outstanding) < 0 then 'negative_denominator' when ((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) <= 0 then 'not_meaningful' end) as ev_to_invested_capital_why,
      case when (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.post_money_valuation is null then 'post_money_valuation' end) end as valuation_age_days_why,
      coalesce(coalesce(l.absent_q1, case when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.expansion_arr is null) or (l.contraction_arr is null) or (l.churned_arr is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.expansion_arr is null then 'expansion_arr' end, case when l.contraction_arr is null then 'contraction_arr' end, case when l.churned_arr is null then 'churned_arr' end) end end, l.changed_q0_q1), case when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) = 0 then 'zero_denominator' when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) < 0 then 'negative_denominator' end) as nrr_why,
      coalesce(coalesce(l.absent_q1, case when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.contraction_arr is null) or (l.churned_arr is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.contraction_arr is null then 'contraction_arr' end, case when l.churned_arr is null then 'churned_arr' end) end end, l.changed_q0_q1), case when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) = 0 then 'zero_denominator' when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) < 0 then 'negative_denominator' end) as grr_why,
      coalesce(coalesce(l.absent_q1, case when (l.customers_q1 is null) or (l.customers_lost is null) then 'missing_input:' || concat_ws(',', case when l.customers_q1 is null then 'customers@' || l.period_end_q1 end, case when l.customers_lost is null then 'customers_lost' end) end), case when l.customers_q1 = 0 then 'zero_denominator' when l.customers_q1 < 0 then 'negative_denominator' end) as logo_churn_why,
      case when (l.recurring_revenue is null) then case when l.never_recurring and ((l.recurring_revenue is null)) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null then 'recurring_revenue' end) end end as part_1,
      (l.yearly * l.recurring_revenue) as part_2,
      case when (l.recurring_revenue is null and (l.contracted_arr is null)) then case when l.never_recurring and ((l.recurring_revenue is null and (l.contracted_arr is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null and (l.contracted_arr is null) then 'recurring_revenue' end) end end as part_3,
      (case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) as part_4,
      coalesce(l.absent_q1, case when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue' end) end end, l.changed_q0_q1) as part_5,
      ((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)) as part_6,
      coalesce(l.absent_q4, case when (l.total_revenue_q4 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue is null then 'total_revenue' end) end, l.changed_q0_q4) as part_7,
      case when l.total_revenue_q4 <= 0 then 'not_meaningful' end as part_8,
      l.total_revenue_q4 as part_9,
      l.total_revenue as part_10,
      ((l.total_revenue * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue_q4, 0)) - 1) as part_11,
      coalesce(l.absent_q1_q2_q3, case when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end) end) as part_12,
      coalesce(l.absent_q1_q2_q3, case when (l.recurring_revenue_q3 is null) or (l.recurring_revenue_q2 is null) or (l.recurring_revenue_q1 is null) or (l.recurring_revenue is null) then case when l.never_recurring and ((l.recurring_revenue_q3 is null) or (l.recurring_revenue_q2 is null) or (l.recurring_revenue_q1 is null) or (l.recurring_revenue is null)) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q3 is null then 'recurring_revenue@' || l.period_end_q3 end, case when l.recurring_revenue_q2 is null then 'recurring_revenue@' || l.period_end_q2 end, case when l.recurring_revenue_q1 is null then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null then 'recurring_revenue' end) end end) as part_13,
      coalesce(l.absent_q1_q2_q3, case when (l.gross_profit_q3 is null) or (l.gross_profit_q2 is null) or (l.gross_profit_q1 is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.gross_profit_q3 is null then 'gross_profit@' || l.period_end_q3 end, case when l.gross_profit_q2 is null then 'gross_profit@' || l.period_end_q2 end, case when l.gross_profit_q1 is null then 'gross_profit@' || l.period_end_q1 end, case when l.gross_profit is null then 'gross_profit' end) end) as part_14,
      coalesce(l.absent_q1_q2_q3, case when (l.sales_marketing_expense_q3 is null) or (l.sales_marketing_expense_q2 is null) or (l.sales_marketing_expense_q1 is null) or (l.sales_marketing_expense is null) then 'missing_input:' || concat_ws(',', case when l.sales_marketing_expense_q3 is null then 'sales_marketing_expense@' || l.period_end_q3 end, case when l.sales_marketing_expense_q2 is null then 'sales_marketing_expense@' || l.period_end_q2 end, case when l.sales_marketing_expense_q1 is null then 'sales_marketing_expense@' || l.period_end_q1 end, case when l.sales_marketing_expense is null then 'sales_marketing_expense' end) end) as part_15,
      coalesce(l.absent_q1_q2_q3, case when (l.total_operating_expense_q3 is null) or (l.total_operating_expense_q2 is null) or (l.total_operating_expense_q1 is null) or (l.total_operating_expense is null) then 'missing_input:' || concat_ws(',', case when l.total_operating_expense_q3 is null then 'total_operating_expense@' || l.period_end_q3 end, case when l.total_operating_expense_q2 is null then 'total_operating_expense@' || l.period_end_q2 end, case when l.total_operating_expense_q1 is null then 'total_operating_expense@' || l.period_end_q1 end, case when l.total_operating_expense is null then 'total_operating_expense' end) end) as part_16,
      coalesce(l.absent_q1_q2_q3, case when (l.ebitda_q3 is null) or (l.ebitda_q2 is null) or (l.ebitda_q1 is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.ebitda_q3 is null then 'ebitda@' || l.period_end_q3 end, case when l.ebitda_q2 is null then 'ebitda@' || l.period_end_q2 end, case when l.ebitda_q1 is null then 'ebitda@' || l.period_end_q1 end, case when l.ebitda is null then 'ebitda' end) end) as part_17,
      coalesce(l.absent_q1_q2_q3, case when (l.net_income_q3 is null) or (l.net_income_q2 is null) or (l.net_income_q1 is null) or (l.net_income is null) then 'missing_input:' || concat_ws(',', case when l.net_income_q3 is null then 'net_income@' || l.period_end_q3 end, case when l.net_income_q2 is null then 'net_income@' || l.period_end_q2 end, case when l.net_income_q1 is null then 'net_income@' || l.period_end_q1 end, case when l.net_income is null then 'net_income' end) end) as part_18,
      coalesce(l.absent_q1_q2_q3, case when (l.cash_burn_q3 is null) or (l.cash_burn_q2 is null) or (l.cash_burn_q1 is null) or (l.cash_burn is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn_q3 is null then 'cash_burn@' || l.period_end_q3 end, case when l.cash_burn_q2 is null then 'cash_burn@' || l.period_end_q2 end, case when l.cash_burn_q1 is null then 'cash_burn@' || l.period_end_q1 end, case when l.cash_burn is null then 'cash_burn' end) end) as part_19,
      case when (l.total_revenue is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.employees is null then 'employees' end) end as part_20,
      case when l.employees = 0 then 'zero_denominator' when l.employees < 0 then 'negative_denominator' end as part_21,
      ((l.yearly * l.total_revenue) * 1.0000000000000000000000000000000000000000 / nullif(l.employees, 0)) as part_22,
      case when (l.gross_profit is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.gross_profit is null then 'gross_profit' end, case when l.employees is null then 'employees' end) end as part_23,
      ((l.yearly * l.gross_profit) * 1.0000000000000000000000000000000000000000 / nullif(l.employees, 0)) as part_24,
      coalesce(l.absent_q1_q2_q3_q4, case when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.employees_q4 is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.employees_q4 is null then 'employees@' || l.period_end_q4 end, case when l.employees is null then 'employees' end) end) as part_25,
      case when (l.employees_q4 + l.employees) = 0 then 'zero_denominator' when (l.employees_q4 + l.employees) < 0 then 'negative_denominator' end as part_26,
      ((l.employees_q4 + l.employees) * 1.0000000000000000000000000000000000000000 / nullif(2, 0)) as part_27,
      case when (l.recurring_revenue is null and (l.contracted_arr is null)) or (l.customers is null) then case when l.never_recurring and ((l.recurring_revenue is null and (l.contracted_arr is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null and (l.contracted_arr is null) then 'recurring_revenue' end, case when l.customers is null then 'customers' end) end end as part_28,
      case when l.customers = 0 then 'zero_denominator' when l.customers < 0 then 'negative_denominator' end as part_29,
      ((case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) * 1.0000000000000000000000000000000000000000 / nullif(l.customers, 0)) as part_30,
      case when (l.cash_burn is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end) end as part_31,
      ((0 - l.cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(l.months, 0)) as part_32,
      coalesce(l.absent_q1, case when (l.cash_balance_q1 is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_balance_q1 is null then 'cash_balance@' || l.period_end_q1 end, case when l.cash_balance is null then 'cash_balance' end) end, l.changed_q0_q1) as part_33,
      (l.cash_balance - l.cash_balance_q1) as part_34,
      l.cash_balance as part_35,
      l.cash_balance_q1 as part_36,
      coalesce(l.absent_q1, case when (l.cash_burn is null) or (l.cash_balance_q1 is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance_q1 is null then 'cash_balance@' || l.period_end_q1 end, case when l.cash_balance is null then 'cash_balance' end) end, l.changed_q0_q1) as part_37,
      ((l.cash_balance - l.cash_balance_q1) - l.cash_burn) as part_38,
      case when (l.cash_balance is null) or (l.debt_outstanding is null) then 'missing_input:' || concat_ws(',', case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end) end as part_39,
      (l.debt_outstanding - l.cash_balance) as part_40,
      case when (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end) end as part_41,
      l.post_money_valuation as part_42
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
      l.total_revenue,
      l.recurring_revenue,
      l.gross_profit,
      l.sales_marketing_expense,
      l.total_operating_expense,
      l.ebitda,
      l.net_income,
      l.cash_burn,
      l.cash_balance,
      l.debt_outstanding,
      l.employees,
      l.customers,
      l.new_logo_arr,
      l.expansion_arr,
      l.contraction_arr,
      l.churned_arr,
      l.reactivation_arr,
      l.contracted_arr,
      l.customers_new,
      l.customers_lost,
      l.cash_burn_q1,
      l.cash_burn_q2,
      l.cash_burn_q3,
      l.ebitda_q1,
      l.ebitda_q2,
      l.ebitda_q3,
      l.gross_profit_q1,
      l.gross_profit_q2,
      l.gross_profit_q3,
      l.net_income_q1,
      l.net_income_q2,
      l.net_income_q3,
      l.recurring_revenue_q1,
      l.recurring_revenue_q2,
      l.recurring_revenue_q3,
      l.sales_marketing_expense_q1,
      l.sales_marketing_expense_q2,
      l.sales_marketing_expense_q3,
      l.total_operating_expense_q1,
      l.total_operating_expense_q2,
      l.total_operating_expense_q3,
      l.total_revenue_q1,
      l.total_revenue_q2,
      l.total_revenue_q3,
      l.part_1,
      l.part_2,
      l.part_3,
      l.part_4,
      l.part_5,
      l.part_6,
      l.part_7,
      l.part_8,
      l.part_9,
      l.part_10,
      l.part_11,
      l.part_12,
      l.part_13,
      l.part_14,
      l.part_15,
      l.part_16,
      l.part_17,
      l.part_18,
      l.part_19,
      l.part_20,
      l.part_21,
      l.part_22,
      l.part_23,
      l.part_24,
      l.part_25,
      l.part_26,
      l.part_27,
      l.part_28,
      l.part_29,
      l.part_30,
      l.part_31,
      l.part_32,
      l.part_33,
      l.part_34,
      l.part_35,
      l.part_36,
      l.part_37,
      l.part_38,
      l.part_39,
      l.part_40,
      l.part_41,
      l.part_42,
      ('{' || concat_ws(
        ',',
        case when l.total_revenue is null then '"total_revenue":"missing_input:total_revenue"' end,
        case when l.recurring_revenue is null then '"recurring_revenue":"missing_input:recurring_revenue"' end,
        case when l.gross_profit is null then '"gross_profit":"missing_input:gross_profit"' end,
        case when l.sales_marketing_expense is null then '"sales_marketing_expense":"missing_input:sales_marketing_expense"' end,
        case when l.total_operating_expense is null then '"total_operating_expense":"missing_input:total_operating_expense"' end,
        case when l.ebitda is null then '"ebitda":"missing_input:ebitda"' end,
        case when l.net_income is null then '"net_income":"missing_input:net_income"' end,
        case when l.cash_burn is null then '"cash_burn":"missing_input:cash_burn"' end,
        case when l.cash_balance is null then '"cash_balance":"missing_input:cash_balance"' end,
        case when l.debt_outstanding is null then '"debt_outstanding":"missing_input:debt_outstanding"' end,
        case when l.employees is null then '"employees":"missing_input:employees"' end,
        case when l.customers is null then '"customers":"missing_input:customers"' end,
        case when l.new_logo_arr is null then '"new_logo_arr":"missing_input:new_logo_arr"' end,
        case when l.expansion_arr is null then '"expansion_arr":"missing_input:expansion_arr"' end,
        case when l.contraction_arr is null then '"contraction_arr":"missing_input:contraction_arr"' end,
        case when l.churned_arr is null then '"churned_arr":"missing_input:churned_arr"' end,
        case when l.reactivation_arr is null then '"reactivation_arr":"missing_input:reactivation_arr"' end,
        case when l.contracted_arr is null then '"contracted_arr":"missing_input:contracted_arr"' end,
        case when l.customers_new is null then '"customers_new":"missing_input:customers_new"' end,
        case when l.customers_lost is null then '"customers_lost":"missing_input:customers_lost"' end
      ) || '}')::jsonb as financial_nulls,
      case when l.recurring_revenue_share_why is null then trim_scale(round(round((l.recurring_revenue * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)), 26), 10)) end as recurring_revenue_share,
      case when l.gross_margin_why is null then trim_scale(round(round((l.gross_profit * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)), 26), 10)) end as gross_margin,
      case when l.ebitda_margin_why is null then trim_scale(round(round((l.ebitda * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)), 26), 10)) end as ebitda_margin,
      case when l.net_income_margin_why is null then trim_scale(round(round((l.net_income * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)), 26), 10)) end as net_income_margin,
      case when l.sales_marketing_pct_revenue_why is null then trim_scale(round(round((l.sales_marketing_expense * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)), 26), 10)) end as sales_marketing_pct_revenue,
      case when l.operating_expense_pct_revenue_why is null then trim_scale(round(round((l.total_operating_expense * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)), 26), 10)) end as operating_expense_pct_revenue,
      case when l.revenue_growth_qoq_why is null then trim_scale(round(round(((l.total_revenue * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue_q1, 0)) - 1), 26), 10)) end as revenue_growth_qoq,
      case when l.revenue_growth_yoy_why is null then trim_scale(round(round(((l.total_revenue * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue_q4, 0)) - 1), 26), 10)) end as revenue_growth_yoy,
      case when l.gross_profit_growth_yoy_why is null then trim_scale(round(round(((l.gross_profit * 1.0000000000000000000000000000000000000000 / nullif(l.gross_profit_q4, 0)) - 1), 26), 10)) end as gross_profit_growth_yoy,
      case when l.employee_growth_qoq_why is null then trim_scale(round(round(((l.employees * 1.0000000000000000000000000000000000000000 / nullif(l.employees_q1, 0)) - 1), 26), 10)) end as employee_growth_qoq,
      case when l.employee_growth_yoy_why is null then trim_scale(round(round(((l.employees * 1.0000000000000000000000000000000000000000 / nullif(l.employees_q4, 0)) - 1), 26), 10)) end as employee_growth_yoy,
      case when l.ltm_gross_margin_why is null then trim_scale(round(round((l.ltm_gross_profit * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue, 0)), 26), 10)) end as ltm_gross_margin,
      case when l.ltm_ebitda_margin_why is null then trim_scale(round(round((l.ltm_ebitda * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue, 0)), 26), 10)) end as ltm_ebitda_margin,
      case when l.ltm_net_income_margin_why is null then trim_scale(round(round((l.ltm_net_income * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue, 0)), 26), 10)) end as ltm_net_income_margin,
      case when l.ltm_revenue_growth_yoy_why is null then trim_scale(round(round(((l.ltm_total_revenue * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue_q4, 0)) - 1), 26), 10)) end as ltm_revenue_growth_yoy,
      case when l.net_customer_adds_why is null then (l.customers - l.customers_q1) end as net_customer_adds,
      case when l.runway_months_why is null then trim_scale(round(round((case when l.cash_balance < 0 then 0 else (l.cash_balance * 1.0000000000000000000000000000000000000000 / nullif(((0 - l.cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(l.months, 0)), 0)) end), 20), 4)) end as runway_months,
      case when l.runway_months_ltm_why is null then trim_scale(round(round((case when l.cash_balance < 0 then 0 else (l.cash_balance * 1.0000000000000000000000000000000000000000 / nullif(((0 - l.ltm_cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(12, 0)), 0)) end), 20), 4)) end as runway_months_ltm,
      case when l.cash_out_date_why is null then l.period_end + floor(round(least((case when l.cash_balance < 0 then 0 else (l.cash_balance * 1.0000000000000000000000000000000000000000 / nullif(((0 - l.cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(l.months, 0)), 0)) end), 9999) * 30.4375, 16))::integer end as cash_out_date,
      case when l.burn_multiple_why is null then trim_scale(round(round(((0 - l.cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)), 0)), 26), 10)) end as burn_multiple,
      case when l.burn_multiple_ltm_why is null then trim_scale(round(round(((0 - l.ltm_cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(((case when l.contracted_arr is not null and l.contracted_arr_q4 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q4 is not null then l.contracted_arr_q4 else l.yearly_q4 * l.recurring_revenue_q4 end)), 0)), 26), 10)) end as burn_multiple_ltm,
      case when l.rule_of_40_why is null then trim_scale(round(round((((l.ltm_total_revenue * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue_q4, 0)) - 1) + (l.ltm_ebitda * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue, 0))), 26), 10)) end as rule_of_40,
      case when l.magic_number_why is null then trim_scale(round(round((((l.yearly * l.total_revenue) * 1.0000000000000000000000000000000000000000 / nullif(l.sales_marketing_expense_q1, 0)) - ((l.yearly_q1 * l.total_revenue_q1) * 1.0000000000000000000000000000000000000000 / nullif(l.sales_marketing_expense_q1, 0))), 26), 10)) end as magic_number,
      case when l.cac_payback_months_why is null then trim_scale(round(round((l.sales_marketing_expense_q1 * 1.0000000000000000000000000000000000000000 / nullif(((((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)) * 1.0000000000000000000000000000000000000000 / nullif(12, 0)) * (l.gross_profit * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0))), 0)), 20), 4)) end as cac_payback_months,
      case when l.ev_to_ltm_revenue_why is null then trim_scale(round(round((((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue, 0)), 26), 10)) end as ev_to_ltm_revenue,
      case when l.ev_to_arr_why is null then trim_scale(round(round((((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) * 1.0000000000000000000000000000000000000000 / nullif((case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end), 0)), 26), 10)) end as ev_to_arr,
      case when l.post_money_to_ltm_revenue_why is null then trim_scale(round(round((l.post_money_valuation * l.round_closing * 1.0000000000000000000000000000000000000000 / nullif(l.ltm_total_revenue, 0)), 26), 10)) end as post_money_to_ltm_revenue,
      case when l.ev_to_invested_capital_why is null then trim_scale(round(round((((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) * 1.0000000000000000000000000000000000000000 / nullif((l.equity_raised_to_date * l.round_closing + l.debt_outstanding), 0)), 26), 10)) end as ev_to_invested_capital,
      case when l.valuation_age_days_why is null then (l.period_end - l.round_closed_on)::numeric end as valuation_age_days,
      case when l.nrr_why is null then trim_scale(round(round((((((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) + l.expansion_arr) - l.contraction_arr) - l.churned_arr) * 1.0000000000000000000000000000000000000000 / nullif((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end), 0)), 26), 10)) end as nrr,
      case when l.grr_why is null then trim_scale(round(round(((((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) - l.contraction_arr) - l.churned_arr) * 1.0000000000000000000000000000000000000000 / nullif((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end), 0)), 26), 10)) end as grr,
      case when l.logo_churn_why is null then trim_scale(round(round((l.customers_lost * 1.0000000000000000000000000000000000000000 / nullif(l.customers_q1, 0)), 26), 10)) end as logo_churn,
      ('{' || concat_ws(
        ',',
        '"arr_implied":"' || l.part_1 || '"',
        '"arr":"' || l.part_3 || '"',
        '"net_new_arr":"' || l.part_5 || '"',
        '"recurring_revenue_share":"' || l.recurring_revenue_share_why || '"',
        '"gross_margin":"' || l.gross_margin_why || '"',
        '"ebitda_margin":"' || l.ebitda_margin_why || '"',
        '"net_income_margin":"' || l.net_income_margin_why || '"',
        '"sales_marketing_pct_revenue":"' || l.sales_marketing_pct_revenue_why || '"',
        '"operating_expense_pct_revenue":"' || l.operating_expense_pct_revenue_why || '"',
        '"revenue_growth_qoq":"' || l.revenue_growth_qoq_why || '"',
        '"revenue_growth_yoy":"' || l.revenue_growth_yoy_why || '"',
        '"gross_profit_growth_yoy":"' || l.gross_profit_growth_yoy_why || '"',
        '"employee_growth_qoq":"' || l.employee_growth_qoq_why || '"',
        '"employee_growth_yoy":"' || l.employee_growth_yoy_why || '"',
        '"revenue_growth_yoy_reported":"' || coalesce(l.part_7, l.part_8) || '"',
        '"fx_effect_on_growth":"' || coalesce(l.part_7, l.part_8) || '"',
        '"ltm_total_revenue":"' || l.part_12 || '"',
        '"ltm_recurring_revenue":"' || l.part_13 || '"',
        '"ltm_gross_profit":"' || l.part_14 || '"',
        '"ltm_sales_marketing_expense":"' || l.part_15 || '"',
        '"ltm_total_operating_expense":"' || l.part_16 || '"',
        '"ltm_ebitda":"' || l.part_17 || '"',
        '"ltm_net_income":"' || l.part_18 || '"',
        '"ltm_net_burn":"' || l.part_19 || '"',
        '"ltm_gross_margin":"' || l.ltm_gross_margin_why || '"',
        '"ltm_ebitda_margin":"' || l.ltm_ebitda_margin_why || '"',
        '"ltm_net_income_margin":"' || l.ltm_net_income_margin_why || '"',
        '"ltm_revenue_growth_yoy":"' || l.ltm_revenue_growth_yoy_why || '"',
        '"revenue_per_employee":"' || coalesce(l.part_20, l.part_21) || '"',
        '"gross_profit_per_employee":"' || coalesce(l.part_23, l.part_21) || '"',
        '"ltm_revenue_per_average_employee":"' || coalesce(l.part_25, l.part_26) || '"',
        '"arr_per_customer":"' || coalesce(l.part_28, l.part_29) || '"',
        '"net_customer_adds":"' || l.net_customer_adds_why || '"',
        '"monthly_net_burn":"' || l.part_31 || '"',
        '"runway_months":"' || l.runway_months_why || '"',
        '"runway_months_ltm":"' || l.runway_months_ltm_why || '"',
        '"cash_out_date":"' || l.cash_out_date_why || '"',
        '"change_in_cash":"' || l.part_33 || '"',
        '"fx_effect_on_cash":"' || l.part_33 || '"',
        '"implied_net_financing":"' || l.part_37 || '"',
        '"burn_multiple":"' || l.burn_multiple_why || '"',
        '"burn_multiple_ltm":"' || l.burn_multiple_ltm_why || '"',
        '"rule_of_40":"' || l.rule_of_40_why || '"',
        '"magic_number":"' || l.magic_number_why || '"',
        '"cac_payback_months":"' || l.cac_payback_months_why || '"',
        '"net_debt":"' || l.part_39 || '"',
        '"enterprise_value":"' || l.part_41 || '"',
        '"ev_to_ltm_revenue":"' || l.ev_to_ltm_revenue_why || '"',
        '"ev_to_arr":"' || l.ev_to_arr_why || '"',
        '"post_money_to_ltm_revenue":"' || l.post_money_to_ltm_revenue_why || '"',
        '"ev_to_invested_capital":"' || l.ev_to_invested_capital_why || '"',
        '"valuation_age_days":"' || l.valuation_age_days_why || '"',
        '"nrr":"' || l.nrr_why || '"',
        '"grr":"' || l.grr_why || '"',
        '"logo_churn":"' || l.logo_churn_why || '"'
      ) || '}')::jsonb as metric_nulls
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
    where period.quarter_index >= p_first - 4
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
    trim_scale(round(h.total_revenue * p.average, 4)),
    trim_scale(round(h.recurring_revenue * p.average, 4)),
    trim_scale(round(h.gross_profit * p.average, 4)),
    trim_scale(round(h.sales_marketing_expense * p.average, 4)),
    trim_scale(round(h.total_operating_expense * p.average, 4)),
    trim_scale(round(h.ebitda * p.average, 4)),
    trim_scale(round(h.net_income * p.average, 4)),
    trim_scale(round(h.cash_burn * p.average, 4)),
    trim_scale(round(h.cash_balance * p.closing, 4)),
    trim_scale(round(h.debt_outstanding * p.closing, 4)),
    trim_scale(h.employees),
    trim_scale(h.customers),
    trim_scale(round(h.new_logo_arr * p.average, 4)),
    trim_scale(round(h.expansion_arr * p.average, 4)),
    trim_scale(round(h.contraction_arr * p.average, 4)),
    trim_scale(round(h.churned_arr * p.average, 4)),
    trim_scale(round(h.reactivation_arr * p.average, 4)),
    trim_scale(round(h.contracted_arr * p.closing, 4)),
    trim_scale(h.customers_new),
    trim_scale(h.customers_lost),
    case
      when p.average is not null and p.closing is not null then h.financial_nulls
      else h.financial_nulls || ('{' || concat_ws(
        ',',
        case when h.total_revenue is not null and p.average is null then '"total_revenue":"fx_unavailable"' end,
        case when h.recurring_revenue is not null and p.average is null then '"recurring_revenue":"fx_unavailable"' end,
        case when h.gross_profit is not null and p.average is null then '"gross_profit":"fx_unavailable"' end,
        case when h.sales_marketing_expense is not null and p.average is null then '"sales_marketing_expense":"fx_unavailable"' end,
        case when h.total_operating_expense is not null and p.average is null then '"total_operating_expense":"fx_unavailable"' end,
        case when h.ebitda is not null and p.average is null then '"ebitda":"fx_unavailable"' end,
        case when h.net_income is not null and p.average is null then '"net_income":"fx_unavailable"' end,
        case when h.cash_burn is not null and p.average is null then '"cash_burn":"fx_unavailable"' end,
        case when h.cash_balance is not null and p.closing is null then '"cash_balance":"fx_unavailable"' end,
        case when h.debt_outstanding is not null and p.closing is null then '"debt_outstanding":"fx_unavailable"' end,
        case when h.new_logo_arr is not null and p.average is null then '"new_logo_arr":"fx_unavailable"' end,
        case when h.expansion_arr is not null and p.average is null then '"expansion_arr":"fx_unavailable"' end,
        case when h.contraction_arr is not null and p.average is null then '"contraction_arr":"fx_unavailable"' end,
        case when h.churned_arr is not null and p.average is null then '"churned_arr":"fx_unavailable"' end,
        case when h.reactivation_arr is not null and p.average is null then '"reactivation_arr":"fx_unavailable"' end,
        case when h.contracted_arr is not null and p.closing is null then '"contracted_arr":"fx_unavailable"' end
      ) || '}')::jsonb
    end,
    case when h.part_1 is null then trim_scale(round(round((h.part_2 * p.average), 20), 4)) end,
    case when h.part_3 is null then trim_scale(round(round((h.part_4 * (case when h.contracted_arr is not null then p.closing else p.average end)), 20), 4)) end,
    case when h.part_5 is null then trim_scale(round(round((h.part_6 * p.average), 20), 4)) end,
    h.recurring_revenue_share,
    h.gross_margin,
    h.ebitda_margin,
    h.net_income_margin,
    h.sales_marketing_pct_revenue,
    h.operating_expense_pct_revenue,
    h.revenue_growth_qoq,
    h.revenue_growth_yoy,
    h.gross_profit_growth_yoy,
    h.employee_growth_qoq,
    h.employee_growth_yoy,
    case when h.part_7 is null and h.part_8 is null then trim_scale(round(round((((h.part_10 * p.average) * 1.0000000000000000000000000000000000000000 / nullif((h.part_9 * p4.average), 0)) - 1), 26), 10)) end,
    case when h.part_7 is null and h.part_8 is null then trim_scale(round(round(((((h.part_10 * p.average) * 1.0000000000000000000000000000000000000000 / nullif((h.part_9 * p4.average), 0)) - 1) - h.part_11), 26), 10)) end,
    case when h.part_12 is null then trim_scale(round(round((h.total_revenue * p.average + h.total_revenue_q1 * p1.average + h.total_revenue_q2 * p2.average + h.total_revenue_q3 * p3.average), 20), 4)) end,
    case when h.part_13 is null then trim_scale(round(round((h.recurring_revenue * p.average + h.recurring_revenue_q1 * p1.average + h.recurring_revenue_q2 * p2.average + h.recurring_revenue_q3 * p3.average), 20), 4)) end,
    case when h.part_14 is null then trim_scale(round(round((h.gross_profit * p.average + h.gross_profit_q1 * p1.average + h.gross_profit_q2 * p2.average + h.gross_profit_q3 * p3.average), 20), 4)) end,
    case when h.part_15 is null then trim_scale(round(round((h.sales_marketing_expense * p.average + h.sales_marketing_expense_q1 * p1.average + h.sales_marketing_expense_q2 * p2.average + h.sales_marketing_expense_q3 * p3.average), 20), 4)) end,
    case when h.part_16 is null then trim_scale(round(round((h.total_operating_expense * p.average + h.total_operating_expense_q1 * p1.average + h.total_operating_expense_q2 * p2.average + h.total_operating_expense_q3 * p3.average), 20), 4)) end,
    case when h.part_17 is null then trim_scale(round(round((h.ebitda * p.average + h.ebitda_q1 * p1.average + h.ebitda_q2 * p2.average + h.ebitda_q3 * p3.average), 20), 4)) end,
    case when h.part_18 is null then trim_scale(round(round((h.net_income * p.average + h.net_income_q1 * p1.average + h.net_income_q2 * p2.average + h.net_income_q3 * p3.average), 20), 4)) end,
    case when h.part_19 is null then trim_scale(round(round((0 - (h.cash_burn * p.average + h.cash_burn_q1 * p1.average + h.cash_burn_q2 * p2.average + h.cash_burn_q3 * p3.average)), 20), 4)) end,
    h.ltm_gross_margin,
    h.ltm_ebitda_margin,
    h.ltm_net_income_margin,
    h.ltm_revenue_growth_yoy,
    case when h.part_20 is null and h.part_21 is null then trim_scale(round(round((h.part_22 * p.average), 20), 4)) end,
    case when h.part_23 is null and h.part_21 is null then trim_scale(round(round((h.part_24 * p.average), 20), 4)) end,
    case when h.part_25 is null and h.part_26 is null then trim_scale(round(round(((h.total_revenue * p.average + h.total_revenue_q1 * p1.average + h.total_revenue_q2 * p2.average + h.total_revenue_q3 * p3.average) * 1.0000000000000000000000000000000000000000 / nullif(h.part_27, 0)), 20), 4)) end,
    case when h.part_28 is null and h.part_29 is null then trim_scale(round(round((h.part_30 * (case when h.contracted_arr is not null then p.closing else p.average end)), 20), 4)) end,
    h.net_customer_adds,
    case when h.part_31 is null then trim_scale(round(round((h.part_32 * p.average), 20), 4)) end,
    h.runway_months,
    h.runway_months_ltm,
    h.cash_out_date,
    case when h.part_33 is null then trim_scale(round(round((h.part_34 * p.average), 20), 4)) end,
    case when h.part_33 is null then trim_scale(round(round((((h.part_35 * p.closing) - (h.part_36 * p1.closing)) - (h.part_34 * p.average)), 20), 4)) end,
    case when h.part_37 is null then trim_scale(round(round((h.part_38 * p.average), 20), 4)) end,
    h.burn_multiple,
    h.burn_multiple_ltm,
    h.rule_of_40,
    h.magic_number,
    h.cac_payback_months,
    case when h.part_39 is null then trim_scale(round(round((h.part_40 * p.closing), 20), 4)) end,
    case when h.part_41 is null then trim_scale(round(round((h.part_42 * (case when h.round_currency = p.target then 1 else of_round.closing end) + (h.part_40 * p.closing)), 20), 4)) end,
    h.ev_to_ltm_revenue,
    h.ev_to_arr,
    h.post_money_to_ltm_revenue,
    h.ev_to_invested_capital,
    h.valuation_age_days,
    h.nrr,
    h.grr,
    h.logo_churn,
    case
      when num_nulls(p.average, p.closing, p1.average, p1.closing, p2.average, p3.average, p4.average, (case when h.round_currency = p.target then 1 else of_round.closing end)) = 0 then h.metric_nulls
      else h.metric_nulls || ('{' || concat_ws(
        ',',
        case when h.part_1 is null and (p.average is null) then '"arr_implied":"fx_unavailable"' end,
        case when h.part_3 is null and ((case when h.contracted_arr is not null then p.closing else p.average end) is null) then '"arr":"fx_unavailable"' end,
        case when h.part_5 is null and (p.average is null) then '"net_new_arr":"fx_unavailable"' end,
        case when h.part_7 is null and (p.average is null or p4.average is null) then '"revenue_growth_yoy_reported":"fx_unavailable"' end,
        case when h.part_7 is null and (p.average is null or p4.average is null) then '"fx_effect_on_growth":"fx_unavailable"' end,
        case when h.part_12 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_total_revenue":"fx_unavailable"' end,
        case when h.part_13 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_recurring_revenue":"fx_unavailable"' end,
        case when h.part_14 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_gross_profit":"fx_unavailable"' end,
        case when h.part_15 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_sales_marketing_expense":"fx_unavailable"' end,
        case when h.part_16 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_total_operating_expense":"fx_unavailable"' end,
        case when h.part_17 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_ebitda":"fx_unavailable"' end,
        case when h.part_18 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_net_income":"fx_unavailable"' end,
        case when h.part_19 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_net_burn":"fx_unavailable"' end,
        case when h.part_20 is null and (p.average is null) then '"revenue_per_employee":"fx_unavailable"' end,
        case when h.part_23 is null and (p.average is null) then '"gross_profit_per_employee":"fx_unavailable"' end,
        case when h.part_25 is null and (p.average is null or p1.average is null or p2.average is null or p3.average is null) then '"ltm_revenue_per_average_employee":"fx_unavailable"' end,
        case when h.part_28 is null and ((case when h.contracted_arr is not null then p.closing else p.average end) is null) then '"arr_per_customer":"fx_unavailable"' end,
        case when h.part_31 is null and (p.average is null) then '"monthly_net_burn":"fx_unavailable"' end,
        case when h.part_33 is null and (p.average is null) then '"change_in_cash":"fx_unavailable"' end,
        case when h.part_33 is null and (p.average is null or p.closing is null or p1.closing is null) then '"fx_effect_on_cash":"fx_unavailable"' end,
        case when h.part_37 is null and (p.average is null) then '"implied_net_financing":"fx_unavailable"' end,
        case when h.part_39 is null and (p.closing is null) then '"net_debt":"fx_unavailable"' end,
        case when h.part_41 is null and (p.closing is null or (case when h.round_currency = p.target then 1 else of_round.closing end) is null) then '"enterprise_value":"fx_unavailable"' end
      ) || '}')::jsonb
    end
  from translated as p
  join looked_back as l on l.slot = p.slot
  left join translated as p4 on p4.slot = p.slot - 4 and p4.target = p.target
  left join translated as p3 on p3.slot = p.slot - 3 and p3.target = p.target
  left join translated as p2 on p2.slot = p.slot - 2 and p2.target = p.target
  left join translated as p1 on p1.slot = p.slot - 1 and p1.target = p.target
  left join rates as of_round
    on of_round.source = l.round_currency
    and of_round.target = p.target
    and of_round.period_start = l.period_start
    and of_round.period_end = l.period_end
  join local_rows as h on h.slot = p.slot -- the widest last
  where p.is_local or p.target = any(p_currencies);
end
$$;

-- function: quarter_month(integer, integer)

CREATE FUNCTION public.quarter_month(quarter_index integer, year_end_month integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((3 * quarter_index) + ((year_end_month - 1) % 3));

-- function: fiscal_quarter(integer, integer)

CREATE FUNCTION public.fiscal_quarter(quarter_index integer, year_end_month integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE(NULLIF((((public.quarter_month(quarter_index, year_end_month) - (year_end_month - 1)) % 12) / 3), 0), 4);

-- function: fiscal_year(integer, integer)

CREATE FUNCTION public.fiscal_year(quarter_index integer, year_end_month integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((public.quarter_month(quarter_index, year_end_month) + (3 * (4 - public.fiscal_quarter(quarter_index, year_end_month)))) / 12);

-- function: nearest_quarter(date, integer)

CREATE FUNCTION public.nearest_quarter(day date, year_end_month integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((((((date_part('year'::text, day))::integer * 12) + (date_part('month'::text, day))::integer) - 1) + ((((((year_end_month - 1) % 3) - ((((date_part('year'::text, day))::integer * 12) + (date_part('month'::text, day))::integer) - 1)) + 1) + 300000) % 3)) - 1) / 3);

-- function: newest_observation(text, text, text, timestamp with time zone)

CREATE FUNCTION public.newest_observation(p_provider text, p_base text, p_quote text, p_as_of timestamp with time zone) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT daily.observed_on FROM public.daily_rates(newest_observation.p_provider, newest_observation.p_base, newest_observation.p_quote, '0001-01-01'::date, '9999-12-31'::date, newest_observation.p_as_of) daily(observed_on, rate) ORDER BY daily.observed_on DESC LIMIT 1);

-- function: nominal_end(integer, integer, integer)

CREATE FUNCTION public.nominal_end(quarter_index integer, year_end_month integer, year_end_day integer) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((make_date((public.quarter_month(quarter_index, year_end_month) / 12), ((public.quarter_month(quarter_index, year_end_month) % 12) + 1), 1) + CASE WHEN ((year_end_day)::numeric >= EXTRACT(day FROM ((make_date(2001, year_end_month, 1) + '1 mon'::interval) - '1 day'::interval))) THEN ('1 mon'::interval - '1 day'::interval) ELSE LEAST(make_interval(days => (year_end_day - 1)), (((make_date((public.quarter_month(quarter_index, year_end_month) / 12), ((public.quarter_month(quarter_index, year_end_month) % 12) + 1), 1) + '1 mon'::interval) - '1 day'::interval) - (make_date((public.quarter_month(quarter_index, year_end_month) / 12), ((public.quarter_month(quarter_index, year_end_month) % 12) + 1), 1))::timestamp without time zone)) END))::date;

-- function: period_rate(text, text, text, date, date, timestamp with time zone)

CREATE FUNCTION public.period_rate(p_provider text, p_base text, p_quote text, p_start date, p_end date, p_as_of timestamp with time zone) RETURNS TABLE(average numeric, closing numeric, closing_date date, observations integer, low numeric, high numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select average, closing, closing_date, observations, low, high
  from period_rates(p_provider, array[p_base], array[p_quote], array[p_start], array[p_end], p_as_of)
$$;

-- function: period_rates(text, text[], text[], date[], date[], timestamp with time zone)

CREATE FUNCTION public.period_rates(p_provider text, p_bases text[], p_quotes text[], p_starts date[], p_ends date[], p_as_of timestamp with time zone) RETURNS TABLE(source text, target text, period_start date, period_end date, average numeric, closing numeric, closing_date date, observations integer, low numeric, high numeric)
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    SET enable_mergejoin TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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

-- function: prune_audit_log(integer)

CREATE FUNCTION public.prune_audit_log(keep_days integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
  last_number bigint;
  last_hash text;
  removed bigint;
begin
  if keep_days is null or keep_days < 365 then
    raise exception 'the audit log is kept for 365 days at least, not %', keep_days;
  end if;
  select l.number, l.hash into last_number, last_hash from audit_log as l
  where l.at < clock_timestamp() - make_interval(days => keep_days)
    and l.number < coalesce(
      (select min(k.number) from audit_log as k where k.at >= clock_timestamp() - make_interval(days => keep_days)),
      9223372036854775807
    )
  order by l.number desc limit 1;
  if last_number is null then
    return 0;
  end if;
  update audit_chain set pruned_number = last_number, pruned_hash = last_hash, pruned_at = clock_timestamp();
  delete from audit_log as l where l.number <= last_number;
  get diagnostics removed = row_count;
  return removed;
end
$$;

-- function: tell_admission(text, text, integer)

CREATE FUNCTION public.tell_admission(p_subject text, p_route_class text, p_seconds integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
  counted record;
begin
  select * into counted from admit_call(p_subject, p_route_class, p_seconds);
  raise info 'admitted % % % %', counted.number, counted.used, counted.seconds_left, counted.newest_change;
end
$$;

-- table: alembic_version

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

-- table: audit_chain

CREATE TABLE public.audit_chain (
    singleton boolean NOT NULL,
    number bigint NOT NULL,
    hash text NOT NULL,
    pruned_number bigint NOT NULL,
    pruned_hash text NOT NULL,
    pruned_at timestamp with time zone,
    CONSTRAINT ck_audit_chain_in_order CHECK ((pruned_number <= number)),
    CONSTRAINT ck_audit_chain_one_row CHECK (singleton)
);

-- table: audit_log

CREATE TABLE public.audit_log (
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    subject text NOT NULL,
    name text NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL,
    kind text NOT NULL,
    key jsonb NOT NULL,
    company_id uuid,
    before jsonb,
    after jsonb,
    correlation_id text,
    address text,
    hash text NOT NULL,
    CONSTRAINT ck_audit_log_hash_is_sha256 CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT ck_audit_log_outcome_known CHECK ((outcome = ANY (ARRAY['done'::text, 'denied'::text])))
);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

-- table: change_head

CREATE TABLE public.change_head (
    one boolean NOT NULL,
    sequence bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_change_head_one_row CHECK (one)
);

-- table: changes

CREATE TABLE public.changes (
    sequence bigint NOT NULL,
    kind text NOT NULL,
    company_id uuid,
    key jsonb NOT NULL,
    version integer,
    deleted boolean NOT NULL,
    left_funds text[],
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_changes_kind_known CHECK ((kind = ANY (ARRAY['company'::text, 'input'::text, 'round'::text, 'rate'::text, 'derived'::text]))),
    CONSTRAINT ck_changes_of_a_company CHECK (((company_id IS NULL) = (kind = 'rate'::text)))
);

ALTER TABLE ONLY public.changes FORCE ROW LEVEL SECURITY;

-- table: companies

CREATE TABLE public.companies (
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    reporting_status text NOT NULL,
    fiscal_year_end text NOT NULL,
    location_country text,
    customer_type text,
    revenue_type text,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    updated_by text NOT NULL,
    row_version integer NOT NULL,
    CONSTRAINT ck_companies_external_id_not_blank CHECK ((length(btrim(external_id)) > 0)),
    CONSTRAINT ck_companies_fiscal_year_end_is_mm_dd CHECK ((fiscal_year_end ~ '^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'::text)),
    CONSTRAINT ck_companies_name_not_blank CHECK ((length(btrim(name)) > 0)),
    CONSTRAINT ck_companies_reporting_status_known CHECK ((reporting_status = ANY (ARRAY['active'::text, 'inactive'::text, 'exited'::text, 'written_off'::text])))
);

ALTER TABLE ONLY public.companies FORCE ROW LEVEL SECURITY;

-- table: company_currencies

CREATE TABLE public.company_currencies (
    company_id uuid NOT NULL,
    valid_from date NOT NULL,
    currency text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    principal text NOT NULL,
    CONSTRAINT ck_company_currencies_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text))
);

ALTER TABLE ONLY public.company_currencies FORCE ROW LEVEL SECURITY;

-- table: company_funds

CREATE TABLE public.company_funds (
    company_id uuid NOT NULL,
    fund_id uuid NOT NULL
);

ALTER TABLE ONLY public.company_funds FORCE ROW LEVEL SECURITY;

-- table: company_versions

CREATE TABLE public.company_versions (
    company_id uuid NOT NULL,
    version integer NOT NULL,
    external_id text,
    name text NOT NULL,
    reporting_status text NOT NULL,
    fiscal_year_end text NOT NULL,
    location_country text,
    customer_type text,
    revenue_type text,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone,
    principal text NOT NULL,
    CONSTRAINT ck_company_versions_superseded_after_recorded CHECK ((superseded_at >= recorded_at))
);

ALTER TABLE ONLY public.company_versions FORCE ROW LEVEL SECURITY;

-- table: derivations

CREATE TABLE public.derivations (
    id bigint NOT NULL,
    fingerprint text NOT NULL,
    currencies text[] NOT NULL,
    formulas jsonb NOT NULL,
    companies integer NOT NULL,
    derived_at timestamp with time zone NOT NULL
);

-- sequence: derivations_id_seq

ALTER TABLE public.derivations ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.derivations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- table: funding_rounds

CREATE TABLE public.funding_rounds (
    id bigint NOT NULL,
    company_id uuid NOT NULL,
    closed_on date NOT NULL,
    round text NOT NULL,
    currency text NOT NULL,
    post_money_valuation numeric NOT NULL,
    equity_raised_to_date numeric,
    version integer NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone,
    principal text NOT NULL,
    reason text,
    import_id text,
    CONSTRAINT ck_funding_rounds_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_funding_rounds_equity_raised_not_negative CHECK ((equity_raised_to_date >= (0)::numeric)),
    CONSTRAINT ck_funding_rounds_post_money_not_negative CHECK ((post_money_valuation >= (0)::numeric)),
    CONSTRAINT ck_funding_rounds_superseded_after_recorded CHECK ((superseded_at >= recorded_at))
);

ALTER TABLE ONLY public.funding_rounds FORCE ROW LEVEL SECURITY;

-- sequence: funding_rounds_id_seq

ALTER TABLE public.funding_rounds ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.funding_rounds_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- table: funds

CREATE TABLE public.funds (
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT ck_funds_name_not_blank CHECK ((length(btrim(name)) > 0))
);

-- table: fx_rates

CREATE TABLE public.fx_rates (
    id bigint NOT NULL,
    provider text NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    observed_on date NOT NULL,
    rate numeric NOT NULL,
    kind text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone,
    principal text NOT NULL,
    reason text,
    CONSTRAINT ck_fx_rates_base_is_iso CHECK ((base ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_fx_rates_kind_known CHECK ((kind = ANY (ARRAY['published'::text, 'override'::text]))),
    CONSTRAINT ck_fx_rates_override_has_reason CHECK (((kind = 'published'::text) OR (reason IS NOT NULL))),
    CONSTRAINT ck_fx_rates_quote_is_iso CHECK ((quote ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_fx_rates_rate_positive CHECK ((rate > (0)::numeric)),
    CONSTRAINT ck_fx_rates_superseded_after_recorded CHECK ((superseded_at >= recorded_at)),
    CONSTRAINT ck_fx_rates_two_currencies CHECK ((base <> quote))
);

-- sequence: fx_rates_id_seq

ALTER TABLE public.fx_rates ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.fx_rates_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- table: grants

CREATE TABLE public.grants (
    id uuid NOT NULL,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    holder_name text,
    company_id uuid,
    fund_id uuid,
    reason text,
    granted_at timestamp with time zone NOT NULL,
    granted_by text NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_by text,
    CONSTRAINT ck_grants_holder_kind_known CHECK ((holder_kind = ANY (ARRAY['user'::text, 'group'::text, 'application'::text]))),
    CONSTRAINT ck_grants_of_one_thing CHECK (((company_id IS NULL) OR (fund_id IS NULL))),
    CONSTRAINT ck_grants_withdrawn_by_one CHECK (((withdrawn_at IS NULL) = (withdrawn_by IS NULL)))
);

ALTER TABLE ONLY public.grants FORCE ROW LEVEL SECURITY;

-- table: idempotency_keys

CREATE TABLE public.idempotency_keys (
    subject text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body text NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_idempotency_keys_key_length CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

-- table: import_chunks

CREATE TABLE public.import_chunks (
    import_id text NOT NULL,
    phase text NOT NULL,
    chunk integer NOT NULL,
    done_at timestamp with time zone NOT NULL,
    row_numbers integer[],
    outcomes text[],
    counts jsonb,
    errors integer NOT NULL,
    warnings integer NOT NULL,
    concerns jsonb,
    moves jsonb,
    CONSTRAINT ck_import_chunks_phase_known CHECK ((phase = ANY (ARRAY['stage'::text, 'check'::text, 'apply'::text])))
);

ALTER TABLE ONLY public.import_chunks FORCE ROW LEVEL SECURITY;

-- table: import_issues

CREATE TABLE public.import_issues (
    id bigint NOT NULL,
    import_id text NOT NULL,
    severity text NOT NULL,
    sheet text,
    row_number integer,
    column_name text,
    cell text,
    field text,
    value text,
    code text NOT NULL,
    message text NOT NULL,
    suggestion text,
    CONSTRAINT ck_import_issues_severity_known CHECK ((severity = ANY (ARRAY['error'::text, 'warning'::text])))
);

ALTER TABLE ONLY public.import_issues FORCE ROW LEVEL SECURITY;

-- sequence: import_issues_id_seq

ALTER TABLE public.import_issues ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.import_issues_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- table: import_jobs

CREATE TABLE public.import_jobs (
    id text NOT NULL,
    status text NOT NULL,
    options jsonb NOT NULL,
    file_name text NOT NULL,
    content_hash text NOT NULL,
    dataset text,
    header text[],
    principal text NOT NULL,
    principal_subject text NOT NULL,
    scope_company_ids jsonb,
    scope_funds jsonb,
    failure text,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    size_bytes integer,
    layout text,
    sheet text,
    other_sheets text[],
    header_row integer,
    chunks integer,
    rows_total integer,
    phase_began_at timestamp with time zone,
    approval jsonb,
    decision jsonb,
    cleaned_at timestamp with time zone,
    CONSTRAINT ck_import_jobs_dataset_known CHECK ((dataset = ANY (ARRAY['companies'::text, 'rounds'::text, 'inputs'::text]))),
    CONSTRAINT ck_import_jobs_layout_known CHECK ((layout = ANY (ARRAY['wide'::text, 'long'::text]))),
    CONSTRAINT ck_import_jobs_status_known CHECK ((status = ANY (ARRAY['received'::text, 'validating'::text, 'pending_approval'::text, 'applying'::text, 'needs_fix'::text, 'applied'::text, 'failed'::text, 'rejected'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY public.import_jobs FORCE ROW LEVEL SECURITY;

-- table: import_moves

CREATE TABLE public.import_moves (
    id bigint NOT NULL,
    import_id text NOT NULL,
    company_id uuid NOT NULL,
    scenario text NOT NULL,
    period_end date NOT NULL,
    currency text NOT NULL,
    name text NOT NULL,
    old json,
    new json
);

ALTER TABLE ONLY public.import_moves FORCE ROW LEVEL SECURITY;

-- sequence: import_moves_id_seq

ALTER TABLE public.import_moves ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.import_moves_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- table: import_rows

CREATE TABLE public.import_rows (
    import_id text NOT NULL,
    chunk integer NOT NULL,
    row_number integer NOT NULL,
    cells json NOT NULL
);

ALTER TABLE ONLY public.import_rows FORCE ROW LEVEL SECURITY;

-- table: metric_inputs

CREATE TABLE public.metric_inputs (
    id bigint NOT NULL,
    company_id uuid NOT NULL,
    scenario text NOT NULL,
    period_end date NOT NULL,
    quarter_index integer NOT NULL,
    version integer NOT NULL,
    currency text NOT NULL,
    deleted boolean NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    superseded_at timestamp with time zone,
    principal text NOT NULL,
    reason text,
    import_id text,
    source_file text,
    source_sheet text,
    source_row integer,
    total_revenue numeric,
    recurring_revenue numeric,
    gross_profit numeric,
    sales_marketing_expense numeric,
    total_operating_expense numeric,
    ebitda numeric,
    net_income numeric,
    cash_burn numeric,
    cash_balance numeric,
    debt_outstanding numeric,
    employees numeric,
    customers numeric,
    new_logo_arr numeric,
    expansion_arr numeric,
    contraction_arr numeric,
    churned_arr numeric,
    reactivation_arr numeric,
    contracted_arr numeric,
    customers_new numeric,
    customers_lost numeric,
    source_cells jsonb,
    CONSTRAINT ck_metric_inputs_churned_arr_not_negative CHECK ((churned_arr >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_contracted_arr_not_negative CHECK ((contracted_arr >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_contraction_arr_not_negative CHECK ((contraction_arr >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_currency_is_iso CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT ck_metric_inputs_customers_lost_not_negative CHECK ((customers_lost >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_customers_new_not_negative CHECK ((customers_new >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_customers_not_negative CHECK ((customers >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_debt_outstanding_not_negative CHECK ((debt_outstanding >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_employees_not_negative CHECK ((employees >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_expansion_arr_not_negative CHECK ((expansion_arr >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_new_logo_arr_not_negative CHECK ((new_logo_arr >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_reactivation_arr_not_negative CHECK ((reactivation_arr >= (0)::numeric)),
    CONSTRAINT ck_metric_inputs_scenario_known CHECK ((scenario = ANY (ARRAY['actual'::text, 'budget'::text, 'forecast'::text]))),
    CONSTRAINT ck_metric_inputs_superseded_after_recorded CHECK ((superseded_at >= recorded_at))
);

ALTER TABLE ONLY public.metric_inputs FORCE ROW LEVEL SECURITY;

-- sequence: metric_inputs_id_seq

ALTER TABLE public.metric_inputs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.metric_inputs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- table: period_closes

CREATE TABLE public.period_closes (
    id bigint NOT NULL,
    reporting_year integer NOT NULL,
    reporting_quarter integer NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    closed_by text NOT NULL,
    reason text,
    content_hash text NOT NULL,
    rows integer NOT NULL,
    reopened_at timestamp with time zone,
    reopened_by text,
    reopened_because text,
    CONSTRAINT ck_period_closes_quarter_of_a_year CHECK (((reporting_quarter >= 1) AND (reporting_quarter <= 4))),
    CONSTRAINT ck_period_closes_reopened_after_closed CHECK ((reopened_at >= closed_at)),
    CONSTRAINT ck_period_closes_reopening_has_reason CHECK (((reopened_at IS NULL) = (reopened_because IS NULL)))
);

-- sequence: period_closes_id_seq

ALTER TABLE public.period_closes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.period_closes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

-- table: rate_counts

CREATE UNLOGGED TABLE public.rate_counts (
    subject text NOT NULL,
    route_class text NOT NULL,
    window_number bigint NOT NULL,
    used integer NOT NULL,
    CONSTRAINT ck_rate_counts_route_class_known CHECK ((route_class = ANY (ARRAY['read'::text, 'write'::text, 'export'::text, 'upload'::text])))
)
WITH (fillfactor='50');

-- table: reporting_financials

CREATE TABLE public.reporting_financials (
    company_id uuid NOT NULL,
    scenario text NOT NULL,
    period_end date NOT NULL,
    currency text NOT NULL,
    is_local boolean NOT NULL,
    quarter_index integer NOT NULL,
    period_start date NOT NULL,
    fiscal_year integer NOT NULL,
    fiscal_quarter integer NOT NULL,
    reporting_year integer NOT NULL,
    reporting_quarter integer NOT NULL,
    fx_rate_average numeric,
    fx_rate_closing numeric,
    fx_closing_date date,
    flags text[] NOT NULL,
    total_revenue numeric,
    recurring_revenue numeric,
    gross_profit numeric,
    sales_marketing_expense numeric,
    total_operating_expense numeric,
    ebitda numeric,
    net_income numeric,
    cash_burn numeric,
    cash_balance numeric,
    debt_outstanding numeric,
    employees numeric,
    customers numeric,
    new_logo_arr numeric,
    expansion_arr numeric,
    contraction_arr numeric,
    churned_arr numeric,
    reactivation_arr numeric,
    contracted_arr numeric,
    customers_new numeric,
    customers_lost numeric,
    nulls jsonb NOT NULL
);

ALTER TABLE ONLY public.reporting_financials FORCE ROW LEVEL SECURITY;

-- table: reporting_metrics

CREATE TABLE public.reporting_metrics (
    company_id uuid NOT NULL,
    scenario text NOT NULL,
    period_end date NOT NULL,
    currency text NOT NULL,
    is_local boolean NOT NULL,
    quarter_index integer NOT NULL,
    period_start date NOT NULL,
    fiscal_year integer NOT NULL,
    fiscal_quarter integer NOT NULL,
    reporting_year integer NOT NULL,
    reporting_quarter integer NOT NULL,
    fx_rate_average numeric,
    fx_rate_closing numeric,
    fx_closing_date date,
    flags text[] NOT NULL,
    arr_implied numeric,
    arr numeric,
    net_new_arr numeric,
    recurring_revenue_share numeric,
    gross_margin numeric,
    ebitda_margin numeric,
    net_income_margin numeric,
    sales_marketing_pct_revenue numeric,
    operating_expense_pct_revenue numeric,
    revenue_growth_qoq numeric,
    revenue_growth_yoy numeric,
    gross_profit_growth_yoy numeric,
    employee_growth_qoq numeric,
    employee_growth_yoy numeric,
    revenue_growth_yoy_reported numeric,
    fx_effect_on_growth numeric,
    ltm_total_revenue numeric,
    ltm_recurring_revenue numeric,
    ltm_gross_profit numeric,
    ltm_sales_marketing_expense numeric,
    ltm_total_operating_expense numeric,
    ltm_ebitda numeric,
    ltm_net_income numeric,
    ltm_net_burn numeric,
    ltm_gross_margin numeric,
    ltm_ebitda_margin numeric,
    ltm_net_income_margin numeric,
    ltm_revenue_growth_yoy numeric,
    revenue_per_employee numeric,
    gross_profit_per_employee numeric,
    ltm_revenue_per_average_employee numeric,
    arr_per_customer numeric,
    net_customer_adds numeric,
    monthly_net_burn numeric,
    runway_months numeric,
    runway_months_ltm numeric,
    cash_out_date date,
    change_in_cash numeric,
    fx_effect_on_cash numeric,
    implied_net_financing numeric,
    burn_multiple numeric,
    burn_multiple_ltm numeric,
    rule_of_40 numeric,
    magic_number numeric,
    cac_payback_months numeric,
    net_debt numeric,
    enterprise_value numeric,
    ev_to_ltm_revenue numeric,
    ev_to_arr numeric,
    post_money_to_ltm_revenue numeric,
    ev_to_invested_capital numeric,
    valuation_age_days numeric,
    nrr numeric,
    grr numeric,
    logo_churn numeric,
    nulls jsonb NOT NULL
);

ALTER TABLE ONLY public.reporting_metrics FORCE ROW LEVEL SECURITY;

-- constraint: alembic_version alembic_version_pkc

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

-- constraint: audit_chain pk_audit_chain

ALTER TABLE ONLY public.audit_chain
    ADD CONSTRAINT pk_audit_chain PRIMARY KEY (singleton);

-- constraint: audit_log pk_audit_log

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT pk_audit_log PRIMARY KEY (number);

-- constraint: change_head pk_change_head

ALTER TABLE ONLY public.change_head
    ADD CONSTRAINT pk_change_head PRIMARY KEY (one);

-- constraint: changes pk_changes

ALTER TABLE ONLY public.changes
    ADD CONSTRAINT pk_changes PRIMARY KEY (sequence);

-- constraint: companies pk_companies

ALTER TABLE ONLY public.companies
    ADD CONSTRAINT pk_companies PRIMARY KEY (id);

-- constraint: company_currencies pk_company_currencies

ALTER TABLE ONLY public.company_currencies
    ADD CONSTRAINT pk_company_currencies PRIMARY KEY (company_id, valid_from);

-- constraint: company_funds pk_company_funds

ALTER TABLE ONLY public.company_funds
    ADD CONSTRAINT pk_company_funds PRIMARY KEY (company_id, fund_id);

-- constraint: company_versions pk_company_versions

ALTER TABLE ONLY public.company_versions
    ADD CONSTRAINT pk_company_versions PRIMARY KEY (company_id, version);

-- constraint: derivations pk_derivations

ALTER TABLE ONLY public.derivations
    ADD CONSTRAINT pk_derivations PRIMARY KEY (id);

-- constraint: funding_rounds pk_funding_rounds

ALTER TABLE ONLY public.funding_rounds
    ADD CONSTRAINT pk_funding_rounds PRIMARY KEY (id);

-- constraint: funds pk_funds

ALTER TABLE ONLY public.funds
    ADD CONSTRAINT pk_funds PRIMARY KEY (id);

-- constraint: fx_holidays pk_fx_holidays

ALTER TABLE ONLY public.fx_holidays
    ADD CONSTRAINT pk_fx_holidays PRIMARY KEY (provider, holiday);

-- constraint: fx_rates pk_fx_rates

ALTER TABLE ONLY public.fx_rates
    ADD CONSTRAINT pk_fx_rates PRIMARY KEY (id);

-- constraint: grants pk_grants

ALTER TABLE ONLY public.grants
    ADD CONSTRAINT pk_grants PRIMARY KEY (id);

-- constraint: idempotency_keys pk_idempotency_keys

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT pk_idempotency_keys PRIMARY KEY (subject, key);

-- constraint: import_chunks pk_import_chunks

ALTER TABLE ONLY public.import_chunks
    ADD CONSTRAINT pk_import_chunks PRIMARY KEY (import_id, phase, chunk);

-- constraint: import_issues pk_import_issues

ALTER TABLE ONLY public.import_issues
    ADD CONSTRAINT pk_import_issues PRIMARY KEY (id);

-- constraint: import_jobs pk_import_jobs

ALTER TABLE ONLY public.import_jobs
    ADD CONSTRAINT pk_import_jobs PRIMARY KEY (id);

-- constraint: import_moves pk_import_moves

ALTER TABLE ONLY public.import_moves
    ADD CONSTRAINT pk_import_moves PRIMARY KEY (id);

-- constraint: import_rows pk_import_rows

ALTER TABLE ONLY public.import_rows
    ADD CONSTRAINT pk_import_rows PRIMARY KEY (import_id, chunk, row_number);

-- constraint: metric_inputs pk_metric_inputs

ALTER TABLE ONLY public.metric_inputs
    ADD CONSTRAINT pk_metric_inputs PRIMARY KEY (id);

-- constraint: period_closes pk_period_closes

ALTER TABLE ONLY public.period_closes
    ADD CONSTRAINT pk_period_closes PRIMARY KEY (id);

-- constraint: rate_counts pk_rate_counts

ALTER TABLE ONLY public.rate_counts
    ADD CONSTRAINT pk_rate_counts PRIMARY KEY (subject, route_class);

-- constraint: reporting_financials pk_reporting_financials

ALTER TABLE ONLY public.reporting_financials
    ADD CONSTRAINT pk_reporting_financials PRIMARY KEY (company_id, scenario, period_end, currency);

-- constraint: reporting_metrics pk_reporting_metrics

ALTER TABLE ONLY public.reporting_metrics
    ADD CONSTRAINT pk_reporting_metrics PRIMARY KEY (company_id, scenario, period_end, currency);

-- index: ix_audit_log_at

CREATE INDEX ix_audit_log_at ON public.audit_log USING btree (at);

-- index: ix_audit_log_company_id_number

CREATE INDEX ix_audit_log_company_id_number ON public.audit_log USING btree (company_id, number);

-- index: ix_audit_log_subject_number

CREATE INDEX ix_audit_log_subject_number ON public.audit_log USING btree (subject, number);

-- index: ix_companies_name_id

CREATE INDEX ix_companies_name_id ON public.companies USING btree (name, id);

-- index: ix_company_funds_fund_id

CREATE INDEX ix_company_funds_fund_id ON public.company_funds USING btree (fund_id);

-- index: ix_fx_rates_reading

CREATE INDEX ix_fx_rates_reading ON public.fx_rates USING btree (provider, quote, observed_on) INCLUDE (rate, recorded_at, superseded_at);

-- index: ix_grants_granted_at_id

CREATE INDEX ix_grants_granted_at_id ON public.grants USING btree (granted_at, id);

-- index: ix_idempotency_keys_answered_at

CREATE INDEX ix_idempotency_keys_answered_at ON public.idempotency_keys USING btree (answered_at);

-- index: ix_import_issues_import_id_row_number

CREATE INDEX ix_import_issues_import_id_row_number ON public.import_issues USING btree (import_id, row_number, id);

-- index: ix_import_jobs_created_at_id

CREATE INDEX ix_import_jobs_created_at_id ON public.import_jobs USING btree (created_at, id);

-- index: ix_import_moves_import_id

CREATE INDEX ix_import_moves_import_id ON public.import_moves USING btree (import_id, id);

-- index: ix_metric_inputs_import_id

CREATE INDEX ix_metric_inputs_import_id ON public.metric_inputs USING btree (import_id) WHERE (import_id IS NOT NULL);

-- index: ix_reporting_financials_period

CREATE INDEX ix_reporting_financials_period ON public.reporting_financials USING btree (period_end, company_id);

-- index: ix_reporting_financials_waiting

CREATE INDEX ix_reporting_financials_waiting ON public.reporting_financials USING btree (company_id) WHERE (('provisional'::text = ANY (flags)) OR (fx_rate_average IS NULL) OR (fx_rate_closing IS NULL));

-- index: ix_reporting_metrics_period

CREATE INDEX ix_reporting_metrics_period ON public.reporting_metrics USING btree (period_end, company_id);

-- index: uq_companies_external_id

CREATE UNIQUE INDEX uq_companies_external_id ON public.companies USING btree (external_id);

-- index: uq_company_versions_current

CREATE UNIQUE INDEX uq_company_versions_current ON public.company_versions USING btree (company_id) WHERE (superseded_at IS NULL);

-- index: uq_funding_rounds_current

CREATE UNIQUE INDEX uq_funding_rounds_current ON public.funding_rounds USING btree (company_id, closed_on, round) WHERE (superseded_at IS NULL);

-- index: uq_funding_rounds_version

CREATE UNIQUE INDEX uq_funding_rounds_version ON public.funding_rounds USING btree (company_id, closed_on, round, version);

-- index: uq_funds_name

CREATE UNIQUE INDEX uq_funds_name ON public.funds USING btree (name);

-- index: uq_fx_rates_current

CREATE UNIQUE INDEX uq_fx_rates_current ON public.fx_rates USING btree (provider, base, quote, observed_on) WHERE (superseded_at IS NULL);

-- index: uq_grants_standing

CREATE UNIQUE INDEX uq_grants_standing ON public.grants USING btree (holder_id, company_id, fund_id) NULLS NOT DISTINCT WHERE (withdrawn_at IS NULL);

-- index: uq_metric_inputs_current

CREATE UNIQUE INDEX uq_metric_inputs_current ON public.metric_inputs USING btree (company_id, scenario, period_end) WHERE (superseded_at IS NULL);

-- index: uq_metric_inputs_current_quarter

CREATE UNIQUE INDEX uq_metric_inputs_current_quarter ON public.metric_inputs USING btree (company_id, scenario, quarter_index) WHERE ((superseded_at IS NULL) AND (NOT deleted));

-- index: uq_metric_inputs_version

CREATE UNIQUE INDEX uq_metric_inputs_version ON public.metric_inputs USING btree (company_id, scenario, period_end, version);

-- index: uq_period_closes_current

CREATE UNIQUE INDEX uq_period_closes_current ON public.period_closes USING btree (reporting_year, reporting_quarter) WHERE (reopened_at IS NULL);

-- fk constraint: company_currencies fk_company_currencies_company_id

ALTER TABLE ONLY public.company_currencies
    ADD CONSTRAINT fk_company_currencies_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;

-- fk constraint: company_funds fk_company_funds_company_id

ALTER TABLE ONLY public.company_funds
    ADD CONSTRAINT fk_company_funds_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;

-- fk constraint: company_funds fk_company_funds_fund_id

ALTER TABLE ONLY public.company_funds
    ADD CONSTRAINT fk_company_funds_fund_id FOREIGN KEY (fund_id) REFERENCES public.funds(id);

-- fk constraint: company_versions fk_company_versions_company_id

ALTER TABLE ONLY public.company_versions
    ADD CONSTRAINT fk_company_versions_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;

-- fk constraint: funding_rounds fk_funding_rounds_company_id

ALTER TABLE ONLY public.funding_rounds
    ADD CONSTRAINT fk_funding_rounds_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;

-- fk constraint: grants fk_grants_fund_id

ALTER TABLE ONLY public.grants
    ADD CONSTRAINT fk_grants_fund_id FOREIGN KEY (fund_id) REFERENCES public.funds(id);

-- fk constraint: import_chunks fk_import_chunks_import_id

ALTER TABLE ONLY public.import_chunks
    ADD CONSTRAINT fk_import_chunks_import_id FOREIGN KEY (import_id) REFERENCES public.import_jobs(id) ON DELETE CASCADE;

-- fk constraint: import_issues fk_import_issues_import_id

ALTER TABLE ONLY public.import_issues
    ADD CONSTRAINT fk_import_issues_import_id FOREIGN KEY (import_id) REFERENCES public.import_jobs(id) ON DELETE CASCADE;

-- fk constraint: import_moves fk_import_moves_import_id

ALTER TABLE ONLY public.import_moves
    ADD CONSTRAINT fk_import_moves_import_id FOREIGN KEY (import_id) REFERENCES public.import_jobs(id) ON DELETE CASCADE;

-- fk constraint: metric_inputs fk_metric_inputs_company_id

ALTER TABLE ONLY public.metric_inputs
    ADD CONSTRAINT fk_metric_inputs_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id);

-- fk constraint: reporting_financials fk_reporting_financials_company_id

ALTER TABLE ONLY public.reporting_financials
    ADD CONSTRAINT fk_reporting_financials_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;

-- fk constraint: reporting_metrics fk_reporting_metrics_company_id

ALTER TABLE ONLY public.reporting_metrics
    ADD CONSTRAINT fk_reporting_metrics_company_id FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;

-- row security: audit_log

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

-- row security: changes

ALTER TABLE public.changes ENABLE ROW LEVEL SECURITY;

-- row security: companies

ALTER TABLE public.companies ENABLE ROW LEVEL SECURITY;

-- row security: company_currencies

ALTER TABLE public.company_currencies ENABLE ROW LEVEL SECURITY;

-- row security: company_funds

ALTER TABLE public.company_funds ENABLE ROW LEVEL SECURITY;

-- row security: company_versions

ALTER TABLE public.company_versions ENABLE ROW LEVEL SECURITY;

-- policy: audit_log firm

CREATE POLICY firm ON public.audit_log TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: changes firm

CREATE POLICY firm ON public.changes TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: companies firm

CREATE POLICY firm ON public.companies TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: company_currencies firm

CREATE POLICY firm ON public.company_currencies TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: company_funds firm

CREATE POLICY firm ON public.company_funds TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: company_versions firm

CREATE POLICY firm ON public.company_versions TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: funding_rounds firm

CREATE POLICY firm ON public.funding_rounds TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: grants firm

CREATE POLICY firm ON public.grants TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: idempotency_keys firm

CREATE POLICY firm ON public.idempotency_keys TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: import_chunks firm

CREATE POLICY firm ON public.import_chunks TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: import_issues firm

CREATE POLICY firm ON public.import_issues TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: import_jobs firm

CREATE POLICY firm ON public.import_jobs TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: import_moves firm

CREATE POLICY firm ON public.import_moves TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: import_rows firm

CREATE POLICY firm ON public.import_rows TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: metric_inputs firm

CREATE POLICY firm ON public.metric_inputs TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: reporting_financials firm

CREATE POLICY firm ON public.reporting_financials TO portfolio_firm USING (true) WITH CHECK (true);

-- policy: reporting_metrics firm

CREATE POLICY firm ON public.reporting_metrics TO portfolio_firm USING (true) WITH CHECK (true);

-- row security: funding_rounds

ALTER TABLE public.funding_rounds ENABLE ROW LEVEL SECURITY;

-- row security: grants

ALTER TABLE public.grants ENABLE ROW LEVEL SECURITY;

-- row security: idempotency_keys

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

-- row security: import_chunks

ALTER TABLE public.import_chunks ENABLE ROW LEVEL SECURITY;

-- row security: import_issues

ALTER TABLE public.import_issues ENABLE ROW LEVEL SECURITY;

-- row security: import_jobs

ALTER TABLE public.import_jobs ENABLE ROW LEVEL SECURITY;

-- row security: import_moves

ALTER TABLE public.import_moves ENABLE ROW LEVEL SECURITY;

-- row security: import_rows

ALTER TABLE public.import_rows ENABLE ROW LEVEL SECURITY;

-- row security: metric_inputs

ALTER TABLE public.metric_inputs ENABLE ROW LEVEL SECURITY;

-- policy: audit_log owner

CREATE POLICY owner ON public.audit_log TO postgres USING (true) WITH CHECK (true);

-- row security: reporting_financials

ALTER TABLE public.reporting_financials ENABLE ROW LEVEL SECURITY;

-- row security: reporting_metrics

ALTER TABLE public.reporting_metrics ENABLE ROW LEVEL SECURITY;

-- policy: audit_log scoped

CREATE POLICY scoped ON public.audit_log FOR INSERT TO portfolio_scoped WITH CHECK (true);

-- policy: changes scoped

CREATE POLICY scoped ON public.changes TO portfolio_scoped USING (((company_id IS NULL) OR (company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (left_funds && ( SELECT (NULLIF(current_setting('app.funds'::text, true), ''::text))::text[] AS "nullif")))) WITH CHECK (true);

-- policy: companies scoped

CREATE POLICY scoped ON public.companies TO portfolio_scoped USING ((id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

-- policy: company_currencies scoped

CREATE POLICY scoped ON public.company_currencies TO portfolio_scoped USING ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

-- policy: company_funds scoped

CREATE POLICY scoped ON public.company_funds TO portfolio_scoped USING (((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (fund_id = ANY (( SELECT (NULLIF(current_setting('app.fund_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (fund_id = ANY (( SELECT (NULLIF(current_setting('app.fund_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

-- policy: company_versions scoped

CREATE POLICY scoped ON public.company_versions TO portfolio_scoped USING ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

-- policy: funding_rounds scoped

CREATE POLICY scoped ON public.funding_rounds TO portfolio_scoped USING ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

-- policy: idempotency_keys scoped

CREATE POLICY scoped ON public.idempotency_keys TO portfolio_scoped USING ((subject = ( SELECT current_setting('app.subject'::text, true) AS current_setting))) WITH CHECK ((subject = ( SELECT current_setting('app.subject'::text, true) AS current_setting)));

-- policy: import_chunks scoped

CREATE POLICY scoped ON public.import_chunks TO portfolio_scoped USING ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs))) WITH CHECK ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs)));

-- policy: import_issues scoped

CREATE POLICY scoped ON public.import_issues TO portfolio_scoped USING ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs))) WITH CHECK ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs)));

-- policy: import_jobs scoped

CREATE POLICY scoped ON public.import_jobs TO portfolio_scoped USING ((principal_subject = ( SELECT current_setting('app.subject'::text, true) AS current_setting))) WITH CHECK ((principal_subject = ( SELECT current_setting('app.subject'::text, true) AS current_setting)));

-- policy: import_moves scoped

CREATE POLICY scoped ON public.import_moves TO portfolio_scoped USING ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs))) WITH CHECK ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs)));

-- policy: import_rows scoped

CREATE POLICY scoped ON public.import_rows TO portfolio_scoped USING ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs))) WITH CHECK ((import_id IN ( SELECT import_jobs.id
   FROM public.import_jobs)));

-- policy: metric_inputs scoped

CREATE POLICY scoped ON public.metric_inputs TO portfolio_scoped USING ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

-- policy: reporting_financials scoped

CREATE POLICY scoped ON public.reporting_financials TO portfolio_scoped USING ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

-- policy: reporting_metrics scoped

CREATE POLICY scoped ON public.reporting_metrics TO portfolio_scoped USING ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((company_id = ANY (( SELECT (NULLIF(current_setting('app.company_ids'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

-- acl: SCHEMA public

GRANT USAGE ON SCHEMA public TO portfolio_firm;
GRANT USAGE ON SCHEMA public TO portfolio_scoped;

-- acl: TABLE fx_holidays

GRANT SELECT ON TABLE public.fx_holidays TO portfolio_firm;
GRANT SELECT ON TABLE public.fx_holidays TO portfolio_scoped;

-- acl: FUNCTION prune_audit_log(keep_days integer)

REVOKE ALL ON FUNCTION public.prune_audit_log(keep_days integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.prune_audit_log(keep_days integer) TO portfolio_firm;

-- acl: TABLE alembic_version

GRANT SELECT ON TABLE public.alembic_version TO portfolio_firm;
GRANT SELECT ON TABLE public.alembic_version TO portfolio_scoped;

-- acl: TABLE audit_chain

GRANT SELECT ON TABLE public.audit_chain TO portfolio_firm;
GRANT SELECT ON TABLE public.audit_chain TO portfolio_scoped;

-- acl: COLUMN audit_chain.number

GRANT UPDATE(number) ON TABLE public.audit_chain TO portfolio_firm;
GRANT UPDATE(number) ON TABLE public.audit_chain TO portfolio_scoped;

-- acl: COLUMN audit_chain.hash

GRANT UPDATE(hash) ON TABLE public.audit_chain TO portfolio_firm;
GRANT UPDATE(hash) ON TABLE public.audit_chain TO portfolio_scoped;

-- acl: TABLE audit_log

GRANT SELECT,INSERT ON TABLE public.audit_log TO portfolio_firm;
GRANT INSERT ON TABLE public.audit_log TO portfolio_scoped;

-- acl: TABLE change_head

GRANT SELECT,UPDATE ON TABLE public.change_head TO portfolio_firm;
GRANT SELECT,UPDATE ON TABLE public.change_head TO portfolio_scoped;

-- acl: TABLE changes

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.changes TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.changes TO portfolio_scoped;

-- acl: TABLE companies

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.companies TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.companies TO portfolio_scoped;

-- acl: TABLE company_currencies

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.company_currencies TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.company_currencies TO portfolio_scoped;

-- acl: TABLE company_funds

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.company_funds TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.company_funds TO portfolio_scoped;

-- acl: TABLE company_versions

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.company_versions TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.company_versions TO portfolio_scoped;

-- acl: TABLE derivations

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.derivations TO portfolio_firm;
GRANT SELECT ON TABLE public.derivations TO portfolio_scoped;

-- acl: SEQUENCE derivations_id_seq

GRANT SELECT ON SEQUENCE public.derivations_id_seq TO portfolio_firm;

-- acl: TABLE funding_rounds

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.funding_rounds TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.funding_rounds TO portfolio_scoped;

-- acl: SEQUENCE funding_rounds_id_seq

GRANT SELECT ON SEQUENCE public.funding_rounds_id_seq TO portfolio_firm;

-- acl: TABLE funds

GRANT SELECT,INSERT ON TABLE public.funds TO portfolio_firm;
GRANT SELECT,INSERT ON TABLE public.funds TO portfolio_scoped;

-- acl: TABLE fx_rates

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.fx_rates TO portfolio_firm;
GRANT SELECT ON TABLE public.fx_rates TO portfolio_scoped;

-- acl: SEQUENCE fx_rates_id_seq

GRANT SELECT ON SEQUENCE public.fx_rates_id_seq TO portfolio_firm;

-- acl: TABLE grants

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.grants TO portfolio_firm;

-- acl: TABLE idempotency_keys

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO portfolio_scoped;

-- acl: TABLE import_chunks

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_chunks TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_chunks TO portfolio_scoped;

-- acl: TABLE import_issues

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_issues TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_issues TO portfolio_scoped;

-- acl: SEQUENCE import_issues_id_seq

GRANT SELECT ON SEQUENCE public.import_issues_id_seq TO portfolio_firm;

-- acl: TABLE import_jobs

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_jobs TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_jobs TO portfolio_scoped;

-- acl: TABLE import_moves

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_moves TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_moves TO portfolio_scoped;

-- acl: SEQUENCE import_moves_id_seq

GRANT SELECT ON SEQUENCE public.import_moves_id_seq TO portfolio_firm;

-- acl: TABLE import_rows

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_rows TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import_rows TO portfolio_scoped;

-- acl: TABLE metric_inputs

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metric_inputs TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metric_inputs TO portfolio_scoped;

-- acl: SEQUENCE metric_inputs_id_seq

GRANT SELECT ON SEQUENCE public.metric_inputs_id_seq TO portfolio_firm;

-- acl: TABLE period_closes

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.period_closes TO portfolio_firm;
GRANT SELECT ON TABLE public.period_closes TO portfolio_scoped;

-- acl: SEQUENCE period_closes_id_seq

GRANT SELECT ON SEQUENCE public.period_closes_id_seq TO portfolio_firm;

-- acl: TABLE rate_counts

GRANT SELECT,DELETE ON TABLE public.rate_counts TO portfolio_firm;

-- acl: TABLE reporting_financials

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reporting_financials TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reporting_financials TO portfolio_scoped;

-- acl: TABLE reporting_metrics

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reporting_metrics TO portfolio_firm;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.reporting_metrics TO portfolio_scoped;

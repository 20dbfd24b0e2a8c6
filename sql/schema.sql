-- A freshly migrated database; written by `python3 dev.py generate`, compared by a test. Do not edit.

-- function: admit_call(text, text, integer)

CREATE FUNCTION public.admit_call(p_subject text, p_route_class text, p_seconds integer) RETURNS TABLE(number bigint, used integer, seconds_left integer, newest_change text)
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
  select c.number, c.used, c.seconds_left, h.sequence || ' ' || h.recorded_at
  from count_call(p_subject, p_route_class, p_seconds) as c cross join change_head as h
$$;

-- table: fx_holidays

CREATE TABLE public.fx_holidays (
    provider text NOT NULL,
    holiday date NOT NULL
);

-- function: business_days(text, date, date)

CREATE FUNCTION public.business_days(p_provider text, p_start date, p_end date) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((SELECT (count(*))::integer AS count FROM generate_series((business_days.p_start)::timestamp with time zone, (business_days.p_end)::timestamp with time zone, '1 day'::interval) day(day) WHERE (EXTRACT(isodow FROM day.day) < (6)::numeric)) - (SELECT (count(*))::integer AS count FROM public.fx_holidays WHERE ((fx_holidays.provider = business_days.p_provider) AND ((fx_holidays.holiday >= business_days.p_start) AND (fx_holidays.holiday <= business_days.p_end)))));

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

-- function: daily_rates(text, text, text, date, date, timestamp with time zone)

CREATE FUNCTION public.daily_rates(p_provider text, p_base text, p_quote text, p_start date, p_end date, p_as_of timestamp with time zone) RETURNS TABLE(observed_on date, rate numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
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

-- function: derive_reporting(uuid[], text[], text[], timestamp with time zone, integer, integer, text, timestamp with time zone, timestamp with time zone)

CREATE FUNCTION public.derive_reporting(p_companies uuid[], p_scenarios text[], p_currencies text[], p_as_of timestamp with time zone DEFAULT 'infinity'::timestamp with time zone, p_first integer DEFAULT 0, p_last integer DEFAULT 100000, p_provider text DEFAULT 'ecb'::text, p_rates_as_of timestamp with time zone DEFAULT NULL::timestamp with time zone, p_rounds_as_of timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS TABLE(company_id uuid, scenario text, period_end date, currency text, is_local boolean, quarter_index integer, period_start date, fiscal_year integer, fiscal_quarter integer, reporting_year integer, reporting_quarter integer, fx_rate_average numeric, fx_rate_closing numeric, fx_closing_date date, flags text[], total_revenue numeric, recurring_revenue numeric, gross_profit numeric, sales_marketing_expense numeric, total_operating_expense numeric, ebitda numeric, net_income numeric, cash_burn numeric, cash_balance numeric, debt_outstanding numeric, employees numeric, customers numeric, new_logo_arr numeric, expansion_arr numeric, contraction_arr numeric, churned_arr numeric, reactivation_arr numeric, contracted_arr numeric, customers_new numeric, customers_lost numeric, financial_nulls jsonb, arr_implied numeric, arr numeric, net_new_arr numeric, recurring_revenue_share numeric, gross_margin numeric, ebitda_margin numeric, net_income_margin numeric, sales_marketing_pct_revenue numeric, operating_expense_pct_revenue numeric, revenue_growth_qoq numeric, revenue_growth_yoy numeric, gross_profit_growth_yoy numeric, employee_growth_qoq numeric, employee_growth_yoy numeric, revenue_growth_yoy_reported numeric, fx_effect_on_growth numeric, ltm_total_revenue numeric, ltm_recurring_revenue numeric, ltm_gross_profit numeric, ltm_sales_marketing_expense numeric, ltm_total_operating_expense numeric, ltm_ebitda numeric, ltm_net_income numeric, ltm_net_burn numeric, ltm_gross_margin numeric, ltm_ebitda_margin numeric, ltm_net_income_margin numeric, ltm_revenue_growth_yoy numeric, revenue_per_employee numeric, gross_profit_per_employee numeric, ltm_revenue_per_average_employee numeric, arr_per_customer numeric, net_customer_adds numeric, monthly_net_burn numeric, runway_months numeric, runway_months_ltm numeric, cash_out_date date, change_in_cash numeric, fx_effect_on_cash numeric, implied_net_financing numeric, burn_multiple numeric, burn_multiple_ltm numeric, rule_of_40 numeric, magic_number numeric, cac_payback_months numeric, net_debt numeric, enterprise_value numeric, ev_to_ltm_revenue numeric, ev_to_arr numeric, post_money_to_ltm_revenue numeric, ev_to_invested_capital numeric, valuation_age_days numeric, nrr numeric, grr numeric, logo_churn numeric, metric_nulls jsonb)
    LANGUAGE plpgsql STABLE
    SET jit TO 'off'
    SET enable_nestloop TO 'off'
    AS $$
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
      coalesce(lower(c.revenue_type) in ('transactional', 'marketplace'), false) as never_recurring
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
      and nearest_quarter(i.period_end, scope.end_month) between p_first - 8 and p_last
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
      lag(cash_balance, 1) over w as cash_balance_q1,
      lag(cash_burn, 1) over w as cash_burn_q1,
      lag(cash_burn, 2) over w as cash_burn_q2,
      lag(cash_burn, 3) over w as cash_burn_q3,
      lag(contracted_arr, 1) over w as contracted_arr_q1,
      lag(contracted_arr, 4) over w as contracted_arr_q4,
      lag(customers, 1) over w as customers_q1,
      lag(ebitda, 1) over w as ebitda_q1,
      lag(ebitda, 2) over w as ebitda_q2,
      lag(ebitda, 3) over w as ebitda_q3,
      lag(employees, 1) over w as employees_q1,
      lag(employees, 4) over w as employees_q4,
      lag(gross_profit, 1) over w as gross_profit_q1,
      lag(gross_profit, 2) over w as gross_profit_q2,
      lag(gross_profit, 3) over w as gross_profit_q3,
      lag(gross_profit, 4) over w as gross_profit_q4,
      lag(net_income, 1) over w as net_income_q1,
      lag(net_income, 2) over w as net_income_q2,
      lag(net_income, 3) over w as net_income_q3,
      lag(recurring_revenue, 1) over w as recurring_revenue_q1,
      lag(recurring_revenue, 2) over w as recurring_revenue_q2,
      lag(recurring_revenue, 3) over w as recurring_revenue_q3,
      lag(recurring_revenue, 4) over w as recurring_revenue_q4,
      lag(sales_marketing_expense, 1) over w as sales_marketing_expense_q1,
      lag(sales_marketing_expense, 2) over w as sales_marketing_expense_q2,
      lag(sales_marketing_expense, 3) over w as sales_marketing_expense_q3,
      lag(total_operating_expense, 1) over w as total_operating_expense_q1,
      lag(total_operating_expense, 2) over w as total_operating_expense_q2,
      lag(total_operating_expense, 3) over w as total_operating_expense_q3,
      lag(total_revenue, 1) over w as total_revenue_q1,
      lag(total_revenue, 2) over w as total_revenue_q2,
      lag(total_revenue, 3) over w as total_revenue_q3,
      lag(total_revenue, 4) over w as total_revenue_q4,
      lag(total_revenue, 5) over w as total_revenue_q5,
      lag(total_revenue, 6) over w as total_revenue_q6,
      lag(total_revenue, 7) over w as total_revenue_q7,
      sum(cash_burn) over (partition by company_id, scenario order by quarter_index rows between 3 preceding and current row) as ltm_cash_burn,
      sum(ebitda) over (partition by company_id, scenario order by quarter_index rows between 3 preceding and current row) as ltm_ebitda,
      sum(gross_profit) over (partition by company_id, scenario order by quarter_index rows between 3 preceding and current row) as ltm_gross_profit,
      sum(net_income) over (partition by company_id, scenario order by quarter_index rows between 3 preceding and current row) as ltm_net_income,
      sum(total_revenue) over (partition by company_id, scenario order by quarter_index rows between 3 preceding and current row) as ltm_total_revenue,
      sum(total_revenue) over (partition by company_id, scenario order by quarter_index rows between 7 preceding and 4 preceding) as ltm_total_revenue_q4,
      lag(present, 1, false) over w as present_q1,
      lag(present, 2, false) over w as present_q2,
      lag(present, 3, false) over w as present_q3,
      lag(present, 4, false) over w as present_q4,
      lag(present, 5, false) over w as present_q5,
      lag(present, 6, false) over w as present_q6,
      lag(present, 7, false) over w as present_q7,
      lag(period_end, 1) over w as period_end_q1,
      lag(period_end, 2) over w as period_end_q2,
      lag(period_end, 3) over w as period_end_q3,
      lag(period_end, 4) over w as period_end_q4,
      lag(period_end, 5) over w as period_end_q5,
      lag(period_end, 6) over w as period_end_q6,
      lag(period_end, 7) over w as period_end_q7,
      lag(currency, 1) over w as currency_q1,
      lag(currency, 2) over w as currency_q2,
      lag(currency, 3) over w as currency_q3,
      lag(currency, 4) over w as currency_q4,
      lag(currency, 5) over w as currency_q5,
      lag(currency, 6) over w as currency_q6,
      lag(currency, 7) over w as currency_q7,
      lag(yearly, 1) over w as yearly_q1,
      lag(yearly, 4) over w as yearly_q4
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
      coalesce(case when (l.total_revenue is null) or (l.recurring_revenue is null) then case when l.never_recurring and ((l.recurring_revenue is null)) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.recurring_revenue is null then 'recurring_revenue' end) end end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as recurring_revenue_share_why,
      coalesce(case when (l.total_revenue is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.gross_profit is null then 'gross_profit' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as gross_margin_why,
      coalesce(case when (l.total_revenue is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.ebitda is null then 'ebitda' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as ebitda_margin_why,
      coalesce(case when (l.total_revenue is null) or (l.net_income is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.net_income is null then 'net_income' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as net_income_margin_why,
      coalesce(case when (l.total_revenue is null) or (l.sales_marketing_expense is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.sales_marketing_expense is null then 'sales_marketing_expense' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as sales_marketing_pct_revenue_why,
      coalesce(case when (l.total_revenue is null) or (l.total_operating_expense is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.total_operating_expense is null then 'total_operating_expense' end) end, case when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' end) as operating_expense_pct_revenue_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q1 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end) when l.currency_q1 <> l.currency then 'currency_changed' end, case when l.total_revenue_q1 <= 0 then 'not_meaningful' end) as revenue_growth_qoq_why,
      coalesce(case when not l.present_q4 then 'missing_quarter:' || concat_ws(',', case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end) when (l.total_revenue_q4 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue is null then 'total_revenue' end) when l.currency_q4 <> l.currency then 'currency_changed' end, case when l.total_revenue_q4 <= 0 then 'not_meaningful' end) as revenue_growth_yoy_why,
      coalesce(case when not l.present_q4 then 'missing_quarter:' || concat_ws(',', case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end) when (l.gross_profit_q4 is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.gross_profit_q4 is null then 'gross_profit@' || l.period_end_q4 end, case when l.gross_profit is null then 'gross_profit' end) when l.currency_q4 <> l.currency then 'currency_changed' end, case when l.gross_profit_q4 <= 0 then 'not_meaningful' when l.gross_profit < 0 then 'not_meaningful' end) as gross_profit_growth_yoy_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.employees_q1 is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.employees_q1 is null then 'employees@' || l.period_end_q1 end, case when l.employees is null then 'employees' end) end, case when l.employees_q1 <= 0 then 'not_meaningful' end) as employee_growth_qoq_why,
      coalesce(case when not l.present_q4 then 'missing_quarter:' || concat_ws(',', case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end) when (l.employees_q4 is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.employees_q4 is null then 'employees@' || l.period_end_q4 end, case when l.employees is null then 'employees' end) end, case when l.employees_q4 <= 0 then 'not_meaningful' end) as employee_growth_yoy_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.gross_profit_q3 is null) or (l.gross_profit_q2 is null) or (l.gross_profit_q1 is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.gross_profit_q3 is null then 'gross_profit@' || l.period_end_q3 end, case when l.gross_profit_q2 is null then 'gross_profit@' || l.period_end_q2 end, case when l.gross_profit_q1 is null then 'gross_profit@' || l.period_end_q1 end, case when l.gross_profit is null then 'gross_profit' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency then 'currency_changed' end, case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as ltm_gross_margin_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.ebitda_q3 is null) or (l.ebitda_q2 is null) or (l.ebitda_q1 is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.ebitda_q3 is null then 'ebitda@' || l.period_end_q3 end, case when l.ebitda_q2 is null then 'ebitda@' || l.period_end_q2 end, case when l.ebitda_q1 is null then 'ebitda@' || l.period_end_q1 end, case when l.ebitda is null then 'ebitda' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency then 'currency_changed' end, case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as ltm_ebitda_margin_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.net_income_q3 is null) or (l.net_income_q2 is null) or (l.net_income_q1 is null) or (l.net_income is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.net_income_q3 is null then 'net_income@' || l.period_end_q3 end, case when l.net_income_q2 is null then 'net_income@' || l.period_end_q2 end, case when l.net_income_q1 is null then 'net_income@' || l.period_end_q1 end, case when l.net_income is null then 'net_income' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency then 'currency_changed' end, case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as ltm_net_income_margin_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 or not l.present_q4 or not l.present_q5 or not l.present_q6 or not l.present_q7 then 'missing_quarter:' || concat_ws(',', case when not l.present_q7 then nominal_end(l.quarter_index - 7, l.end_month, l.end_day) end, case when not l.present_q6 then nominal_end(l.quarter_index - 6, l.end_month, l.end_day) end, case when not l.present_q5 then nominal_end(l.quarter_index - 5, l.end_month, l.end_day) end, case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end, case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q7 is null) or (l.total_revenue_q6 is null) or (l.total_revenue_q5 is null) or (l.total_revenue_q4 is null) or (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q7 is null then 'total_revenue@' || l.period_end_q7 end, case when l.total_revenue_q6 is null then 'total_revenue@' || l.period_end_q6 end, case when l.total_revenue_q5 is null then 'total_revenue@' || l.period_end_q5 end, case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency or l.currency_q4 <> l.currency or l.currency_q5 <> l.currency or l.currency_q6 <> l.currency or l.currency_q7 <> l.currency then 'currency_changed' end, case when l.ltm_total_revenue_q4 <= 0 then 'not_meaningful' end) as ltm_revenue_growth_yoy_why,
      case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.customers_q1 is null) or (l.customers is null) then 'missing_input:' || concat_ws(',', case when l.customers_q1 is null then 'customers@' || l.period_end_q1 end, case when l.customers is null then 'customers' end) end as net_customer_adds_why,
      coalesce(case when (l.cash_burn is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance is null then 'cash_balance' end) end, case when (0 - l.cash_burn) <= 0 then 'cash_generating' end) as runway_months_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.cash_burn_q3 is null) or (l.cash_burn_q2 is null) or (l.cash_burn_q1 is null) or (l.cash_burn is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn_q3 is null then 'cash_burn@' || l.period_end_q3 end, case when l.cash_burn_q2 is null then 'cash_burn@' || l.period_end_q2 end, case when l.cash_burn_q1 is null then 'cash_burn@' || l.period_end_q1 end, case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance is null then 'cash_balance' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency then 'currency_changed' end, case when (0 - l.ltm_cash_burn) <= 0 then 'cash_generating' end) as runway_months_ltm_why,
      coalesce(case when (l.cash_burn is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance is null then 'cash_balance' end) end, case when (0 - l.cash_burn) <= 0 then 'cash_generating' when (case when l.cash_balance < 0 then 0 else (l.cash_balance * 1.0000000000000000000000000000000000000000 / nullif(((0 - l.cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(l.months, 0)), 0)) end) > 1200 then 'not_meaningful' end) as cash_out_date_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.cash_burn is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue' end, case when l.cash_burn is null then 'cash_burn' end) end when l.currency_q1 <> l.currency then 'currency_changed' end, case when (0 - l.cash_burn) < 0 then 'cash_generating' when ((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)) <= 0 then 'no_net_new_arr' end) as burn_multiple_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 or not l.present_q4 then 'missing_quarter:' || concat_ws(',', case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end, case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.recurring_revenue_q4 is null and (l.contracted_arr is null or l.contracted_arr_q4 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q4 is null)) or (l.cash_burn_q3 is null) or (l.cash_burn_q2 is null) or (l.cash_burn_q1 is null) or (l.cash_burn is null) then case when l.never_recurring and ((l.recurring_revenue_q4 is null and (l.contracted_arr is null or l.contracted_arr_q4 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q4 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q4 is null and (l.contracted_arr is null or l.contracted_arr_q4 is null) then 'recurring_revenue@' || l.period_end_q4 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q4 is null) then 'recurring_revenue' end, case when l.cash_burn_q3 is null then 'cash_burn@' || l.period_end_q3 end, case when l.cash_burn_q2 is null then 'cash_burn@' || l.period_end_q2 end, case when l.cash_burn_q1 is null then 'cash_burn@' || l.period_end_q1 end, case when l.cash_burn is null then 'cash_burn' end) end when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency or l.currency_q4 <> l.currency then 'currency_changed' end, case when (0 - l.ltm_cash_burn) < 0 then 'cash_generating' when ((case when l.contracted_arr is not null and l.contracted_arr_q4 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q4 is not null then l.contracted_arr_q4 else l.yearly_q4 * l.recurring_revenue_q4 end)) <= 0 then 'no_net_new_arr' end) as burn_multiple_ltm_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 or not l.present_q4 or not l.present_q5 or not l.present_q6 or not l.present_q7 then 'missing_quarter:' || concat_ws(',', case when not l.present_q7 then nominal_end(l.quarter_index - 7, l.end_month, l.end_day) end, case when not l.present_q6 then nominal_end(l.quarter_index - 6, l.end_month, l.end_day) end, case when not l.present_q5 then nominal_end(l.quarter_index - 5, l.end_month, l.end_day) end, case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end, case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q7 is null) or (l.total_revenue_q6 is null) or (l.total_revenue_q5 is null) or (l.total_revenue_q4 is null) or (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.ebitda_q3 is null) or (l.ebitda_q2 is null) or (l.ebitda_q1 is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q7 is null then 'total_revenue@' || l.period_end_q7 end, case when l.total_revenue_q6 is null then 'total_revenue@' || l.period_end_q6 end, case when l.total_revenue_q5 is null then 'total_revenue@' || l.period_end_q5 end, case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.ebitda_q3 is null then 'ebitda@' || l.period_end_q3 end, case when l.ebitda_q2 is null then 'ebitda@' || l.period_end_q2 end, case when l.ebitda_q1 is null then 'ebitda@' || l.period_end_q1 end, case when l.ebitda is null then 'ebitda' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency or l.currency_q4 <> l.currency or l.currency_q5 <> l.currency or l.currency_q6 <> l.currency or l.currency_q7 <> l.currency then 'currency_changed' end, case when l.ltm_total_revenue_q4 <= 0 then 'not_meaningful' when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as rule_of_40_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.sales_marketing_expense_q1 is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.sales_marketing_expense_q1 is null then 'sales_marketing_expense@' || l.period_end_q1 end) when l.currency_q1 <> l.currency then 'currency_changed' end, case when l.sales_marketing_expense_q1 = 0 then 'zero_denominator' when l.sales_marketing_expense_q1 < 0 then 'negative_denominator' end) as magic_number_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue is null) or (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.gross_profit is null) or (l.sales_marketing_expense_q1 is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue' end, case when l.gross_profit is null then 'gross_profit' end, case when l.sales_marketing_expense_q1 is null then 'sales_marketing_expense@' || l.period_end_q1 end) end when l.currency_q1 <> l.currency then 'currency_changed' end, case when ((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)) <= 0 then 'no_net_new_arr' when l.total_revenue = 0 then 'zero_denominator' when l.total_revenue < 0 then 'negative_denominator' when (l.gross_profit * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue, 0)) <= 0 then 'not_meaningful' end) as cac_payback_months_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency then 'currency_changed' end, case when l.round_closing is null then 'fx_unavailable' end, case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' when ((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) <= 0 then 'not_meaningful' end) as ev_to_ltm_revenue_why,
      coalesce(case when (l.recurring_revenue is null and (l.contracted_arr is null)) or (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) then case when l.never_recurring and ((l.recurring_revenue is null and (l.contracted_arr is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null and (l.contracted_arr is null) then 'recurring_revenue' end, case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end) end end, case when l.round_closing is null then 'fx_unavailable' end, case when (case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) = 0 then 'zero_denominator' when (case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) < 0 then 'negative_denominator' when ((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) <= 0 then 'not_meaningful' end) as ev_to_arr_why,
      coalesce(case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.post_money_valuation is null then 'post_money_valuation' end) when l.currency_q1 <> l.currency or l.currency_q2 <> l.currency or l.currency_q3 <> l.currency then 'currency_changed' end, case when l.round_closing is null then 'fx_unavailable' end, case when l.ltm_total_revenue = 0 then 'zero_denominator' when l.ltm_total_revenue < 0 then 'negative_denominator' end) as post_money_to_ltm_revenue_why,
      coalesce(case when (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) or (l.equity_raised_to_date is null and l.round_closed_on is not null) then 'missing_input:' || concat_ws(',', case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end, case when l.equity_raised_to_date is null and l.round_closed_on is not null then 'equity_raised_to_date' end) end, case when l.round_closing is null then 'fx_unavailable' end, case when (l.equity_raised_to_date * l.round_closing + l.debt_outstanding) = 0 then 'zero_denominator' when (l.equity_raised_to_date * l.round_closing + l.debt_outstanding) < 0 then 'negative_denominator' when ((l.post_money_valuation * l.round_closing + l.debt_outstanding) - l.cash_balance) <= 0 then 'not_meaningful' end) as ev_to_invested_capital_why,
      case when (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.post_money_valuation is null then 'post_money_valuation' end) end as valuation_age_days_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.expansion_arr is null) or (l.contraction_arr is null) or (l.churned_arr is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.expansion_arr is null then 'expansion_arr' end, case when l.contraction_arr is null then 'contraction_arr' end, case when l.churned_arr is null then 'churned_arr' end) end when l.currency_q1 <> l.currency then 'currency_changed' end, case when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) = 0 then 'zero_denominator' when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) < 0 then 'negative_denominator' end) as nrr_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.contraction_arr is null) or (l.churned_arr is null) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.contraction_arr is null then 'contraction_arr' end, case when l.churned_arr is null then 'churned_arr' end) end when l.currency_q1 <> l.currency then 'currency_changed' end, case when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) = 0 then 'zero_denominator' when (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end) < 0 then 'negative_denominator' end) as grr_why,
      coalesce(case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.customers_q1 is null) or (l.customers_lost is null) then 'missing_input:' || concat_ws(',', case when l.customers_q1 is null then 'customers@' || l.period_end_q1 end, case when l.customers_lost is null then 'customers_lost' end) end, case when l.customers_q1 = 0 then 'zero_denominator' when l.customers_q1 < 0 then 'negative_denominator' end) as logo_churn_why,
      case when (l.recurring_revenue is null) then case when l.never_recurring and ((l.recurring_revenue is null)) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null then 'recurring_revenue' end) end end as part_1,
      (l.yearly * l.recurring_revenue) as part_2,
      case when (l.recurring_revenue is null and (l.contracted_arr is null)) then case when l.never_recurring and ((l.recurring_revenue is null and (l.contracted_arr is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null and (l.contracted_arr is null) then 'recurring_revenue' end) end end as part_3,
      (case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) as part_4,
      case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) then case when l.never_recurring and ((l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null)) or (l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q1 is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null and (l.contracted_arr is null or l.contracted_arr_q1 is null) then 'recurring_revenue' end) end when l.currency_q1 <> l.currency then 'currency_changed' end as part_5,
      ((case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) - (case when l.contracted_arr is not null and l.contracted_arr_q1 is not null then l.contracted_arr_q1 else l.yearly_q1 * l.recurring_revenue_q1 end)) as part_6,
      case when not l.present_q4 then 'missing_quarter:' || concat_ws(',', case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end) when (l.total_revenue_q4 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q4 is null then 'total_revenue@' || l.period_end_q4 end, case when l.total_revenue is null then 'total_revenue' end) when l.currency_q4 <> l.currency then 'currency_changed' end as part_7,
      case when l.total_revenue_q4 <= 0 then 'not_meaningful' end as part_8,
      l.total_revenue_q4 as part_9,
      l.total_revenue as part_10,
      ((l.total_revenue * 1.0000000000000000000000000000000000000000 / nullif(l.total_revenue_q4, 0)) - 1) as part_11,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end) end as part_12,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.recurring_revenue_q3 is null) or (l.recurring_revenue_q2 is null) or (l.recurring_revenue_q1 is null) or (l.recurring_revenue is null) then case when l.never_recurring and ((l.recurring_revenue_q3 is null) or (l.recurring_revenue_q2 is null) or (l.recurring_revenue_q1 is null) or (l.recurring_revenue is null)) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue_q3 is null then 'recurring_revenue@' || l.period_end_q3 end, case when l.recurring_revenue_q2 is null then 'recurring_revenue@' || l.period_end_q2 end, case when l.recurring_revenue_q1 is null then 'recurring_revenue@' || l.period_end_q1 end, case when l.recurring_revenue is null then 'recurring_revenue' end) end end as part_13,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.gross_profit_q3 is null) or (l.gross_profit_q2 is null) or (l.gross_profit_q1 is null) or (l.gross_profit is null) then 'missing_input:' || concat_ws(',', case when l.gross_profit_q3 is null then 'gross_profit@' || l.period_end_q3 end, case when l.gross_profit_q2 is null then 'gross_profit@' || l.period_end_q2 end, case when l.gross_profit_q1 is null then 'gross_profit@' || l.period_end_q1 end, case when l.gross_profit is null then 'gross_profit' end) end as part_14,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.sales_marketing_expense_q3 is null) or (l.sales_marketing_expense_q2 is null) or (l.sales_marketing_expense_q1 is null) or (l.sales_marketing_expense is null) then 'missing_input:' || concat_ws(',', case when l.sales_marketing_expense_q3 is null then 'sales_marketing_expense@' || l.period_end_q3 end, case when l.sales_marketing_expense_q2 is null then 'sales_marketing_expense@' || l.period_end_q2 end, case when l.sales_marketing_expense_q1 is null then 'sales_marketing_expense@' || l.period_end_q1 end, case when l.sales_marketing_expense is null then 'sales_marketing_expense' end) end as part_15,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_operating_expense_q3 is null) or (l.total_operating_expense_q2 is null) or (l.total_operating_expense_q1 is null) or (l.total_operating_expense is null) then 'missing_input:' || concat_ws(',', case when l.total_operating_expense_q3 is null then 'total_operating_expense@' || l.period_end_q3 end, case when l.total_operating_expense_q2 is null then 'total_operating_expense@' || l.period_end_q2 end, case when l.total_operating_expense_q1 is null then 'total_operating_expense@' || l.period_end_q1 end, case when l.total_operating_expense is null then 'total_operating_expense' end) end as part_16,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.ebitda_q3 is null) or (l.ebitda_q2 is null) or (l.ebitda_q1 is null) or (l.ebitda is null) then 'missing_input:' || concat_ws(',', case when l.ebitda_q3 is null then 'ebitda@' || l.period_end_q3 end, case when l.ebitda_q2 is null then 'ebitda@' || l.period_end_q2 end, case when l.ebitda_q1 is null then 'ebitda@' || l.period_end_q1 end, case when l.ebitda is null then 'ebitda' end) end as part_17,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.net_income_q3 is null) or (l.net_income_q2 is null) or (l.net_income_q1 is null) or (l.net_income is null) then 'missing_input:' || concat_ws(',', case when l.net_income_q3 is null then 'net_income@' || l.period_end_q3 end, case when l.net_income_q2 is null then 'net_income@' || l.period_end_q2 end, case when l.net_income_q1 is null then 'net_income@' || l.period_end_q1 end, case when l.net_income is null then 'net_income' end) end as part_18,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 then 'missing_quarter:' || concat_ws(',', case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.cash_burn_q3 is null) or (l.cash_burn_q2 is null) or (l.cash_burn_q1 is null) or (l.cash_burn is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn_q3 is null then 'cash_burn@' || l.period_end_q3 end, case when l.cash_burn_q2 is null then 'cash_burn@' || l.period_end_q2 end, case when l.cash_burn_q1 is null then 'cash_burn@' || l.period_end_q1 end, case when l.cash_burn is null then 'cash_burn' end) end as part_19,
      case when (l.total_revenue is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue is null then 'total_revenue' end, case when l.employees is null then 'employees' end) end as part_20,
      case when l.employees = 0 then 'zero_denominator' when l.employees < 0 then 'negative_denominator' end as part_21,
      ((l.yearly * l.total_revenue) * 1.0000000000000000000000000000000000000000 / nullif(l.employees, 0)) as part_22,
      case when (l.gross_profit is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.gross_profit is null then 'gross_profit' end, case when l.employees is null then 'employees' end) end as part_23,
      ((l.yearly * l.gross_profit) * 1.0000000000000000000000000000000000000000 / nullif(l.employees, 0)) as part_24,
      case when not l.present_q1 or not l.present_q2 or not l.present_q3 or not l.present_q4 then 'missing_quarter:' || concat_ws(',', case when not l.present_q4 then nominal_end(l.quarter_index - 4, l.end_month, l.end_day) end, case when not l.present_q3 then nominal_end(l.quarter_index - 3, l.end_month, l.end_day) end, case when not l.present_q2 then nominal_end(l.quarter_index - 2, l.end_month, l.end_day) end, case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.total_revenue_q3 is null) or (l.total_revenue_q2 is null) or (l.total_revenue_q1 is null) or (l.total_revenue is null) or (l.employees_q4 is null) or (l.employees is null) then 'missing_input:' || concat_ws(',', case when l.total_revenue_q3 is null then 'total_revenue@' || l.period_end_q3 end, case when l.total_revenue_q2 is null then 'total_revenue@' || l.period_end_q2 end, case when l.total_revenue_q1 is null then 'total_revenue@' || l.period_end_q1 end, case when l.total_revenue is null then 'total_revenue' end, case when l.employees_q4 is null then 'employees@' || l.period_end_q4 end, case when l.employees is null then 'employees' end) end as part_25,
      case when (l.employees_q4 + l.employees) = 0 then 'zero_denominator' when (l.employees_q4 + l.employees) < 0 then 'negative_denominator' end as part_26,
      ((l.employees_q4 + l.employees) * 1.0000000000000000000000000000000000000000 / nullif(2, 0)) as part_27,
      case when (l.recurring_revenue is null and (l.contracted_arr is null)) or (l.customers is null) then case when l.never_recurring and ((l.recurring_revenue is null and (l.contracted_arr is null))) then 'not_applicable' else 'missing_input:' || concat_ws(',', case when l.recurring_revenue is null and (l.contracted_arr is null) then 'recurring_revenue' end, case when l.customers is null then 'customers' end) end end as part_28,
      case when l.customers = 0 then 'zero_denominator' when l.customers < 0 then 'negative_denominator' end as part_29,
      ((case when l.contracted_arr is not null then l.contracted_arr else l.yearly * l.recurring_revenue end) * 1.0000000000000000000000000000000000000000 / nullif(l.customers, 0)) as part_30,
      case when (l.cash_burn is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end) end as part_31,
      ((0 - l.cash_burn) * 1.0000000000000000000000000000000000000000 / nullif(l.months, 0)) as part_32,
      case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.cash_balance_q1 is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_balance_q1 is null then 'cash_balance@' || l.period_end_q1 end, case when l.cash_balance is null then 'cash_balance' end) when l.currency_q1 <> l.currency then 'currency_changed' end as part_33,
      (l.cash_balance - l.cash_balance_q1) as part_34,
      l.cash_balance as part_35,
      l.cash_balance_q1 as part_36,
      case when not l.present_q1 then 'missing_quarter:' || concat_ws(',', case when not l.present_q1 then nominal_end(l.quarter_index - 1, l.end_month, l.end_day) end) when (l.cash_burn is null) or (l.cash_balance_q1 is null) or (l.cash_balance is null) then 'missing_input:' || concat_ws(',', case when l.cash_burn is null then 'cash_burn' end, case when l.cash_balance_q1 is null then 'cash_balance@' || l.period_end_q1 end, case when l.cash_balance is null then 'cash_balance' end) when l.currency_q1 <> l.currency then 'currency_changed' end as part_37,
      ((l.cash_balance - l.cash_balance_q1) - l.cash_burn) as part_38,
      case when (l.cash_balance is null) or (l.debt_outstanding is null) then 'missing_input:' || concat_ws(',', case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end) end as part_39,
      (l.debt_outstanding - l.cash_balance) as part_40,
      case when (l.cash_balance is null) or (l.debt_outstanding is null) or (l.post_money_valuation is null) then 'missing_input:' || concat_ws(',', case when l.cash_balance is null then 'cash_balance' end, case when l.debt_outstanding is null then 'debt_outstanding' end, case when l.post_money_valuation is null then 'post_money_valuation' end) end as part_41,
      l.post_money_valuation as part_42
    from valued as l
  ),
  local_rows as materialized (
    select
      l.*,
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
      case when l.logo_churn_why is null then trim_scale(round(round((l.customers_lost * 1.0000000000000000000000000000000000000000 / nullif(l.customers_q1, 0)), 26), 10)) end as logo_churn
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
      lag(average, 1) over w as average_q1,
      lag(average, 2) over w as average_q2,
      lag(average, 3) over w as average_q3,
      lag(average, 4) over w as average_q4,
      lag(closing, 1) over w as closing_q1,
      sum(cash_burn * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_cash_burn,
      sum(ebitda * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_ebitda,
      sum(gross_profit * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_gross_profit,
      sum(net_income * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_net_income,
      sum(recurring_revenue * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_recurring_revenue,
      sum(sales_marketing_expense * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_sales_marketing_expense,
      sum(total_operating_expense * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_total_operating_expense,
      sum(total_revenue * average) over (partition by company_id, scenario, target order by quarter_index rows between 3 preceding and current row) as ltm_total_revenue
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
      coalesce(h.part_1, case when p.average is null then 'fx_unavailable' end) as arr_implied_why,
      coalesce(h.part_3, case when (case when p.contracted_arr is not null then p.closing else p.average end) is null then 'fx_unavailable' end) as arr_why,
      coalesce(h.part_5, case when p.average is null then 'fx_unavailable' end) as net_new_arr_why,
      coalesce(h.part_7, case when p.average is null or p.average_q4 is null then 'fx_unavailable' end, h.part_8) as revenue_growth_yoy_reported_why,
      coalesce(h.part_7, case when p.average is null or p.average_q4 is null then 'fx_unavailable' end, h.part_8) as fx_effect_on_growth_why,
      coalesce(h.part_12, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_total_revenue_why,
      coalesce(h.part_13, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_recurring_revenue_why,
      coalesce(h.part_14, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_gross_profit_why,
      coalesce(h.part_15, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_sales_marketing_expense_why,
      coalesce(h.part_16, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_total_operating_expense_why,
      coalesce(h.part_17, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_ebitda_why,
      coalesce(h.part_18, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_net_income_why,
      coalesce(h.part_19, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end) as ltm_net_burn_why,
      coalesce(h.part_20, case when p.average is null then 'fx_unavailable' end, h.part_21) as revenue_per_employee_why,
      coalesce(h.part_23, case when p.average is null then 'fx_unavailable' end, h.part_21) as gross_profit_per_employee_why,
      coalesce(h.part_25, case when p.average is null or p.average_q1 is null or p.average_q2 is null or p.average_q3 is null then 'fx_unavailable' end, h.part_26) as ltm_revenue_per_average_employee_why,
      coalesce(h.part_28, case when (case when p.contracted_arr is not null then p.closing else p.average end) is null then 'fx_unavailable' end, h.part_29) as arr_per_customer_why,
      coalesce(h.part_31, case when p.average is null then 'fx_unavailable' end) as monthly_net_burn_why,
      coalesce(h.part_33, case when p.average is null then 'fx_unavailable' end) as change_in_cash_why,
      coalesce(h.part_33, case when p.average is null or p.closing is null or p.closing_q1 is null then 'fx_unavailable' end) as fx_effect_on_cash_why,
      coalesce(h.part_37, case when p.average is null then 'fx_unavailable' end) as implied_net_financing_why,
      coalesce(h.part_39, case when p.closing is null then 'fx_unavailable' end) as net_debt_why,
      coalesce(h.part_41, case when p.closing is null or p.round_closing is null then 'fx_unavailable' end) as enterprise_value_why
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
    trim_scale(round(p.total_revenue * p.average, 4)),
    trim_scale(round(p.recurring_revenue * p.average, 4)),
    trim_scale(round(p.gross_profit * p.average, 4)),
    trim_scale(round(p.sales_marketing_expense * p.average, 4)),
    trim_scale(round(p.total_operating_expense * p.average, 4)),
    trim_scale(round(p.ebitda * p.average, 4)),
    trim_scale(round(p.net_income * p.average, 4)),
    trim_scale(round(p.cash_burn * p.average, 4)),
    trim_scale(round(p.cash_balance * p.closing, 4)),
    trim_scale(round(p.debt_outstanding * p.closing, 4)),
    trim_scale(p.employees),
    trim_scale(p.customers),
    trim_scale(round(p.new_logo_arr * p.average, 4)),
    trim_scale(round(p.expansion_arr * p.average, 4)),
    trim_scale(round(p.contraction_arr * p.average, 4)),
    trim_scale(round(p.churned_arr * p.average, 4)),
    trim_scale(round(p.reactivation_arr * p.average, 4)),
    trim_scale(round(p.contracted_arr * p.closing, 4)),
    trim_scale(p.customers_new),
    trim_scale(p.customers_lost),
    jsonb_strip_nulls(jsonb_build_object(
      'total_revenue', case when p.total_revenue is null then 'missing_input:total_revenue' when p.average is null then 'fx_unavailable' end,
      'recurring_revenue', case when p.recurring_revenue is null then 'missing_input:recurring_revenue' when p.average is null then 'fx_unavailable' end,
      'gross_profit', case when p.gross_profit is null then 'missing_input:gross_profit' when p.average is null then 'fx_unavailable' end,
      'sales_marketing_expense', case when p.sales_marketing_expense is null then 'missing_input:sales_marketing_expense' when p.average is null then 'fx_unavailable' end,
      'total_operating_expense', case when p.total_operating_expense is null then 'missing_input:total_operating_expense' when p.average is null then 'fx_unavailable' end,
      'ebitda', case when p.ebitda is null then 'missing_input:ebitda' when p.average is null then 'fx_unavailable' end,
      'net_income', case when p.net_income is null then 'missing_input:net_income' when p.average is null then 'fx_unavailable' end,
      'cash_burn', case when p.cash_burn is null then 'missing_input:cash_burn' when p.average is null then 'fx_unavailable' end,
      'cash_balance', case when p.cash_balance is null then 'missing_input:cash_balance' when p.closing is null then 'fx_unavailable' end,
      'debt_outstanding', case when p.debt_outstanding is null then 'missing_input:debt_outstanding' when p.closing is null then 'fx_unavailable' end,
      'employees', case when p.employees is null then 'missing_input:employees' end,
      'customers', case when p.customers is null then 'missing_input:customers' end,
      'new_logo_arr', case when p.new_logo_arr is null then 'missing_input:new_logo_arr' when p.average is null then 'fx_unavailable' end,
      'expansion_arr', case when p.expansion_arr is null then 'missing_input:expansion_arr' when p.average is null then 'fx_unavailable' end,
      'contraction_arr', case when p.contraction_arr is null then 'missing_input:contraction_arr' when p.average is null then 'fx_unavailable' end,
      'churned_arr', case when p.churned_arr is null then 'missing_input:churned_arr' when p.average is null then 'fx_unavailable' end,
      'reactivation_arr', case when p.reactivation_arr is null then 'missing_input:reactivation_arr' when p.average is null then 'fx_unavailable' end,
      'contracted_arr', case when p.contracted_arr is null then 'missing_input:contracted_arr' when p.closing is null then 'fx_unavailable' end,
      'customers_new', case when p.customers_new is null then 'missing_input:customers_new' end,
      'customers_lost', case when p.customers_lost is null then 'missing_input:customers_lost' end
    )),
    case when p.arr_implied_why is null then trim_scale(round(round((h.part_2 * p.average), 20), 4)) end,
    case when p.arr_why is null then trim_scale(round(round((h.part_4 * (case when p.contracted_arr is not null then p.closing else p.average end)), 20), 4)) end,
    case when p.net_new_arr_why is null then trim_scale(round(round((h.part_6 * p.average), 20), 4)) end,
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
    case when p.revenue_growth_yoy_reported_why is null then trim_scale(round(round((((h.part_10 * p.average) * 1.0000000000000000000000000000000000000000 / nullif((h.part_9 * p.average_q4), 0)) - 1), 26), 10)) end,
    case when p.fx_effect_on_growth_why is null then trim_scale(round(round(((((h.part_10 * p.average) * 1.0000000000000000000000000000000000000000 / nullif((h.part_9 * p.average_q4), 0)) - 1) - h.part_11), 26), 10)) end,
    case when p.ltm_total_revenue_why is null then trim_scale(round(round(p.ltm_total_revenue, 20), 4)) end,
    case when p.ltm_recurring_revenue_why is null then trim_scale(round(round(p.ltm_recurring_revenue, 20), 4)) end,
    case when p.ltm_gross_profit_why is null then trim_scale(round(round(p.ltm_gross_profit, 20), 4)) end,
    case when p.ltm_sales_marketing_expense_why is null then trim_scale(round(round(p.ltm_sales_marketing_expense, 20), 4)) end,
    case when p.ltm_total_operating_expense_why is null then trim_scale(round(round(p.ltm_total_operating_expense, 20), 4)) end,
    case when p.ltm_ebitda_why is null then trim_scale(round(round(p.ltm_ebitda, 20), 4)) end,
    case when p.ltm_net_income_why is null then trim_scale(round(round(p.ltm_net_income, 20), 4)) end,
    case when p.ltm_net_burn_why is null then trim_scale(round(round((0 - p.ltm_cash_burn), 20), 4)) end,
    h.ltm_gross_margin,
    h.ltm_ebitda_margin,
    h.ltm_net_income_margin,
    h.ltm_revenue_growth_yoy,
    case when p.revenue_per_employee_why is null then trim_scale(round(round((h.part_22 * p.average), 20), 4)) end,
    case when p.gross_profit_per_employee_why is null then trim_scale(round(round((h.part_24 * p.average), 20), 4)) end,
    case when p.ltm_revenue_per_average_employee_why is null then trim_scale(round(round((p.ltm_total_revenue * 1.0000000000000000000000000000000000000000 / nullif(h.part_27, 0)), 20), 4)) end,
    case when p.arr_per_customer_why is null then trim_scale(round(round((h.part_30 * (case when p.contracted_arr is not null then p.closing else p.average end)), 20), 4)) end,
    h.net_customer_adds,
    case when p.monthly_net_burn_why is null then trim_scale(round(round((h.part_32 * p.average), 20), 4)) end,
    h.runway_months,
    h.runway_months_ltm,
    h.cash_out_date,
    case when p.change_in_cash_why is null then trim_scale(round(round((h.part_34 * p.average), 20), 4)) end,
    case when p.fx_effect_on_cash_why is null then trim_scale(round(round((((h.part_35 * p.closing) - (h.part_36 * p.closing_q1)) - (h.part_34 * p.average)), 20), 4)) end,
    case when p.implied_net_financing_why is null then trim_scale(round(round((h.part_38 * p.average), 20), 4)) end,
    h.burn_multiple,
    h.burn_multiple_ltm,
    h.rule_of_40,
    h.magic_number,
    h.cac_payback_months,
    case when p.net_debt_why is null then trim_scale(round(round((h.part_40 * p.closing), 20), 4)) end,
    case when p.enterprise_value_why is null then trim_scale(round(round((h.part_42 * p.round_closing + (h.part_40 * p.closing)), 20), 4)) end,
    h.ev_to_ltm_revenue,
    h.ev_to_arr,
    h.post_money_to_ltm_revenue,
    h.ev_to_invested_capital,
    h.valuation_age_days,
    h.nrr,
    h.grr,
    h.logo_churn,
    jsonb_strip_nulls(jsonb_build_object(
      'arr_implied', p.arr_implied_why,
      'arr', p.arr_why,
      'net_new_arr', p.net_new_arr_why,
      'recurring_revenue_share', h.recurring_revenue_share_why,
      'gross_margin', h.gross_margin_why,
      'ebitda_margin', h.ebitda_margin_why,
      'net_income_margin', h.net_income_margin_why,
      'sales_marketing_pct_revenue', h.sales_marketing_pct_revenue_why,
      'operating_expense_pct_revenue', h.operating_expense_pct_revenue_why,
      'revenue_growth_qoq', h.revenue_growth_qoq_why,
      'revenue_growth_yoy', h.revenue_growth_yoy_why,
      'gross_profit_growth_yoy', h.gross_profit_growth_yoy_why,
      'employee_growth_qoq', h.employee_growth_qoq_why,
      'employee_growth_yoy', h.employee_growth_yoy_why,
      'revenue_growth_yoy_reported', p.revenue_growth_yoy_reported_why,
      'fx_effect_on_growth', p.fx_effect_on_growth_why,
      'ltm_total_revenue', p.ltm_total_revenue_why,
      'ltm_recurring_revenue', p.ltm_recurring_revenue_why,
      'ltm_gross_profit', p.ltm_gross_profit_why,
      'ltm_sales_marketing_expense', p.ltm_sales_marketing_expense_why,
      'ltm_total_operating_expense', p.ltm_total_operating_expense_why,
      'ltm_ebitda', p.ltm_ebitda_why,
      'ltm_net_income', p.ltm_net_income_why,
      'ltm_net_burn', p.ltm_net_burn_why,
      'ltm_gross_margin', h.ltm_gross_margin_why,
      'ltm_ebitda_margin', h.ltm_ebitda_margin_why,
      'ltm_net_income_margin', h.ltm_net_income_margin_why,
      'ltm_revenue_growth_yoy', h.ltm_revenue_growth_yoy_why,
      'revenue_per_employee', p.revenue_per_employee_why,
      'gross_profit_per_employee', p.gross_profit_per_employee_why,
      'ltm_revenue_per_average_employee', p.ltm_revenue_per_average_employee_why,
      'arr_per_customer', p.arr_per_customer_why,
      'net_customer_adds', h.net_customer_adds_why,
      'monthly_net_burn', p.monthly_net_burn_why,
      'runway_months', h.runway_months_why,
      'runway_months_ltm', h.runway_months_ltm_why,
      'cash_out_date', h.cash_out_date_why,
      'change_in_cash', p.change_in_cash_why,
      'fx_effect_on_cash', p.fx_effect_on_cash_why,
      'implied_net_financing', p.implied_net_financing_why
    ) || jsonb_build_object(
      'burn_multiple', h.burn_multiple_why,
      'burn_multiple_ltm', h.burn_multiple_ltm_why,
      'rule_of_40', h.rule_of_40_why,
      'magic_number', h.magic_number_why,
      'cac_payback_months', h.cac_payback_months_why,
      'net_debt', p.net_debt_why,
      'enterprise_value', p.enterprise_value_why,
      'ev_to_ltm_revenue', h.ev_to_ltm_revenue_why,
      'ev_to_arr', h.ev_to_arr_why,
      'post_money_to_ltm_revenue', h.post_money_to_ltm_revenue_why,
      'ev_to_invested_capital', h.ev_to_invested_capital_why,
      'valuation_age_days', h.valuation_age_days_why,
      'nrr', h.nrr_why,
      'grr', h.grr_why,
      'logo_churn', h.logo_churn_why
    ))
  from row_reasoned as p
  join local_rows as h
    on h.company_id = p.company_id and h.scenario = p.scenario and h.quarter_index = p.quarter_index;
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
    RETURN (((((((EXTRACT(year FROM day))::integer * 12) + (EXTRACT(month FROM day))::integer) - 1) + ((((((year_end_month - 1) % 3) - ((((EXTRACT(year FROM day))::integer * 12) + (EXTRACT(month FROM day))::integer) - 1)) + 1) + 300000) % 3)) - 1) / 3);

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
  select
    round(avg(daily.rate) filter (where daily.observed_on >= p_start), 14),
    round((array_agg(daily.rate order by daily.observed_on desc) filter (where daily.observed_on >= p_end - 7))[1], 14),
    max(daily.observed_on) filter (where daily.observed_on >= p_end - 7),
    count(*) filter (where daily.observed_on >= p_start)::integer,
    min(daily.rate) filter (where daily.observed_on >= p_start),
    max(daily.rate) filter (where daily.observed_on >= p_start)
  from daily_rates(p_provider, p_base, p_quote, least(p_start, p_end - 7), p_end, p_as_of) as daily
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

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
  financial_nulls jsonb,
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
  metric_nulls jsonb
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

"""What every metric rests on, and its sign rules: the fields of which quarters, and the terms that must be positive."""

import operator
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from benchmarks.peers.pandas_metrics import MOST_MONTHS
from benchmarks.peers.pandas_quarters import ROUND_FIELDS

POST_MONEY, EQUITY = ROUND_FIELDS


class Need(NamedTuple):
    """A field of the quarter `lag` before; or ARR, which contracted ARR of q and the `compared` quarter also serves."""

    field: str
    lag: int = 0
    compared: int | None = None


class Guard(NamedTuple):
    """A term that compares so with a number makes the metric null for this reason."""

    term: str
    compares: Callable[[pd.Series, float], pd.Series]
    number: float
    reason: str


def _now(*fields: str) -> tuple[Need, ...]:
    return tuple(Need(name) for name in fields)


def _ltm(name: str, back: int = 0) -> tuple[Need, ...]:
    return tuple(Need(name, lag) for lag in range(back, back + 4))


def _two(name: str, lag: int) -> tuple[Need, ...]:
    return Need(name), Need(name, lag)


def _arr(compared: int, *lags: int) -> tuple[Need, ...]:
    return tuple(Need("recurring_revenue", lag, compared) for lag in lags)


def _positive(term: str) -> tuple[Guard, ...]:
    return Guard(term, operator.eq, 0, "zero_denominator"), Guard(term, operator.lt, 0, "negative_denominator")


def _meaningful(term: str) -> tuple[Guard, ...]:
    return (Guard(term, operator.le, 0, "not_meaningful"),)


_REVENUE, _CASH, _NET_CASH = _now("total_revenue"), _two("cash_balance", 1), _now("cash_balance", "debt_outstanding")
_VALUE = (*_NET_CASH, Need(POST_MONEY))
_LTM_REVENUE = _ltm("total_revenue")
_BRIDGE = (*_arr(1, 1), *_now("contraction_arr", "churned_arr"))
NEEDS: Mapping[str, tuple[Need, ...]] = {
    "arr_implied": _now("recurring_revenue"),
    "arr": _arr(0, 0),
    "net_new_arr": _arr(1, 0, 1),
    "recurring_revenue_share": _REVENUE + _now("recurring_revenue"),
    "gross_margin": _REVENUE + _now("gross_profit"),
    "ebitda_margin": _REVENUE + _now("ebitda"),
    "net_income_margin": _REVENUE + _now("net_income"),
    "sales_marketing_pct_revenue": _REVENUE + _now("sales_marketing_expense"),
    "operating_expense_pct_revenue": _REVENUE + _now("total_operating_expense"),
    "revenue_growth_qoq": _two("total_revenue", 1),
    "revenue_growth_yoy": _two("total_revenue", 4),
    "gross_profit_growth_yoy": _two("gross_profit", 4),
    "employee_growth_qoq": _two("employees", 1),
    "employee_growth_yoy": _two("employees", 4),
    "revenue_growth_yoy_reported": _two("total_revenue", 4),
    "fx_effect_on_growth": _two("total_revenue", 4),
    "ltm_total_revenue": _LTM_REVENUE,
    "ltm_recurring_revenue": _ltm("recurring_revenue"),
    "ltm_gross_profit": _ltm("gross_profit"),
    "ltm_sales_marketing_expense": _ltm("sales_marketing_expense"),
    "ltm_total_operating_expense": _ltm("total_operating_expense"),
    "ltm_ebitda": _ltm("ebitda"),
    "ltm_net_income": _ltm("net_income"),
    "ltm_net_burn": _ltm("cash_burn"),
    "ltm_gross_margin": _LTM_REVENUE + _ltm("gross_profit"),
    "ltm_ebitda_margin": _LTM_REVENUE + _ltm("ebitda"),
    "ltm_net_income_margin": _LTM_REVENUE + _ltm("net_income"),
    "ltm_revenue_growth_yoy": _LTM_REVENUE + _ltm("total_revenue", 4),
    "revenue_per_employee": _REVENUE + _now("employees"),
    "gross_profit_per_employee": _now("gross_profit", "employees"),
    "ltm_revenue_per_average_employee": _LTM_REVENUE + _two("employees", 4),
    "arr_per_customer": _arr(0, 0) + _now("customers"),
    "net_customer_adds": _two("customers", 1),
    "monthly_net_burn": _now("cash_burn"),
    "runway_months": _now("cash_burn", "cash_balance"),
    "runway_months_ltm": _ltm("cash_burn") + _now("cash_balance"),
    "cash_out_date": _now("cash_burn", "cash_balance"),
    "change_in_cash": _CASH,
    "fx_effect_on_cash": _CASH,
    "implied_net_financing": _CASH + _now("cash_burn"),
    "burn_multiple": _arr(1, 0, 1) + _now("cash_burn"),
    "burn_multiple_ltm": _arr(4, 0, 4) + _ltm("cash_burn"),
    "rule_of_40": _LTM_REVENUE + _ltm("total_revenue", 4) + _ltm("ebitda"),
    "magic_number": (*_two("total_revenue", 1), Need("sales_marketing_expense", 1)),
    "cac_payback_months": (*_arr(1, 0, 1), Need("sales_marketing_expense", 1), *_REVENUE, *_now("gross_profit")),
    "net_debt": _NET_CASH,
    "enterprise_value": _VALUE,
    "ev_to_ltm_revenue": _VALUE + _LTM_REVENUE,
    "ev_to_arr": _VALUE + _arr(0, 0),
    "post_money_to_ltm_revenue": (Need(POST_MONEY), *_LTM_REVENUE),
    "ev_to_invested_capital": (*_VALUE, Need(EQUITY)),
    "valuation_age_days": (Need(POST_MONEY),),
    "nrr": _BRIDGE + _now("expansion_arr"),
    "grr": _BRIDGE,
    "logo_churn": (Need("customers_lost"), Need("customers", 1)),
}
"""What each metric rests on."""

_GENERATING = Guard("net_burn", operator.le, 0, "cash_generating")
_NO_NEW_ARR = Guard("new_arr", operator.le, 0, "no_net_new_arr")
GUARDS: Mapping[str, tuple[Guard, ...]] = {
    **dict.fromkeys(
        (
            "recurring_revenue_share",
            "gross_margin",
            "ebitda_margin",
            "net_income_margin",
            "sales_marketing_pct_revenue",
        ),
        _positive("revenue"),
    ),
    "operating_expense_pct_revenue": _positive("revenue"),
    "revenue_growth_qoq": _meaningful("revenue_q1"),
    **dict.fromkeys(
        ("revenue_growth_yoy", "revenue_growth_yoy_reported", "fx_effect_on_growth"), _meaningful("revenue_q4")
    ),
    "gross_profit_growth_yoy": (*_meaningful("profit_q4"), Guard("profit", operator.lt, 0, "not_meaningful")),
    "employee_growth_qoq": _meaningful("employees_q1"),
    "employee_growth_yoy": _meaningful("employees_q4"),
    **dict.fromkeys(("ltm_gross_margin", "ltm_ebitda_margin", "ltm_net_income_margin"), _positive("revenue_ltm")),
    "ltm_revenue_growth_yoy": _meaningful("revenue_ltm_q4"),
    **dict.fromkeys(("revenue_per_employee", "gross_profit_per_employee"), _positive("employees")),
    "ltm_revenue_per_average_employee": _positive("employees_both"),
    "arr_per_customer": _positive("customers"),
    "runway_months": (_GENERATING,),
    "runway_months_ltm": (Guard("net_burn_ltm", operator.le, 0, "cash_generating"),),
    "cash_out_date": (_GENERATING, Guard("runway", operator.gt, MOST_MONTHS, "not_meaningful")),
    "burn_multiple": (Guard("net_burn", operator.lt, 0, "cash_generating"), _NO_NEW_ARR),
    "burn_multiple_ltm": (
        Guard("net_burn_ltm", operator.lt, 0, "cash_generating"),
        Guard("new_arr_year", operator.le, 0, "no_net_new_arr"),
    ),
    "rule_of_40": (*_meaningful("revenue_ltm_q4"), *_positive("revenue_ltm")),
    "magic_number": _positive("marketing_q1"),
    "cac_payback_months": (_NO_NEW_ARR, *_positive("revenue"), *_meaningful("margin")),
    "ev_to_ltm_revenue": (*_positive("revenue_ltm"), *_meaningful("enterprise_value")),
    "ev_to_arr": (*_positive("arr"), *_meaningful("enterprise_value")),
    "post_money_to_ltm_revenue": _positive("revenue_ltm"),
    "ev_to_invested_capital": (*_positive("invested"), *_meaningful("enterprise_value")),
    **dict.fromkeys(("nrr", "grr"), _positive("start_arr")),
    "logo_churn": _positive("customers_q1"),
}
"""Sign rules, in the order in which they win."""

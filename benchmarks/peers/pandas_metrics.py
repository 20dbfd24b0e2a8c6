"""Ratios and amounts in a company's own currency as float64 vectors, not rounded yet, whatever their denominators."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from benchmarks.peers.pandas_quarters import Quarters

Vectors = Mapping[str, pd.Series]
LTM_FIELDS = (
    *("total_revenue", "recurring_revenue", "gross_profit", "sales_marketing_expense"),
    *("total_operating_expense", "ebitda", "net_income", "cash_burn"),
)
DAYS_A_MONTH = 30.4375
MOST_MONTHS = 1_200


def find_terms(at: Quarters, round_rate: pd.Series) -> dict[str, pd.Series]:
    """What metrics are composed of, and their sign rules ask about.

    Args:
        at: The quarters.
        round_rate: From the latest round's currency into the company's, at the end of each quarter.
    """
    revenue, burn, cash, debt = (
        at(name) for name in ("total_revenue", "cash_burn", "cash_balance", "debt_outstanding")
    )
    post_money = at("post_money_valuation") * round_rate
    return {
        "revenue": revenue,
        "revenue_q1": at("total_revenue", 1),
        "revenue_q4": at("total_revenue", 4),
        "revenue_ltm": at.sum_year("total_revenue"),
        "revenue_ltm_q4": at.sum_year("total_revenue", 4),
        "ebitda_ltm": at.sum_year("ebitda"),
        "profit": at("gross_profit"),
        "profit_q4": at("gross_profit", 4),
        "margin": at("gross_profit") / revenue,
        "marketing_q1": at("sales_marketing_expense", 1),
        "employees": at("employees"),
        "employees_q1": at("employees", 1),
        "employees_q4": at("employees", 4),
        "employees_both": at("employees", 4) + at("employees"),
        "customers": at("customers"),
        "customers_q1": at("customers", 1),
        "net_burn": -burn,
        "net_burn_ltm": -at.sum_year("cash_burn"),
        "runway": cash.clip(lower=0) / (-burn / 3),
        "arr": at.find_arr(0, 0),
        "new_arr": at.find_arr(0, 1) - at.find_arr(1, 1),
        "new_arr_year": at.find_arr(0, 4) - at.find_arr(4, 4),
        "start_arr": at.find_arr(1, 1),
        "net_debt": debt - cash,
        "post_money": post_money,
        "enterprise_value": post_money + debt - cash,
        "invested": at("equity_raised_to_date") * round_rate + debt,
    }


def derive_locally(at: Quarters, terms: Vectors) -> dict[str, pd.Series]:
    """Ratios as they are, and amounts in the company's currency that one rate will translate."""
    return {
        **_measure_revenue(at, terms),
        **_measure_growth(terms),
        **_measure_cash(at, terms),
        **_measure_efficiency(terms),
        **_measure_value(at, terms),
    }


def _measure_revenue(at: Quarters, terms: Vectors) -> dict[str, pd.Series]:
    revenue, yearly, arr = terms["revenue"], terms["revenue_ltm"], terms["arr"]
    return {
        "arr_implied": 4 * at("recurring_revenue"),
        "arr": arr,
        "net_new_arr": terms["new_arr"],
        "recurring_revenue_share": at("recurring_revenue") / revenue,
        "gross_margin": terms["margin"],
        "ebitda_margin": at("ebitda") / revenue,
        "net_income_margin": at("net_income") / revenue,
        "sales_marketing_pct_revenue": at("sales_marketing_expense") / revenue,
        "operating_expense_pct_revenue": at("total_operating_expense") / revenue,
        "ltm_gross_margin": at.sum_year("gross_profit") / yearly,
        "ltm_ebitda_margin": terms["ebitda_ltm"] / yearly,
        "ltm_net_income_margin": at.sum_year("net_income") / yearly,
        "revenue_per_employee": 4 * revenue / terms["employees"],
        "gross_profit_per_employee": 4 * terms["profit"] / terms["employees"],
        "arr_per_customer": arr / terms["customers"],
        "net_customer_adds": terms["customers"] - terms["customers_q1"],
    }


def _measure_growth(terms: Vectors) -> dict[str, pd.Series]:
    return {
        "revenue_growth_qoq": terms["revenue"] / terms["revenue_q1"] - 1,
        "revenue_growth_yoy": terms["revenue"] / terms["revenue_q4"] - 1,
        "gross_profit_growth_yoy": terms["profit"] / terms["profit_q4"] - 1,
        "employee_growth_qoq": terms["employees"] / terms["employees_q1"] - 1,
        "employee_growth_yoy": terms["employees"] / terms["employees_q4"] - 1,
        "ltm_revenue_growth_yoy": terms["revenue_ltm"] / terms["revenue_ltm_q4"] - 1,
    }


def _measure_cash(at: Quarters, terms: Vectors) -> dict[str, pd.Series]:
    cash, runway = at("cash_balance"), terms["runway"]
    change = cash - at("cash_balance", 1)
    days = np.floor((runway.where(runway <= MOST_MONTHS) * DAYS_A_MONTH).round(9))
    return {
        "monthly_net_burn": terms["net_burn"] / 3,
        "runway_months": runway,
        "runway_months_ltm": cash.clip(lower=0) / (terms["net_burn_ltm"] / 12),
        "cash_out_date": at.rows["period_end"] + pd.to_timedelta(days.where(days >= 0), unit="D"),
        "change_in_cash": change,
        "implied_net_financing": change - at("cash_burn"),
    }


def _measure_efficiency(terms: Vectors) -> dict[str, pd.Series]:
    marketing, new_arr = terms["marketing_q1"], terms["new_arr"]
    growth = terms["revenue_ltm"] / terms["revenue_ltm_q4"] - 1
    return {
        "burn_multiple": terms["net_burn"] / new_arr,
        "burn_multiple_ltm": terms["net_burn_ltm"] / terms["new_arr_year"],
        "rule_of_40": growth + terms["ebitda_ltm"] / terms["revenue_ltm"],
        "magic_number": 4 * (terms["revenue"] - terms["revenue_q1"]) / marketing,
        "cac_payback_months": marketing / (new_arr / 12 * terms["margin"]),
    }


def _measure_value(at: Quarters, terms: Vectors) -> dict[str, pd.Series]:
    value, start = terms["enterprise_value"], terms["start_arr"]
    kept = start - at("contraction_arr") - at("churned_arr")
    return {
        "net_debt": terms["net_debt"],
        "ev_to_ltm_revenue": value / terms["revenue_ltm"],
        "ev_to_arr": value / terms["arr"],
        "post_money_to_ltm_revenue": terms["post_money"] / terms["revenue_ltm"],
        "ev_to_invested_capital": value / terms["invested"],
        "valuation_age_days": (at.rows["period_end"] - at.rows["closed_on"]).dt.days.astype(float),
        "nrr": (kept + at("expansion_arr")) / start,
        "grr": kept / start,
        "logo_churn": at("customers_lost") / terms["customers_q1"],
    }

"""Figures in another currency: flows at a quarter's average, balances at its closing rate, LTM as a sum of quarters."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.peers.pandas_metrics import LTM_FIELDS, Vectors
from benchmarks.peers.pandas_quarters import Quarters
from benchmarks.peers.pandas_rates import RateBook
from shared.domain.fields import INPUT_FIELDS, FieldKind

AT_AVERAGE = (
    *("arr_implied", "net_new_arr", "revenue_per_employee", "gross_profit_per_employee"),
    *("monthly_net_burn", "change_in_cash", "implied_net_financing"),
)
AT_RATE_OF_ARR = ("arr", "arr_per_customer")


class Rates(NamedTuple):
    """Rates into one currency, a number each quarter: its own average and closing, and its latest round's closing."""

    average: pd.Series
    closing: pd.Series
    of_round: pd.Series


class Translated(NamedTuple):
    """Amounts and ratios before rounding, and what each was multiplied with: NaN where a rate is wanting."""

    amounts: dict[str, pd.Series]
    rates: dict[str, pd.Series]


def find_round_rates(at: Quarters, book: RateBook, target: str) -> pd.Series:
    """The closing rate from the currency of each quarter's latest round; NaN without a round, too."""
    found = pd.Series(np.nan, at.rows.index)
    for source in at.rows["round_currency"].dropna().unique():
        here = at.rows["round_currency"] == source
        found[here] = book.rates_of(source, target, at.rows.loc[here, "period_end"])["closing"]
    return found


def translate_fields(at: Quarters, rates: Rates) -> Translated:
    """The submitted fields; counts are what they are."""
    used = {FieldKind.FLOW: rates.average, FieldKind.BALANCE: rates.closing}
    by_field = {field.name: used[field.kind] for field in INPUT_FIELDS if field.is_money}
    values = {field.name: at(field.name) for field in INPUT_FIELDS}
    return Translated(values | {name: values[name] * rate for name, rate in by_field.items()}, by_field)


def translate_metrics(at: Quarters, local: Vectors, rates: Rates) -> Translated:
    """Every metric whose value depends on the currency.

    Args:
        at: The quarters.
        local: Amounts in their own currency.
        rates: Into the wanted one.
    """
    average, closing = rates.average, rates.closing
    by_metric = dict.fromkeys(AT_AVERAGE, average)
    by_metric |= dict.fromkeys(AT_RATE_OF_ARR, average.where(at.is_null("contracted_arr"), closing))
    by_metric["net_debt"] = closing
    values = {name: local[name] * rate for name, rate in by_metric.items()}
    for found in (_sum_years(at, average), _grow_reported(at, local, average), _value(at, local, rates)):
        values |= found.amounts
        by_metric |= found.rates
    return Translated(values, by_metric)


def _sum_years(at: Quarters, average: pd.Series) -> Translated:
    """Four quarters, each at its own average."""
    averages = [average, *(at.before(average, lag) for lag in (1, 2, 3))]
    sums = {name: sum(at(name, lag) * averages[lag] for lag in (3, 2, 1, 0)) for name in LTM_FIELDS}
    values = {f"ltm_{name}": total for name, total in sums.items()}
    values["ltm_net_burn"] = -values.pop("ltm_cash_burn")
    values["ltm_revenue_per_average_employee"] = sums["total_revenue"] / ((at("employees", 4) + at("employees")) / 2)
    return Translated(values, dict.fromkeys(values, sum(averages)))


def _grow_reported(at: Quarters, local: Vectors, average: pd.Series) -> Translated:
    before = at.before(average, 4)
    growth = (at("total_revenue") * average) / (at("total_revenue", 4) * before) - 1
    values = {
        "revenue_growth_yoy_reported": growth,
        "fx_effect_on_growth": growth - local["revenue_growth_yoy"],
    }
    return Translated(values, dict.fromkeys(values, average + before))


def _value(at: Quarters, local: Vectors, rates: Rates) -> Translated:
    average, closing, of_round = rates
    before, cash = at.before(closing, 1), at("cash_balance")
    effect = cash * closing - at("cash_balance", 1) * before - local["change_in_cash"] * average
    worth = at("post_money_valuation") * of_round + local["net_debt"] * closing
    return Translated(
        {"fx_effect_on_cash": effect, "enterprise_value": worth},
        {"fx_effect_on_cash": average + closing + before, "enterprise_value": closing + of_round},
    )

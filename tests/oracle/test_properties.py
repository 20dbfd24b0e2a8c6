"""What must hold for any history and any rates, whatever the figures."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.derive import METRIC_NAMES, METRICS, derive
from tests.oracle.fx import FxBook
from tests.oracle.model import CLOSING_FIELDS, COUNT_FIELDS, FIELDS, FLOWS, History, Quarter, Round, Row
from tests.oracle.reasons import MONEY
from tests.oracle.strategies import histories, presentation_currencies, rate_books

ONE_IN_MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
MONTHS = {"runway_months", "runway_months_ltm", "cac_payback_months"}
MONEY_METRICS = {rule.name for rule in METRICS if rule.step == MONEY} - MONTHS
SEEN_IN_A_CURRENCY = MONEY_METRICS | {"revenue_growth_yoy_reported", "fx_effect_on_growth"}
SAME_EVERYWHERE = set(METRIC_NAMES) - SEEN_IN_A_CURRENCY
FLAGS = {"fx_incomplete", "provisional", "fx_wide_spread", "period_length_irregular"}
FIELD = "(?:" + "|".join((*FIELDS, "post_money_valuation", "equity_raised_to_date")) + r")(?:@\d{4}-\d\d-\d\d)?"
DAY = r"\d{4}-\d\d-\d\d"
REASON = re.compile(
    f"missing_input:{FIELD}(,{FIELD})*|missing_quarter:{DAY}(,{DAY})*|zero_denominator|negative_denominator"
    "|not_meaningful|cash_generating|no_net_new_arr|currency_changed|fx_unavailable|not_applicable"
)


@ONE_IN_MANY
@given(histories(), rate_books(), presentation_currencies())
def test_every_name_is_answered_by_a_figure_or_by_a_reason_of_the_vocabulary(
    history: History, book: FxBook, currency: str | None
):
    rows = derive(*history, book, currency)
    assert [row.period_end for row in rows] == [quarter.period_end for quarter in history[1]]
    for row in rows:
        assert tuple(row.metrics) == METRIC_NAMES
        assert tuple(row.financials) == FIELDS
        assert {name for name, figure in row.metrics.items() if figure is None} == set(row.nulls)
        assert {name for name, figure in row.financials.items() if figure is None} == set(row.financial_nulls)
        for reason in (*row.nulls.values(), *row.financial_nulls.values()):
            assert REASON.fullmatch(reason), reason
        assert row.flags <= FLAGS


def what_is_local(row: Row) -> dict[str, object]:
    return {name: (row.metrics[name], row.nulls.get(name)) for name in SAME_EVERYWHERE}


@ONE_IN_MANY
@given(histories(), rate_books(), presentation_currencies())
def test_ratios_counts_and_dates_are_the_same_in_every_currency(history: History, book: FxBook, currency: str | None):
    local, translated = derive(*history, book, None), derive(*history, book, currency)
    assert [what_is_local(row) for row in local] == [what_is_local(row) for row in translated]


@ONE_IN_MANY
@given(histories(), rate_books(), presentation_currencies())
def test_a_trailing_year_is_the_sum_of_four_whole_quarters_or_null(
    history: History, book: FxBook, currency: str | None
):
    rows = derive(*history, book, currency)
    for place, row in enumerate(rows):
        last_four = rows[max(place - 3, 0) : place + 1]
        contiguous = len(last_four) == 4 and (row.period_end - last_four[0].period_end).days < 300
        for field in set(FLOWS) - {"cash_burn"}:
            total = row.metrics[f"ltm_{field}"]
            values = [held.financials[field] for held in last_four]
            one_currency = len({held.currency for held in last_four}) == 1
            if total is not None:
                assert contiguous
                assert all(quarter.values[field] is not None for quarter in history[1][place - 3 : place + 1])
                if one_currency:
                    assert abs(sum(values) - total) <= Decimal("0.0002")
            elif one_currency:
                assert not contiguous or None in values


@ONE_IN_MANY
@given(histories(), rate_books(), presentation_currencies())
def test_a_person_can_recompute_every_financial_from_the_rates_the_row_shows(
    history: History, book: FxBook, currency: str | None
):
    for quarter, row in zip(history[1], derive(*history, book, currency), strict=True):
        for field, figure in row.financials.items():
            if figure is None or field in COUNT_FIELDS:
                assert figure is None or figure == quarter.values[field]
                continue
            rate = row.fx_rate_closing if field in CLOSING_FIELDS else row.fx_rate_average
            assert abs(figure - quarter.values[field] * rate) <= Decimal("0.00005")


def multiplied(quarter: Quarter, factor: int) -> Quarter:
    values = {
        field: value if value is None or field in COUNT_FIELDS else value * factor
        for field, value in quarter.values.items()
    }
    return replace(quarter, values=values)


def multiplied_round(held: Round, factor: int) -> Round:
    raised = held.equity_raised_to_date
    return replace(
        held,
        post_money_valuation=held.post_money_valuation * factor,
        equity_raised_to_date=None if raised is None else raised * factor,
    )


@ONE_IN_MANY
@given(histories(), rate_books())
def test_a_company_a_thousand_times_as_large_has_the_same_ratios_and_the_same_reasons(history: History, book: FxBook):
    company, quarters, rounds = history
    larger = [multiplied(quarter, 1000) for quarter in quarters], [multiplied_round(held, 1000) for held in rounds]
    for small, large in zip(derive(*history, book, None), derive(company, *larger, book, None), strict=True):
        assert what_is_local(small) == what_is_local(large)
        assert small.nulls == large.nulls


@ONE_IN_MANY
@given(histories(), rate_books(), presentation_currencies(), st.randoms(use_true_random=False))
def test_a_row_knows_nothing_of_later_quarters_and_does_not_mind_in_what_order_they_came(
    history: History, book: FxBook, currency: str | None, rng: object
):
    company, quarters, rounds = history
    whole = derive(company, quarters, rounds, book, currency)
    known = len(quarters) // 2 + 1
    shuffled = list(quarters[:known])
    rng.shuffle(shuffled)
    assert derive(company, shuffled, rounds, book, currency) == whole[:known]


@ONE_IN_MANY
@given(histories(), rate_books(), presentation_currencies())
def test_periods_follow_each_other_without_overlap_and_never_share_a_reporting_quarter(
    history: History, book: FxBook, currency: str | None
):
    rows = derive(*history, book, currency)
    filed = [(row.reporting_year, row.reporting_quarter) for row in rows]
    assert filed == sorted(set(filed))
    for earlier, later in pairwise(rows):
        assert earlier.period_end < later.period_start <= later.period_end
    assert all(isinstance(row.metrics["cash_out_date"], date | None) for row in rows)

"""Figures that others published, from their own inputs, through the services and the database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.schemas.companies import RoundCreate
from shared.services.companies import record_rounds
from tests.data.portfolio import load_rates
from tests.data.stored_companies import Rows, metrics_of, store_company
from tests.golden.captures import FISCAL_YEAR_END_OF, MEANINGS, NOT_METRICS, quarters_of_captures, read_captures
from tests.oracle.ecb import ecb_book, slice_ecb_history
from tests.oracle.published import needs_published_figures

pytestmark = needs_published_figures
NOT_COLLECTED = "the quarters it rests on were not collected"
FISCAL_YEAR = "the page shows the gross profit of a fiscal year, not of the trailing one"
OTHER_COSTS = "the page cuts its trailing cost of revenue otherwise than that of its quarters"
CONTRADICTS = "the page's trailing year is not the sum of the quarters it shows"
WRONG_CURRENCY = "the quarters are in CAD under a tag that says USD"
MIXED_CURRENCIES = "the page divides dollars by yuan"
GROWTH, MARGIN, NET = "pub_revenue_growth_yoy_quarter", "pub_gross_margin", "pub_profit_margin"
REVENUE, PROFIT = "pub_revenue_ttm", "pub_gross_profits"
EARNINGS, BOTH_EARNINGS = "pub_ebitda_margin", ("pub_ebitda_ttm", "pub_ebitda_margin")
PRICE, VALUE = "pub_price_to_sales_ttm", "pub_ev_to_revenue"
UNRECONCILED: dict[str, dict[str, tuple[str, ...]]] = {
    NOT_COLLECTED: {
        "AAPL 2025": (GROWTH,),
        "ABBV 2025": (PROFIT, MARGIN, *BOTH_EARNINGS),
        "AZT.OL 2025": (PROFIT, MARGIN, *BOTH_EARNINGS),
        "BABA 2025": (PROFIT, MARGIN, *BOTH_EARNINGS),
        "BFLY 2025": (PROFIT, MARGIN, *BOTH_EARNINGS),
        "CRON 2025": (PROFIT, MARGIN, *BOTH_EARNINGS),
        "EPAC 2025": (PROFIT, MARGIN, *BOTH_EARNINGS, NET),
        "EREGL.IS 2025": (GROWTH, PROFIT, MARGIN, *BOTH_EARNINGS),
        "AAPL 2021": (GROWTH, *BOTH_EARNINGS),
        "ABBV 2021": (GROWTH, *BOTH_EARNINGS),
        "AF.PA 2021": (GROWTH, EARNINGS),
        "AZT.OL 2021": (GROWTH, *BOTH_EARNINGS),
        "BABA 2021": (GROWTH, EARNINGS),
        "CRON 2021": (GROWTH, *BOTH_EARNINGS),
        "EPAC 2021": (GROWTH, *BOTH_EARNINGS),
        "SIX 2021": (GROWTH, *BOTH_EARNINGS),
    },
    FISCAL_YEAR: {f"{ticker} 2021": (PROFIT,) for ticker in ("AAPL", "AF.PA", "BABA", "CRON", "EPAC", "SIX")},
    OTHER_COSTS: {"ABBV 2021": (PROFIT, MARGIN), "AF.PA 2021": (MARGIN,), "SIX 2021": (MARGIN,)},
    CONTRADICTS: {
        "AF.PA 2021": (NET,),
        "AZT.OL 2025": (REVENUE, GROWTH, NET, PRICE, VALUE),
        "AZT.OL 2021": (REVENUE, PROFIT, MARGIN, NET, PRICE, VALUE),
        "BABA 2025": (NET,),
        "BFLY 2025": (REVENUE, NET, PRICE),
        "CRON 2021": (REVENUE, MARGIN, NET, PRICE, VALUE),
    },
    WRONG_CURRENCY: {"CRON 2025": (REVENUE, GROWTH, NET, PRICE, VALUE)},
    MIXED_CURRENCIES: {"BABA 2025": (PRICE, VALUE)},
}
"""Published figures that are not ours, by reason, capture and figure."""


@pytest.fixture
def captured(database_url: str) -> Rows:
    assert database_url
    with transaction() as session:
        load_rates(session, slice_ecb_history({"USD", "CNY", "NOK", "TRY", "CAD"}, date(2019, 9, 20), date(2025, 3, 1)))
        companies = {
            store_company(session, ticker, FISCAL_YEAR_END_OF.get(ticker, "12-31"), quarters): ticker
            for ticker, quarters in quarters_of_captures().items()
        }
        ids = {ticker: company for company, ticker in companies.items()}
        rounds = [
            RoundCreate(
                closed_on=capture.newest,
                round=capture.name,
                currency=capture.record["price_currency"],
                post_money_valuation=capture.record["pub_market_cap"],
            )
            for capture in read_captures()
        ]
        record_rounds(
            session,
            SYSTEM,
            [(ids[capture.ticker], sent) for capture, sent in zip(read_captures(), rounds, strict=True)],
        )
        return metrics_of(session, companies)


def differing(captured: Rows) -> dict[tuple[str, str], tuple[Decimal | None, str]]:
    """Our value and its null reason for every published figure that ours is not, by capture and figure."""
    found = {}
    for capture in read_captures():
        row = captured[capture.ticker, capture.newest]
        for figure in capture.published.keys() & MEANINGS.keys():
            metric = MEANINGS[figure].metric
            if not MEANINGS[figure].is_equal(row[metric], capture.published[figure]):
                found[capture.name, figure] = (row[metric], row["nulls"].get(metric, ""))
    return found


def test_every_captured_figure_is_ours_but_for_those_listed_with_a_reason(captured: Rows):
    figures = [figure for capture in read_captures() for figure in capture.published]
    listed = [(name, figure) for cells in UNRECONCILED.values() for name, parts in cells.items() for figure in parts]

    assert set(differing(captured)) == set(listed)
    assert len(listed) == len(set(listed))
    assert set(figures) == MEANINGS.keys() | NOT_METRICS.keys()
    asked = sum(figure in MEANINGS for figure in figures)
    assert (asked - len(listed), len(listed), len(figures) - asked) == (45, 91, 116)


def test_a_figure_whose_quarters_were_not_collected_is_null_and_says_which_are_missing(captured: Rows):
    silent = {cell for cell, (_, reason) in differing(captured).items() if not reason.startswith("missing_")}
    listed = {(name, figure) for name, figures in UNRECONCILED[NOT_COLLECTED].items() for figure in figures}

    assert listed & silent == set()
    assert set(differing(captured)) - silent - listed == {("BABA 2025", VALUE)}


def test_a_valuation_in_dollars_over_revenue_in_yuan_is_translated_where_the_page_divided_as_it_stood(captured: Rows):
    (page,) = [capture for capture in read_captures() if capture.name == "BABA 2025"]
    ours = captured["BABA", page.newest]["post_money_to_ltm_revenue"]
    closing, _ = ecb_book().closing("USD", "CNY", page.newest)

    assert closing > 7
    assert MEANINGS["pub_price_to_sales_ttm"].is_equal(ours / closing, page.published["pub_price_to_sales_ttm"])


def test_quarters_in_the_currency_they_look_like_sum_to_the_published_dollars_within_two_percent(captured: Rows):
    (page,) = [capture for capture in read_captures() if capture.name == "CRON 2025"]
    with transaction() as session:
        quarters = [replace(quarter, currency="CAD") for quarter in quarters_of_captures()["CRON"]]
        company = store_company(session, "CRON in CAD", "12-31", quarters)
        row = metrics_of(session, {company: "CRON"}, "USD")["CRON", page.newest]

    as_tagged = captured["CRON", page.newest]["ltm_total_revenue"]
    published = Decimal(page.published["pub_revenue_ttm"])
    assert abs(row["ltm_total_revenue"] / published - 1) < Decimal("0.02")
    assert as_tagged / published > Decimal("1.3")

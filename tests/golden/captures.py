"""Captured company pages: which of our metrics each published figure is, and within what rounding they are equal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.oracle.model import Quarter
from tests.oracle.published import Record, read_quarters, read_records

D = Decimal
FISCAL_YEAR_END_OF = {"AAPL": "09-30", "BABA": "03-31", "EPAC": "08-31"}
SINGLE_PRECISION = D("0.0000001")
"""The page keeps figures as 32-bit numbers: 395760000000 is shown as 395760009200."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The metric a published figure is, and its last shown decimal; None: it is shown in full."""

    metric: str
    step: Decimal | None = None

    def is_equal(self, ours: Decimal | None, published: str) -> bool:
        """Whether ours, rounded as the page rounds, is the published figure."""
        if ours is None:
            return False
        slack = abs(D(published)) * SINGLE_PRECISION
        return abs(ours - D(published)) <= slack + (self.step or D(0)) / 2


MEANINGS = {
    "pub_revenue_ttm": Meaning("ltm_total_revenue"),
    "pub_revenue_growth_yoy_quarter": Meaning("revenue_growth_yoy", D("0.001")),
    "pub_gross_profits": Meaning("ltm_gross_profit"),
    "pub_gross_margin": Meaning("ltm_gross_margin", D("0.00001")),
    "pub_ebitda_ttm": Meaning("ltm_ebitda"),
    "pub_ebitda_margin": Meaning("ltm_ebitda_margin", D("0.00001")),
    "pub_profit_margin": Meaning("ltm_net_income_margin", D("0.00001")),
    "pub_ev_to_revenue": Meaning("ev_to_ltm_revenue", D("0.001")),
    "pub_price_to_sales_ttm": Meaning("post_money_to_ltm_revenue", D("0.000001")),
}
NOT_METRICS = {
    "pub_operating_margin": "operating income is not a field of ours",
    "pub_operating_cash_flow_ttm": "operating cash flow is not a field of ours",
    "pub_free_cash_flow_ttm": "free cash flow is not a field of ours",
    "pub_ev_to_ebitda": "no metric of ours divides by EBITDA",
    "pub_total_cash": "a submitted figure",
    "pub_total_debt": "a submitted figure",
    "pub_enterprise_value": "a submitted figure: market value and net debt",
    "pub_market_cap": "a submitted figure: the valuation of a round",
}


@dataclass(frozen=True, slots=True)
class Capture:
    """One page: the company, the day of its newest quarter, and the figures it published, blanks left out."""

    record: Record

    @property
    def ticker(self) -> str:
        return self.record["ticker"]

    @property
    def newest(self) -> date:
        return date.fromisoformat(self.record["q1_end"])

    @property
    def name(self) -> str:
        return f"{self.ticker} {self.record['captured'][:4]}"

    @property
    def published(self) -> dict[str, str]:
        return {name: text for name, text in self.record.items() if name.startswith("pub_") and text not in FLAGS}


FLAGS = {"", "True", "False"}


def read_captures() -> list[Capture]:
    return [Capture(record) for record in read_records("known_answers_yahoo.csv")]


def quarters_of_captures() -> dict[str, list[Quarter]]:
    """Every quarter that the pages show, by ticker, with the net debt that each page counts at its newest."""
    held = {
        ticker: {quarter.period_end: (quarter.currency, dict(quarter.values)) for quarter in quarters}
        for ticker, quarters in read_quarters("financials_yahoo_multicurrency.csv").items()
    }
    for capture in read_captures():
        for n in range(1, 5):
            end = date.fromisoformat(capture.record[f"q{n}_end"])
            _, values = held[capture.ticker].setdefault(end, (capture.record["financial_currency"], {}))
            assert values.setdefault("total_revenue", D(capture.record[f"q{n}_revenue"])) == D(
                capture.record[f"q{n}_revenue"]
            )
        _, newest = held[capture.ticker][capture.newest]
        for name in ("cash_balance", "debt_outstanding"):
            newest.pop(name, None)
        newest |= net_debt_in(capture.record)
    return {
        ticker: [Quarter(end, currency, values) for end, (currency, values) in sorted(quarters.items())]
        for ticker, quarters in held.items()
    }


def net_debt_in(record: Mapping[str, str]) -> dict[str, Decimal]:
    """What enterprise value less market value says, where both are in the currency of the figures; else nothing."""
    if record["currency_mixed_in_ev"] == "True":
        return {}
    net_debt = D(record["pub_enterprise_value"]) - D(record["pub_market_cap"])
    return {"debt_outstanding": max(net_debt, D(0)), "cash_balance": max(-net_debt, D(0))}

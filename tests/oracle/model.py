"""What the oracle is told and what it answers: plain frozen values, no behaviour beyond the order of the fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = Decimal | int | None
Rates = Mapping[tuple[str, date], Decimal]
"""(quote currency, day) → units of the quote currency for one euro, as the ECB publishes them."""

FLOWS = (
    "total_revenue",
    "recurring_revenue",
    "gross_profit",
    "sales_marketing_expense",
    "total_operating_expense",
    "ebitda",
    "net_income",
    "cash_burn",
)
BALANCES = ("cash_balance", "debt_outstanding")
COUNTS = ("employees", "customers")
BRIDGE = ("new_logo_arr", "expansion_arr", "contraction_arr", "churned_arr", "reactivation_arr")
FIELDS = (*FLOWS, *BALANCES, *COUNTS, *BRIDGE, "contracted_arr", "customers_new", "customers_lost")
"""Every submitted field, in the order in which a reason names them."""

CLOSING_FIELDS = frozenset({*BALANCES, "contracted_arr"})
COUNT_FIELDS = frozenset({*COUNTS, "customers_new", "customers_lost"})
ROUND_FIELDS = ("post_money_valuation", "equity_raised_to_date")
FIELD_ORDER = {field: place for place, field in enumerate((*FIELDS, *ROUND_FIELDS))}


@dataclass(frozen=True)
class Company:
    fiscal_year_end: str
    revenue_type: str | None = None


@dataclass(frozen=True)
class Quarter:
    period_end: date
    currency: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Round:
    closed_on: date
    currency: str
    post_money_valuation: Decimal
    equity_raised_to_date: Decimal | None = None


@dataclass(frozen=True)
class Row:
    """One quarter in one currency: the financials translated, the metrics derived, and why what is null is null."""

    period_start: date
    period_end: date
    fiscal_year: int
    fiscal_quarter: int
    reporting_year: int
    reporting_quarter: int
    currency: str
    fx_rate_average: Decimal | None
    fx_rate_closing: Decimal | None
    fx_closing_date: date | None
    flags: frozenset[str]
    financials: Mapping[str, Decimal | int | None]
    financial_nulls: Mapping[str, str]
    metrics: Mapping[str, Decimal | int | date | None]
    nulls: Mapping[str, str]


History = tuple[Company, Sequence[Quarter], Sequence[Round]]

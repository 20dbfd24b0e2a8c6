"""The oracle's one entrance: a company's submitted quarters in, its rows in one currency out."""

from collections.abc import Sequence
from decimal import Decimal, localcontext

from tests.oracle.calendar import reporting_quarter
from tests.oracle.formulas import arr, cash, efficiency, growth, margins, people, trailing_year, valuation
from tests.oracle.fx import EXACT, FxBook
from tests.oracle.model import CLOSING_FIELDS, COUNT_FIELDS, FIELDS, Company, Quarter, Rates, Round, Row
from tests.oracle.point import Point, Record
from tests.oracle.reasons import MONEY, Metric, evaluate

MODULES = (arr, margins, growth, trailing_year, people, cash, efficiency, valuation)
METRICS: tuple[Metric, ...] = tuple(
    held for module in MODULES for held in vars(module).values() if isinstance(held, Metric)
)
METRIC_NAMES = tuple(rule.name for rule in METRICS)


def derive(
    company: Company,
    quarters: Sequence[Quarter],
    rounds: Sequence[Round],
    rates: Rates | FxBook,
    currency: str | None,
) -> list[Row]:
    """Every quarter's row, oldest first, in `currency`, or each in its own currency where that is None.

    Pass an FxBook in place of the rates to derive many companies on one set of rates.
    """
    book = rates if isinstance(rates, FxBook) else FxBook(rates)
    record = Record.of(company, quarters, rounds)
    with localcontext(EXACT):
        return [derive_row(Point(record, index, book, currency)) for index in record.periods]


def derive_row(at: Point) -> Row:
    period, rates = at.period, at.rates()
    fiscal_year, fiscal_quarter = at.calendar.fiscal_year_and_quarter(at.index)
    reporting = reporting_quarter(period.start, period.end)
    financials, financial_nulls = translate_financials(at)
    derived = {rule.name: evaluate(rule, at) for rule in METRICS}
    return Row(
        period_start=period.start,
        period_end=period.end,
        fiscal_year=fiscal_year,
        fiscal_quarter=fiscal_quarter,
        reporting_year=reporting[0],
        reporting_quarter=reporting[1],
        currency=at.currency,
        fx_rate_average=rates.average,
        fx_rate_closing=rates.closing,
        fx_closing_date=rates.closing_date,
        flags=rates.flags | ({"period_length_irregular"} if period.is_irregular else set()),
        financials=financials,
        financial_nulls=financial_nulls,
        metrics={name: figure for name, (figure, _) in derived.items()},
        nulls={name: reason for name, (_, reason) in derived.items() if reason is not None},
    )


def translate_financials(at: Point) -> tuple[dict[str, Decimal | int | None], dict[str, str]]:
    financials: dict[str, Decimal | int | None] = {}
    nulls: dict[str, str] = {}
    for field in FIELDS:
        submitted = at.submitted(field)
        rate = at.closing() if field in CLOSING_FIELDS else at.average()
        if submitted is None:
            nulls[field] = f"missing_input:{field}"
        elif field in COUNT_FIELDS:
            financials[field] = submitted
        elif rate is None:
            nulls[field] = "fx_unavailable"
        else:
            financials[field] = (Decimal(submitted) * rate).quantize(MONEY) + 0
    return {field: financials.get(field) for field in FIELDS}, nulls

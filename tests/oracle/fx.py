"""Rates of a period from daily euro reference rates: the mean of the daily crosses and the closing cross."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from tests.oracle.calendar import count_target_days
from tests.oracle.model import Rates

PIVOT = "EUR"
ONE = Decimal(1)
RATE_STEP = Decimal(1).scaleb(-14)
OLDEST_CLOSING = timedelta(days=7)
WIDE_SPREAD = Decimal("0.10")
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""Enough digits for every product to be exact."""

SETTLED = Context(prec=45, rounding=ROUND_HALF_UP)


def settle(figure: Decimal) -> Decimal:
    """A figure without its last digits: quotients whose remainders cancel leave a tie a hair beside itself."""
    return SETTLED.plus(figure)


@dataclass(frozen=True)
class PeriodRates:
    average: Decimal | None
    closing: Decimal | None
    closing_date: date | None
    flags: frozenset[str]
    observations: int
    expected_observations: int


AS_IS = PeriodRates(ONE, ONE, None, frozenset(), 0, 0)
"""A currency into itself: nothing is translated, so nothing can be incomplete."""


class FxBook:
    """Daily rates arranged for asking; build it once for many companies, every answer is remembered."""

    def __init__(self, rates: Rates) -> None:
        self._rates: dict[str, dict[date, Decimal]] = {}
        for (quote, day), rate in rates.items():
            self._rates.setdefault(quote, {})[day] = rate
        self._days = {quote: sorted(series) for quote, series in self._rates.items()}
        self._periods: dict[tuple[str, str, date, date], PeriodRates] = {}
        self._closings: dict[tuple[str, str, date], tuple[Decimal | None, date | None]] = {}
        self._newest: dict[tuple[str, str], date | None] = {}

    def period(self, base: str, quote: str, start: date, end: date) -> PeriodRates:
        """Units of quote for one base in the period, both ends included."""
        if base == quote:
            return AS_IS
        key = (base, quote, start, end)
        if key not in self._periods:
            with localcontext(EXACT):
                self._periods[key] = self._compute_period(*key)
        return self._periods[key]

    def closing(self, base: str, quote: str, end: date) -> tuple[Decimal | None, date | None]:
        """The cross of the last day on or before end on which both are observed, at most 7 days back."""
        if base == quote:
            return ONE, None
        key = (base, quote, end)
        if key not in self._closings:
            with localcontext(EXACT):
                last = next(self._crosses_back(base, quote, end - OLDEST_CLOSING, end), None)
                self._closings[key] = (last[1].quantize(RATE_STEP), last[0]) if last else (None, None)
        return self._closings[key]

    def newest(self, base: str, quote: str) -> date | None:
        key = (base, quote)
        if key not in self._newest:
            with localcontext(EXACT):
                last = next(self._crosses_back(base, quote, date.min, date.max), None)
            self._newest[key] = last[0] if last else None
        return self._newest[key]

    def _compute_period(self, base: str, quote: str, start: date, end: date) -> PeriodRates:
        crosses = [cross for _, cross in self._crosses_back(base, quote, start, end)]
        closing, closing_date = self.closing(base, quote, end)
        expected = count_target_days(start, end)
        newest = self.newest(base, quote)
        flags = {
            "fx_incomplete": len(crosses) < expected,
            "provisional": newest is not None and end > newest,
            "fx_wide_spread": bool(crosses) and (max(crosses) - min(crosses)) / min(crosses) > WIDE_SPREAD,
        }
        average = (sum(crosses) / len(crosses)).quantize(RATE_STEP) if crosses else None
        raised = frozenset(flag for flag, is_raised in flags.items() if is_raised)
        return PeriodRates(average, closing, closing_date, raised, len(crosses), expected)

    def _crosses_back(self, base: str, quote: str, start: date, end: date) -> Iterator[tuple[date, Decimal]]:
        """Each day's cross, the newest day first; a day on which either is missing has none."""
        named = [currency for currency in (base, quote) if currency != PIVOT]
        days = min((self._days.get(currency, []) for currency in named), key=len)
        for day in reversed(days[bisect_left(days, start) : bisect_right(days, end)]):
            into = ONE if quote == PIVOT else self._rates[quote].get(day)
            out_of = ONE if base == PIVOT else self._rates[base].get(day)
            if into is not None and out_of is not None:
                yield day, into / out_of

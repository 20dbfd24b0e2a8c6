"""A company's quarters placed on its calendar, and one of them seen from one presentation currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.oracle.calendar import FiscalCalendar
from tests.oracle.fx import FxBook, PeriodRates
from tests.oracle.model import Company, Quarter, Round, Value

SHORTEST_QUARTER = 85
LONGEST_QUARTER = 97
DAYS_IN_YEAR = Decimal("365.25")
DAYS_IN_MONTH = Decimal("30.4375")


@dataclass(frozen=True)
class Period:
    """A submitted quarter with its place (index) and its first day."""

    quarter: Quarter
    index: int
    start: date

    @property
    def end(self) -> date:
        return self.quarter.period_end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def is_irregular(self) -> bool:
        return not SHORTEST_QUARTER <= self.days <= LONGEST_QUARTER

    def annualised(self, amount: Decimal) -> Decimal:
        return amount * DAYS_IN_YEAR / self.days if self.is_irregular else amount * 4

    def monthly(self, amount: Decimal) -> Decimal:
        return amount * DAYS_IN_MONTH / self.days if self.is_irregular else amount / 3


@dataclass(frozen=True)
class Record:
    """A company's quarters by index, each with its true first day, and its rounds."""

    company: Company
    calendar: FiscalCalendar
    periods: dict[int, Period]
    rounds: Sequence[Round]

    @classmethod
    def of(cls, company: Company, quarters: Sequence[Quarter], rounds: Sequence[Round]) -> "Record":
        calendar = FiscalCalendar.ending(company.fiscal_year_end)
        by_index = {calendar.index_of(quarter.period_end): quarter for quarter in quarters}
        if len(by_index) != len(quarters):
            raise ValueError("two quarters of one company share a fiscal quarter")
        periods = {}
        for index in sorted(by_index):
            before = by_index.get(index - 1)
            previous_end = before.period_end if before else calendar.nominal_end(index - 1)
            periods[index] = Period(by_index[index], index, previous_end + timedelta(days=1))
        return cls(company, calendar, periods, rounds)


class Point:
    """One quarter and those before it, as a row in `currency` sees them; lag n is the n-th fiscal quarter back."""

    def __init__(self, record: Record, index: int, book: FxBook, currency: str | None) -> None:
        self.company = record.company
        self.calendar = record.calendar
        self.periods = [record.periods.get(index - lag) for lag in range(8)]
        self.period = record.periods[index]
        self.values = [period.quarter.values if period else {} for period in self.periods]
        self.index = index
        self.book = book
        self.local_currency = self.period.quarter.currency
        self.currency = currency or self.local_currency
        self.has_changed_currency = len({period.quarter.currency for period in self.periods if period}) > 1
        closed = [held for held in record.rounds if held.closed_on <= self.period.end]
        self.round = max(closed, key=lambda held: held.closed_on, default=None)
        self._rates: dict[int, PeriodRates] = {}

    def submitted(self, field: str, lag: int = 0) -> Value:
        """What was submitted, null where the field or the whole quarter is absent."""
        return self.values[lag].get(field)

    def __call__(self, field: str, lag: int = 0) -> Decimal:
        """A field known to be there."""
        return Decimal(self.values[lag][field])

    def ltm(self, field: str, back: int = 0) -> Decimal:
        return sum((self(field, lag) for lag in range(back, back + 4)), Decimal(0))

    def annualised(self, field: str, lag: int = 0) -> Decimal:
        return self.periods[lag].annualised(self(field, lag))

    def arr_field(self, *lags: int) -> str:
        """The basis on which the ARR of these quarters compares: contracted only if every one submits it."""
        contracted = all(self.submitted("contracted_arr", lag) is not None for lag in lags)
        return "contracted_arr" if contracted else "recurring_revenue"

    def arr(self, lag: int, field: str) -> Decimal:
        return self(field, lag) if field == "contracted_arr" else self.annualised(field, lag)

    def arr_change(self, lag: int) -> Decimal:
        field = self.arr_field(0, lag)
        return self.arr(0, field) - self.arr(lag, field)

    def rates(self, lag: int = 0) -> PeriodRates:
        """From the quarter's own currency into the row's, in the quarter's own window."""
        if lag not in self._rates:
            period = self.periods[lag]
            self._rates[lag] = self.book.period(period.quarter.currency, self.currency, period.start, period.end)
        return self._rates[lag]

    def average(self, lag: int = 0) -> Decimal | None:
        return self.rates(lag).average

    def closing(self, lag: int = 0) -> Decimal | None:
        return self.rates(lag).closing

    def round_rate(self, into: str) -> Decimal | None:
        return self.book.closing(self.round.currency, into, self.period.end)[0]

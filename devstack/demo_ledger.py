"""One demo company's books, quarter by quarter: figures that hang together as real ones do.

Cash rolls forward, EBITDA is gross profit less operating expense, and a subscription company's ARR bridge ties.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from devstack.demo_profiles import Profile
from shared.domain.periods import FiscalCalendar

LAST_DAY = date(2026, 9, 30)
"""No demo quarter ends later."""
SUNDAY = 6
RUNWAY_BEFORE_RAISING = 3
RUNWAY_AFTER_RAISING = 8
ROUND_NAMES = ("Seed", "Series A", "Series B", "Series C", "Series D", "Series E", "Series F")
SEED_STAGE_SALARIES = 20
"""A company whose first quarter's revenue pays fewer people than this began with a seed round."""
CHANGE_OF_CURRENCY_AFTER = 8
SEK_PER_EUR = Decimal("11.3")


@dataclass(frozen=True)
class Round:
    """A funding round that closed."""

    closed_on: date
    name: str
    currency: str
    post_money: Decimal
    raised_to_date: Decimal


@dataclass(frozen=True)
class Quarter:
    """A reported quarter; a field that is absent was not reported."""

    period_end: date
    currency: str
    values: dict[str, Decimal]


@dataclass
class Books:
    """A company's whole history."""

    profile: Profile
    quarters: list[Quarter] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)


def quarter_ends(profile: Profile) -> list[date]:
    """The days on which its quarters ended, oldest first, gaps included."""
    calendar = FiscalCalendar.parse(profile.fiscal_year_end)
    newest = calendar.nearest_index(LAST_DAY)
    while calendar.nominal_end(newest) > LAST_DAY:
        newest -= 1
    nominal = [calendar.nominal_end(newest - back) for back in reversed(range(profile.quarters))]
    return [_nearest_sunday(day) if profile.weekly else day for day in nominal]


def keep_books(profile: Profile, seed: int) -> Books:
    """The company's history; the same seed gives the same books."""
    return _Ledger(profile, Random(f"{seed}:{profile.external_id}")).write()  # noqa: S311 (repeatable, no secret)


def _nearest_sunday(day: date) -> date:
    ahead = (SUNDAY - day.weekday()) % 7
    return day + timedelta(days=ahead if ahead <= 7 // 2 else ahead - 7)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


class _Ledger:
    def __init__(self, profile: Profile, rng: Random) -> None:
        self._profile = profile
        self._rng = rng
        self._books = Books(profile)
        self._ends = quarter_ends(profile)
        recurring = profile.first_revenue * (Decimal("0.93") if profile.has_arr_bridge else Decimal("0.22"))
        self._arr = _whole(recurring * 4)
        self._revenue = Decimal(profile.first_revenue)
        self._customers = _whole(max(Decimal(12), self._revenue / self._price))
        first_expense = self._revenue * profile.expense_share(Decimal(0))
        burn = first_expense - self._revenue * profile.gross_margin
        self._cash = _whole(max(burn * 6, self._revenue * Decimal("0.6")))
        self._debt = _whole(self._revenue * self._share(5, 40)) if rng.random() < 0.5 else Decimal(0)  # noqa: PLR2004 (every other one)
        self._raised = Decimal(0)

    @property
    def _price(self) -> Decimal:
        """What a customer pays in a quarter, in the company's currency."""
        size = {"Enterprise": 24_000, "SMB": 2_200, "Consumer": 60}[self._profile.customer_type]
        return size * {"JPY": Decimal(150), "SEK": Decimal(10), "PLN": Decimal(4)}.get(
            self._profile.currency, Decimal(1)
        )

    def _share(self, least: int, most: int) -> Decimal:
        """A random share between two percentages, in steps of a hundredth of a per cent."""
        return Decimal(self._rng.randint(least * 100, most * 100)) / 10_000

    def write(self) -> Books:
        self._raise(self._ends[0] - timedelta(days=140), self._cash)
        for number, end in enumerate(self._ends):
            values = dict(self._quarter(number, end))
            if number not in self._profile.skips and number < len(self._ends) - self._profile.last_quarters_missing:
                self._books.quarters.append(self._report(number, end, values))
        return self._books

    def _quarter(self, number: int, end: date) -> Iterator[tuple[str, Decimal]]:
        progress = Decimal(number) / (len(self._ends) - 1)
        growth = self._profile.growth(progress) + self._share(-2, 2)
        if self._profile.has_arr_bridge:
            opening = self._arr
            yield from self._bridge(growth)
            recurring = _whole((opening + self._arr) / 8)
            self._revenue = _whole(recurring / self._share(91, 97))
            yield "recurring_revenue", recurring
        else:
            self._revenue = _whole(self._revenue * (1 + (growth if number else 0)))
            if self._profile.has_recurring_revenue:
                yield "recurring_revenue", _whole(self._revenue * self._share(18, 26))
        yield "total_revenue", self._revenue
        yield from self._customer_count(growth)
        yield from self._results(progress, end)

    def _bridge(self, growth: Decimal) -> Iterator[tuple[str, Decimal]]:
        opening = self._arr
        churned, contraction = _whole(opening * self._share(1, 4)), _whole(opening * self._share(0, 1))
        expansion, reactivation = _whole(opening * self._share(1, 3)), _whole(opening * self._share(0, 1) / 4)
        wanted = opening * growth + churned + contraction - expansion - reactivation
        new_logo = max(_whole(wanted), _whole(opening * self._share(0, 1)))
        self._arr = opening + new_logo + expansion + reactivation - contraction - churned
        yield "new_logo_arr", new_logo
        yield "expansion_arr", expansion
        yield "contraction_arr", contraction
        yield "churned_arr", churned
        yield "reactivation_arr", reactivation
        yield "contracted_arr", self._arr

    def _customer_count(self, growth: Decimal) -> Iterator[tuple[str, Decimal]]:
        lost = _whole(self._customers * self._share(1, 4))
        won = max(Decimal(0), _whole(self._customers * (growth + self._share(2, 4))) + self._rng.randint(0, 3))
        self._customers += won - lost
        yield "customers", self._customers
        yield "customers_new", won
        yield "customers_lost", lost

    def _results(self, progress: Decimal, end: date) -> Iterator[tuple[str, Decimal]]:
        gross_profit = _whole(self._revenue * (self._profile.gross_margin + self._share(-2, 2)))
        expense = _whole(self._revenue * (self._profile.expense_share(progress) + self._share(-4, 4)))
        ebitda = gross_profit - expense
        depreciation = _whole(self._revenue * self._share(2, 4))
        interest = _whole(self._debt * Decimal("0.02"))
        before_tax = ebitda - depreciation - interest
        net_income = before_tax - (_whole(before_tax * Decimal("0.21")) if before_tax > 0 else Decimal(0))
        cash_flow = net_income + depreciation + _whole(self._revenue * self._share(-5, 3))
        self._move_cash(cash_flow, end)
        yield "gross_profit", gross_profit
        yield "sales_marketing_expense", _whole(expense * self._share(30, 42))
        yield "total_operating_expense", expense
        yield "ebitda", ebitda
        yield "net_income", net_income
        yield "cash_burn", cash_flow
        yield "cash_balance", self._cash
        yield "debt_outstanding", self._debt
        yield (
            "employees",
            max(Decimal(3), _whole((expense + self._revenue / 4) / (self._price_of_work * self._share(95, 105)))),
        )

    @property
    def _price_of_work(self) -> Decimal:
        """What an employee costs in a quarter, in the company's currency."""
        return Decimal(34_000) * {"JPY": Decimal(110), "SEK": Decimal(8), "PLN": Decimal(2)}.get(
            self._profile.currency, Decimal(1)
        )

    def _move_cash(self, cash_flow: Decimal, end: date) -> None:
        self._cash += cash_flow
        if cash_flow >= 0 or self._cash > -cash_flow * RUNWAY_BEFORE_RAISING:
            return
        needed = _whole(-cash_flow * RUNWAY_AFTER_RAISING)
        if self._profile.raises:
            self._cash += needed
            self._raise(end - timedelta(days=self._rng.randint(10, 70)), needed)
        elif self._cash < 0:
            self._debt += -self._cash * 2
            self._cash = -self._cash

    def _raise(self, closed_on: date, amount: Decimal) -> None:
        self._raised += amount
        sold = self._share(12, 22)
        worth = max(amount / sold, self._revenue * 4 * self._share(300, 800))
        count = len(self._books.rounds)
        first = 0 if self._profile.first_revenue < self._price_of_work * SEED_STAGE_SALARIES else 1
        name = ROUND_NAMES[min(first + count, len(ROUND_NAMES) - 1)]
        before = self._profile.currency_before
        currency = before if before and not count else self._profile.currency
        rate = SEK_PER_EUR if currency != self._profile.currency else Decimal(1)
        rounded = worth.quantize(Decimal("1E5"), ROUND_HALF_UP).quantize(Decimal(1))
        self._books.rounds.append(Round(closed_on, name, currency, rounded * rate, self._raised * rate))

    def _report(self, number: int, end: date, values: dict[str, Decimal]) -> Quarter:
        currency, rate = self._profile.currency, Decimal(1)
        if self._profile.currency_before and number < CHANGE_OF_CURRENCY_AFTER:
            currency, rate = self._profile.currency_before, SEK_PER_EUR
        counts = {"employees", "customers", "customers_new", "customers_lost"}
        told = {
            name: value if name in counts else value * rate
            for name, value in values.items()
            if name not in self._profile.silent_on
        }
        if self._rng.randint(1, 25) == 1:
            told.pop(self._rng.choice(["customers", "employees", "debt_outstanding", "sales_marketing_expense"]), None)
        return Quarter(end, currency, told)

"""Made-up company histories and rates from a given source of chance: fast, plausible, and awkward often enough.

Every choice is written so that the source's lowest answers give the plainest history (no gap, no null, one
currency, month ends); hypothesis shrinks towards those.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from tests.oracle.calendar import FURTHEST_FROM_NOMINAL, FiscalCalendar, is_target_day, reporting_quarter
from tests.oracle.model import FIELDS, Company, Quarter, Round, Value

CURRENCIES = ("EUR", "USD", "GBP", "CAD", "CHF", "SEK", "JPY", "BRL", "INR", "ISK")
FISCAL_YEAR_ENDS = (
    "12-31",
    "03-31",
    "06-30",
    "09-30",
    "01-31",
    "11-30",
    "02-28",
    "02-29",
    "12-28",
    "10-30",
    "04-05",
    "05-15",
)
REVENUE_TYPES = (None, "Subscription", "Usage", "Transactional", "Marketplace")
EARLIEST_END = date(2009, 1, 31)
LATEST_END = date(2024, 12, 31)
MOST_QUARTERS = 14
NEVER_NEGATIVE = frozenset(FIELDS) - {
    "total_revenue",
    "recurring_revenue",
    "gross_profit",
    "sales_marketing_expense",
    "total_operating_expense",
    "ebitda",
    "net_income",
    "cash_burn",
    "cash_balance",
}


@dataclass(frozen=True)
class Habits:
    """How one company reports: how often it leaves out, shows nothing, or shows the unusual."""

    gap: float
    null: float
    zero: float
    negative: float
    contracted: float
    bridge: float


def happens(rng: Random, chance: float) -> bool:
    return rng.random() > 1 - chance


def random_history(rng: Random, *, latest_end: date = LATEST_END) -> tuple[Company, list[Quarter], list[Round]]:
    """A company, 1 to 14 of its quarters in order, and its rounds; no two quarters in one reporting quarter."""
    company = Company(rng.choice(FISCAL_YEAR_ENDS), rng.choice(REVENUE_TYPES))
    habits = random_habits(rng)
    ends = random_period_ends(rng, FiscalCalendar.ending(company.fiscal_year_end), habits.gap, latest_end)
    before, after = rng.choice(CURRENCIES), rng.choice(CURRENCIES)
    switch = rng.randint(0, len(ends) - 1) if happens(rng, 0.25) else len(ends)
    scale = 10 ** rng.randint(4, 9)
    quarters = [
        Quarter(end, before if place < switch else after, random_values(rng, habits, scale, place))
        for place, end in enumerate(ends)
    ]
    return company, quarters, random_rounds(rng, ends, scale, before)


def random_habits(rng: Random) -> Habits:
    return Habits(
        gap=rng.choice((0.0, 0.0, 0.0, 0.15)),
        null=rng.choice((0.0, 0.02, 0.05, 0.3)),
        zero=rng.choice((0.0, 0.0, 0.05)),
        negative=rng.choice((0.0, 0.0, 0.08)),
        contracted=rng.choice((0.0, 0.0, 0.6, 1.0)),
        bridge=rng.choice((1.0, 1.0, 0.5, 0.0)),
    )


def random_period_ends(rng: Random, calendar: FiscalCalendar, gap: float, latest: date) -> list[date]:
    count = rng.randint(1, MOST_QUARTERS)
    earliest = calendar.index_of(nominal_end_before(calendar, EARLIEST_END)) + 1
    newest = calendar.index_of(nominal_end_before(calendar, latest))
    last = newest - rng.randint(0, max(newest - earliest - count, 0))
    manner = rng.choice(("nominal", "nominal", "saturdays", "wandering"))
    ends: list[date] = []
    taken: set[tuple[int, int]] = set()
    previous = None
    for index in range(last - count + 1, last + 1):
        end = min(real_end(rng, calendar.nominal_end(index), manner), latest)
        start = (previous or calendar.nominal_end(index - 1)) + timedelta(days=1)
        filed_under = reporting_quarter(start, end)
        skipped = filed_under in taken or (happens(rng, gap) and (ends or index < last))
        previous = None if skipped else end
        if not skipped:
            ends.append(end)
            taken.add(filed_under)
    return ends or [calendar.nominal_end(newest)]


def nominal_end_before(calendar: FiscalCalendar, day: date) -> date:
    about = 4 * day.year + (day.month - 1) // 3
    return max(calendar.nominal_end(about - n) for n in range(3) if calendar.nominal_end(about - n) <= day)


def real_end(rng: Random, nominal: date, manner: str) -> date:
    if manner == "saturdays":
        return nominal + timedelta(days=(5 - nominal.weekday() + 3) % 7 - 3)
    if manner == "wandering":
        return nominal + timedelta(days=rng.randint(-FURTHEST_FROM_NOMINAL, FURTHEST_FROM_NOMINAL))
    return nominal


def random_values(rng: Random, habits: Habits, scale: int, place: int) -> dict[str, Value]:
    """Plain magnitudes relative to a revenue that grows, then the company's habits laid over them."""
    revenue = scale * (1 + rng.random()) * 1.05**place
    plain = {
        "total_revenue": revenue,
        "recurring_revenue": revenue * (0.3 + 0.7 * rng.random()),
        "gross_profit": revenue * rng.random(),
        "sales_marketing_expense": revenue * rng.random(),
        "total_operating_expense": revenue * 2 * rng.random(),
        "ebitda": revenue * (0.5 - rng.random()),
        "net_income": revenue * (0.4 - rng.random()),
        "cash_burn": revenue * (0.3 - rng.random()),
        "cash_balance": revenue * 5 * rng.random(),
        "debt_outstanding": revenue * 2 * rng.random(),
        "new_logo_arr": revenue * 0.3 * rng.random(),
        "expansion_arr": revenue * 0.2 * rng.random(),
        "contraction_arr": revenue * 0.1 * rng.random(),
        "churned_arr": revenue * 0.1 * rng.random(),
        "reactivation_arr": revenue * 0.02 * rng.random(),
        "contracted_arr": revenue * (3 + 2 * rng.random()),
    }
    values: dict[str, Value] = {field: money(rng, amount) for field, amount in plain.items()}
    values |= {field: rng.randint(1, 400) for field in ("employees", "customers")}
    values |= {field: rng.randint(0, 40) for field in ("customers_new", "customers_lost")}
    return {field: distort(rng, habits, field, values[field]) for field in FIELDS}


def money(rng: Random, amount: float) -> Decimal:
    """Whole units mostly, hundredths sometimes."""
    if happens(rng, 0.2):
        return Decimal(round(amount * 100)).scaleb(-2)
    return Decimal(round(amount))


def distort(rng: Random, habits: Habits, field: str, value: Decimal | int) -> Value:
    given = {"contracted_arr": habits.contracted}.get(field, 1.0)
    if field.endswith("_arr") and field != "contracted_arr":
        given = habits.bridge
    chance = rng.random()
    if chance > given or chance > 1 - habits.null:
        return None
    if happens(rng, habits.zero):
        return type(value)(0)
    if field not in NEVER_NEGATIVE and happens(rng, habits.negative):
        return -value
    return value


def random_rounds(rng: Random, ends: list[date], scale: int, usual: str) -> list[Round]:
    count = rng.randint(0, 3)
    span = (ends[-1] - ends[0]).days + 500
    days = {ends[-1] - timedelta(days=rng.randint(-60, span)) for _ in range(count)}
    rounds, raised = [], Decimal(0)
    for day in sorted(days):
        raised += money(rng, scale * (1 + 10 * rng.random()))
        rounds.append(
            Round(
                closed_on=day,
                currency=rng.choice(CURRENCIES) if happens(rng, 0.4) else usual,
                post_money_valuation=money(rng, scale * (1 + 60 * rng.random())),
                equity_raised_to_date=None if happens(rng, 0.2) else raised,
            )
        )
    return rounds


def random_rates(
    rng: Random, first: date, last: date, currencies: tuple[str, ...] = CURRENCIES
) -> dict[tuple[str, date], Decimal]:
    """A walk of daily euro rates on TARGET days; some currencies start late, end early, pause or jump."""
    rates = {}
    for currency in currencies:
        if currency == "EUR":
            continue
        level = 10 ** (4 * rng.random() - 2)
        restless = happens(rng, 0.3)
        hole = random_hole(rng, first, last) if happens(rng, 0.4) else (last, first)
        day = first
        while day <= last:
            if is_target_day(day) and not hole[0] <= day <= hole[1]:
                level *= 1 + (rng.random() - 0.5) * (0.06 if restless else 0.008)
                rates[currency, day] = Decimal(max(round(level * 10_000), 1)).scaleb(-4)
            day += timedelta(days=1)
    return rates


def random_hole(rng: Random, first: date, last: date) -> tuple[date, date]:
    span = (last - first).days
    begin = first + timedelta(days=rng.randint(0, span))
    return begin, begin + timedelta(days=rng.randint(0, max(span // 2, 1)))

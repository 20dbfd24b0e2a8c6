"""A portfolio of any size, the same on every machine, put into a migrated database by COPY."""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any
from uuid import UUID, uuid5

import psycopg2

from shared.domain.fields import FIELD_NAMES
from shared.domain.fx import PIVOT, PROVIDER, Observation
from shared.domain.periods import FiscalCalendar
from timer_fx.ecb import packaged_history, parse

RECORDED = "2026-11-01T00:00:00Z"
CURRENCIES = ("USD", "USD", "USD", "EUR", "EUR", "GBP", "CAD", "SEK")
YEAR_ENDS = ("12-31", "12-31", "12-31", "03-31", "06-30", "01-31")
RAISED = 20_000_000
NAMESPACE = UUID("0c2c0f4e-6c7e-4d0a-8f0e-6d2f5c2b7a11")
TABLES = {
    "companies": "id, external_id, name, reporting_status, fiscal_year_end, row_version,"
    " created_at, created_by, updated_at, updated_by",
    "company_versions": "company_id, version, external_id, name, reporting_status, fiscal_year_end,"
    " recorded_at, principal",
    "company_currencies": "company_id, valid_from, currency, recorded_at, principal",
    "funding_rounds": "company_id, closed_on, round, currency, post_money_valuation, equity_raised_to_date,"
    " version, recorded_at, principal",
    "metric_inputs": "company_id, scenario, period_end, quarter_index, version, currency, deleted,"
    f" recorded_at, principal, {', '.join(FIELD_NAMES)}",
    "fx_rates": "provider, base, quote, observed_on, rate, kind, recorded_at, principal",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How many companies and quarters of each, and how often a case is timed, or a client calls, at most."""

    companies: int
    quarters: int
    most_runs: int


FULL = Size(1000, 40, 1000)
QUICK = Size(20, 12, 50)


def company_id(number: int) -> UUID:
    """The id of the company at this place."""
    return uuid5(NAMESPACE, str(number))


@cache
def published_rates() -> tuple[list[Observation], list[Observation]]:
    """The ECB's history up to the day before the newest one, and that newest day's rates."""
    observations = parse(packaged_history())
    newest = max(observation.observed_on for observation in observations)
    before = [observation for observation in observations if observation.observed_on < newest]
    return before, [observation for observation in observations if observation.observed_on == newest]


def load_portfolio(libpq_url: str, size: Size) -> None:
    """Companies, two rounds of each, `size.quarters` quarters ending in the one in progress, and rates up to a day ago.

    Every field is reported; a company in eight reports SEK, and so on through `CURRENCIES`.
    """
    before, newest_day = published_rates()
    today = newest_day[0].observed_on
    rows: dict[str, list[Sequence[Any]]] = {table: [] for table in TABLES}
    for number in range(size.companies):
        _add_company(rows, number, size, today)
    rows["fx_rates"] += [
        (PROVIDER, PIVOT, rate.quote, rate.observed_on, rate.rate, "published", RECORDED, "bench") for rate in before
    ]
    connection = psycopg2.connect(libpq_url)
    with connection, connection.cursor() as cursor:
        for table, columns in TABLES.items():
            cursor.copy_expert(f"copy {table} ({columns}) from stdin", io.StringIO(_copy_text(rows[table])))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    connection.close()


def _add_company(rows: dict[str, list[Sequence[Any]]], number: int, size: Size, today: date) -> None:
    company, rng = company_id(number), Random(number)  # noqa: S311 (the seed makes every machine's figures the same)
    name, year_end = f"Company {number:05d}", YEAR_ENDS[number % len(YEAR_ENDS)]
    currency, stamp = CURRENCIES[number % len(CURRENCIES)], (RECORDED, "bench")
    rows["companies"].append((company, f"c{number:05d}", name, "active", year_end, 1, *stamp, *stamp))
    rows["company_versions"].append((company, 1, f"c{number:05d}", name, "active", year_end, *stamp))
    rows["company_currencies"].append((company, "0001-01-01", currency, *stamp))
    calendar = FiscalCalendar.parse(year_end)
    last = calendar.nearest_index(today)
    last += calendar.nominal_end(last) < today
    ends = [calendar.nominal_end(index) for index in range(last - size.quarters + 1, last + 1)]
    for place, at in enumerate((0, len(ends) // 2)):
        closed_on, worth = ends[at] - timedelta(days=40), rng.randrange(10, 200) * 1_000_000
        rows["funding_rounds"].append((company, closed_on, "AB"[place], "USD", worth, worth // 5, 1, *stamp))
    for end, values in zip(ends, _quarters(rng), strict=False):
        index = last - len(ends) + 1 + ends.index(end)
        rows["metric_inputs"].append((company, "actual", end, index, 1, currency, False, *stamp, *values))


def _quarters(rng: Random) -> Iterator[list[int]]:
    """One company's figures quarter after quarter, in the order of the fields; cash that runs low is raised anew."""
    revenue, cash, arr = rng.randrange(200_000, 5_000_000), rng.randrange(5_000_000, 60_000_000), 0
    customers = rng.randrange(20, 500)
    while True:
        revenue += revenue * rng.randrange(-20, 150) // 1000
        recurring = revenue * rng.randrange(80, 100) // 100
        profit, marketing = revenue * rng.randrange(55, 85) // 100, revenue * rng.randrange(20, 50) // 100
        expense = marketing + revenue * rng.randrange(30, 70) // 100
        earnings = profit - expense
        burn = earnings - rng.randrange(0, 50_000)
        cash += burn + (RAISED if cash < RAISED // 10 else 0)
        won, lost = rng.randrange(5, 30), rng.randrange(0, 5)
        customers += won - lost
        opening, arr = arr or 4 * recurring, 4 * recurring
        moves = [opening // 10, opening // 20, opening // 50, opening // 40, opening // 100]
        yield [
            *(revenue, recurring, profit, marketing, expense, earnings, earnings - 10_000, burn, cash, 1_000_000),
            *(20 + revenue // 60_000, customers, *moves, arr, won, lost),
        ]


def _copy_text(rows: Iterable[Sequence[Any]]) -> str:
    return "".join("\t".join(str(cell) for cell in row) + "\n" for row in rows)

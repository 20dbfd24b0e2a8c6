"""Made-up daily rates for the quarters that the runs report: every presentation currency has some."""

from datetime import date, timedelta

import psycopg2
from psycopg2.extras import execute_values

from devstack.stack import DATABASE
from tests.faults.faulty_stack import FaultyStack

FIRST, DAYS = date(2021, 12, 25), 840
QUOTES = {"USD": 108, "CAD": 145, "GBP": 86}
"""Hundredths for a euro."""


def store_rates(stack: FaultyStack) -> None:
    """A rate of every working day for each currency; it moves a little from day to day."""
    days = [day for number in range(DAYS) if (day := FIRST + timedelta(days=number)).weekday() < 5]
    rows = [
        ("ECB", "EUR", quote, day, f"{base + number % 7 / 10:.1f}e-2")
        for quote, base in QUOTES.items()
        for number, day in enumerate(days)
    ]
    connection = psycopg2.connect(stack.postgres.libpq_url(DATABASE))
    try:
        with connection, connection.cursor() as cursor:
            execute_values(
                cursor,
                "insert into fx_rates (provider, base, quote, observed_on, rate, kind, recorded_at, principal)"
                " values %s",
                rows,
                "(%s, %s, %s, %s, %s, 'published', now(), 'test')",
            )
    finally:
        connection.close()

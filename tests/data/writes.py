"""Random writes through the services, as callers and timers make them: for tests of what is stored and read back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.domain.fields import INPUT_FIELDS
from shared.domain.fx import Observation
from shared.domain.permissions import SYSTEM
from shared.domain.scenarios import Scenario
from shared.schemas.companies import CompanyCreate, CompanyUpdate, RoundCreate
from shared.schemas.inputs import InputPut
from shared.services.companies import change_company, create_company, record_rounds
from shared.services.inputs import put_input, remove_input
from shared.services.rates import record_observations

ENDS = [date(year, month, day) for year in (2021, 2022, 2023) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))]
QUOTES = ("USD", "CAD", "GBP", "SEK")
Write = Callable[[Session, Random, UUID], object]


def submit_a_quarter(session: Session, rng: Random, company: UUID) -> None:
    values = {
        field.name: rng.choice((None, 0, rng.randrange(1, 10**6), rng.randrange(1, 10**6)))
        for field in INPUT_FIELDS
        if field.name != "cash_burn"
    }
    scenario = rng.choice((Scenario.ACTUAL, Scenario.ACTUAL, Scenario.BUDGET))
    sent = InputPut(cash_burn=rng.randrange(-1000, 300), scenario=scenario, reason="a test", **values)
    put_input(session, SYSTEM, company, rng.choice(ENDS), sent)


def withdraw_a_quarter(session: Session, rng: Random, company: UUID) -> None:
    query = "select period_end from metric_inputs where company_id = :id and scenario = 'actual' and not deleted"
    standing = session.execute(text(f"{query} and superseded_at is null"), {"id": company}).scalars().all()
    if standing:
        remove_input(session, SYSTEM, company, rng.choice(sorted(standing)), Scenario.ACTUAL, "a test")


def record_a_round(session: Session, rng: Random, company: UUID) -> None:
    sent = RoundCreate(
        closed_on=rng.choice(ENDS) - timedelta(days=rng.randrange(6)),
        round=rng.choice("AB"),
        currency=rng.choice(("USD", "SEK")),
        post_money_valuation=rng.randrange(10**6, 10**8),
        equity_raised_to_date=rng.choice((None, 10**6)),
    )
    record_rounds(session, SYSTEM, [(company, sent)])


def publish_rates(session: Session, rng: Random, _: UUID) -> None:
    first = date(2020, 12, 20) + timedelta(days=rng.randrange(1000))
    days = [day for n in range(60) if (day := first + timedelta(days=n)).weekday() < 5]
    record_observations(
        session,
        [Observation(quote, day, Decimal(rng.randrange(5000, 20000)) / 10000) for quote in QUOTES for day in days],
    )


def change_the_currency(session: Session, rng: Random, company: UUID) -> None:
    since = rng.choice(ENDS) + timedelta(days=1)
    change_company(
        session, SYSTEM, company, CompanyUpdate(reporting_currency=rng.choice(QUOTES), reporting_currency_from=since)
    )


def change_the_revenue_type(session: Session, rng: Random, company: UUID) -> None:
    change_company(session, SYSTEM, company, CompanyUpdate(revenue_type=rng.choice(("SaaS", "Marketplace"))))


def move_the_year_end(session: Session, rng: Random, company: UUID) -> None:
    change_company(session, SYSTEM, company, CompanyUpdate(fiscal_year_end=rng.choice(("03-31", "12-31", "06-30"))))


WRITES: tuple[Write, ...] = (
    *[submit_a_quarter] * 8,
    *[record_a_round, publish_rates, withdraw_a_quarter] * 2,
    change_the_currency,
    change_the_revenue_type,
    move_the_year_end,
)


def add_companies(session: Session) -> list[UUID]:
    """Two companies, reporting in dollars and in kronor."""
    return [
        create_company(session, SYSTEM, CompanyCreate(name=name, reporting_currency=currency, fiscal_year_end="12-31"))[
            0
        ]
        for name, currency in (("One", "USD"), ("Two", "SEK"))
    ]

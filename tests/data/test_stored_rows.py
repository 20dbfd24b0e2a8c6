"""What is stored after any write is what deriving everything anew would give."""

from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.engine import transaction
from shared.data.reporting import refresh_reporting
from shared.domain.scenarios import Scenario
from tests.data.writes import WRITES, add_companies

CURRENCIES = ("USD", "CAD", "EUR")
TABLES = ("reporting_financials", "reporting_metrics")


def stored(session: Session) -> dict[str, list[str]]:
    """Every stored row as text."""
    return {
        table: sorted(session.execute(text(f"select to_jsonb(t)::text from {table} as t")).scalars())
        for table in TABLES
    }


def derived_anew(session: Session, companies: list[UUID]) -> dict[str, list[str]]:
    """The same rows after everything was derived again."""
    for table in TABLES:
        session.execute(text(f"delete from {table}"))
    refresh_reporting(session, companies, list(Scenario), CURRENCIES)
    return stored(session)


@pytest.fixture
def companies(database_url: str) -> list[UUID]:
    assert database_url
    with transaction() as session:
        return add_companies(session)


@pytest.mark.parametrize("seed", range(6))
def test_every_write_leaves_what_deriving_everything_anew_would_give(companies: list[UUID], seed: int):
    rng = Random(seed)
    for _ in range(40):
        write = rng.choice(WRITES)
        with transaction() as session:
            write(session, rng, rng.choice(companies))
        with transaction() as session:
            kept = stored(session)
            assert derived_anew(session, companies) == kept, write.__name__
            assert len(kept["reporting_metrics"]) == len(kept["reporting_financials"])
    assert len(kept["reporting_metrics"]) > 12

"""Putting whole histories into a test's database at once, past the services: for comparing derivations in bulk."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.data.tables import Company, FundingRound, FxRate, MetricInput
from shared.domain.fields import FIELD_NAMES
from shared.domain.periods import FiscalCalendar
from tests.oracle.model import History, Rates

RECORDED = datetime(2025, 1, 1, tzinfo=UTC)
NAMESPACE = UUID("6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10")


def company_id(number: int) -> UUID:
    """The id of the history at this place."""
    return uuid5(NAMESPACE, str(number))


def load_histories(session: Session, histories: Sequence[History]) -> None:
    """Companies, their inputs as first versions, and their rounds."""
    companies: list[dict[str, Any]] = []
    inputs: list[dict[str, Any]] = []
    rounds: list[dict[str, Any]] = []
    for number, (company, quarters, raised) in enumerate(histories):
        stamps = {"created_at": RECORDED, "created_by": "t", "updated_at": RECORDED, "updated_by": "t"}
        companies.append(
            {
                "id": company_id(number),
                "name": f"Company {number}",
                "reporting_status": "active",
                "fiscal_year_end": company.fiscal_year_end,
                "revenue_type": company.revenue_type,
                "row_version": 1,
                **stamps,
            }
        )
        calendar = FiscalCalendar.parse(company.fiscal_year_end)
        version = {"version": 1, "recorded_at": RECORDED, "principal": "t"}
        for quarter in quarters:
            found = calendar.quarter_ending(quarter.period_end)
            assert found is not None, (company.fiscal_year_end, quarter.period_end)
            inputs.append(
                {
                    "company_id": company_id(number),
                    "scenario": "actual",
                    "period_end": quarter.period_end,
                    "quarter_index": found.index,
                    "currency": quarter.currency,
                    "deleted": False,
                    **version,
                    **{name: quarter.values.get(name) for name in FIELD_NAMES},
                }
            )
        for place, each in enumerate(raised):
            rounds.append(
                {
                    "company_id": company_id(number),
                    "closed_on": each.closed_on,
                    "round": f"Round {place}",
                    "currency": each.currency,
                    "post_money_valuation": each.post_money_valuation,
                    "equity_raised_to_date": each.equity_raised_to_date,
                    **version,
                }
            )
    for table, rows in ((Company, companies), (MetricInput, inputs), (FundingRound, rounds)):
        if rows:
            session.execute(insert(table.__table__), rows)


def load_rates(session: Session, rates: Rates, recorded: datetime = RECORDED) -> None:
    """Published rates, as if loaded at `recorded`."""
    rows = ((quote, day, rate) for (quote, day), rate in rates.items())
    _copy_rates(session, rows, recorded)


def _copy_rates(session: Session, rows: Iterable[tuple[str, date, Any]], recorded: datetime) -> None:
    text = "".join(
        f"ecb\tEUR\t{quote}\t{day}\t{rate}\tpublished\t{recorded.isoformat()}\tt\n" for quote, day, rate in rows
    )
    columns = "provider, base, quote, observed_on, rate, kind, recorded_at, principal"
    with session.connection().connection.cursor() as cursor:
        cursor.copy_expert(f"copy {FxRate.__tablename__} ({columns}) from stdin", io.StringIO(text))

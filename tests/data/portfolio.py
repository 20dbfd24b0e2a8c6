"""Putting whole histories into a test's database at once, past the services: for comparing derivations in bulk."""

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.data.tables.every import Company, CompanyVersion, FundingRound, FxRate, MetricInput
from shared.domain.fields import FIELD_NAMES
from shared.domain.periods import FiscalCalendar
from tests.oracle import model
from tests.oracle.model import History, Rates

RECORDED = datetime(2025, 1, 1, tzinfo=UTC)
VERSION = {"version": 1, "recorded_at": RECORDED, "principal": "t"}
NAMESPACE = UUID("6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10")


def company_id(number: int) -> UUID:
    """The id of the history at this place."""
    return uuid5(NAMESPACE, str(number))


def load_histories(session: Session, histories: Sequence[History]) -> None:
    """Companies, their inputs as first versions, and their rounds."""
    rows: dict[type, list[dict[str, Any]]] = {Company: [], CompanyVersion: [], MetricInput: [], FundingRound: []}
    for number, (company, quarters, raised) in enumerate(histories):
        rows[Company].append(_company_row(number, company))
        rows[CompanyVersion].append(_company_version_row(number, company))
        calendar = FiscalCalendar.parse(company.fiscal_year_end)
        rows[MetricInput] += [_input_row(number, calendar, quarter) for quarter in quarters]
        rows[FundingRound] += [_round_row(number, place, each) for place, each in enumerate(raised)]
    for table, found in rows.items():
        if found:
            session.execute(insert(table.__table__), found)


def _company_row(number: int, company: model.Company) -> dict[str, Any]:
    return {
        "id": company_id(number),
        "name": f"Company {number}",
        "reporting_status": "active",
        "fiscal_year_end": company.fiscal_year_end,
        "revenue_type": company.revenue_type,
        "row_version": 1,
        "created_at": RECORDED,
        "created_by": "t",
        "updated_at": RECORDED,
        "updated_by": "t",
    }


def _company_version_row(number: int, company: model.Company) -> dict[str, Any]:
    row = _company_row(number, company)
    kept = {name: row[name] for name in ("name", "reporting_status", "fiscal_year_end", "revenue_type")}
    return {"company_id": row["id"], "version": 1, "recorded_at": RECORDED, "principal": "t", **kept}


def _input_row(number: int, calendar: FiscalCalendar, quarter: model.Quarter) -> dict[str, Any]:
    found = calendar.quarter_ending(quarter.period_end)
    assert found is not None, (calendar, quarter.period_end)
    return {
        "company_id": company_id(number),
        "scenario": "actual",
        "period_end": quarter.period_end,
        "quarter_index": found.index,
        "currency": quarter.currency,
        "deleted": False,
        **VERSION,
        **{name: quarter.values.get(name) for name in FIELD_NAMES},
    }


def _round_row(number: int, place: int, each: model.Round) -> dict[str, Any]:
    return {
        "company_id": company_id(number),
        "closed_on": each.closed_on,
        "round": f"Round {place}",
        "currency": each.currency,
        "post_money_valuation": each.post_money_valuation,
        "equity_raised_to_date": each.equity_raised_to_date,
        **VERSION,
    }


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

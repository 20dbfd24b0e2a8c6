"""Companies with their quarters, stored by the services as callers would, and their metrics as read back."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.domain.permissions import SYSTEM
from shared.domain.selection import Figures, Selection
from shared.domain.statuses import Outcome
from shared.domain.submissions import Submission
from shared.schemas.companies import CompanyCreate
from shared.services.companies import create_company
from shared.services.reads import list_reporting
from shared.services.submissions import store_submissions
from tests.oracle.model import Quarter

Rows = dict[tuple[str, date], dict[str, Any]]
"""Metrics by the company's name here and the quarter's end."""


def store_company(session: Session, name: str, year_end: str, quarters: Iterable[Quarter]) -> UUID:
    submitted = list(quarters)
    sent = CompanyCreate(
        name=name, external_id=name, reporting_currency=submitted[-1].currency, fiscal_year_end=year_end
    )
    company, _ = create_company(session, SYSTEM, sent)
    receipts = store_submissions(
        session,
        SYSTEM,
        [Submission(company, quarter.period_end, quarter.values, quarter.currency) for quarter in submitted],
    )
    assert {receipt.outcome for receipt in receipts} == {Outcome.NEW}
    return company


def metrics_of(session: Session, companies: Mapping[UUID, str], currency: str | None = None) -> Rows:
    wanted = Selection(Figures.METRICS, Figures.METRICS.names, tuple(companies), currency=currency)
    page = list_reporting(session, SYSTEM, wanted, None, None, 500)
    assert page.next_key is None
    rows = json.loads(page.items, parse_float=Decimal, parse_int=Decimal)
    return {(companies[UUID(row["company_id"])], date.fromisoformat(row["period_end"])): row for row in rows}

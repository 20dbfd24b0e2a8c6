"""Use case: who owes what for a quarter of the firm."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from shared.data.receipts import ExpectedCompany, Receipt, list_expected_companies
from shared.domain.expected_periods import CORE_FIELDS, expected_end, judge_receipt
from shared.domain.permissions import Principal
from shared.domain.statuses import ReceiptStatus
from shared.schemas.reporting import ReportingStatusQuery
from shared.settings import get_settings

Item = dict[str, Any]


def read_reporting_status(session: Session, principal: Principal, wanted: ReportingStatusQuery, now: datetime) -> str:
    """Every active company that owes the quarter, with where it stands, and how many stand so, as JSON text.

    A company owes it that was on record when it fell due, or has figures of that quarter or an earlier one. `counts`
    are over all of them, also where only one status is asked for.
    """
    days = get_settings().reporting_due_days if wanted.due_days is None else wanted.due_days
    companies = list_expected_companies(
        session, principal.scope, wanted.reporting_quarter, wanted.scenario, wanted.company_id, wanted.fund
    )
    items = [_describe(company, wanted, days, now) for company in companies]
    owing = [item for item in items if item is not None]
    answer = {
        "reporting_quarter": str(wanted.reporting_quarter),
        "scenario": wanted.scenario.value,
        "due_days": days,
        "counts": _count(owing),
        "companies": [item for item in owing if wanted.status in {None, item["status"]}],
    }
    return json.dumps(answer, default=str, ensure_ascii=False)


def _count(items: list[Item]) -> dict[str, int]:
    found = Counter(item["status"] for item in items)
    return {
        "expected": len(items),
        **{status.value: found[status] for status in ReceiptStatus},
        "received_late": sum(item["received_late"] for item in items),
        "restated": sum(item["restated"] for item in items),
    }


def _describe(company: ExpectedCompany, wanted: ReportingStatusQuery, days: int, now: datetime) -> Item | None:
    """What is said of a company; None: it owes nothing for the quarter."""
    receipt = company.receipt
    quarter = wanted.reporting_quarter
    end = receipt.period_end if receipt else expected_end(company.calendar, quarter, company.ends_before)
    due_on = end + timedelta(days=days)
    if not receipt and not company.ends_before and company.created_at.astimezone(UTC).date() > due_on:
        return None
    missing = _missing_fields(company, receipt)
    status = judge_receipt(on_record=receipt is not None, missing=missing, due_on=due_on, today=now.date())
    return {
        "company_id": company.id,
        "external_id": company.external_id,
        "name": company.name,
        "period_end": end,
        "due_on": due_on,
        "status": status,
        "missing_fields": missing,
        "received_late": receipt is not None and receipt.received_at.astimezone(UTC).date() > due_on,
        "restated": receipt is not None and receipt.version > receipt.first_version,
        **_origin(receipt),
    }


def _missing_fields(company: ExpectedCompany, receipt: Receipt | None) -> list[str]:
    """Core fields that a quarter on record lacks; recurring revenue is not asked of who has none by its nature."""
    if receipt is None:
        return []
    excused = {"recurring_revenue"} if company.never_recurring else set()
    return [name for name in CORE_FIELDS if name not in receipt.reported | excused]


def _origin(receipt: Receipt | None) -> Item:
    names = ("currency", "received_at", "received_from", "version", "recorded_at", "principal", "reason", "import_id")
    values = {name: None if receipt is None else getattr(receipt, name) for name in names}
    moments = ("received_at", "recorded_at")
    return {name: value.isoformat() if name in moments and value else value for name, value in values.items()}

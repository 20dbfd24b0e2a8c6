"""How the platform stands, for its gauges: numbers over all companies, and no company's own."""

import json
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from shared.data.standing import look_at_platform
from shared.domain.as_of import ReportingQuarter
from shared.domain.permissions import SYSTEM
from shared.schemas.reporting import ReportingStatusQuery
from shared.schemas.validation import validate
from shared.services.reporting_status import read_reporting_status
from shared.settings import get_settings


def read_standing(session: Session, now: datetime) -> dict[str, float]:
    """The gauges by their names; one that nothing can be said of is left out.

    `companies_late` and `quarter_coverage` are of the last quarter of the calendar whose days to report are over.
    """
    found = look_at_platform(session)
    counts = _count_companies(session, now)
    standing: dict[str, float] = {
        "imports_waiting": found.imports_waiting,
        "approvals_waiting": found.approvals_waiting,
        "import_quiet_minutes": found.import_quiet_seconds / 60,
        "database_connections": found.connections,
        "companies_late": counts["late"],
        "companies_expected": counts["expected"],
    }
    if counts["expected"]:
        standing["quarter_coverage"] = (counts["received"] + counts["incomplete"]) / counts["expected"]
    if found.newest_rate_on is not None:
        standing["fx_age_days"] = (now.date() - found.newest_rate_on).days
    return standing


def last_due_quarter(today: date, due_days: int) -> ReportingQuarter:
    """The last quarter of the calendar that ended more than so many days before today."""
    day = today - timedelta(days=due_days)
    index = day.year * 4 + (day.month - 1) // 3 - 1
    return ReportingQuarter(index // 4, index % 4 + 1)


def _count_companies(session: Session, now: datetime) -> dict[str, int]:
    quarter = last_due_quarter(now.date(), get_settings().reporting_due_days)
    wanted = validate(ReportingStatusQuery, {"reporting_quarter": str(quarter)})
    counts: dict[str, int] = json.loads(read_reporting_status(session, SYSTEM, wanted, now))["counts"]
    return counts

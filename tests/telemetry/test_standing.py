"""The gauges: who is late, what waits, how old rates are; alerts and workbook ask for names that are sent."""

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from shared import telemetry
from shared.data.engine import transaction
from shared.domain.as_of import ReportingQuarter
from shared.domain.fx import Observation
from shared.domain.permissions import SYSTEM
from shared.domain.submissions import Submission
from shared.schemas.companies import CompanyCreate
from shared.services.companies import create_company
from shared.services.imports import Upload, register_import
from shared.services.rates import record_observations
from shared.services.standing import last_due_quarter, read_standing
from shared.services.submissions import store_submissions
from tests.telemetry.collector import Collector
from tests.telemetry.test_envelopes import pytestmark  # noqa: F401 (OpenCensus' deprecated calls)
from timer_upkeep import gauges

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LAST_DUE = date(2026, 9, 30)
CORE = {"total_revenue": Decimal(7), "cash_balance": Decimal(9)}


def fill_platform() -> None:
    """Three companies, of which one has reported the last due quarter and one never had to; an upload; a rate."""
    with transaction() as session:
        ids = [
            create_company(
                session, SYSTEM, CompanyCreate(name=name, reporting_currency="USD", fiscal_year_end="12-31")
            )[0]
            for name in ("Punctual", "Late", "New")
        ]
        reported = [(ids[0], date(2026, 6, 30)), (ids[0], LAST_DUE), (ids[1], date(2026, 6, 30))]
        store_submissions(session, SYSTEM, [Submission(*key, values=CORE, currency="USD") for key in reported])
        register_import(session, SYSTEM, Upload("a.csv", "0" * 64, 3, {}))
        record_observations(session, [Observation("USD", date(2026, 11, 20), Decimal("1.1"))])


def test_the_gauges_tell_who_is_late_what_waits_and_how_old_the_rates_are(database_url: str):
    assert database_url
    fill_platform()
    with transaction() as session:
        standing = read_standing(session, NOW)

    assert standing.pop("import_quiet_minutes") < 5
    assert standing.pop("database_connections") >= 1
    assert standing == {
        "imports_waiting": 1,
        "approvals_waiting": 0,
        "companies_late": 1,
        "companies_expected": 2,
        "quarter_coverage": 0.5,
        "fx_age_days": 4,
    }


def test_of_what_is_not_there_nothing_is_said(database_url: str):
    assert database_url
    with transaction() as session:
        standing = read_standing(session, NOW)

    assert standing["companies_late"] == standing["imports_waiting"] == 0
    assert {"quarter_coverage", "fx_age_days"} & set(standing) == set()


@pytest.mark.parametrize(
    ("today", "days", "quarter"),
    [
        (date(2026, 11, 14), 45, ReportingQuarter(2026, 2)),
        (date(2026, 11, 15), 45, ReportingQuarter(2026, 3)),
        (date(2026, 1, 1), 0, ReportingQuarter(2025, 4)),
        (date(2026, 3, 31), 0, ReportingQuarter(2025, 4)),
        (date(2026, 2, 14), 45, ReportingQuarter(2025, 3)),
        (date(2026, 2, 15), 45, ReportingQuarter(2025, 4)),
    ],
)
def test_the_last_due_quarter_is_the_newest_whose_days_are_over(today: date, days: int, quarter: ReportingQuarter):
    assert last_due_quarter(today, days) == quarter


def run_timer() -> None:
    gauges.record_standing.build().get_user_function()(timer=SimpleNamespace(past_due=False))


def test_the_timer_sends_every_gauge_that_alerts_and_workbook_ask_for(
    sent: Collector, database_url: str, project_root: Path
):
    assert database_url
    fill_platform()
    run_timer()
    assert telemetry.flush(10)

    told = set(sent.metrics())
    alerts = (project_root / "bicep/modules/alerts.bicep").read_text()
    workbook = (project_root / "bicep/workbook.json").read_text()
    documented = (project_root / "docs/telemetry.md").read_text()
    asked = set(re.findall(r"'(portfolio\.[a-z_]+)'", alerts)) | set(re.findall(r"'(portfolio\.[a-z_]+)'", workbook))
    counters = set(re.findall(r"`(portfolio\.[a-z_]+)`", documented))
    assert len(told) == 8
    assert "portfolio.companies_late" in asked
    assert asked <= counters
    assert told <= counters
    assert json.loads(workbook)


def test_where_telemetry_is_off_the_timer_asks_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("APPLICATIONINSIGHTS_CONNECTION_STRING", raising=False)
    telemetry.forget_telemetry()
    monkeypatch.setattr(gauges, "transaction", lambda: pytest.fail("it asked the database"))

    run_timer()

"""Deriving everything again when formulas or stored currencies changed."""

from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from shared.data.derivations import every_company, newest_fingerprint, record_derivation
from shared.data.reporting import refresh_reporting
from shared.domain.catalogue import METRICS
from shared.domain.scenarios import Scenario
from shared.settings import get_settings

STATEMENT = Path(__file__).parents[2] / "sql" / "functions" / "derive_reporting.sql"
COMPANIES_AT_ONCE = 100


def derive_everything_if_changed(session: Session) -> int | None:
    """Derive every company again when the installed statement or the currencies are not those of the stored rows.

    Answers how many companies were derived; None when nothing changed.
    """
    currencies = get_settings().presentation_currencies
    fingerprint = sha256("\n".join([STATEMENT.read_text(), *sorted(currencies)]).encode()).hexdigest()
    if newest_fingerprint(session) == fingerprint:
        return None
    companies = every_company(session)
    for start in range(0, len(companies), COMPANIES_AT_ONCE):
        refresh_reporting(session, companies[start : start + COMPANIES_AT_ONCE], list(Scenario), currencies)
    formulas = {metric.name: metric.version for metric in METRICS}
    record_derivation(session, fingerprint, currencies, formulas, len(companies))
    return len(companies)

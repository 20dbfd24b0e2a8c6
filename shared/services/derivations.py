"""Deriving everything again when formulas or stored currencies changed."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from shared.data.derivations import every_company, newest_fingerprint, record_derivation
from shared.data.reporting import refresh_reporting
from shared.domain.catalogue import METRICS
from shared.domain.scenarios import Scenario
from shared.settings import get_settings

FORMULAS = Path(__file__).parents[1] / "domain" / "formula_versions.json"
"""Every metric's formula by its hash, generated from the catalogue."""
ANSWERS = 1
"""Counts the changes of an answer that no formula tells of: of a template, a function, a rounding. A test knows answers
by heart and fails where they change."""
COMPANIES_AT_ONCE = 100


def fingerprint_answers(currencies: Sequence[str]) -> str:
    """What stored rows rest on beside inputs and rates; a statement that only computes them otherwise leaves it."""
    return sha256("\n".join([str(ANSWERS), FORMULAS.read_text(), *sorted(currencies)]).encode()).hexdigest()


def derive_everything_if_changed(session: Session) -> int | None:
    """Derive every company again when formulas, answers or the currencies are not those of the stored rows.

    Answers how many companies were derived; None when nothing changed.
    """
    currencies = get_settings().presentation_currencies
    fingerprint = fingerprint_answers(currencies)
    if newest_fingerprint(session) == fingerprint:
        return None
    companies = every_company(session)
    for start in range(0, len(companies), COMPANIES_AT_ONCE):
        refresh_reporting(session, companies[start : start + COMPANIES_AT_ONCE], list(Scenario), currencies)
    formulas = {metric.name: metric.version for metric in METRICS}
    record_derivation(session, fingerprint, currencies, formulas, len(companies))
    return len(companies)

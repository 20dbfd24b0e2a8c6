"""Use cases that write exchange rates: recording what a provider published and deriving what rests on it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from shared.data.fx import companies_touched, newest_day, store_observations
from shared.data.reporting import refresh_reporting
from shared.domain.fx import Observation
from shared.domain.permissions import SYSTEM
from shared.domain.scenarios import Scenario
from shared.settings import get_settings

COMPANIES_PER_DERIVATION = 100


def newest_recorded_day(session: Session) -> date | None:
    """The newest day a rate is recorded for; None before the first load."""
    return newest_day(session)


def record_observations(session: Session, observations: Sequence[Observation]) -> int:
    """Store published rates and derive the quarters that rest on them; answers how many rates are new or corrected."""
    changed = store_observations(session, observations, SYSTEM.name)
    if not changed:
        return 0
    touched = companies_touched(session, min(day for _, day in changed))
    for start in range(0, len(touched), COMPANIES_PER_DERIVATION):
        refresh_reporting(
            session,
            touched[start : start + COMPANIES_PER_DERIVATION],
            list(Scenario),
            get_settings().presentation_currencies,
        )
    return len(changed)

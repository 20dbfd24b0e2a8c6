"""Use cases that write exchange rates: recording what a provider published and deriving what rests on it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.data import fx_overrides
from shared.data.audit import Act, note_act
from shared.data.fx import newest_day, store_observations
from shared.data.fx_effects import quarters_touched
from shared.data.reporting import REACH, refresh_reporting
from shared.domain.errors import FieldError, InvalidInput, NotFound
from shared.domain.fx import PIVOT, ChangedRates, Observation
from shared.domain.permissions import SYSTEM, Principal, require_whole_firm
from shared.domain.scenarios import Scenario
from shared.schemas.rates import RateOverride
from shared.settings import get_settings

QUARTERS_PER_DERIVATION = 4_000
"""Company-quarters derived at once: enough to pay for the statement, few enough to bound its memory."""


def newest_recorded_day(session: Session) -> date | None:
    """The newest day a rate is recorded for; None before the first load."""
    return newest_day(session)


def record_observations(session: Session, observations: Sequence[Observation]) -> int:
    """Store published rates and derive the quarters that rest on them; answers how many rates are new or corrected."""
    changed = store_observations(session, observations, SYSTEM.name)
    _derive_touched(session, changed)
    count = sum(rates.count for rates in changed)
    if changed:
        first, last = min(rates.first_day for rates in changed), max(rates.last_day for rates in changed)
        note_act(session, SYSTEM, Act("rates", {"base": PIVOT, "from": first, "to": last}, after={"rates": count}))
    return count


def override_rate(
    session: Session, principal: Principal, base: str, quote: str, observed_on: date, sent: RateOverride
) -> str:
    """Put a rate of the firm's own in place of the published one; answers it as JSON text.

    Raises:
        NotAllowed: the principal is narrowed; rates are the whole firm's.
        InvalidInput: the pair is not one the provider publishes (euro into another currency), or the day is to come.
    """
    require_whole_firm(principal, "A rate")
    _require_published_pair(base, quote)
    if observed_on > utc_now().date():
        raise InvalidInput([FieldError("out_of_range", f"{observed_on} is yet to come", parameter="date")])
    before = fx_overrides.standing_rate(session, quote, observed_on)
    fx_overrides.override_rate(session, quote, observed_on, sent.rate, principal.name, sent.reason)
    after = {"rate": sent.rate, "kind": "override", "reason": sent.reason}
    note_act(session, principal, Act("rate", _rate_key(quote, observed_on), before=before, after=after))
    _derive_touched(session, [ChangedRates(quote, observed_on, observed_on)])
    return fx_overrides.rate_body(session, quote, observed_on)


def lift_override(
    session: Session, principal: Principal, base: str, quote: str, observed_on: date, reason: str
) -> None:
    """Let the published rate count again.

    Raises:
        NotAllowed, InvalidInput: as override_rate.
        NotFound: no override stands.
    """
    require_whole_firm(principal, "A rate")
    _require_published_pair(base, quote)
    before = fx_overrides.standing_rate(session, quote, observed_on)
    if not fx_overrides.lift_override(session, quote, observed_on, principal.name, reason):
        raise NotFound(f"No override of {base}/{quote} stands on {observed_on}.")
    after = {**(fx_overrides.standing_rate(session, quote, observed_on) or {}), "reason": reason}
    note_act(session, principal, Act("rate", _rate_key(quote, observed_on), before=before, after=after))
    _derive_touched(session, [ChangedRates(quote, observed_on, observed_on)])


def _rate_key(quote: str, observed_on: date) -> dict[str, Any]:
    return {"base": PIVOT, "quote": quote, "date": observed_on}


def _require_published_pair(base: str, quote: str) -> None:
    if base != PIVOT:
        message = f"rates are kept as published: from {PIVOT} into another currency; override {PIVOT}/{quote} instead"
        raise InvalidInput([FieldError("invalid", message, parameter="base")])
    if quote == PIVOT:
        message = f"rates are kept as published: from {PIVOT} into another currency"
        raise InvalidInput([FieldError("contradictory", message, parameter="quote")])


def _derive_touched(session: Session, changed: Sequence[ChangedRates]) -> None:
    """Derive the quarters that rest on these rates, companies with the same quarters together."""
    presented = get_settings().presentation_currencies
    together: dict[tuple[int, int], list[UUID]] = {}
    for touched in quarters_touched(session, changed, presented) if changed else ():
        together.setdefault((touched.first, touched.last), []).append(touched.company_id)
    for (first, last), companies in sorted(together.items()):
        at_once = max(QUARTERS_PER_DERIVATION // (last + REACH - first + 1), 1)
        for start in range(0, len(companies), at_once):
            chunk = companies[start : start + at_once]
            refresh_reporting(session, chunk, list(Scenario), presented, first, last)

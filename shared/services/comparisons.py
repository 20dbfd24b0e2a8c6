"""Use cases that put derived values side by side."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shared.data import comparisons as data
from shared.data.derivations import formulas_at
from shared.data.engine import read_instant
from shared.data.pages import Page
from shared.domain.as_of import ReportingQuarter
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.permissions import Principal
from shared.domain.scenarios import Scenario
from shared.services.closes import resolve_as_of

Moment = datetime | ReportingQuarter
After = Sequence[Any] | None


def list_changes(
    session: Session,
    principal: Principal,
    filters: dict[str, Any],
    since: Moment,
    until: Moment | None,
    after: After,
    limit: int,
) -> tuple[Page, dict[str, dict[str, int]]]:
    """What moved between two moments, and the metrics whose formula changed in between, with both versions.

    Raises:
        InvalidInput: the moments are not in order, or a quarter was never closed.
    """
    first = resolve_as_of(session, since)
    last = resolve_as_of(session, until) or read_instant(session)
    if first is None or first > last:
        raise InvalidInput([FieldError("contradictory", "`from` lies after `to`", parameter="from")])
    page = data.list_changes(session, principal.scope, filters, (first, last), after, limit)
    before, now = formulas_at(session, first), formulas_at(session, last)
    return page, {
        name: {"old": before[name], "new": now[name]} for name in now if before.get(name, now[name]) != now[name]
    }


def list_variances(
    session: Session, principal: Principal, filters: dict[str, Any], plan: Scenario, after: After, limit: int
) -> Page:
    """Actual figures against a budget or forecast.

    Raises:
        InvalidInput: the plan asked for is the actual scenario.
    """
    if plan is Scenario.ACTUAL:
        message = "actual figures are compared with a plan: budget or forecast"
        raise InvalidInput([FieldError("invalid", message, parameter="scenario")])
    return data.list_variances(session, principal.scope, filters, plan.value, after, limit)

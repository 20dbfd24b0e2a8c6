"""Doubts about what stands on record: raised anew from the figures at every read, so that they never go stale."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from shared.data.inputs import list_neighbours
from shared.data.pages import Page
from shared.domain.permissions import Principal
from shared.domain.plausibility import Reported, doubts
from shared.schemas.exact_json import dump_exact
from shared.settings import get_settings


def list_findings(
    session: Session, principal: Principal, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """The doubts about at most `limit` company-quarters, oldest first; a page may hold none and still have a next."""
    quarters = list_neighbours(session, principal.scope, filters, after, limit + 1)
    allowed = get_settings().plausibility
    items = [
        {
            "company_id": quarter.company_id,
            "period_end": quarter.period_end,
            "scenario": quarter.scenario,
            "severity": "warning",
            **asdict(finding),
        }
        for quarter in quarters[:limit]
        for finding in doubts(Reported(*quarter.now), Reported(*quarter.before) if quarter.before else None, allowed)
    ]
    last = quarters[limit - 1] if len(quarters) > limit else None
    return Page(dump_exact(items), [str(last.period_end), str(last.company_id)] if last else None)

"""Use cases about closing reporting quarters, and about reading as of a moment."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shared.data import closes as data
from shared.data.audit import Act, note_act
from shared.data.engine import wait_for_writers
from shared.data.pages import Page
from shared.domain.as_of import ReportingQuarter
from shared.domain.errors import Conflict, FieldError, InvalidInput, NotFound
from shared.domain.permissions import Principal, require_whole_firm
from shared.settings import get_settings


def resolve_as_of(session: Session, as_of: datetime | ReportingQuarter | None) -> datetime | None:
    """The instant that is meant; None: now.

    Raises:
        InvalidInput: the quarter was never closed.
    """
    if not isinstance(as_of, ReportingQuarter):
        return as_of
    instant = data.newest_instant(session, as_of)
    if instant is None:
        message = f"{as_of} was never closed; GET /v1/periods lists the closes"
        raise InvalidInput([FieldError("never_closed", message, parameter="as_of")])
    return instant


def close_period(session: Session, principal: Principal, quarter: ReportingQuarter, reason: str | None) -> str:
    """Freeze what is known of a reporting quarter; answers the close as JSON text.

    From then on a write to the quarter is a restatement and needs a reason.

    Raises:
        NotAllowed: the principal is narrowed; a close is the whole firm's.
        Conflict: it is closed already, or nothing is reported for it.
    """
    require_whole_firm(principal, "A close")
    instant = wait_for_writers(session)
    if (quarter.year, quarter.quarter) in data.closed_quarters(session):
        raise Conflict(f"{quarter} is closed; reopen it first.", code="already_closed")
    rows, content_hash = data.content_of(session, quarter, instant, get_settings().presentation_currencies)
    if not rows:
        raise Conflict(f"Nothing is reported for {quarter}, so there is nothing to close.", code="nothing_to_close")
    values = {"closed_at": instant, "closed_by": principal.name, "reason": reason}
    data.insert_close(session, quarter, {**values, "content_hash": content_hash, "rows": rows})
    frozen = {"status": "closed", "content_hash": content_hash, "rows": rows, "reason": reason}
    note_act(session, principal, Act("close", {"quarter": str(quarter)}, after=frozen))
    return read_close(session, quarter)


def reopen_period(session: Session, principal: Principal, quarter: ReportingQuarter, reason: str) -> str:
    """End a close; it stays on record and readable.

    Raises:
        NotAllowed: as close_period.
        Conflict: the quarter is not closed.
    """
    require_whole_firm(principal, "A close")
    if not data.reopen(session, quarter, wait_for_writers(session), principal.name, reason):
        raise Conflict(f"{quarter} is not closed.", code="not_closed")
    opened = {"status": "reopened", "reason": reason}
    note_act(session, principal, Act("close", {"quarter": str(quarter)}, before={"status": "closed"}, after=opened))
    return read_close(session, quarter)


def read_close(session: Session, quarter: ReportingQuarter) -> str:
    """The newest close of a quarter as JSON text.

    Raises:
        NotFound: it was never closed.
    """
    body = data.close_body(session, quarter)
    if body is None:
        raise NotFound(f"{quarter} was never closed.")
    return body


def list_closes(session: Session, after: list[Any] | None, limit: int) -> Page:
    """Every close that ever was, newest first."""
    return data.list_closes(session, after, limit)

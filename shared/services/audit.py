"""Use cases of the audit log: reading it, and removing what has been kept long enough."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from shared.data import audit as data
from shared.data.audit import Act, note_act
from shared.data.pages import Page
from shared.domain.permissions import SYSTEM, Principal, require_whole_firm


def list_audit_log(
    session: Session, principal: Principal, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """Entries, newest first.

    Raises:
        NotAllowed: the principal is narrowed; the log is the whole firm's.
    """
    require_whole_firm(principal, "The audit log")
    return data.list_entries(session, filters, after, limit)


def prune_audit_log(session: Session, keep_days: int) -> int:
    """Remove entries that are older than so many days, which is on record itself; answers how many there were."""
    removed = data.prune_entries(session, keep_days)
    if removed:
        start, _ = data.read_ends(session)
        after = {"removed": removed, "number": start.number, "hash": start.hash}
        note_act(session, SYSTEM, Act("audit_log", {"keep_days": keep_days}, after=after))
    return removed

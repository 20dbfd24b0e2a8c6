"""Use cases about grants: what narrows a principal, and how administrators give and withdraw them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.data import grants as data
from shared.data.audit import Act, note_act
from shared.data.engine import get_engine, read_instant
from shared.data.pages import Page
from shared.data.reading import reading
from shared.domain.errors import FieldError, InvalidInput, NotAllowed, NotFound
from shared.domain.permissions import SYSTEM, Granted, Principal, Scope, require_whole_firm
from shared.domain.statuses import Outcome
from shared.schemas.grants import GrantCreate
from shared.services.sight import require_company

REMEMBERED_FOR = timedelta(seconds=10)
"""How long another instance may still act on grants that were withdrawn here."""
MOST_REMEMBERED = 2_000

Holders = frozenset[str]


class _Remembered:
    """What was found granted a moment ago, by database and holders."""

    def __init__(self) -> None:
        self._found: WeakKeyDictionary[Engine, dict[Holders, tuple[datetime, Granted]]] = WeakKeyDictionary()
        self._lock = Lock()

    def find(self, holders: Holders, now: datetime) -> Granted | None:
        with self._lock:
            at, granted = self._found.get(get_engine(), {}).get(holders, (None, None))
        return granted if at is not None and now - at < REMEMBERED_FOR else None

    def keep(self, holders: Holders, now: datetime, granted: Granted) -> None:
        with self._lock:
            found = self._found.setdefault(get_engine(), {})
            if len(found) >= MOST_REMEMBERED:
                found.clear()
            found[holders] = (now, granted)

    def forget(self) -> None:
        with self._lock:
            self._found.pop(get_engine(), None)


_remembered = _Remembered()


def narrow_principal(principal: Principal, now: datetime) -> Principal:
    """The principal narrowed by what is granted to it and its groups; where nothing ever was, by its token alone.

    Raises:
        NotAllowed: groups hold grants, and the token does not say in which groups the principal is.
    """
    holders = frozenset({principal.subject, *(principal.groups or ())})
    granted = _remembered.find(holders, now)
    if granted is None:
        with reading(SYSTEM) as session:
            granted = data.granted_to(session, holders)
        _remembered.keep(holders, now, granted)
    if principal.groups is None and granted.groups_count:
        message = "Your token does not list your groups, which hold grants; let the directory send assigned ones only."
        raise NotAllowed(message, code="groups_not_listed")
    if not granted.narrows or granted.everything:
        return principal
    if principal.company_ids is None and principal.funds is None:
        return replace(principal, company_ids=granted.company_ids, funds=granted.funds)
    by_token = Scope(principal.company_ids, principal.funds)
    with reading(SYSTEM) as session:
        both = data.companies_in_both(session, by_token, Scope(granted.company_ids, granted.funds))
    return replace(principal, company_ids=both, funds=None)


def list_grants(
    session: Session, principal: Principal, filters: dict[str, Any], after: Sequence[Any] | None, limit: int
) -> Page:
    """Grants, newest first.

    Raises:
        NotAllowed: the principal is narrowed itself.
    """
    require_whole_firm(principal, "The list of grants")
    return data.list_grants(session, filters, after, limit)


def give_grant(session: Session, principal: Principal, sent: GrantCreate) -> tuple[Outcome, str]:
    """Let a holder reach a company or a fund; a grant that stands already is answered as it is.

    Raises:
        NotAllowed: as list_grants.
        InvalidInput: there is no such company or fund.
    """
    require_whole_firm(principal, "A grant")
    fund_id = None if sent.fund is None else data.find_fund(session, sent.fund)
    if sent.fund is not None and fund_id is None:
        raise InvalidInput([FieldError("not_found", f"there is no fund {sent.fund!r}", pointer="/fund")])
    if sent.company_id is not None:
        _require_company(session, principal, sent.company_id)
    standing = data.standing_grant(session, sent.holder_id, sent.company_id, fund_id)
    if standing is not None:
        return Outcome.UNCHANGED, data.grant_body(session, standing)
    grant_id = uuid4()
    values = {
        "id": grant_id,
        "holder_kind": sent.holder_kind.value,
        "holder_id": sent.holder_id,
        "holder_name": sent.holder_name,
        "company_id": sent.company_id,
        "fund_id": fund_id,
        "reason": sent.reason,
        "granted_at": read_instant(session),
        "granted_by": principal.name,
    }
    data.insert_grant(session, values)
    note_act(session, principal, Act("grant", {"id": grant_id}, sent.company_id, after=_told(values)))
    _remembered.forget()
    return Outcome.NEW, data.grant_body(session, grant_id)


def withdraw_grant(session: Session, principal: Principal, grant_id: UUID) -> None:
    """End a grant; it stays on record.

    Raises:
        NotAllowed: as list_grants.
        NotFound: no grant of this id stands.
    """
    require_whole_firm(principal, "A grant")
    if not data.withdraw_grant(session, grant_id, read_instant(session), principal.name):
        raise NotFound(f"No grant {grant_id} stands.")
    note_act(session, principal, Act("grant", {"id": grant_id}, before={"stood": True}, after={"stood": False}))
    _remembered.forget()


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """What the log is told of a grant."""
    return {name: values[name] for name in ("holder_kind", "holder_id", "company_id", "fund_id", "reason")}


def _require_company(session: Session, principal: Principal, company_id: UUID) -> None:
    try:
        require_company(session, principal, company_id)
    except NotFound as error:
        raise InvalidInput([FieldError("not_found", str(error), pointer="/company_id")]) from None

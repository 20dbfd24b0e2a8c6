"""Use cases about companies and their funding rounds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.data import companies as data
from shared.data.audit import Act, note_act
from shared.data.engine import begin_write
from shared.data.inputs import recorded_period_ends, renumber_quarters
from shared.data.reporting import refresh_reporting
from shared.data.rounds import COMPARED, append_rounds, current_rounds, round_body
from shared.domain.errors import Conflict, FieldError, InvalidInput, NotAllowed, OutOfSight
from shared.domain.periods import FiscalCalendar
from shared.domain.permissions import Principal
from shared.domain.preconditions import NO_PRECONDITION, Precondition, company_tag
from shared.domain.scenarios import Scenario
from shared.domain.statuses import Outcome
from shared.schemas.companies import CompanyCreate, CompanyUpdate, RoundCreate
from shared.services.ledgers import open_ledgers
from shared.services.sight import require_company
from shared.settings import get_settings

_PLAIN = (
    "name",
    "external_id",
    "reporting_status",
    "fiscal_year_end",
    "location_country",
    "customer_type",
    "revenue_type",
)
_DERIVATION_RESTS_ON = {"fiscal_year_end", "revenue_type"}


def read_company(session: Session, principal: Principal, company_id: UUID) -> str:
    """The company as JSON text.

    Raises:
        NotFound: there is none for this principal.
    """
    body = data.company_body(session, principal.scope, company_id)
    if body is None:
        raise OutOfSight(f"There is no company {company_id}.")
    return body


def hold_company(session: Session, principal: Principal, company_id: UUID) -> tuple[data.LockedCompany, datetime]:
    """The company, held for this transaction, and the instant from which it is; every write to one begins here.

    Raises:
        NotFound: there is none for this principal, or it was removed while this transaction waited for it.
    """
    require_company(session, principal, company_id)
    locked, now = data.lock_companies(session, [company_id])
    if company_id not in locked:
        raise OutOfSight(f"There is no company {company_id}.")
    return locked[company_id], now


def create_company(session: Session, principal: Principal, company: CompanyCreate) -> tuple[UUID, str]:
    """Add a company; answers its id and body.

    Raises:
        NotAllowed: the principal is narrowed to companies, or to none of the company's funds.
        Conflict: the external id is taken.
    """
    _require_in_scope(session, principal, company.funds)
    company_id, now = uuid4(), begin_write(session)
    values = {name: getattr(company, name) for name in _PLAIN}
    stamps = {"created_at": now, "created_by": principal.name, "updated_at": now, "updated_by": principal.name}
    with _claiming(company.external_id):
        data.insert_company(session, {"id": company_id, **values, **stamps, "row_version": 1})
    data.set_currency(session, company_id, company.reporting_currency, data.FROM_THE_BEGINNING, now, principal.name)
    data.set_funds(session, company_id, company.funds, now, principal.name)
    after = {**values, "reporting_currency": company.reporting_currency, "funds": company.funds, "version": 1}
    note_act(session, principal, Act("company", {}, company_id, after=after))
    body = data.company_body(session, principal.scope, company_id)
    return company_id, body or "{}"


def change_company(
    session: Session,
    principal: Principal,
    company_id: UUID,
    change: CompanyCreate | CompanyUpdate,
    expected: Precondition = NO_PRECONDITION,
) -> str:
    """Apply a replacement (CompanyCreate: every field) or a patch (CompanyUpdate: the fields that were sent).

    Raises:
        NotFound, PreconditionFailed, Conflict, InvalidInput: with what would be right.
    """
    held, now = hold_company(session, principal, company_id)
    before = _company_as_expected(session, principal, company_id, expected)
    whole = isinstance(change, CompanyCreate)
    sent = {
        name: getattr(change, name) for name in type(change).model_fields if whole or name in change.model_fields_set
    }
    if "funds" in sent:
        sent["funds"] = sent["funds"] or ()
        _require_in_scope(session, principal, sent["funds"])
    changed = {name for name in _PLAIN if name in sent and sent[name] != before[name]}
    if "fiscal_year_end" in changed:
        _change_calendar(session, replace(held, calendar=FiscalCalendar.parse(sent["fiscal_year_end"])))
    if (currency := sent.get("reporting_currency")) and currency != before["reporting_currency"]:
        _change_currency(session, principal, held, currency, sent.get("reporting_currency_from"), now)
        changed.add("reporting_currency")
    if "funds" in sent and set(sent["funds"]) != set(before["funds"]):
        data.set_funds(session, company_id, sent["funds"], now, principal.name)
        changed.add("funds")
    if changed:
        values = {name: sent[name] for name in _PLAIN if name in changed}
        with _claiming(sent.get("external_id")):
            data.update_company(session, company_id, {**values, "updated_at": now, "updated_by": principal.name})
        _note_change(session, principal, company_id, before, {name: sent[name] for name in changed})
    if changed & _DERIVATION_RESTS_ON:
        _derive(session, company_id)
    return read_company(session, principal, company_id)


def _note_change(
    session: Session, principal: Principal, company_id: UUID, before: dict[str, Any], after: dict[str, Any]
) -> None:
    stood = {name: before[name] for name in (*after, "version")}
    act = Act("company", {}, company_id, before=stood, after={**after, "version": before["version"] + 1})
    note_act(session, principal, act)


def _company_as_expected(
    session: Session, principal: Principal, company_id: UUID, expected: Precondition
) -> dict[str, Any]:
    """The held company as it stands."""
    standing = data.as_object(read_company(session, principal, company_id))
    expected.require(company_tag(standing["version"]))
    return standing


def remove_company(
    session: Session, principal: Principal, company_id: UUID, expected: Precondition = NO_PRECONDITION
) -> None:
    """Delete a company that never reported anything.

    Raises:
        PreconditionFailed: it is not in the expected state.
        Conflict: figures are on record; the message says how to deactivate instead.
    """
    hold_company(session, principal, company_id)
    before = _company_as_expected(session, principal, company_id, expected)
    if data.has_inputs(session, company_id):
        raise Conflict(
            "The company has figures on record, which are kept. To stop expecting more,"
            ' PATCH it with {"reporting_status": "inactive"} (or exited, written_off).',
            code="company_has_inputs",
        )
    data.delete_company(session, company_id)
    stood = {name: before[name] for name in ("name", "external_id", "funds", "version")}
    note_act(session, principal, Act("company", {}, company_id, before=stood))


def record_round(session: Session, principal: Principal, company_id: UUID, sent: RoundCreate) -> tuple[Outcome, str]:
    """Add or correct one round; answers the outcome and the round as it now stands, as JSON text.

    Raises:
        NotFound: no such company for this principal.
    """
    hold_company(session, principal, company_id)
    (outcome,) = record_rounds(session, principal, [(company_id, sent)])
    body = round_body(session, company_id, sent.closed_on, sent.round)
    if outcome is not Outcome.UNCHANGED:
        version = data.as_object(body)["version"]
        key = {"closed_on": sent.closed_on, "round": sent.round}
        before = None if outcome is Outcome.NEW else {"version": version - 1}
        note_act(session, principal, Act("round", key, company_id, before, {"version": version}))
    return outcome, body


def record_rounds(
    session: Session, principal: Principal, rounds: Sequence[tuple[UUID, RoundCreate]], import_id: str | None = None
) -> list[Outcome]:
    """Add or correct funding rounds, derive what rests on them; one outcome each, in order."""
    company_ids = [company_id for company_id, _ in rounds]
    _, now = data.lock_companies(session, company_ids)
    standing = current_rounds(session, company_ids)
    outcomes, superseded, rows = [], [], {}
    for company_id, sent in rounds:
        key = (company_id, sent.closed_on, sent.round)
        before = standing.get(key)
        if before and all(before[name] == getattr(sent, name) for name in COMPARED):
            outcomes.append(Outcome.UNCHANGED)
            continue
        if before and key not in rows:
            superseded.append(before["id"])
        rows[key] = {
            "company_id": company_id,
            "closed_on": sent.closed_on,
            "round": sent.round,
            **{name: getattr(sent, name) for name in COMPARED},
            "version": (before["version"] if before else 0) + (key not in rows),
            "recorded_at": now,
            "principal": principal.name,
            "reason": sent.reason,
            "import_id": import_id,
        }
        standing[key] = {**rows[key], "id": before["id"] if before else 0}
        outcomes.append(Outcome.RESTATED if before else Outcome.NEW)
    append_rounds(session, superseded, list(rows.values()), now)
    for company_id in sorted({key[0] for key in rows}):
        _derive(session, company_id)
    return outcomes


def _derive(session: Session, company_id: UUID) -> None:
    refresh_reporting(session, [company_id], list(Scenario), get_settings().presentation_currencies)


def _require_in_scope(session: Session, principal: Principal, funds: Sequence[str]) -> None:
    scope = principal.scope
    if scope.is_everything:
        return
    if scope.funds is None or not data.fund_names(session, scope.funds) & set(funds):
        raise NotAllowed("You are narrowed to companies or funds; a company outside them is not yours to add or move.")


@contextmanager
def _claiming(external_id: str | None) -> Iterator[None]:
    """Write a company under this name; the database knows the names of companies that the principal may not see.

    Raises:
        Conflict: it is another company's.
    """
    try:
        yield
    except IntegrityError as error:
        if data.EXTERNAL_IDS not in str(error.orig):
            raise
        taken = f"The external_id {external_id!r} belongs to another company."
        raise Conflict(taken, code="external_id_taken") from None


def _change_calendar(session: Session, company: data.LockedCompany) -> None:
    """Number the company's quarters in its new calendar.

    Raises:
        Conflict: a quarter on record does not end with a quarter of it, or two would share a reporting quarter.
    """
    quarters = {end: company.calendar.quarter_ending(end) for end in recorded_period_ends(session, company.id)}
    misfits = [str(end) for end, quarter in quarters.items() if quarter is None]
    if misfits:
        raise Conflict(
            f"Quarters on record do not end with a year that ends {company.calendar}: {', '.join(misfits)}.",
            code="periods_do_not_fit",
        )
    renumber_quarters(session, company.id, {end: quarter.index for end, quarter in quarters.items() if quarter})
    for ledger in open_ledgers(session, {company.id: company}, [scenario.value for scenario in Scenario]).values():
        if clash := ledger.first_clash():
            raise Conflict(
                f"With a year that ends {company.calendar} the quarters ending {clash[0]} and {clash[1]} would share"
                " a reporting quarter.",
                code="periods_do_not_fit",
            )


def _change_currency(
    session: Session,
    principal: Principal,
    company: data.LockedCompany,
    currency: str,
    valid_from: date | None,
    now: datetime,
) -> None:
    if valid_from is None and data.has_inputs(session, company.id):
        message = "quarters are on record; say from which day the new currency holds, for example the quarter's first"
        raise InvalidInput([FieldError("required", message, pointer="/reporting_currency_from")])
    since = valid_from or data.FROM_THE_BEGINNING
    data.set_currency(session, company.id, currency, since, now, principal.name)

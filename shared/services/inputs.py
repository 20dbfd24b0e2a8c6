"""Use cases about single company-quarters' inputs over HTTP."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.audit import Act, note_act
from shared.data.inputs import input_body, standing_version
from shared.domain.errors import InvalidInput, NotFound
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import Principal
from shared.domain.preconditions import NO_PRECONDITION, Precondition, input_tag
from shared.domain.scenarios import Scenario
from shared.domain.statuses import Outcome
from shared.domain.submissions import Receipt, Submission
from shared.schemas.inputs import InputPut
from shared.services.companies import hold_company
from shared.services.submissions import delete_input, store_submissions


@dataclass(frozen=True, slots=True)
class PutResult:
    """The receipt, the input as it now stands as JSON text, and the tag of that state."""

    receipt: Receipt
    body: str
    tag: str


def put_input(
    session: Session,
    principal: Principal,
    company_id: UUID,
    period_end: date,
    sent: InputPut,
    expected: Precondition = NO_PRECONDITION,
) -> PutResult:
    """Store a whole company-quarter.

    Raises:
        NotFound: no such company for this principal.
        PreconditionFailed: the quarter is not in the expected state.
        InvalidInput: the period is none of the company's quarter ends, or is taken.
    """
    hold_company(session, principal, company_id)
    _require_expected(session, company_id, period_end, sent.scenario, expected)
    values = {name: getattr(sent, name) for name in FIELD_NAMES}
    return _store(session, principal, (company_id, period_end), sent, values, sent.currency)


def patch_input(
    session: Session,
    principal: Principal,
    company_id: UUID,
    period_end: date,
    sent: InputPut,
    expected: Precondition = NO_PRECONDITION,
) -> PutResult:
    """Change the fields of a reported company-quarter that were sent: null clears one, an absent one stays.

    A currency of null is the company's own on that day.

    Raises:
        NotFound: no such company for this principal, or nothing is reported for the quarter.
        PreconditionFailed, InvalidInput: as put_input.
    """
    company, _ = hold_company(session, principal, company_id)
    if _require_expected(session, company_id, period_end, sent.scenario, expected) is None:
        raise NotFound(f"Nothing is reported for the quarter ending {period_end} ({sent.scenario.value}).")
    values = {name: getattr(sent, name) for name in FIELD_NAMES if name in sent.model_fields_set}
    currency = sent.currency
    if currency is None and "currency" in sent.model_fields_set:
        currency = company.currency_on(period_end)
    return _store(session, principal, (company_id, period_end), sent, values, currency)


def remove_input(
    session: Session,
    principal: Principal,
    company_id: UUID,
    period_end: date,
    scenario: Scenario,
    reason: str | None,
    expected: Precondition = NO_PRECONDITION,
) -> None:
    """Withdraw a company-quarter; its versions stay readable.

    Raises:
        NotFound: no such company, or nothing reported for the quarter.
        PreconditionFailed: the quarter is not in the expected state.
    """
    hold_company(session, principal, company_id)
    version = _require_expected(session, company_id, period_end, scenario, expected)
    submission = Submission(company_id, period_end, values={}, scenario=scenario, reason=reason)
    if version is None or not delete_input(session, principal, submission):
        raise NotFound(f"Nothing is reported for the quarter ending {period_end} ({scenario.value}).")
    after = {"version": version + 1, "deleted": True, "reason": reason}
    key = {"period_end": period_end, "scenario": scenario.value}
    note_act(session, principal, Act("input", key, company_id, {"version": version}, after))


def _require_expected(
    session: Session, company_id: UUID, period_end: date, scenario: Scenario, expected: Precondition
) -> int | None:
    """The version of the held company's quarter that stands, which is as expected."""
    version = standing_version(session, company_id, period_end, scenario.value)
    expected.require(None if version is None else input_tag(scenario.value, version))
    return version


def _store(
    session: Session,
    principal: Principal,
    key: tuple[UUID, date],
    sent: InputPut,
    values: dict[str, Any],
    currency: str | None,
) -> PutResult:
    submission = Submission(*key, values=values, currency=currency, scenario=sent.scenario, reason=sent.reason)
    (receipt,) = store_submissions(session, principal, [submission])
    if receipt.errors:
        raise InvalidInput(receipt.errors)
    if receipt.outcome is not Outcome.UNCHANGED:
        note_act(session, principal, _act_of(submission, receipt))
    body = input_body(session, *key, sent.scenario.value) or "{}"
    return PutResult(receipt, body, input_tag(sent.scenario.value, receipt.version))


def _act_of(submission: Submission, receipt: Receipt) -> Act:
    """What is recorded of a write: versions and the names of figures; the figures stand in the versions."""
    key = {"period_end": submission.period_end, "scenario": submission.scenario.value}
    before = {"version": receipt.version - 1} if receipt.version > 1 else None
    after = {"version": receipt.version, "fields": receipt.fields, "reason": submission.reason}
    return Act("input", key, submission.company_id, before, after)

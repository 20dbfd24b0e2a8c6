"""Use cases about one company-quarter's input over HTTP."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.inputs import input_body
from shared.domain.errors import InvalidInput, NotFound
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import Principal
from shared.domain.scenarios import Scenario
from shared.domain.submissions import Receipt, Submission
from shared.schemas.inputs import InputPut
from shared.services.companies import hold_company
from shared.services.submissions import delete_input, store_submissions


@dataclass(frozen=True, slots=True)
class PutResult:
    """The receipt and the input as it now stands, as JSON text."""

    receipt: Receipt
    body: str


def put_input(session: Session, principal: Principal, company_id: UUID, period_end: date, sent: InputPut) -> PutResult:
    """Store a whole company-quarter.

    Raises:
        NotFound: no such company for this principal.
        InvalidInput: the period is none of the company's quarter ends, or is taken.
    """
    hold_company(session, principal, company_id)
    submission = Submission(
        company_id=company_id,
        period_end=period_end,
        values={name: getattr(sent, name) for name in FIELD_NAMES},
        currency=sent.currency,
        scenario=sent.scenario,
        reason=sent.reason,
    )
    (receipt,) = store_submissions(session, principal, [submission])
    if receipt.errors:
        raise InvalidInput(receipt.errors)
    return PutResult(receipt, input_body(session, company_id, period_end, sent.scenario.value) or "{}")


def remove_input(
    session: Session, principal: Principal, company_id: UUID, period_end: date, scenario: Scenario, reason: str | None
) -> None:
    """Withdraw a company-quarter; its versions stay readable.

    Raises:
        NotFound: no such company, or nothing reported for the quarter.
    """
    hold_company(session, principal, company_id)
    submission = Submission(company_id, period_end, values={}, scenario=scenario, reason=reason)
    if not delete_input(session, principal, submission):
        raise NotFound(f"Nothing is reported for the quarter ending {period_end} ({scenario.value}).")

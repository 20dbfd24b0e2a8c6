"""Use cases that only read: companies, inputs, financials, metrics, rates; each answers a page of JSON text."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data import companies, fx, inputs, matrix, reporting_rows, rounds
from shared.data.matrix import Columns
from shared.data.pages import Page
from shared.domain.errors import FieldError, InvalidInput, NotFound
from shared.domain.permissions import Principal
from shared.domain.scenarios import Scenario
from shared.domain.selection import Selection
from shared.services.sight import require_company
from shared.settings import get_settings

After = Sequence[Any] | None


def list_companies(session: Session, principal: Principal, filters: dict[str, Any], after: After, limit: int) -> Page:
    """Companies the principal may see."""
    return companies.list_companies(session, principal.scope, filters, after, limit)


def list_rounds(session: Session, principal: Principal, company_id: UUID, after: After, limit: int) -> Page:
    """A company's current rounds."""
    require_company(session, principal, company_id)
    return rounds.list_rounds(session, company_id, after, limit)


def list_inputs(
    session: Session, principal: Principal, filters: dict[str, Any], as_of: datetime | None, after: After, limit: int
) -> Page:
    """Inputs as they stand, or stood."""
    return inputs.list_inputs(session, principal.scope, {**filters, "as_of": as_of}, after, limit)


def read_input_history(
    session: Session, principal: Principal, company_id: UUID, period_end: date, scenario: Scenario
) -> str:
    """Every version of a company-quarter as a JSON array.

    Raises:
        NotFound: nothing was ever reported for it.
    """
    require_company(session, principal, company_id)
    body = inputs.input_history(session, company_id, period_end, scenario.value)
    if body == "[]":
        raise NotFound(f"Nothing was ever reported for the quarter ending {period_end} ({scenario.value}).")
    return body


def read_input(session: Session, principal: Principal, company_id: UUID, period_end: date, scenario: Scenario) -> str:
    """One company-quarter's input.

    Raises:
        NotFound: nothing is reported for it.
    """
    require_company(session, principal, company_id)
    body = inputs.input_body(session, company_id, period_end, scenario.value)
    if body is None:
        raise NotFound(f"Nothing is reported for the quarter ending {period_end} ({scenario.value}).")
    return body


def list_reporting(
    session: Session, principal: Principal, wanted: Selection, as_of: datetime | None, after: After, limit: int
) -> Page:
    """Financials or metrics: stored rows where the currency is stored, derived on request otherwise."""
    stored = is_stored(wanted.currency, as_of)
    return reporting_rows.list_rows(session, principal.scope, wanted, as_of, after, limit, stored=stored)


def read_matrix(
    session: Session, principal: Principal, wanted: Selection, as_of: datetime | None, columns: Columns
) -> str:
    """Companies × periods of each value column, as JSON text.

    Raises:
        InvalidInput: more cells than an answer holds (`too_large`).
    """
    stored = is_stored(wanted.currency, as_of)
    body = matrix.read_matrix(session, principal.scope, wanted, as_of, columns, stored=stored)
    if body is None:
        message = f"a matrix holds at most {matrix.MAX_CELLS:,} cells; ask for fewer columns, companies or periods"
        raise InvalidInput([FieldError("too_large", message, parameter="shape")])
    return body


def is_stored(currency: str | None, instant: datetime | None) -> bool:
    """Whether the rows in this currency (None: each company's own), as known at this instant, stand in their tables."""
    return instant is None and (currency is None or currency in get_settings().presentation_currencies)


def list_rates(session: Session, filters: dict[str, Any], after: After, limit: int) -> Page:
    """Daily rates."""
    return fx.list_rates(session, filters, after, limit)


def read_period_rate(session: Session, base: str, quote: str, start: date, end: date) -> str:
    """A period's average and closing rate."""
    return fx.period_rate_body(session, base, quote, start, end)

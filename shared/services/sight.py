"""Whether a principal may see a company; asked before anything is told or done of it."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.companies import visible_ids
from shared.domain.errors import OutOfSight
from shared.domain.permissions import Principal


def require_company(session: Session, principal: Principal, company_id: UUID) -> None:
    """Raise OutOfSight unless the principal may see the company."""
    if not visible_ids(session, principal.scope, [company_id]):
        raise OutOfSight(f"There is no company {company_id}.")

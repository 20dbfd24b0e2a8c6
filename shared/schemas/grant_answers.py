"""What is answered about grants, described."""

from datetime import datetime
from uuid import UUID

from shared.domain.permissions import HolderKind
from shared.domain.statuses import Outcome
from shared.schemas.answers import Answered


class Grant(Answered):
    """Who may reach what, given by whom, and whether it stands."""

    id: UUID
    holder_kind: HolderKind
    holder_id: UUID
    holder_name: str | None
    company_id: UUID | None
    fund: str | None
    whole_portfolio: bool
    reason: str | None
    granted_at: datetime
    granted_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None


class GrantReceipt(Grant):
    """The grant, and whether it is new."""

    outcome: Outcome

"""Query parameters of the audit log, and what it answers, described."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from shared.domain.statuses import AuditOutcome
from shared.schemas.answers import Answered, Hash
from shared.schemas.fields import Text
from shared.schemas.queries import PageQuery

_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]", re.ASCII)


def _as_utc(instant: datetime) -> datetime:
    """The instant as PostgreSQL takes it, whatever the zone it was written in.

    Raises:
        ValueError: there is no such day in UTC.
    """
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("this moment lies outside the years 1 to 9999") from None


def _as_text(value: object) -> object:
    """A number would be taken for seconds since 1970, which nobody means."""
    if not isinstance(value, str) or not _DATED.match(value):
        raise ValueError("write an instant with its zone: 2026-01-31T12:00:00Z")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_as_text), AfterValidator(_as_utc)]


class AuditQuery(PageQuery):
    """Which entries of the audit log.

    Attributes:
        principal: Who acted: the name, or the directory's id.
        action: The function that acted, for example `put_input`.
        company_id: Acts about one company.
        outcome: What became of them.
        from: Entries from this instant on.
        to: Entries before this instant.
    """

    principal: Text | None = None
    action: Text | None = None
    company_id: UUID | None = None
    outcome: AuditOutcome | None = None
    since: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, alias="to")

    def filters(self) -> dict[str, Any]:
        """The bind values the data layer takes."""
        company_id = None if self.company_id is None else str(self.company_id)
        spans = {"since": self.since, "until": self.until}
        return {
            "principal": self.principal,
            "action": self.action,
            "company_id": company_id,
            "outcome": self.outcome,
        } | spans


Settings = Annotated[dict[str, Any] | None, Field(description="Versions, settings and counts; null: none.")]


class AuditedObject(Answered):
    """What was acted on."""

    kind: str = Field(description="`company`, `input`, `import` …; of what was denied: `route`.")
    key: dict[str, Any] = Field(description="Which one of its kind, beside the company.")


class AuditItem(Answered):
    """One act: who did what, from where, and what became of it."""

    number: int = Field(description="Its place in the order of commits; there are no gaps.")
    at: datetime
    subject: str = Field(description="The principal's stable id.")
    principal: str
    action: str = Field(description="The name of the function that acted.")
    outcome: AuditOutcome
    object: AuditedObject
    company_id: UUID | None
    before: Settings
    after: Settings
    correlation_id: str | None
    address: str | None = Field(description="The client's, where it is known.")
    hash: Hash = Field(description="Over the entry and the hash before it.")

"""What administrators send and ask about grants."""

from typing import Literal
from uuid import UUID

from pydantic import Field, model_validator

from shared.domain.permissions import HolderKind
from shared.schemas.fields import Line, Strict, contradict
from shared.schemas.queries import PageQuery


class GrantCreate(Strict):
    """Who may reach what: one company, the companies of one fund, or the whole portfolio."""

    holder_kind: HolderKind
    holder_id: UUID = Field(description="The directory's object id of the user, the group or the service principal.")
    holder_name: Line | None = Field(default=None, max_length=200, description="For people who read the list.")
    company_id: UUID | None = None
    fund: Line | None = Field(default=None, description="Its name or id.")
    whole_portfolio: Literal[True] | None = None
    reason: Line | None = Field(default=None, max_length=500)

    @model_validator(mode="after")
    def _of_one_thing(self) -> "GrantCreate":
        if sum(each is not None for each in (self.company_id, self.fund, self.whole_portfolio)) != 1:
            raise contradict("a grant is of one company_id, one fund, or whole_portfolio: true")
        return self


class GrantsQuery(PageQuery):
    """Which grants.

    Attributes:
        holder_id: Of this user, group or service principal.
        company_id: Of this company.
        fund: Of this fund, by name or id.
        withdrawn: Whether withdrawn ones are listed too.
    """

    holder_id: UUID | None = None
    company_id: UUID | None = None
    fund: str | None = None
    withdrawn: bool = False

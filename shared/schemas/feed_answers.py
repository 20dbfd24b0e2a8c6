"""What the change feed answers, described."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from shared.domain.statuses import ChangeKind
from shared.schemas.answers import Answered, Company, Round
from shared.schemas.input_answers import Input


class FeedItem(Answered):
    """One change: what it is of, and how that stands; the numbers of a client's items rise, with gaps."""

    sequence: int
    kind: ChangeKind
    company_id: UUID | None = Field(description="Null: of a rate, which is nobody's own.")
    key: dict[str, Any] = Field(description="What it is of, beside the company: a quarter, a round, a span of days.")
    version: int | None = Field(description="Of an input or a round.")
    deleted: bool = Field(description="It is not there any more, or no longer for you.")
    recorded_at: datetime
    data: Company | Input | Round | None = Field(description="A company, input or round; null: deleted, or read it.")


class ChangeFeed(Answered):
    """Changes in the order of their commits."""

    items: list[FeedItem]
    next: int = Field(description="The number to ask after next.")
    up_to_date: bool = Field(description="Whether nothing more is to be had just now.")

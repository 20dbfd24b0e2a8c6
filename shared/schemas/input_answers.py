"""What is answered about company-quarters as they were submitted, described."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from pydantic import Field, create_model

from shared.domain.scenarios import Scenario
from shared.domain.statuses import Outcome
from shared.schemas.answers import Answered, InputKey, QuarterKey, SubmittedFigures


class _InputVersion(Answered):
    version: int
    recorded_at: datetime
    principal: str
    reason: str | None
    import_id: str | None
    source_file: str | None
    source_sheet: str | None
    source_row: int | None


if TYPE_CHECKING:

    class Input(InputKey, _InputVersion):
        """A company-quarter as it stands."""

else:
    Input = create_model(
        "Input", __base__=(InputKey, _InputVersion), __doc__="A company-quarter as it stands.", **SubmittedFigures
    )


class Warned(Answered):
    """What is unlikely about a figure."""

    code: str
    field: str
    message: str


class InputReceipt(Input):
    """What became of a submitted company-quarter, what is unlikely about it, and how it stands."""

    outcome: Outcome
    warnings: list[Warned]


class BatchedReceipt(QuarterKey):
    """What became of one company-quarter of a batch, and what is unlikely about it."""

    version: int
    outcome: Outcome
    warnings: list[Warned]


class BatchReceipt(Answered):
    """What became of each company-quarter of a batch, in the order sent."""

    items: list[BatchedReceipt]


class InputVersion(Input):
    """One version of a company-quarter."""

    superseded_at: datetime | None
    deleted: bool
    cells: dict[str, str] | None = Field(description="The spreadsheet cell of each column; null: it came over HTTP.")


class Doubt(Warned):
    """What is unlikely about a figure on record."""

    company_id: UUID
    period_end: date
    scenario: Scenario
    severity: Literal["warning"]

"""What the API answers about bulk uploads; as `shared/schemas/answers.py`."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from shared.domain.scenarios import Scenario
from shared.domain.statuses import ImportStatus, Outcome
from shared.schemas.answers import Answered, Figure, Hash

JobId = Field(pattern="^[0-9a-f]{32}$", description="Derived from the content's hash and the options.")


class RowCounts(Answered):
    """What became of an upload's rows."""

    rows: int
    new: int
    unchanged: int
    restated: int
    rejected: int


class Progress(Answered):
    """How far an upload has come."""

    rows_total: int
    rows_read: int
    rows_validated: int
    rows_stored: int
    rows_derived: int
    rows_done: int
    estimated_end: datetime | None


class ClosedQuarter(Answered):
    """An upload restates a quarter that the firm has closed."""

    code: Literal["closed_quarter"]
    company_id: UUID
    scenario: Scenario
    period_end: date
    quarter: str
    row_number: int


class LargeRestatement(Answered):
    """An upload replaces more than the set share of a company's figures."""

    code: Literal["large_restatement"]
    company_id: UUID
    scenario: Scenario
    quarters: int
    figures_restated: int
    figures_on_record: int


class Approval(Answered):
    """What an upload needs approval for, and until when."""

    asked_at: datetime
    until: datetime
    concern_count: int
    concerns: list[ClosedQuarter | LargeRestatement]


class Decision(Answered):
    """What somebody decided about an upload."""

    decision: Literal["approved", "rejected"]
    by: str
    at: datetime
    reason: str | None


class Import(Answered):
    """A bulk upload."""

    id: str = JobId
    status: ImportStatus
    mode: Literal["apply", "validate"]
    file_name: str
    dataset: str | None
    layout: Literal["wide", "long"] | None
    sheet: str | None
    other_sheets: list[str] = Field(description="Sheets of the workbook that were not read.")
    reason: str | None
    options: dict[str, Any] = Field(description="What the sender asked for beside `mode` and `reason`.")
    content_hash: Hash
    size_bytes: int | None
    principal: str
    counts: RowCounts
    progress: Progress
    approval: Approval | None
    decision: Decision | None
    failure: str | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


class ImportFinding(Answered):
    """One finding about an upload."""

    severity: Literal["error", "warning"]
    code: str
    message: str
    sheet: str | None
    row_number: int | None
    column_name: str | None
    cell: str | None
    field: str | None
    value: str | None
    suggestion: str | None


class ImportReport(Import):
    """A bulk upload and what is to be said about it; the counts are true even where the lists are capped."""

    error_count: int
    warning_count: int
    errors: list[ImportFinding]
    warnings: list[ImportFinding]
    moves: dict[str, int] = Field(description="How many values of each metric a validated upload would move.")


class ImportRow(Answered):
    """What became of one row of an upload."""

    row_number: int
    outcome: Outcome | None


class ImportMove(Answered):
    """A derived value that a validated upload would move."""

    company_id: UUID
    scenario: Scenario
    period_end: date
    currency: str
    name: str
    old: Figure | str | None
    new: Figure | str | None


class Link(Answered):
    """Where and how to put a file."""

    url: str
    method: Literal["PUT"]
    headers: dict[str, str]
    file_name: str
    expires_at: datetime

"""Bulk uploads: jobs, the rows read from them, the chunks that make a retry harmless, findings, and foreseen moves."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, JSON, Column, ForeignKey, Index, Integer, Text
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check, counting_key, instant, json_object, text
from shared.domain.statuses import ImportPhase, ImportStatus


class ImportJob(SQLModel, table=True):
    """One upload. `id` is derived from the content's hash and the options, so the same file is the same job.

    Attributes:
        options: What its sender asked for, and whether he may manage.
        size_bytes: How large the content is.
        layout: `wide`, a row per company-quarter, or `long`, a row per value.
        sheet: The sheet it was read from; None: the file has no sheets.
        other_sheets: The sheets that were not read.
        header_row: The number of the row that names the columns.
        header: The columns' names by position from column A, from which a finding's cell is named.
        chunks: Into how many pieces the rows were put; None: they are not staged yet.
        phase_began_at: Since when it is being checked or applied; from that the end is estimated.
        scope_company_ids: What the uploader was narrowed to; None: not narrowed by company.
        scope_funds: Likewise by fund.
        failure: Why it failed or was turned down, for a person.
        approval: What it needs approval for, since when and until when; None: nothing.
        decision: `approved` or `rejected`, by whom, when and why; None: nobody has decided.
    """

    __tablename__ = "import_jobs"

    id: str = Field(sa_column=Column(Text(), primary_key=True))
    status: str = Field(sa_column=text())
    options: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    file_name: str = Field(sa_column=text())
    content_hash: str = Field(sa_column=text())
    dataset: str | None = Field(default=None, sa_column=text(required=False))
    header: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text())))
    principal: str = Field(sa_column=text())
    principal_subject: str = Field(sa_column=text())
    scope_company_ids: list[str] | None = Field(default=None, sa_column=json_object(required=False))
    scope_funds: list[str] | None = Field(default=None, sa_column=json_object(required=False))
    failure: str | None = Field(default=None, sa_column=text(required=False))
    created_at: datetime = Field(sa_column=instant())
    updated_at: datetime = Field(sa_column=instant())
    finished_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    size_bytes: int | None = Field(default=None, sa_column=Column(Integer()))
    layout: str | None = Field(default=None, sa_column=text(required=False))
    sheet: str | None = Field(default=None, sa_column=text(required=False))
    other_sheets: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text())))
    header_row: int | None = None
    chunks: int | None = None
    rows_total: int | None = None
    phase_began_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    approval: dict[str, Any] | None = Field(default=None, sa_column=json_object(required=False))
    decision: dict[str, Any] | None = Field(default=None, sa_column=json_object(required=False))
    cleaned_at: datetime | None = Field(default=None, sa_column=instant(required=False))

    __table_args__ = (
        Index("ix_import_jobs_created_at_id", "created_at", "id"),
        choice_check("status", list(ImportStatus)),
        choice_check("dataset", ["companies", "rounds", "inputs"]),
        choice_check("layout", ["wide", "long"]),
    )


def _job_key(*, primary: bool) -> Column[Any]:
    """The job a row belongs to."""
    return Column(Text(), ForeignKey("import_jobs.id", ondelete="CASCADE"), primary_key=primary, nullable=False)


class ImportRow(SQLModel, table=True):
    """One data row of an upload as it was read, put into a chunk: staging, emptied when the job is long over.

    `cells` is an array by column from A: texts, numbers, null, and for a cell that nobody can use
    `[code, text, message]`. It has no foreign key: checking a million of them costs more than storing them.
    """

    __tablename__ = "import_rows"

    import_id: str = Field(sa_column=Column(Text(), primary_key=True))
    chunk: int = Field(primary_key=True)
    row_number: int = Field(primary_key=True)
    cells: list[Any] = Field(sa_column=Column(JSON(), nullable=False))


class ImportChunk(SQLModel, table=True):
    """A chunk that is through a phase: written in the transaction of its effect, so a second run finds it.

    Attributes:
        phase: `stage`, `check` or `apply`. What an upload came to is told by its applied chunks, else by its checked.
        row_numbers: The numbers of its rows.
        outcomes: What became of them, in the same order.
        counts: How many rows came out how.
        errors: How many errors there are, also where not all are kept; `warnings` likewise.
        concerns: What somebody has to approve before it is applied.
        moves: How many derived values would move, by metric.
    """

    __tablename__ = "import_chunks"

    import_id: str = Field(sa_column=_job_key(primary=True))
    phase: str = Field(sa_column=Column(Text(), primary_key=True))
    chunk: int = Field(primary_key=True)
    done_at: datetime = Field(sa_column=instant())
    row_numbers: list[int] | None = Field(default=None, sa_column=Column(ARRAY(Integer())))
    outcomes: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text())))
    counts: dict[str, int] | None = Field(default=None, sa_column=json_object(required=False))
    errors: int = 0
    warnings: int = 0
    concerns: list[Any] | None = Field(default=None, sa_column=json_object(required=False))
    moves: dict[str, int] | None = Field(default=None, sa_column=json_object(required=False))

    __table_args__ = (choice_check("phase", list(ImportPhase)),)


class ImportIssue(SQLModel, table=True):
    """One finding about one cell or row, error or warning, with what would be right."""

    __tablename__ = "import_issues"

    id: int | None = Field(default=None, sa_column=counting_key())
    import_id: str = Field(sa_column=_job_key(primary=False))
    severity: str = Field(sa_column=text())
    sheet: str | None = Field(default=None, sa_column=text(required=False))
    row_number: int | None = None
    column_name: str | None = Field(default=None, sa_column=text(required=False))
    cell: str | None = Field(default=None, sa_column=text(required=False))
    field: str | None = Field(default=None, sa_column=text(required=False))
    value: str | None = Field(default=None, sa_column=text(required=False))
    code: str = Field(sa_column=text())
    message: str = Field(sa_column=text())
    suggestion: str | None = Field(default=None, sa_column=text(required=False))

    __table_args__ = (
        Index("ix_import_issues_import_id_row_number", "import_id", "row_number", "id"),
        choice_check("severity", ["error", "warning"]),
    )


class ImportMove(SQLModel, table=True):
    """A derived value that applying a validated upload would move, in the company's own currency."""

    __tablename__ = "import_moves"

    id: int | None = Field(default=None, sa_column=counting_key())
    import_id: str = Field(sa_column=_job_key(primary=False))
    company_id: UUID
    scenario: str = Field(sa_column=text())
    period_end: date
    currency: str = Field(sa_column=text())
    name: str = Field(sa_column=text())
    old: Any = Field(default=None, sa_column=Column(JSON()))
    new: Any = Field(default=None, sa_column=Column(JSON()))

    __table_args__ = (Index("ix_import_moves_import_id", "import_id", "id"),)

"""Bulk uploads: jobs, the rows read from them, the chunks that make a retry harmless, and every finding."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Text
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check, counting_key, instant, json_object, text
from shared.domain.statuses import ImportStatus, Outcome


class ImportJob(SQLModel, table=True):
    """One upload. `id` is derived from the content's hash and the options, so the same file is the same job.

    Attributes:
        header: The columns' names in the file's order, from which a finding's cell is named.
        scope_company_ids: What the uploader was narrowed to; None: not narrowed by company.
        scope_funds: Likewise by fund.
        failure: Why it failed, for a person. How many rows came out how is counted from `import_rows`.
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

    __table_args__ = (
        Index("ix_import_jobs_created_at_id", "created_at", "id"),
        choice_check("status", list(ImportStatus)),
        choice_check("dataset", ["companies", "rounds", "inputs"]),
    )


def _job_key(*, primary: bool) -> Column[Any]:
    """The job a row belongs to."""
    return Column(Text(), ForeignKey("import_jobs.id", ondelete="CASCADE"), primary_key=primary, nullable=False)


class ImportRow(SQLModel, table=True):
    """One data row of an upload: its cells as read, the chunk it was put into, and what became of it."""

    __tablename__ = "import_rows"

    import_id: str = Field(sa_column=_job_key(primary=True))
    row_number: int = Field(primary_key=True)
    sheet: str | None = Field(default=None, sa_column=text(required=False))
    chunk: int
    cells: dict[str, Any] = Field(sa_column=json_object())
    outcome: str | None = Field(default=None, sa_column=text(required=False))

    __table_args__ = (
        Index("ix_import_rows_import_id_chunk", "import_id", "chunk"),
        choice_check("outcome", list(Outcome)),
    )


class ImportChunk(SQLModel, table=True):
    """A chunk that is done: written in the transaction of its effect, so a second run finds it and does nothing."""

    __tablename__ = "import_chunks"

    import_id: str = Field(sa_column=_job_key(primary=True))
    chunk: int = Field(primary_key=True)
    done_at: datetime = Field(sa_column=instant())


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

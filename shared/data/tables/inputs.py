"""Metric inputs: what companies submitted, as append-only versions; the only source of truth."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import (
    choice_check,
    counting_key,
    currency_check,
    instant,
    json_object,
    number,
    text,
)
from shared.domain.fields import INPUT_FIELDS
from shared.domain.scenarios import Scenario

_CURRENT = sql("superseded_at IS NULL")


class MetricInput(SQLModel, table=True):
    """One version of one company-quarter in one scenario; the fields of the domain's §2 follow as NUMERIC columns.

    `quarter_index` numbers the company's fiscal quarters (`shared.domain.periods`). `deleted` marks a version that
    says: from here on nothing is reported for this quarter. The source is a file's row or the API;
    `source_cells` names the cell of each field where a file has a row per value.
    """

    __tablename__ = "metric_inputs"

    id: int | None = Field(default=None, sa_column=counting_key())
    company_id: UUID = Field(foreign_key="companies.id")
    scenario: str = Field(sa_column=text())
    period_end: date
    quarter_index: int
    version: int
    currency: str = Field(sa_column=text())
    deleted: bool = False
    recorded_at: datetime = Field(sa_column=instant())
    superseded_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    principal: str = Field(sa_column=text())
    reason: str | None = Field(default=None, sa_column=text(required=False))
    import_id: str | None = Field(default=None, sa_column=text(required=False))
    source_file: str | None = Field(default=None, sa_column=text(required=False))
    source_sheet: str | None = Field(default=None, sa_column=text(required=False))
    source_row: int | None = None
    source_cells: dict[str, str] | None = Field(default=None, sa_column=json_object(required=False))

    __table_args__: Any = (
        *(number(field.name) for field in INPUT_FIELDS),
        Index(
            "uq_metric_inputs_current",
            "company_id",
            "scenario",
            "period_end",
            unique=True,
            postgresql_where=_CURRENT,
        ),
        Index(
            "uq_metric_inputs_current_quarter",
            "company_id",
            "scenario",
            "quarter_index",
            unique=True,
            postgresql_where=sql("superseded_at IS NULL AND NOT deleted"),
        ),
        Index("uq_metric_inputs_version", "company_id", "scenario", "period_end", "version", unique=True),
        Index("ix_metric_inputs_import_id", "import_id", postgresql_where=sql("import_id IS NOT NULL")),
        choice_check("scenario", list(Scenario)),
        currency_check("currency"),
        CheckConstraint("superseded_at >= recorded_at", name="superseded_after_recorded"),
        *(
            CheckConstraint(f"{field.name} >= 0", name=f"{field.name}_not_negative")
            for field in INPUT_FIELDS
            if not field.may_be_negative
        ),
    )

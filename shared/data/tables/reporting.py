"""What is derived and stored: a row per company-quarter, scenario and currency, its columns named by the catalogue.

`is_local` rows are in the company's own currency; the others in the presentation currencies. Every row states the
period it rests on and the rates it was translated with; `nulls` says of every null why.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

from shared.domain.catalogue import METRICS
from shared.domain.fields import FIELD_NAMES
from shared.domain.metric import Unit


def _period_columns() -> list[Column[Any]]:
    """The facts both tables open with."""
    return [
        Column("company_id", Uuid(), ForeignKey("companies.id", ondelete="CASCADE"), nullable=False),
        Column("scenario", Text(), nullable=False),
        Column("period_end", Date(), nullable=False),
        Column("currency", Text(), nullable=False),
        Column("is_local", Boolean(), nullable=False),
        Column("quarter_index", Integer(), nullable=False),
        Column("period_start", Date(), nullable=False),
        Column("fiscal_year", Integer(), nullable=False),
        Column("fiscal_quarter", Integer(), nullable=False),
        Column("reporting_year", Integer(), nullable=False),
        Column("reporting_quarter", Integer(), nullable=False),
        Column("fx_rate_average", Numeric(), nullable=True),
        Column("fx_rate_closing", Numeric(), nullable=True),
        Column("fx_closing_date", Date(), nullable=True),
        Column("flags", ARRAY(Text()), nullable=False),
    ]


def _reporting_table(name: str, values: list[Column[Any]]) -> Table:
    return Table(
        name,
        SQLModel.metadata,
        *_period_columns(),
        *values,
        Column("nulls", JSONB(), nullable=False),
        PrimaryKeyConstraint("company_id", "scenario", "period_end", "currency"),
        Index(f"ix_{name}_period", "period_end", "company_id"),
    )


reporting_financials = _reporting_table(
    "reporting_financials", [Column(name, Numeric(), nullable=True) for name in FIELD_NAMES]
)
Index(
    "ix_reporting_financials_waiting",
    reporting_financials.c.company_id,
    postgresql_where=text(
        "'provisional' = any (flags) or fx_rate_average is null or fx_rate_closing is null"  # as quarters_touched asks
    ),
)
reporting_metrics = _reporting_table(
    "reporting_metrics",
    [Column(m.name, Date() if m.unit is Unit.DATE else Numeric(), nullable=True) for m in METRICS],
)

"""Closed reporting quarters: the instant whose knowledge a close freezes, and what that was, as a hash."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import counting_key, instant, text


class PeriodClose(SQLModel, table=True):
    """One close of one reporting quarter; a reopened quarter may be closed again, which is a new row.

    Attributes:
        closed_at: The instant: `as_of` this close reads what was known then.
        content_hash: SHA-256 over the quarter's derived rows at that instant; a later read is checked against it.
    """

    __tablename__ = "period_closes"

    id: int | None = Field(default=None, sa_column=counting_key())
    reporting_year: int
    reporting_quarter: int
    closed_at: datetime = Field(sa_column=instant())
    closed_by: str = Field(sa_column=text())
    reason: str | None = Field(default=None, sa_column=text(required=False))
    content_hash: str = Field(sa_column=text())
    rows: int
    reopened_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    reopened_by: str | None = Field(default=None, sa_column=text(required=False))
    reopened_because: str | None = Field(default=None, sa_column=text(required=False))

    __table_args__ = (
        Index(
            "uq_period_closes_current",
            "reporting_year",
            "reporting_quarter",
            unique=True,
            postgresql_where=sql("reopened_at IS NULL"),
        ),
        CheckConstraint("reporting_quarter BETWEEN 1 AND 4", name="quarter_of_a_year"),
        CheckConstraint("reopened_at >= closed_at", name="reopened_after_closed"),
        CheckConstraint("(reopened_at IS NULL) = (reopened_because IS NULL)", name="reopening_has_reason"),
    )

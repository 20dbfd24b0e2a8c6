"""Exchange rates as published (append-only versions) and the provider's bank holidays."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check, counting_key, currency_check, instant, number, text


class FxRate(SQLModel, table=True):
    """One observation: a unit of `base` was worth `rate` units of `quote` on `observed_on`, as published.

    The row without `superseded_at` is the one that counts; an override supersedes the published row until it is lifted.
    """

    __tablename__ = "fx_rates"

    id: int | None = Field(default=None, sa_column=counting_key())
    provider: str = Field(sa_column=text())
    base: str = Field(sa_column=text())
    quote: str = Field(sa_column=text())
    observed_on: date
    rate: Decimal = Field(sa_column=number("rate", required=True))
    kind: str = Field(sa_column=text())
    recorded_at: datetime = Field(sa_column=instant())
    superseded_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    principal: str = Field(sa_column=text())
    reason: str | None = Field(default=None, sa_column=text(required=False))

    __table_args__ = (
        Index(
            "uq_fx_rates_current",
            "provider",
            "base",
            "quote",
            "observed_on",
            unique=True,
            postgresql_where=sql("superseded_at IS NULL"),
        ),
        Index(
            "ix_fx_rates_reading",
            "provider",
            "quote",
            "observed_on",
            postgresql_include=["rate", "recorded_at", "superseded_at"],
        ),
        currency_check("base"),
        currency_check("quote"),
        choice_check("kind", ["published", "override"]),
        CheckConstraint("rate > 0", name="rate_positive"),
        CheckConstraint("base <> quote", name="two_currencies"),
        CheckConstraint("kind = 'published' OR reason IS NOT NULL", name="override_has_reason"),
        CheckConstraint("superseded_at >= recorded_at", name="superseded_after_recorded"),
    )


class FxHoliday(SQLModel, table=True):
    """A weekday on which the provider publishes nothing."""

    __tablename__ = "fx_holidays"

    provider: str = Field(sa_column=Column(Text(), primary_key=True))
    holiday: date = Field(primary_key=True)

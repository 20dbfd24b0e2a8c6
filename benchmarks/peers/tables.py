"""The tables as the peers' ORM sees them, in a registry of their own: the product's classes are not theirs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy import ARRAY, Column, DateTime, Identity, Index, Integer, Text, any_, literal, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.domain.catalogue import METRICS
from shared.domain.fields import FIELD_NAMES
from shared.domain.metric import Unit

_MONEY = (Decimal | None, None)
_METRICS: dict[str, Any] = {
    metric.name: (date | None, None) if metric.unit is Unit.DATE else _MONEY for metric in METRICS
}
_FIELDS: dict[str, Any] = dict.fromkeys(FIELD_NAMES, _MONEY)
_TABLE = {"table": True}


class PeerTable(SQLModel, registry=registry()):
    """The base of every table below."""


class Company(PeerTable, table=True):
    """A portfolio company."""

    __tablename__ = "companies"

    id: UUID = Field(primary_key=True)
    external_id: str | None
    name: str
    fiscal_year_end: str


class CompanyCurrency(PeerTable, table=True):
    """What a company reports in from a day on."""

    __tablename__ = "company_currencies"

    company_id: UUID = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    currency: str


class FxRate(PeerTable, table=True):
    """A day's rate: one euro in `quote`."""

    __tablename__ = "fx_rates"

    id: int | None = Field(default=None, sa_column=Column(Integer, Identity(always=True), primary_key=True))
    provider: str
    base: str
    quote: str
    observed_on: date
    rate: Decimal
    kind: str
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    superseded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    principal: str


class FxHoliday(PeerTable, table=True):
    """A weekday on which a provider publishes no rates."""

    __tablename__ = "fx_holidays"

    provider: str = Field(primary_key=True)
    holiday: date = Field(primary_key=True)


class FundingRound(PeerTable, table=True):
    """One version of a round in which a company was valued."""

    __tablename__ = "funding_rounds"

    id: int = Field(primary_key=True)
    company_id: UUID
    closed_on: date
    currency: str
    post_money_valuation: Decimal
    equity_raised_to_date: Decimal | None
    superseded_at: datetime | None


class _MetricInput(PeerTable):
    __tablename__ = "metric_inputs"

    id: int | None = Field(default=None, sa_column=Column(Integer, Identity(always=True), primary_key=True))
    company_id: UUID
    scenario: str
    period_end: date
    quarter_index: int
    version: int
    currency: str
    deleted: bool = False
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    superseded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    principal: str


class _Period(SQLModel):
    """What a row of metrics opens with."""

    company_id: UUID = Field(primary_key=True)
    scenario: str = Field(primary_key=True, sa_type=Text)
    period_end: date = Field(primary_key=True)
    currency: str = Field(primary_key=True, sa_type=Text)
    period_start: date
    fiscal_year: int
    fiscal_quarter: int
    reporting_year: int
    reporting_quarter: int
    fx_rate_average: Decimal | None
    fx_rate_closing: Decimal | None
    fx_closing_date: date | None
    flags: list[str] = Field(sa_type=ARRAY(Text()))  # type: ignore[call-overload]  # a type with an argument


class _ReportingMetric(PeerTable, _Period):
    __tablename__ = "reporting_metrics"

    is_local: bool


class _MetricRow(BaseModel):
    """A row of metrics as the API answers it."""

    model_config = ConfigDict(from_attributes=True)

    company_id: UUID
    scenario: str
    period_end: date
    currency: str
    period_start: date
    fiscal_year: int
    fiscal_quarter: int
    reporting_year: int
    reporting_quarter: int
    fx_rate_average: Decimal | None
    fx_rate_closing: Decimal | None
    fx_closing_date: date | None
    flags: list[str]


class _DerivedRow(PeerTable, _Period):
    company_id: UUID = Field(primary_key=True, foreign_key="companies.id", ondelete="CASCADE")
    is_local: bool
    quarter_index: int
    nulls: dict[str, str] = Field(sa_type=JSONB)


MetricInput: Any = create_model("MetricInput", __base__=_MetricInput, __cls_kwargs__=_TABLE, **_FIELDS)
"""One version of what a company submitted; a column per field."""
ReportingMetric: Any = create_model(
    "ReportingMetric",
    __base__=_ReportingMetric,
    __cls_kwargs__=_TABLE,
    **_METRICS,
    nulls=(dict[str, str], Field(sa_column=Column(JSONB))),
)
"""A row of derived metrics; a column per metric."""
MetricRow: Any = create_model("MetricRow", __base__=_MetricRow, **_METRICS, nulls=(dict[str, str], ...))
"""The same row as it is answered."""


PeerFinancial: Any = create_model("peer_financials", __base__=_DerivedRow, __cls_kwargs__=_TABLE, **_FIELDS)
"""Where the peer keeps what it translates: the columns, key and indexes of the product's `reporting_financials`."""
PeerMetric: Any = create_model("peer_metrics", __base__=_DerivedRow, __cls_kwargs__=_TABLE, **_METRICS)
"""Where the peer keeps what it derives: the columns, key and index of the product's `reporting_metrics`."""
DERIVED = (PeerFinancial.__table__, PeerMetric.__table__)
for _table in DERIVED:
    Index(f"ix_{_table.name}_period", _table.c.period_end, _table.c.company_id)
Index(
    "ix_peer_financials_waiting",
    DERIVED[0].c.company_id,
    postgresql_where=or_(
        literal("provisional") == any_(DERIVED[0].c.flags),
        DERIVED[0].c.fx_rate_average.is_(None),
        DERIVED[0].c.fx_rate_closing.is_(None),
    ),
)

"""The tables as the peers' ORM sees them, in a registry of their own: the product's classes are not theirs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy import ARRAY, Column, DateTime, Identity, Integer, Text
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

    id: int = Field(primary_key=True)
    quote: str
    observed_on: date
    rate: Decimal
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
    scenario: str = Field(primary_key=True)
    period_end: date = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    period_start: date
    fiscal_year: int
    fiscal_quarter: int
    reporting_year: int
    reporting_quarter: int
    fx_rate_average: Decimal | None
    fx_rate_closing: Decimal | None
    fx_closing_date: date | None
    flags: list[str] = Field(sa_column=Column(ARRAY(Text())))


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


class _DerivedRow(PeerTable):
    company_id: UUID = Field(primary_key=True)
    scenario: str = Field(primary_key=True)
    period_end: date = Field(primary_key=True)
    currency: str = Field(primary_key=True)


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


def derived_table(name: str, metrics: tuple[str, ...]) -> Any:
    """A table of these metrics by company, quarter and currency."""
    columns: dict[str, Any] = dict.fromkeys(metrics, _MONEY)
    return create_model(name, __base__=_DerivedRow, __cls_kwargs__=_TABLE, **columns)

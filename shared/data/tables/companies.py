"""Funds, portfolio companies, their dated reporting currencies, and their funding rounds (append-only versions)."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check, counting_key, currency_check, instant, number, text
from shared.domain.statuses import ReportingStatus


class Fund(SQLModel, table=True):
    """A fund of the firm."""

    __tablename__ = "funds"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    name: str = Field(sa_column=text())
    created_at: datetime = Field(sa_column=instant())
    created_by: str = Field(sa_column=text())

    __table_args__ = (
        Index("uq_funds_name", "name", unique=True),
        CheckConstraint("length(btrim(name)) > 0", name="name_not_blank"),
    )


class Company(SQLModel, table=True):
    """A portfolio company. `row_version` counts its changes and is what an ETag shows."""

    __tablename__ = "companies"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    external_id: str | None = Field(default=None, sa_column=text(required=False))
    name: str = Field(sa_column=text())
    reporting_status: str = Field(default=ReportingStatus.ACTIVE.value, sa_column=text())
    fiscal_year_end: str = Field(sa_column=text())
    location_country: str | None = Field(default=None, sa_column=text(required=False))
    customer_type: str | None = Field(default=None, sa_column=text(required=False))
    revenue_type: str | None = Field(default=None, sa_column=text(required=False))
    created_at: datetime = Field(sa_column=instant())
    created_by: str = Field(sa_column=text())
    updated_at: datetime = Field(sa_column=instant())
    updated_by: str = Field(sa_column=text())
    row_version: int = Field(default=1)

    __table_args__ = (
        Index("uq_companies_external_id", "external_id", unique=True),
        Index("ix_companies_name_id", "name", "id"),
        choice_check("reporting_status", list(ReportingStatus)),
        CheckConstraint(
            "fiscal_year_end ~ '^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'", name="fiscal_year_end_is_mm_dd"
        ),
        CheckConstraint("length(btrim(name)) > 0", name="name_not_blank"),
        CheckConstraint("length(btrim(external_id)) > 0", name="external_id_not_blank"),
    )


class CompanyVersion(SQLModel, table=True):
    """What was said of a company from one instant to the next; `companies` holds what stands."""

    __tablename__ = "company_versions"

    company_id: UUID = Field(foreign_key="companies.id", primary_key=True, ondelete="CASCADE")
    version: int = Field(primary_key=True)
    external_id: str | None = Field(default=None, sa_column=text(required=False))
    name: str = Field(sa_column=text())
    reporting_status: str = Field(sa_column=text())
    fiscal_year_end: str = Field(sa_column=text())
    location_country: str | None = Field(default=None, sa_column=text(required=False))
    customer_type: str | None = Field(default=None, sa_column=text(required=False))
    revenue_type: str | None = Field(default=None, sa_column=text(required=False))
    recorded_at: datetime = Field(sa_column=instant())
    superseded_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    principal: str = Field(sa_column=text())

    __table_args__ = (
        Index("uq_company_versions_current", "company_id", unique=True, postgresql_where=sql("superseded_at IS NULL")),
        CheckConstraint("superseded_at >= recorded_at", name="superseded_after_recorded"),
    )


class CompanyCurrency(SQLModel, table=True):
    """The currency a company reports in from `valid_from` on; earlier quarters keep theirs."""

    __tablename__ = "company_currencies"

    company_id: UUID = Field(foreign_key="companies.id", primary_key=True, ondelete="CASCADE")
    valid_from: date = Field(primary_key=True)
    currency: str = Field(sa_column=text())
    recorded_at: datetime = Field(sa_column=instant())
    principal: str = Field(sa_column=text())

    __table_args__ = (currency_check("currency"),)


class CompanyFund(SQLModel, table=True):
    """Which funds hold a company."""

    __tablename__ = "company_funds"

    company_id: UUID = Field(foreign_key="companies.id", primary_key=True, ondelete="CASCADE")
    fund_id: UUID = Field(foreign_key="funds.id", primary_key=True)

    __table_args__ = (Index("ix_company_funds_fund_id", "fund_id"),)


class FundingRound(SQLModel, table=True):
    """One version of one round; the current one has no `superseded_at`. Amounts are whole units of `currency`."""

    __tablename__ = "funding_rounds"

    id: int | None = Field(default=None, sa_column=counting_key())
    company_id: UUID = Field(foreign_key="companies.id", ondelete="CASCADE")
    closed_on: date
    round: str = Field(sa_column=text())
    currency: str = Field(sa_column=text())
    post_money_valuation: Decimal = Field(sa_column=number("post_money_valuation", required=True))
    equity_raised_to_date: Decimal | None = Field(default=None, sa_column=number("equity_raised_to_date"))
    version: int
    recorded_at: datetime = Field(sa_column=instant())
    superseded_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    principal: str = Field(sa_column=text())
    reason: str | None = Field(default=None, sa_column=text(required=False))
    import_id: str | None = Field(default=None, sa_column=text(required=False))

    __table_args__ = (
        Index(
            "uq_funding_rounds_current",
            "company_id",
            "closed_on",
            "round",
            unique=True,
            postgresql_where=sql("superseded_at IS NULL"),
        ),
        Index("uq_funding_rounds_version", "company_id", "closed_on", "round", "version", unique=True),
        currency_check("currency"),
        CheckConstraint("post_money_valuation >= 0", name="post_money_not_negative"),
        CheckConstraint("equity_raised_to_date >= 0", name="equity_raised_not_negative"),
        CheckConstraint("superseded_at >= recorded_at", name="superseded_after_recorded"),
    )

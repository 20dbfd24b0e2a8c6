"""What people, groups and programs are narrowed to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check, instant, text
from shared.domain.permissions import HolderKind


class Grant(SQLModel, table=True):
    """One holder may reach a company, the companies of a fund, or the whole portfolio; withdrawn ones stay on record.

    Attributes:
        company_id: The company, which may be gone, so nothing is referenced; with no fund either, the whole portfolio.
        holder_id: The directory's object id of the user, group or service principal.
        holder_name: For people who read the list; nothing rests on it.
    """

    __tablename__ = "grants"

    id: UUID = Field(primary_key=True)
    holder_kind: str = Field(sa_column=text())
    holder_id: UUID
    holder_name: str | None = Field(default=None, sa_column=text(required=False))
    company_id: UUID | None = None
    fund_id: UUID | None = Field(default=None, foreign_key="funds.id")
    reason: str | None = Field(default=None, sa_column=text(required=False))
    granted_at: datetime = Field(sa_column=instant())
    granted_by: str = Field(sa_column=text())
    withdrawn_at: datetime | None = Field(default=None, sa_column=instant(required=False))
    withdrawn_by: str | None = Field(default=None, sa_column=text(required=False))

    __table_args__: Any = (
        Index(
            "uq_grants_standing",
            "holder_id",
            "company_id",
            "fund_id",
            unique=True,
            postgresql_where=sql("withdrawn_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_grants_granted_at_id", "granted_at", "id"),
        choice_check("holder_kind", list(HolderKind)),
        CheckConstraint("company_id IS NULL OR fund_id IS NULL", name="of_one_thing"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_one"),
    )

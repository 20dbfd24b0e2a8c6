"""Everything that changes, numbered in the order in which it was committed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Column, Text
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check, instant, json_object, text
from shared.domain.statuses import ChangeKind


class Change(SQLModel, table=True):
    """One thing that changed.

    Attributes:
        sequence: Its number.
        company_id: Whose it is; null for rates. The company itself may be gone, so nothing is referenced.
        key: What identifies it within its kind and company.
        left_funds: Names and ids of funds the company left: who sees by them is told that it is gone.
    """

    __tablename__ = "changes"

    sequence: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    kind: str = Field(sa_column=text())
    company_id: UUID | None = None
    key: dict[str, Any] = Field(sa_column=json_object())
    version: int | None = None
    deleted: bool = False
    left_funds: list[str] | None = Field(default=None, sa_column=Column(ARRAY(Text()), nullable=True))
    recorded_at: datetime = Field(sa_column=instant())

    __table_args__: Any = (
        choice_check("kind", list(ChangeKind)),
        CheckConstraint("(company_id IS NULL) = (kind = 'rate')", name="of_a_company"),
    )


class ChangeHead(SQLModel, table=True):
    """The newest change's number and instant, in one row; who numbers changes holds it until the commit."""

    __tablename__ = "change_head"

    one: bool = Field(default=True, primary_key=True)
    sequence: int = Field(sa_column=Column(BigInteger(), nullable=False))
    recorded_at: datetime = Field(sa_column=instant())

    __table_args__: Any = (CheckConstraint("one", name="one_row"),)

"""What was answered to calls that came with an Idempotency-Key."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import instant, json_object, text


class IdempotencyKey(SQLModel, table=True):
    """One answered call of one principal.

    Attributes:
        subject: Whose key it is: the directory's object id.
        fingerprint: Of method, address and payload; another one under the same key is another call.
    """

    __tablename__ = "idempotency_keys"

    subject: str = Field(sa_column=Column(Text(), primary_key=True))
    key: str = Field(sa_column=Column(Text(), primary_key=True))
    fingerprint: str = Field(sa_column=text())
    status: int
    headers: dict[str, Any] = Field(sa_column=json_object())
    body: str = Field(sa_column=text())
    answered_at: datetime = Field(sa_column=instant())

    __table_args__ = (
        CheckConstraint("length(key) BETWEEN 1 AND 255", name="key_length"),
        Index("ix_idempotency_keys_answered_at", "answered_at"),
    )

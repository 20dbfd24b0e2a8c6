"""The audit log, and the two ends of its chain."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check, instant, json_object, text
from shared.domain.statuses import AuditOutcome


class AuditEntry(SQLModel, table=True):
    """One act, as `shared/domain/audit_chain.py` tells it.

    Attributes:
        number: Its place; there are no gaps.
        company_id: Whose it is. The company itself may be gone, so nothing is referenced.
        hash: Over the hash before it and the entry, as 64 hexadecimal digits.
    """

    __tablename__ = "audit_log"

    number: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    at: datetime = Field(sa_column=instant())
    subject: str = Field(sa_column=text())
    name: str = Field(sa_column=text())
    action: str = Field(sa_column=text())
    outcome: str = Field(sa_column=text())
    kind: str = Field(sa_column=text())
    key: dict[str, Any] = Field(sa_column=json_object())
    company_id: UUID | None = None
    before: dict[str, Any] | None = Field(default=None, sa_column=json_object(required=False))
    after: dict[str, Any] | None = Field(default=None, sa_column=json_object(required=False))
    correlation_id: str | None = Field(default=None, sa_column=text(required=False))
    address: str | None = Field(default=None, sa_column=text(required=False))
    hash: str = Field(sa_column=text())

    __table_args__: Any = (
        choice_check("outcome", list(AuditOutcome)),
        CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name="hash_is_sha256"),
        Index("ix_audit_log_at", "at"),
        Index("ix_audit_log_company_id_number", "company_id", "number"),
        Index("ix_audit_log_subject_number", "subject", "number"),
    )


class AuditChain(SQLModel, table=True):
    """The ends of the chain, in the one row there is.

    Attributes:
        number: The newest entry's number; 0: there never was one.
        hash: Its hash.
        pruned_number: The number of the last entry that was removed when its time was over; 0: none was.
        pruned_hash: Its hash, to which the first entry that is kept is chained.
        pruned_at: When that was.
    """

    __tablename__ = "audit_chain"

    singleton: bool = Field(sa_column=Column(Boolean(), primary_key=True))
    number: int = Field(sa_column=Column(BigInteger(), nullable=False))
    hash: str = Field(sa_column=text())
    pruned_number: int = Field(sa_column=Column(BigInteger(), nullable=False))
    pruned_hash: str = Field(sa_column=text())
    pruned_at: datetime | None = Field(default=None, sa_column=instant(required=False))

    __table_args__: Any = (
        CheckConstraint("singleton", name="one_row"),
        CheckConstraint("pruned_number <= number", name="in_order"),
    )

"""The column kinds the tables share: exact numbers, instants with a zone, and the checks that go with them."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def number(name: str, *, required: bool = False) -> Column[Any]:
    """An exact NUMERIC without a fixed scale: what was submitted is what is kept."""
    return Column(name, Numeric(), nullable=not required)


def instant(*, required: bool = True) -> Column[Any]:
    """A timestamp with time zone."""
    return Column(DateTime(timezone=True), nullable=not required)


def text(*, required: bool = True) -> Column[Any]:
    """Text of any length; what it may be is a named CHECK's business."""
    return Column(Text(), nullable=not required)


def json_object(*, required: bool = True) -> Column[Any]:
    """A JSON object as jsonb."""
    return Column(JSONB(), nullable=not required)


def counting_key() -> Column[Any]:
    """A bigint key that the database counts up."""
    return Column(BigInteger(), Identity(always=True), primary_key=True)


def currency_check(column: str) -> CheckConstraint:
    """Three capital letters."""
    return CheckConstraint(f"{column} ~ '^[A-Z]{{3}}$'", name=f"{column}_is_iso")


def choice_check(column: str, choices: list[str]) -> CheckConstraint:
    """One of the named words."""
    listed = ", ".join(f"'{choice}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")

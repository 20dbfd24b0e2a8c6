"""When everything was derived again, and by which formulas."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Column, Text
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import counting_key, instant, json_object, text


class Derivation(SQLModel, table=True):
    """One derivation of everything, made when formulas or stored currencies changed.

    Attributes:
        fingerprint: Of the formulas, the answers and the currencies: equal means that nothing changed.
        formulas: Every metric's version from then on.
    """

    __tablename__ = "derivations"

    id: int | None = Field(default=None, sa_column=counting_key())
    fingerprint: str = Field(sa_column=text())
    currencies: list[str] = Field(sa_column=Column(ARRAY(Text()), nullable=False))
    formulas: dict[str, Any] = Field(sa_column=json_object())
    companies: int
    derived_at: datetime = Field(sa_column=instant())

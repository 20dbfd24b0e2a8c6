"""How many calls each principal has made in the present window."""

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlmodel import Field, SQLModel

from shared.data.tables.columns import choice_check
from shared.domain.route_classes import RouteClass


class RateCount(SQLModel, table=True):
    """The calls of one principal and class; unlogged, for nothing is lost that anybody would miss.

    Attributes:
        subject: The principal's stable id.
        window_number: The window's number since 1970.
        used: Calls in it.
    """

    __tablename__ = "rate_counts"

    subject: str = Field(sa_column=Column(Text(), primary_key=True))
    route_class: str = Field(sa_column=Column(Text(), primary_key=True))
    window_number: int = Field(sa_column=Column(BigInteger(), nullable=False))
    used: int = Field(sa_column=Column(Integer(), nullable=False))

    __table_args__ = (
        choice_check("route_class", list(RouteClass)),
        {"prefixes": ["UNLOGGED"], "postgresql_with": {"fillfactor": 50}},
    )

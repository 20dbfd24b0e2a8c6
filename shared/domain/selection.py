"""What a read of derived rows asks for: whose quarters, which columns, under which conditions, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.domain.as_of import ReportingQuarter
from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.fields import FIELD_NAMES
from shared.domain.metric import Unit
from shared.domain.scenarios import Scenario

METRIC_NAMES = tuple(METRICS_BY_NAME)


class Figures(StrEnum):
    """Which figures of a company-quarter are meant: those submitted, or those derived; the value is their table."""

    FINANCIALS = "reporting_financials"
    METRICS = "reporting_metrics"

    @property
    def names(self) -> tuple[str, ...]:
        """The value columns, in the order in which they are shown."""
        return FIELD_NAMES if self is Figures.FINANCIALS else METRIC_NAMES


class Operator(StrEnum):
    """How a condition compares a value; a null is matched by `null=true` only."""

    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    EQ = "eq"
    NE = "ne"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Condition:
    """A value column compared with something: a number, a day for a column of days, a truth value for `null`."""

    name: str
    operator: Operator
    value: Decimal | date | bool


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order; nulls come last in either direction."""

    name: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


PERIOD_END, COMPANY_ID = "period_end", "company_id"
OLDEST_FIRST = (SortKey(PERIOD_END), SortKey(COMPANY_ID))


@dataclass(frozen=True, slots=True)
class Selection:
    """Derived rows that are asked for.

    Attributes:
        figures: Submitted or derived ones.
        names: The value columns to show, in order.
        company_ids: These companies only; None: all in sight.
        funds: Companies of any of these funds, by name or id; None: of any or none.
        start: Quarters that end on this day or later.
        end: Quarters that end on this day or earlier.
        quarters: Quarters the firm files under these; None: any.
        currency: Of the rows; None: each company's own.
        scenario: Actual figures or a plan's.
        latest: Only each company's last quarter among those named above; conditions come after it.
        conditions: All of them hold.
        sort: The order asked for; `order` completes it.
    """

    figures: Figures
    names: tuple[str, ...]
    company_ids: tuple[UUID, ...] | None = None
    funds: tuple[str, ...] | None = None
    start: date | None = None
    end: date | None = None
    quarters: tuple[ReportingQuarter, ...] | None = None
    currency: str | None = None
    scenario: Scenario = Scenario.ACTUAL
    latest: bool = False
    conditions: tuple[Condition, ...] = ()
    sort: tuple[SortKey, ...] = ()

    @property
    def order(self) -> tuple[SortKey, ...]:
        """The order asked for, completed so that no two rows share a place."""
        asked = {key.name for key in self.sort}
        return (*self.sort, *(key for key in OLDEST_FIRST if key.name not in asked))

    @property
    def shows_everything(self) -> bool:
        """Whether every value column is shown."""
        return self.names == self.figures.names


def is_day(name: str) -> bool:
    """Whether a value column holds days."""
    return name in METRICS_BY_NAME and METRICS_BY_NAME[name].unit is Unit.DATE


def sort_parts(order: Sequence[SortKey]) -> tuple[type, ...]:
    """What each part of a page's key is, in this order: a day, an id, or a number that may be null."""
    kinds: dict[str, type] = {PERIOD_END: date, COMPANY_ID: UUID}
    return tuple(kinds.get(key.name, Decimal) for key in order)

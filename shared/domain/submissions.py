"""One submitted company-quarter, from whichever door it came, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.domain.errors import FieldError
from shared.domain.plausibility import Finding
from shared.domain.scenarios import Scenario
from shared.domain.statuses import Outcome


class OnConflict(StrEnum):
    """What becomes of figures for a quarter that is on record with others."""

    RESTATE = "restate"
    SKIP = "skip"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a submission stands in a file; all None: it came over HTTP.

    `cells` names the cell of each field where they do not stand in one row.
    """

    import_id: str | None = None
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    cells: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """The figures one caller sends for one company-quarter.

    Attributes:
        values: The fields that are said: None clears one; a field that is not a key stays as it was.
        currency: None: the company's reporting currency on that day.
    """

    company_id: UUID
    period_end: date
    values: Mapping[str, Decimal | None]
    currency: str | None = None
    scenario: Scenario = Scenario.ACTUAL
    reason: str | None = None
    source: Source = Source()
    on_conflict: OnConflict = OnConflict.RESTATE


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a submission: the outcome, the version that now stands, and everything worth saying about it.

    Attributes:
        quarter_index: The company's fiscal quarter it is about; None: none, it was rejected.
        changed: How many figures on record it replaces by others.
        fields: Names of the figures that are not as they were.
        closed_quarter: The closed reporting quarter (year, quarter) it writes to; None: it is open.
    """

    outcome: Outcome
    version: int = 0
    errors: tuple[FieldError, ...] = ()
    warnings: tuple[Finding, ...] = field(default=())
    quarter_index: int | None = None
    changed: int = 0
    fields: tuple[str, ...] = ()
    closed_quarter: tuple[int, int] | None = None

"""The moment a read looks back to: an instant, or the close of a reporting quarter."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.domain.periods import EARLIEST_END, LATEST_END

_QUARTER = re.compile(r"(?P<year>[0-9]{4})Q(?P<quarter>[1-4])")
_CLOSE = re.compile(rf"{_QUARTER.pattern}-close")


@dataclass(frozen=True, slots=True)
class ReportingQuarter:
    """A calendar quarter the firm files periods under."""

    year: int
    quarter: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def index(self) -> int:
        """Its place among all quarters; neighbours differ by one."""
        return 4 * self.year + self.quarter - 1


def parse_quarter(text: str) -> ReportingQuarter:
    """A calendar quarter written `2025Q4`.

    Raises:
        ValueError: it is written otherwise, or lies outside the years a period can end in.
    """
    if named := _QUARTER.fullmatch(text):
        quarter = ReportingQuarter(int(named["year"]), int(named["quarter"]))
        if EARLIEST_END.year <= quarter.year <= LATEST_END.year:
            return quarter
    raise ValueError(f"{text!r} is no reporting quarter; write 2025Q4, from {EARLIEST_END.year} to {LATEST_END.year}")


def parse_as_of(text: str) -> datetime | ReportingQuarter:
    """An instant with its zone, or the quarter whose close is meant: `2026-01-31T12:00:00Z`, `2025Q4-close`.

    Raises:
        ValueError: it is neither.
    """
    if named := _CLOSE.fullmatch(text):
        return ReportingQuarter(int(named["year"]), int(named["quarter"]))
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{text!r} is no moment; write 2026-01-31T12:00:00Z, or 2025Q4-close")

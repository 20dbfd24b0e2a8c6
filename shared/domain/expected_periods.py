"""Which period a company owes for a quarter of the firm, when it is due, and what it must hold to be complete."""

from collections.abc import Sequence
from datetime import date, timedelta

from shared.domain.as_of import ReportingQuarter
from shared.domain.fields import INPUT_FIELDS
from shared.domain.next_period import ends_after
from shared.domain.periods import FiscalCalendar, reporting_quarter
from shared.domain.statuses import ReceiptStatus

CORE_FIELDS: tuple[str, ...] = tuple(field.name for field in INPUT_FIELDS[:12])
"""What every company reports, in the domain's §2: all but the ARR bridge and what goes with it."""


def expected_end(calendar: FiscalCalendar, quarter: ReportingQuarter, recorded: Sequence[date]) -> date:
    """The last day of the company's fiscal quarter whose midpoint lies in `quarter`.

    Args:
        calendar: The company's year.
        quarter: The quarter the firm files under.
        recorded: Period ends on record before it, in any order; the last year of them tells a 52/53-week company.
    """
    indexes = range(quarter.index - 1, quarter.index + 3)
    index = min(indexes, key=lambda index: _distance(calendar, index, quarter))
    if recorded and calendar.nearest_index(max(recorded)) == index - 1:
        return ends_after(calendar, recorded)[0]
    return calendar.nominal_end(index)


def _distance(calendar: FiscalCalendar, index: int, quarter: ReportingQuarter) -> tuple[bool, int]:
    """How far a fiscal quarter is from being the one: where none is filed under `quarter`, the nearest is owed for it.

    A year that ends in the middle of a quarter's middle month has such gaps.
    """
    start, end = calendar.nominal_end(index - 1) + timedelta(days=1), calendar.nominal_end(index)
    middle = start + timedelta(days=(end - start).days // 2)
    off = abs((middle - date(quarter.year, 3 * quarter.quarter - 1, 15)).days)
    return reporting_quarter(start, end) != (quarter.year, quarter.quarter), off


def judge_receipt(*, on_record: bool, missing: Sequence[str], due_on: date, today: date) -> ReceiptStatus:
    """Where a company stands: what is on record is complete or not; what is not is late once its day has passed."""
    if on_record:
        return ReceiptStatus.INCOMPLETE if missing else ReceiptStatus.RECEIVED
    return ReceiptStatus.LATE if today > due_on else ReceiptStatus.OUTSTANDING

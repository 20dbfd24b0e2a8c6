"""What stands for a company in one scenario, while submissions are applied to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.closes import closed_quarters
from shared.data.companies import LockedCompany
from shared.data.inputs import StoredInput, current_inputs
from shared.domain.periods import Quarter, reporting_quarter


@dataclass
class Ledger:
    """One company's quarters in one scenario while submissions are applied to them, by quarter index."""

    company: LockedCompany
    standing: dict[date, StoredInput]
    closed: frozenset[tuple[int, int]]
    live: dict[int, StoredInput] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.live = {row.quarter_index: row for row in self.standing.values() if not row.deleted}

    def reporting_quarter(self, quarter: Quarter, period_end: date) -> tuple[int, int]:
        """The calendar quarter the firm files this period under, given the quarter before it."""
        return self._filed(quarter.index, self._ends_around(quarter.index, period_end))

    def clash(self, index: int, period_end: date | None) -> tuple[date, date] | None:
        """Two periods that would share a reporting quarter if quarter `index` ended then; None: if it were withdrawn.

        The end of a quarter is also where the next one begins, so that one may move too.
        """
        ends = self._ends_around(index, period_end)
        for first in (index - 1, index, index + 1):
            if first in ends and first + 1 in ends and self._filed(first, ends) == self._filed(first + 1, ends):
                return ends[first], ends[first + 1]
        return None

    def first_clash(self) -> tuple[date, date] | None:
        """The first two periods on record that share a reporting quarter; None: there are none."""
        found = (self.clash(index, row.period_end) for index, row in sorted(self.live.items()))
        return next((clash for clash in found if clash), None)

    def _ends_around(self, index: int, period_end: date | None) -> dict[int, date]:
        """The ends of the quarters that are filed by where `index` ends, if that were `period_end`; None: nowhere."""
        around = (index - 2, index - 1, index + 1, index + 2)
        ends = {place: row.period_end for place in around if (row := self.live.get(place))}
        return ends if period_end is None else {**ends, index: period_end}

    def _filed(self, index: int, ends: Mapping[int, date]) -> tuple[int, int]:
        ended = ends.get(index - 1) or self.company.calendar.nominal_end(index - 1)
        return reporting_quarter(ended + timedelta(days=1), ends[index])

    def figures_on_record(self) -> int:
        """How many figures stand for the company in this scenario."""
        return sum(value is not None for row in self.live.values() for value in row.values.values())


def open_ledgers(
    session: Session, companies: dict[UUID, LockedCompany], scenarios: Iterable[str]
) -> dict[tuple[UUID, str], Ledger]:
    """The ledgers of these companies in these scenarios."""
    scenarios, closed = list(scenarios), closed_quarters(session)
    standing: dict[tuple[UUID, str], dict[date, StoredInput]] = {}
    for (company_id, scenario, period_end), row in current_inputs(session, list(companies), scenarios).items():
        standing.setdefault((company_id, scenario), {})[period_end] = row
    return {
        (company_id, scenario): Ledger(company, standing.get((company_id, scenario), {}), closed)
        for company_id, company in companies.items()
        for scenario in scenarios
    }

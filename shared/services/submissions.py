"""Storing submitted company-quarters: the one path a PUT, a DELETE and an import's rows all take.

The companies are held, everything is checked, versions are appended, and what rests on them is derived again:
in one transaction, so that nobody ever reads inputs and metrics that disagree.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.closes import closed_quarters
from shared.data.companies import LockedCompany, lock_companies
from shared.data.inputs import StoredInput, append_inputs, current_inputs
from shared.data.reporting import refresh_reporting
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.fields import FIELD_NAMES
from shared.domain.periods import EARLIEST_END, LATEST_END, Quarter, reporting_quarter
from shared.domain.permissions import Principal
from shared.domain.plausibility import Reported, doubts
from shared.domain.scenarios import Scenario
from shared.domain.statuses import Outcome
from shared.domain.submissions import Receipt, Submission
from shared.settings import get_settings


@dataclass
class _Ledger:
    """One company's quarters in one scenario while submissions are applied to them, by quarter index."""

    company: LockedCompany
    standing: dict[date, StoredInput]
    closed: frozenset[tuple[int, int]]
    live: dict[int, StoredInput] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.live = {row.quarter_index: row for row in self.standing.values() if not row.deleted}

    def reporting_quarter(self, quarter: Quarter, period_end: date) -> tuple[int, int]:
        """The calendar quarter the firm files this period under, given the quarter before it."""
        return self._filed(quarter.index, {**self._ends(), quarter.index: period_end})

    def clash(self, index: int, period_end: date | None) -> tuple[date, date] | None:
        """Two periods that would share a reporting quarter if quarter `index` ended then; None: if it were withdrawn.

        The end of a quarter is also where the next one begins, so that one may move too.
        """
        ends = self._ends()
        ends.pop(index, None)
        if period_end is not None:
            ends[index] = period_end
        for first in (index - 1, index, index + 1):
            if {first, first + 1} <= ends.keys() and self._filed(first, ends) == self._filed(first + 1, ends):
                return ends[first], ends[first + 1]
        return None

    def _ends(self) -> dict[int, date]:
        return {index: row.period_end for index, row in self.live.items()}

    def _filed(self, index: int, ends: Mapping[int, date]) -> tuple[int, int]:
        ended = ends.get(index - 1) or self.company.calendar.nominal_end(index - 1)
        return reporting_quarter(ended + timedelta(days=1), ends[index])


@dataclass
class _Batch:
    """What one call is about to write."""

    principal: Principal
    now: datetime
    superseded: list[int] = field(default_factory=list)
    rows: dict[tuple[UUID, str, date], dict[str, Any]] = field(default_factory=dict)
    touched: dict[UUID, set[int]] = field(default_factory=dict)


def store_submissions(session: Session, principal: Principal, submissions: Sequence[Submission]) -> list[Receipt]:
    """Apply submissions in order; one receipt each. A rejected one changes nothing and says why.

    The caller has checked that the principal may see every company.
    """
    companies, now = lock_companies(session, (submission.company_id for submission in submissions))
    scenarios = sorted({submission.scenario.value for submission in submissions})
    ledgers = _open_ledgers(session, companies, scenarios)
    batch = _Batch(principal, now)
    receipts = [_apply(ledgers[s.company_id, s.scenario.value], s, batch) for s in submissions]
    _write(session, batch, scenarios)
    return receipts


def delete_input(session: Session, principal: Principal, submission: Submission) -> bool:
    """Record that nothing is reported for a quarter any more; False when nothing was."""
    companies, now = lock_companies(session, [submission.company_id])
    scenario = submission.scenario.value
    ledgers = _open_ledgers(session, companies, [scenario])
    standing = ledgers[submission.company_id, scenario].standing.get(submission.period_end)
    if standing is None or standing.deleted:
        return False
    ledger = ledgers[submission.company_id, scenario]
    error = _closed(ledger, ledger.company.calendar.quarter(standing.quarter_index), submission)
    if error := error or _shared_reporting_quarter(ledger, standing.quarter_index, None):
        raise InvalidInput([error])
    batch = _Batch(principal, now)
    _append(
        batch, submission, standing.quarter_index, standing, standing.currency, dict.fromkeys(FIELD_NAMES), deleted=True
    )
    _write(session, batch, [scenario])
    return True


def _open_ledgers(
    session: Session, companies: dict[UUID, LockedCompany], scenarios: Iterable[str]
) -> dict[tuple[UUID, str], _Ledger]:
    scenarios, closed = list(scenarios), closed_quarters(session)
    standing: dict[tuple[UUID, str], dict[date, StoredInput]] = {}
    for (company_id, scenario, period_end), row in current_inputs(session, list(companies), scenarios).items():
        standing.setdefault((company_id, scenario), {})[period_end] = row
    return {
        (company_id, scenario): _Ledger(company, standing.get((company_id, scenario), {}), closed)
        for company_id, company in companies.items()
        for scenario in scenarios
    }


def _apply(ledger: _Ledger, submission: Submission, batch: _Batch) -> Receipt:
    if not EARLIEST_END <= submission.period_end <= LATEST_END:
        message = f"{submission.period_end} lies outside {EARLIEST_END} … {LATEST_END}; look at the year"
        return Receipt(Outcome.REJECTED, errors=(FieldError("out_of_range", message, pointer="/period_end"),))
    quarter = ledger.company.calendar.quarter_ending(submission.period_end)
    if quarter is None:
        return Receipt(Outcome.REJECTED, errors=(_not_a_quarter_end(ledger.company, submission.period_end),))
    if error := _collision(ledger, quarter, submission.period_end):
        return Receipt(Outcome.REJECTED, errors=(error,))
    standing = ledger.standing.get(submission.period_end)
    held = standing.values if standing and not standing.deleted else {}
    values = {name: submission.values.get(name, held.get(name)) for name in FIELD_NAMES}
    currency = submission.currency or (
        standing.currency if held and standing else ledger.company.currency_on(submission.period_end)
    )
    outcome = _outcome(standing, values, currency)
    if outcome is not Outcome.UNCHANGED and (error := _closed(ledger, quarter, submission)):
        return Receipt(Outcome.REJECTED, errors=(error,))
    if outcome is not Outcome.UNCHANGED:
        standing = _append(batch, submission, quarter.index, standing, currency, values)
        ledger.standing[submission.period_end] = ledger.live[quarter.index] = standing
    before = ledger.live.get(quarter.index - 1)
    previous = Reported(before.currency, before.values) if before else None
    version = standing.version if standing else 0
    return Receipt(outcome, version, warnings=doubts(Reported(currency, values), previous, get_settings().plausibility))


def _closed(ledger: _Ledger, quarter: Quarter, submission: Submission) -> FieldError | None:
    filed = ledger.reporting_quarter(quarter, submission.period_end)
    if filed not in ledger.closed or submission.reason:
        return None
    message = f"{filed[0]}Q{filed[1]} is closed, so this is a restatement: say why in `reason`"
    return FieldError("closed_quarter_needs_reason", message, pointer="/reason")


def _outcome(standing: StoredInput | None, values: dict[str, Decimal | None], currency: str) -> Outcome:
    if standing is None:
        return Outcome.NEW
    if standing.deleted:
        return Outcome.RESTATED
    same = standing.currency == currency and all(standing.values[name] == values[name] for name in FIELD_NAMES)
    return Outcome.UNCHANGED if same else Outcome.RESTATED


def _not_a_quarter_end(company: LockedCompany, period_end: date) -> FieldError:
    before, after = company.calendar.ends_around(period_end)
    message = (
        f"{period_end} is no quarter end of a year that ends {company.calendar}; the nearest are {before} and {after}"
        " (a 52/53-week quarter may end up to 7 days from them)"
    )
    return FieldError("not_a_quarter_end", message, pointer="/period_end")


def _collision(ledger: _Ledger, quarter: Quarter, period_end: date) -> FieldError | None:
    same = ledger.live.get(quarter.index)
    if same is not None and same.period_end != period_end:
        message = (
            f"fiscal quarter {quarter.fiscal_year} Q{quarter.fiscal_quarter} is on record as ending {same.period_end};"
            " delete that one first if it is wrong"
        )
        return FieldError("quarter_already_reported", message, pointer="/period_end")
    return _shared_reporting_quarter(ledger, quarter.index, period_end)


def _shared_reporting_quarter(ledger: _Ledger, index: int, period_end: date | None) -> FieldError | None:
    clash = ledger.clash(index, period_end)
    if clash is None:
        return None
    message = f"the quarters ending {clash[0]} and {clash[1]} would fall into the same reporting quarter"
    return FieldError("reporting_quarter_taken", message, pointer="/period_end")


def _append(
    batch: _Batch,
    submission: Submission,
    quarter_index: int,
    standing: StoredInput | None,
    currency: str,
    values: dict[str, Decimal | None],
    *,
    deleted: bool = False,
) -> StoredInput:
    key = (submission.company_id, submission.scenario.value, submission.period_end)
    replaced = batch.rows.get(key)
    if standing is not None and replaced is None:
        batch.superseded.append(standing.id)
    version = replaced["version"] if replaced else (standing.version if standing else 0) + 1
    state: dict[str, Any] = {
        "quarter_index": quarter_index,
        "version": version,
        "currency": currency,
        "deleted": deleted,
    }
    batch.rows[key] = {**_provenance(batch, submission), **state, **values}
    batch.touched.setdefault(submission.company_id, set()).add(quarter_index)
    return StoredInput(standing.id if standing else 0, *key, **state, values=values)


def _provenance(batch: _Batch, submission: Submission) -> dict[str, Any]:
    """Which quarter it is about, and when, from whom, why and from where it came."""
    source = submission.source
    return {
        "company_id": submission.company_id,
        "scenario": submission.scenario.value,
        "period_end": submission.period_end,
        "recorded_at": batch.now,
        "principal": batch.principal.name,
        "reason": submission.reason or (f"uploaded as {source.file}" if source.file else None),
        "import_id": source.import_id,
        "source_file": source.file,
        "source_sheet": source.sheet,
        "source_row": source.row,
    }


def _write(session: Session, batch: _Batch, scenarios: Sequence[str]) -> None:
    if not batch.rows:
        return
    append_inputs(session, batch.superseded, list(batch.rows.values()), batch.now)
    touched = [index for indexes in batch.touched.values() for index in indexes]
    refresh_reporting(
        session,
        sorted(batch.touched),
        [Scenario(scenario).value for scenario in scenarios],
        get_settings().presentation_currencies,
        min(touched),
        max(touched),
    )

"""Storing submitted company-quarters: the one path a PUT, a DELETE and an import's rows all take.

The companies are held, everything is checked, versions are appended, and what rests on them is derived again:
in one transaction, so that nobody ever reads inputs and metrics that disagree.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.companies import LockedCompany, lock_companies, view_companies
from shared.data.inputs import StoredInput, append_inputs
from shared.data.reporting import refresh_reporting
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.fields import FIELD_NAMES
from shared.domain.periods import EARLIEST_END, LATEST_END, Quarter, find_quarter
from shared.domain.permissions import Principal
from shared.domain.plausibility import Finding, Reported, doubts
from shared.domain.scenarios import Scenario
from shared.domain.statuses import Outcome
from shared.domain.submissions import OnConflict, Receipt, Submission
from shared.services.ledgers import Ledger, open_ledgers
from shared.settings import get_settings

_NOTHING_SAID: dict[str, Decimal | None] = dict.fromkeys(FIELD_NAMES)


@dataclass
class _Batch:
    """What one call is about to write."""

    principal: Principal
    now: datetime
    doubting: bool = True
    superseded: list[int] = field(default_factory=list)
    versions: dict[tuple[UUID, str, date], tuple[Submission, StoredInput]] = field(default_factory=dict)


def store_submissions(
    session: Session, principal: Principal, submissions: Sequence[Submission], *, doubting: bool = True
) -> list[Receipt]:
    """Apply submissions in order; one receipt each. A rejected one changes nothing and says why.

    The caller has checked that the principal may see every company. Without `doubting` no doubts are raised.
    """
    companies, now = lock_companies(session, (submission.company_id for submission in submissions))
    scenarios = sorted({submission.scenario.value for submission in submissions})
    ledgers = open_ledgers(session, companies, scenarios)
    batch = _Batch(principal, now, doubting)
    receipts = [_apply(ledgers[s.company_id, s.scenario.value], s, batch) for s in submissions]
    _write(session, batch, scenarios)
    return receipts


def judge_submissions(
    session: Session, principal: Principal, submissions: Sequence[Submission]
) -> tuple[list[Receipt], dict[tuple[UUID, str], int]]:
    """What `store_submissions` would answer now, and how many figures each company has on record by scenario.

    Nothing is held and nothing is written.
    """
    companies, now = view_companies(session, (submission.company_id for submission in submissions))
    scenarios = sorted({submission.scenario.value for submission in submissions})
    ledgers = open_ledgers(session, companies, scenarios)
    figures = {key: ledger.figures_on_record() for key, ledger in ledgers.items()}
    batch = _Batch(principal, now)
    return [_apply(ledgers[s.company_id, s.scenario.value], s, batch) for s in submissions], figures


def delete_input(session: Session, principal: Principal, submission: Submission) -> bool:
    """Record that nothing is reported for a quarter any more; False when nothing was."""
    companies, now = lock_companies(session, [submission.company_id])
    scenario = submission.scenario.value
    ledgers = open_ledgers(session, companies, [scenario])
    standing = ledgers[submission.company_id, scenario].standing.get(submission.period_end)
    if standing is None or standing.deleted:
        return False
    ledger = ledgers[submission.company_id, scenario]
    quarter = ledger.company.calendar.quarter(standing.quarter_index)
    if _is_closed(ledger, quarter, submission.period_end) and not submission.reason:
        raise InvalidInput([_closed_without_reason(ledger, quarter, submission.period_end)])
    if error := _shared_reporting_quarter(ledger, standing.quarter_index, None):
        raise InvalidInput([error])
    batch = _Batch(principal, now)
    _append(
        batch, submission, standing.quarter_index, standing, standing.currency, dict.fromkeys(FIELD_NAMES), deleted=True
    )
    _write(session, batch, [scenario])
    return True


def _apply(ledger: Ledger, submission: Submission, batch: _Batch) -> Receipt:
    quarter = _find_quarter(ledger, submission.period_end)
    if isinstance(quarter, FieldError):
        return Receipt(Outcome.REJECTED, errors=(quarter,))
    standing = ledger.standing.get(submission.period_end)
    held = standing.values if standing and not standing.deleted else {}
    values = {**_NOTHING_SAID, **held, **submission.values}
    currency = submission.currency or (
        standing.currency if held and standing else ledger.company.currency_on(submission.period_end)
    )
    outcome = _outcome(standing, values, currency)
    if outcome is Outcome.NEW and submission.source.import_id and not any(v is not None for v in values.values()):
        message = f"no figure is given for {submission.period_end}, so nothing is put on record"
        return Receipt(Outcome.UNCHANGED, warnings=(Finding("nothing_said", "period_end", message),))
    if outcome is Outcome.RESTATED and submission.on_conflict is not OnConflict.RESTATE:
        return _keep_standing(standing, submission)
    closed = outcome is not Outcome.UNCHANGED and _is_closed(ledger, quarter, submission.period_end)
    if closed and not submission.reason:
        return Receipt(Outcome.REJECTED, errors=(_closed_without_reason(ledger, quarter, submission.period_end),))
    fields = _differing_fields(held, values)
    if outcome is not Outcome.UNCHANGED:
        standing = _append(batch, submission, quarter.index, standing, currency, values)
        ledger.standing[submission.period_end] = ledger.live[quarter.index] = standing
    return Receipt(
        outcome,
        standing.version if standing else 0,
        warnings=_raise_doubts(ledger, quarter, Reported(currency, values)) if batch.doubting else (),
        quarter_index=quarter.index,
        changed=sum(held.get(name) is not None for name in fields) if held else 0,
        fields=fields,
        closed_quarter=ledger.reporting_quarter(quarter, submission.period_end) if closed else None,
    )


def _differing_fields(held: Mapping[str, Decimal | None], values: Mapping[str, Decimal | None]) -> tuple[str, ...]:
    """The figures that are not as they were. An amount is never compared with None: that takes ten times as long."""
    if not held:
        return tuple([name for name, value in values.items() if value is not None])
    pairs = ((name, value, held[name]) for name, value in values.items())
    return tuple([name for name, now, before in pairs if (now is None) != (before is None) or now != before])


def _raise_doubts(ledger: Ledger, quarter: Quarter, reported: Reported) -> tuple[Finding, ...]:
    before = ledger.live.get(quarter.index - 1)
    previous = Reported(before.currency, before.values) if before else None
    return doubts(reported, previous, get_settings().plausibility)


def _find_quarter(ledger: Ledger, period_end: date) -> Quarter | FieldError:
    """The company's fiscal quarter that ends then, or why none can be reported under this day."""
    if not EARLIEST_END <= period_end <= LATEST_END:
        message = f"{period_end} lies outside {EARLIEST_END} … {LATEST_END}; look at the year"
        return FieldError("out_of_range", message, pointer="/period_end")
    quarter = find_quarter(ledger.company.calendar, period_end)
    if quarter is None:
        return _not_a_quarter_end(ledger.company, period_end)
    return _collision(ledger, quarter, period_end) or quarter


def _keep_standing(standing: StoredInput | None, submission: Submission) -> Receipt:
    """What becomes of figures that differ from those on record when these are to be kept."""
    version = standing.version if standing else 0
    message = f"{submission.period_end} is on record with other figures (version {version}), which were kept"
    if submission.on_conflict is OnConflict.SKIP:
        return Receipt(Outcome.UNCHANGED, version, warnings=(Finding("conflict_skipped", "period_end", message),))
    message = f"{submission.period_end} is on record with other figures (version {version}); they may not be replaced"
    return Receipt(Outcome.REJECTED, version, errors=(FieldError("already_reported", message, pointer="/period_end"),))


def _is_closed(ledger: Ledger, quarter: Quarter, period_end: date) -> bool:
    return bool(ledger.closed) and ledger.reporting_quarter(quarter, period_end) in ledger.closed


def _closed_without_reason(ledger: Ledger, quarter: Quarter, period_end: date) -> FieldError:
    year, number = ledger.reporting_quarter(quarter, period_end)
    message = f"{year}Q{number} is closed, so this is a restatement: say why in `reason`"
    return FieldError("closed_quarter_needs_reason", message, pointer="/reason")


def _outcome(standing: StoredInput | None, values: dict[str, Decimal | None], currency: str) -> Outcome:
    if standing is None:
        return Outcome.NEW
    if standing.deleted:
        return Outcome.RESTATED
    same = standing.currency == currency and standing.values == values
    return Outcome.UNCHANGED if same else Outcome.RESTATED


def _not_a_quarter_end(company: LockedCompany, period_end: date) -> FieldError:
    before, after = company.calendar.ends_around(period_end)
    message = (
        f"{period_end} is no quarter end of a year that ends {company.calendar}; the nearest are {before} and {after}"
        " (a 52/53-week quarter may end up to 7 days from them)"
    )
    return FieldError("not_a_quarter_end", message, pointer="/period_end")


def _collision(ledger: Ledger, quarter: Quarter, period_end: date) -> FieldError | None:
    same = ledger.live.get(quarter.index)
    if same is not None and same.period_end != period_end:
        message = (
            f"fiscal quarter {quarter.fiscal_year} Q{quarter.fiscal_quarter} is on record as ending {same.period_end};"
            " delete that one first if it is wrong"
        )
        return FieldError("quarter_already_reported", message, pointer="/period_end")
    return _shared_reporting_quarter(ledger, quarter.index, period_end)


def _shared_reporting_quarter(ledger: Ledger, index: int, period_end: date | None) -> FieldError | None:
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
    replaced = batch.versions.get(key)
    if standing is not None and replaced is None:
        batch.superseded.append(standing.id)
    version = replaced[1].version if replaced else (standing.version if standing else 0) + 1
    number = standing.id if standing else 0
    appended = StoredInput(number, *key, quarter_index, version, currency, deleted, values)
    batch.versions[key] = submission, appended
    return appended


def _write(session: Session, batch: _Batch, scenarios: Sequence[str]) -> None:
    if not batch.versions:
        return
    rows = [_row_of(batch, submission, version) for submission, version in batch.versions.values()]
    append_inputs(session, batch.superseded, rows, batch.now)
    touched = [version.quarter_index for _, version in batch.versions.values()]
    refresh_reporting(
        session,
        sorted({version.company_id for _, version in batch.versions.values()}),
        [Scenario(scenario).value for scenario in scenarios],
        get_settings().presentation_currencies,
        min(touched),
        max(touched),
    )


def _row_of(batch: _Batch, submission: Submission, version: StoredInput) -> dict[str, Any]:
    """A version as it is kept: what it says of which quarter, and when, from whom, why and from where it came."""
    source = submission.source
    return {
        "company_id": version.company_id,
        "scenario": version.scenario,
        "period_end": version.period_end,
        "recorded_at": batch.now,
        "principal": batch.principal.name,
        "reason": submission.reason or (f"uploaded as {source.file}" if source.file else None),
        "import_id": source.import_id,
        "source_file": source.file,
        "source_sheet": source.sheet,
        "source_row": source.row,
        "source_cells": dict(source.cells) if source.cells else None,
        "quarter_index": version.quarter_index,
        "version": version.version,
        "currency": version.currency,
        "deleted": version.deleted,
        **version.values,
    }

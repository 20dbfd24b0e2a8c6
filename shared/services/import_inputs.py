"""An upload's company-quarters: judged or stored like a PUT's, each verdict back at the rows it came from."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.import_findings import moved_values
from shared.data.reporting import REACH
from shared.data.tables.imports import ImportJob
from shared.domain.as_of import ReportingQuarter
from shared.domain.permissions import Principal
from shared.domain.submissions import OnConflict, Receipt, Source, Submission
from shared.services.import_cells import Notation
from shared.services.import_lines import VALUE, Quarter, read_long, read_wide
from shared.services.import_resolution import Named, resolve_companies
from shared.services.import_verdicts import Verdicts
from shared.services.submissions import judge_submissions, store_submissions
from shared.settings import get_settings


def apply_inputs(
    session: Session, job: ImportJob, principal: Principal, rows: Sequence[Named], verdicts: Verdicts, *, store: bool
) -> None:
    """Judge rows of inputs and, if `store`, write them and derive what rests on them.

    Doubts are raised when rows are judged, and by a run that only validates; applying them does not repeat that.
    """
    companies = resolve_companies(session, principal, rows, verdicts, hold=store)
    read = read_long if job.layout == "long" else read_wide
    quarters = read(rows, companies, Notation.of(job.options), verdicts)
    submissions = _submit(job, quarters, verdicts)
    if store:
        doubting = job.options["mode"] == "validate"
        _record_receipts(quarters, store_submissions(session, principal, submissions, doubting=doubting), verdicts)
        return
    receipts, figures = judge_submissions(session, principal, submissions)
    _record_receipts(quarters, receipts, verdicts)
    verdicts.concerns += [*_closed_quarters(quarters, receipts), *_large_restatements(quarters, receipts, figures)]


def find_moves(session: Session, job: ImportJob) -> list[Mapping[str, Any]]:
    """The derived values that what this transaction stored for the job has moved."""
    return moved_values(session, job.id, REACH)


def _submit(job: ImportJob, quarters: Sequence[Quarter], verdicts: Verdicts) -> list[Submission]:
    import_id, file_name, sheet, reason = job.id, job.file_name, job.sheet, job.options.get("reason")
    on_conflict = OnConflict(job.options.get("on_conflict") or OnConflict.RESTATE)
    return [
        Submission(
            company_id=quarter.company_id,
            period_end=quarter.period_end,
            values=quarter.values,
            currency=quarter.currency,
            scenario=quarter.scenario,
            reason=quarter.reason or reason,
            source=Source(import_id, file_name, sheet, quarter.first_row, _places(quarter, verdicts)),
            on_conflict=on_conflict,
        )
        for quarter in quarters
    ]


def _places(quarter: Quarter, verdicts: Verdicts) -> dict[str, str] | None:
    """The cell of each field, where every field has a row of its own."""
    return {name: place for name, row in quarter.row_of.items() if (place := verdicts.place_of(row, VALUE))} or None


def _record_receipts(quarters: Sequence[Quarter], receipts: Sequence[Receipt], verdicts: Verdicts) -> None:
    """The outcome for every row of a company-quarter; what is said about a field, at the row it stands in."""
    for quarter, receipt in zip(quarters, receipts, strict=True):
        for number in quarter.rows:
            verdicts.outcomes[number] = receipt.outcome
        first = quarter.first_row
        verdicts.reject(first, quarter.rows[first], receipt.errors)
        for doubt in receipt.warnings:
            row = quarter.row_of.get(doubt.field, first)
            column = VALUE if doubt.field in quarter.row_of else doubt.field
            verdicts.warn(row, quarter.rows[row], doubt, column)


def _closed_quarters(quarters: Sequence[Quarter], receipts: Sequence[Receipt]) -> list[dict[str, Any]]:
    """What restates a quarter that the firm has closed."""
    return [
        {
            "code": "closed_quarter",
            "company_id": str(quarter.company_id),
            "scenario": quarter.scenario.value,
            "period_end": str(quarter.period_end),
            "quarter": str(ReportingQuarter(*receipt.closed_quarter)),
            "row_number": quarter.first_row,
        }
        for quarter, receipt in zip(quarters, receipts, strict=True)
        if receipt.closed_quarter
    ]


def _large_restatements(
    quarters: Sequence[Quarter], receipts: Sequence[Receipt], figures: Mapping[tuple[UUID, str], int]
) -> list[dict[str, Any]]:
    """Companies more of whose figures on record would be replaced than the set share, in more than one quarter."""
    changed: dict[tuple[UUID, str], list[int]] = {}
    for quarter, receipt in zip(quarters, receipts, strict=True):
        if receipt.changed:
            changed.setdefault((quarter.company_id, quarter.scenario.value), []).append(receipt.changed)
    share = get_settings().approval_share
    return [
        {
            "code": "large_restatement",
            "company_id": str(company_id),
            "scenario": scenario,
            "quarters": len(counts),
            "figures_restated": sum(counts),
            "figures_on_record": figures[company_id, scenario],
        }
        for (company_id, scenario), counts in changed.items()
        if len(counts) > 1 and sum(counts) > share * figures[company_id, scenario]
    ]

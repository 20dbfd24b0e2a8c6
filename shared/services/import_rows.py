"""From an upload's rows to stored versions: the schemas of HTTP, every finding with its row, column and cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from shared.data import companies as companies_data
from shared.data.imports import Issue
from shared.data.tables import ImportJob
from shared.domain.errors import FieldError, InvalidInput, PlatformError
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import Principal
from shared.domain.statuses import Outcome
from shared.domain.submissions import Receipt, Source, Submission
from shared.schemas.companies import CompanyCreate, CompanyUpdate, RoundCreate
from shared.schemas.fields import IsoDate
from shared.schemas.inputs import InputPut
from shared.schemas.validation import validate
from shared.services.companies import change_company, create_company, record_rounds
from shared.services.import_files import COMPANY_KEYS, column_letter
from shared.services.submissions import store_submissions

CLEAR = "NULL"
LIST_SEPARATOR = ";"

Row = tuple[int, dict[str, str]]
Model = TypeVar("Model", bound=BaseModel)


class InputRow(InputPut):
    """A row of inputs: a PUT's body and the period it would be PUT to."""

    period_end: IsoDate = Field()


@dataclass
class Verdict:
    """What became of one row."""

    row_number: int
    outcome: Outcome = Outcome.REJECTED
    issues: list[Issue] = field(default_factory=list)


@dataclass
class _Reading:
    """A chunk being read: the verdicts so far and where the columns stand."""

    verdicts: dict[int, Verdict]
    columns: tuple[str, ...]

    def reject(self, row: Row, errors: Sequence[FieldError]) -> None:
        """Note why a row cannot be used."""
        number, cells = row
        for error in errors:
            name = (error.pointer or "").strip("/").partition("/")[0]
            self.verdicts[number].issues.append(self._issue("error", number, cells, name, error.code, error.message))

    def warn(self, row: Row, receipt: Receipt) -> None:
        """Note the doubts about a stored row."""
        number, cells = row
        for doubt in receipt.warnings:
            issue = self._issue("warning", number, cells, doubt.field, doubt.code, doubt.message)
            self.verdicts[number].issues.append(issue)

    def _issue(self, severity: str, number: int, cells: Mapping[str, str], name: str, code: str, message: str) -> Issue:
        cell = f"{column_letter(self.columns.index(name))}{number}" if name in self.columns else None
        return Issue(
            severity,
            code,
            message,
            row_number=number,
            column_name=name or None,
            cell=cell,
            field=name or None,
            value=cells.get(name),
        )


def apply_rows(session: Session, job: ImportJob, principal: Principal, rows: Sequence[Row]) -> list[Verdict]:
    """Validate and store rows of the job's dataset; one verdict each."""
    reading = _Reading({number: Verdict(number) for number, _ in rows}, tuple(job.header or ()))
    {"companies": _apply_companies, "rounds": _apply_rounds, "inputs": _apply_inputs}[job.dataset or "inputs"](
        session, job, principal, rows, reading
    )
    return list(reading.verdicts.values())


def _read(model: type[Model], row: Row, reading: _Reading, **given: Any) -> Model | None:  # noqa: ANN401 (any field)
    """A row's cells as `model`; a blank cell says nothing, NULL clears."""
    cells = {name: cell.strip() for name, cell in row[1].items() if cell.strip() and name not in COMPANY_KEYS}
    values = {name: None if cell == CLEAR else cell for name, cell in cells.items()}
    if values.get("funds"):
        values["funds"] = [name.strip() for name in str(values["funds"]).split(LIST_SEPARATOR)]  # type: ignore[assignment]  # a list
    try:
        return validate(model, {**values, **given})
    except InvalidInput as error:
        reading.reject(row, error.errors)
        return None


def _resolve(session: Session, principal: Principal, rows: Sequence[Row], reading: _Reading) -> dict[int, UUID]:
    """The company of each row that names one the principal may see."""
    names = {cells["company_external_id"].strip() for _, cells in rows if cells.get("company_external_id")}
    by_name = companies_data.ids_by_external_id(session, principal.scope, names)
    ids = {number: _uuid(cells["company_id"]) for number, cells in rows if cells.get("company_id")}
    visible = companies_data.visible_ids(
        session, principal.scope, {company_id for company_id in ids.values() if company_id}
    )
    found: dict[int, UUID] = {}
    for row in rows:
        number, cells = row
        name, company_id = cells.get("company_external_id", "").strip(), ids.get(number)
        named = by_name.get(name) if name else None
        if named and (number not in ids or company_id == named):
            found[number] = named
        elif not name and company_id in visible and company_id is not None:
            found[number] = company_id
        else:
            column = "company_external_id" if name else "company_id"
            message = (
                "no company of yours has this name or id; companies are added by POST /v1/companies or a companies file"
            )
            if named:
                column, message = "company_id", "company_id and company_external_id name two different companies"
            reading.reject(row, [FieldError("company_not_found", message, pointer=f"/{column}")])
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _apply_inputs(
    session: Session, job: ImportJob, principal: Principal, rows: Sequence[Row], reading: _Reading
) -> None:
    companies = _resolve(session, principal, rows, reading)
    submissions: list[tuple[Row, Submission]] = []
    for row in rows:
        parsed = _read(InputRow, row, reading)
        if parsed is None or row[0] not in companies:
            continue
        said = {name: getattr(parsed, name) for name in FIELD_NAMES if name in parsed.model_fields_set}
        submissions.append(
            (
                row,
                Submission(
                    company_id=companies[row[0]],
                    period_end=parsed.period_end,
                    values=said,
                    currency=parsed.currency,
                    scenario=parsed.scenario,
                    reason=parsed.reason or job.options.get("reason"),
                    source=Source(job.id, job.file_name, None, row[0]),
                ),
            )
        )
    single = _without_contradictions(submissions, reading)
    receipts = store_submissions(session, principal, [submission for _, submission in single])
    for (row, _), receipt in zip(single, receipts, strict=True):
        reading.verdicts[row[0]].outcome = receipt.outcome
        reading.reject(row, receipt.errors)
        reading.warn(row, receipt)


def _without_contradictions(
    submissions: Sequence[tuple[Row, Submission]], reading: _Reading
) -> list[tuple[Row, Submission]]:
    """Without rows that say different things about one company-quarter: which of them is meant, nobody can know."""
    said: dict[tuple[Any, ...], list[tuple[Row, Submission]]] = {}
    for pair in submissions:
        said.setdefault((pair[1].company_id, pair[1].scenario, pair[1].period_end), []).append(pair)
    contradicting: dict[int, list[int]] = {}
    for pairs in said.values():
        if len({(pair[1].currency, tuple(sorted(pair[1].values.items()))) for pair in pairs}) > 1:
            numbers = [row[0] for row, _ in pairs]
            contradicting.update({number: [other for other in numbers if other != number] for number in numbers})
    kept = []
    for row, submission in submissions:
        if others := contradicting.get(row[0]):
            message = f"row {', '.join(map(str, others))} says something else about the same company-quarter; keep one"
            reading.reject(row, [FieldError("said_twice", message, pointer="/period_end")])
        else:
            kept.append((row, submission))
    return kept


def _apply_rounds(
    session: Session, job: ImportJob, principal: Principal, rows: Sequence[Row], reading: _Reading
) -> None:
    companies = _resolve(session, principal, rows, reading)
    sent = [(row, parsed) for row in rows if (parsed := _read(RoundCreate, row, reading)) and row[0] in companies]
    outcomes = record_rounds(session, principal, [(companies[row[0]], parsed) for row, parsed in sent], job.id)
    for (row, _), outcome in zip(sent, outcomes, strict=True):
        reading.verdicts[row[0]].outcome = outcome


def _apply_companies(
    session: Session, _job: ImportJob, principal: Principal, rows: Sequence[Row], reading: _Reading
) -> None:
    names = {cells.get("external_id", "").strip() for _, cells in rows}
    standing = companies_data.ids_by_external_id(session, principal.scope, names - {""})
    for row in rows:
        name = row[1].get("external_id", "").strip()
        if not name:
            message = "a row of companies needs an external_id: it is how the next file finds the company again"
            reading.reject(row, [FieldError("required", message, pointer="/external_id")])
            continue
        parsed: CompanyCreate | CompanyUpdate | None = (
            _read(CompanyUpdate, row, reading) if name in standing else _read(CompanyCreate, row, reading)
        )
        if parsed is None:
            continue
        try:
            outcome = _store_company(session, principal, standing, name, parsed)
        except InvalidInput as error:
            reading.reject(row, error.errors)
        except PlatformError as error:
            reading.reject(row, [FieldError(error.code, error.detail, pointer="/external_id")])
        else:
            reading.verdicts[row[0]].outcome = outcome


def _store_company(
    session: Session,
    principal: Principal,
    standing: dict[str, UUID],
    name: str,
    parsed: CompanyCreate | CompanyUpdate,
) -> Outcome:
    if isinstance(parsed, CompanyCreate):
        standing[name], _ = create_company(session, principal, parsed)
        return Outcome.NEW
    before = companies_data.company_body(session, principal.scope, standing[name])
    after = change_company(session, principal, standing[name], parsed)
    return Outcome.UNCHANGED if after == before else Outcome.RESTATED

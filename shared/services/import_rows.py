"""From an upload's rows to stored versions: the schemas of HTTP, every finding with its row, column and cell."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from shared.data import companies as companies_data
from shared.data.engine import attempt
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
    """The company of each row that names one the principal may see; they are held from here on."""
    names = {cells["company_external_id"].strip() for _, cells in rows if cells.get("company_external_id")}
    by_name = companies_data.ids_by_external_id(session, principal.scope, names)
    ids = {number: _uuid(cells["company_id"]) for number, cells in rows if cells.get("company_id")}
    visible = companies_data.visible_ids(
        session, principal.scope, {company_id for company_id in ids.values() if company_id}
    )
    held, _ = companies_data.lock_companies(session, {*by_name.values(), *visible})
    by_name = {name: company_id for name, company_id in by_name.items() if company_id in held}
    visible &= set(held)
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
    contradicting = _reject_contradictions(
        [
            (row, (s.company_id, s.scenario, s.period_end), (s.currency, frozenset(s.values.items())))
            for row, s in submissions
        ],
        "period_end",
        reading,
    )
    single = [(row, submission) for row, submission in submissions if row[0] not in contradicting]
    receipts = store_submissions(session, principal, [submission for _, submission in single])
    for (row, _), receipt in zip(single, receipts, strict=True):
        reading.verdicts[row[0]].outcome = receipt.outcome
        reading.reject(row, receipt.errors)
        reading.warn(row, receipt)


def _reject_contradictions(
    said: Sequence[tuple[Row, Hashable, Hashable]], column: str, reading: _Reading
) -> frozenset[int]:
    """Reject rows that say different things about one thing: which of them is meant, nobody can know.

    Args:
        said: Each row, what it is about, and what it says of it.
        column: Where the finding stands.
        reading: Where it is noted.

    Returns:
        The numbers of the rejected rows.
    """
    together: dict[Hashable, list[tuple[Row, Hashable]]] = {}
    for row, about, what in said:
        together.setdefault(about, []).append((row, what))
    rejected = [[row for row, _ in pairs] for pairs in together.values() if len({what for _, what in pairs}) > 1]
    for rows in rejected:
        for row in rows:
            others = ", ".join(str(other[0]) for other in rows if other is not row)
            message = f"row {others} says something else about the same; keep one"
            reading.reject(row, [FieldError("said_twice", message, pointer=f"/{column}")])
    return frozenset(row[0] for rows in rejected for row in rows)


def _apply_rounds(
    session: Session, job: ImportJob, principal: Principal, rows: Sequence[Row], reading: _Reading
) -> None:
    companies = _resolve(session, principal, rows, reading)
    sent = [(row, parsed) for row in rows if (parsed := _read(RoundCreate, row, reading)) and row[0] in companies]
    contradicting = _reject_contradictions(
        [
            (
                row,
                (companies[row[0]], r.closed_on, r.round),
                (r.currency, r.post_money_valuation, r.equity_raised_to_date),
            )
            for row, r in sent
        ],
        "closed_on",
        reading,
    )
    sent = [(row, parsed) for row, parsed in sent if row[0] not in contradicting]
    outcomes = record_rounds(session, principal, [(companies[row[0]], parsed) for row, parsed in sent], job.id)
    for (row, _), outcome in zip(sent, outcomes, strict=True):
        reading.verdicts[row[0]].outcome = outcome


def _apply_companies(
    session: Session, _job: ImportJob, principal: Principal, rows: Sequence[Row], reading: _Reading
) -> None:
    names = {cells.get("external_id", "").strip() for _, cells in rows}
    standing = companies_data.ids_by_external_id(session, principal.scope, names - {""})
    contradicting = _reject_contradictions(
        [
            (row, name, frozenset((column, cell) for column, cell in row[1].items() if cell.strip()))
            for row in rows
            if (name := row[1].get("external_id", "").strip())
        ],
        "external_id",
        reading,
    )
    for row in rows:
        if row[0] in contradicting:
            continue
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
            with attempt(session):
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

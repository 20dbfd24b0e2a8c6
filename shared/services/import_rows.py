"""From an upload's rows to stored versions: the schemas of HTTP, every finding with its row, column and cell."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session

from shared.data import companies as companies_data
from shared.data.engine import attempt
from shared.data.import_staging import Row
from shared.data.tables.imports import ImportJob
from shared.domain.cells import Cell
from shared.domain.errors import FieldError, InvalidInput, PlatformError
from shared.domain.permissions import Principal
from shared.domain.statuses import Outcome
from shared.schemas.companies import CompanyCreate, CompanyUpdate, RoundCreate
from shared.schemas.validation import validate
from shared.services.companies import change_company, create_company, record_rounds
from shared.services.import_cells import Notation, is_blank, read_values
from shared.services.import_files import COMPANY_KEYS
from shared.services.import_inputs import apply_inputs
from shared.services.import_resolution import Named, name_of, resolve_companies
from shared.services.import_verdicts import Verdicts

Model = TypeVar("Model", bound=BaseModel)


def apply_rows(
    session: Session, job: ImportJob, principal: Principal, rows: Sequence[Row], verdicts: Verdicts, *, store: bool
) -> None:
    """Validate rows of the job's dataset, one verdict each, and store them.

    Without `store` inputs are only judged; companies and rounds are stored all the same, in a transaction that the
    caller rolls back.
    """
    opened = verdicts.open_rows(rows)
    if job.dataset == "inputs":
        apply_inputs(session, job, principal, opened, verdicts, store=store)
    elif job.dataset == "rounds":
        _apply_rounds(session, job, principal, opened, verdicts)
    else:
        _apply_companies(session, job, principal, opened, verdicts)


def _read(
    model: type[Model], number: int, cells: Mapping[str, Cell], notation: Notation, verdicts: Verdicts
) -> Model | None:
    said = {column: cell for column, cell in cells.items() if column not in COMPANY_KEYS}
    values, errors = read_values(said, notation)
    parsed = None
    try:
        parsed = validate(model, values)
    except InvalidInput as problem:
        unread = {error.pointer for error in errors}
        errors += [error for error in problem.errors if error.pointer not in unread]
    verdicts.reject(number, cells, errors)
    return None if errors else parsed


def _reject_contradictions(
    said: Sequence[tuple[int, Mapping[str, Cell], Hashable, Hashable]], column: str, verdicts: Verdicts
) -> frozenset[int]:
    """Reject rows that say different things about one thing: which of them is meant, nobody can know.

    Args:
        said: Each row's number and cells, what it is about, and what it says of it.
        column: Where the finding stands.
        verdicts: Where it is noted.

    Returns:
        The numbers of the rejected rows.
    """
    together: dict[Hashable, list[tuple[int, Mapping[str, Cell], Hashable]]] = {}
    for number, cells, about, what in said:
        together.setdefault(about, []).append((number, cells, what))
    rejected = [same for same in together.values() if len({what for _, _, what in same}) > 1]
    for same in rejected:
        for number, cells, _ in same:
            others = ", ".join(str(other) for other, _, _ in same if other != number)
            message = f"row {others} says something else about the same; keep one"
            verdicts.reject(number, cells, [FieldError("said_twice", message, pointer=f"/{column}")])
    return frozenset(number for same in rejected for number, _, _ in same)


def _apply_rounds(
    session: Session, job: ImportJob, principal: Principal, rows: Sequence[Named], verdicts: Verdicts
) -> None:
    companies = resolve_companies(session, principal, rows, verdicts, hold=True)
    notation = Notation.of(job.options)
    read = [(number, cells, _read(RoundCreate, number, cells, notation, verdicts)) for number, cells in rows]
    sent = [(number, cells, parsed) for number, cells, parsed in read if parsed and number in companies]
    contradicting = _reject_contradictions(
        [
            (
                number,
                cells,
                (companies[number], each.closed_on, each.round),
                (each.currency, each.post_money_valuation, each.equity_raised_to_date),
            )
            for number, cells, each in sent
        ],
        "closed_on",
        verdicts,
    )
    single = [(number, parsed) for number, _, parsed in sent if number not in contradicting]
    outcomes = record_rounds(session, principal, [(companies[number], parsed) for number, parsed in single], job.id)
    verdicts.outcomes |= {number: outcome for (number, _), outcome in zip(single, outcomes, strict=True)}


def _apply_companies(
    session: Session, job: ImportJob, principal: Principal, rows: Sequence[Named], verdicts: Verdicts
) -> None:
    names = {number: name_of(cells, "external_id") for number, cells in rows}
    standing = companies_data.ids_by_external_id(session, principal.scope, set(names.values()) - {""})
    contradicting = _reject_contradictions(
        [
            (number, cells, names[number], frozenset((c, str(cell)) for c, cell in cells.items() if not is_blank(cell)))
            for number, cells in rows
            if names[number]
        ],
        "external_id",
        verdicts,
    )
    notation = Notation.of(job.options)
    for number, cells in rows:
        if number in contradicting:
            continue
        if not (name := names[number]):
            message = "a row of companies needs an external_id: it is how the next file finds the company again"
            verdicts.reject(number, cells, [FieldError("required", message, pointer="/external_id")])
            continue
        model: type[CompanyCreate | CompanyUpdate] = CompanyUpdate if name in standing else CompanyCreate
        parsed = _read(model, number, cells, notation, verdicts)
        if parsed is not None:
            _store_one(session, principal, standing, (number, cells), parsed, verdicts)


def _store_one(
    session: Session,
    principal: Principal,
    standing: dict[str, UUID],
    row: Named,
    parsed: Any,
    verdicts: Verdicts,
) -> None:
    """Store one company; when it cannot be, nothing of it stays and the row says why."""
    number, cells = row
    try:
        with attempt(session):
            verdicts.outcomes[number] = _store_company(
                session, principal, standing, name_of(cells, "external_id"), parsed
            )
    except InvalidInput as error:
        verdicts.reject(number, cells, error.errors)
    except PlatformError as error:
        verdicts.reject(number, cells, [FieldError(error.code, error.detail, pointer="/external_id")])


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

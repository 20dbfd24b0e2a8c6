"""Which company each row of an upload is about."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data import companies as companies_data
from shared.domain.cells import Cell
from shared.domain.errors import FieldError
from shared.domain.permissions import Principal
from shared.services.import_cells import show_cell
from shared.services.import_verdicts import Verdicts

Named = tuple[int, Mapping[str, Cell]]
"""A row's number and its cells by column."""


def resolve_companies(
    session: Session, principal: Principal, rows: Sequence[Named], verdicts: Verdicts, *, hold: bool
) -> dict[int, UUID]:
    """The company of each row that names one the principal may see; with `hold` they are held from here on."""
    names = [name_of(cells, "company_external_id") for _, cells in rows]
    by_name = companies_data.ids_by_external_id(session, principal.scope, set(names) - {""})
    ids = {number: _uuid(name) for number, cells in rows if (name := name_of(cells, "company_id"))}
    visible = companies_data.visible_ids(
        session, principal.scope, {company_id for company_id in ids.values() if company_id}
    )
    if hold:
        held, _ = companies_data.lock_companies(session, {*by_name.values(), *visible})
        by_name = {name: company_id for name, company_id in by_name.items() if company_id in held}
        visible &= set(held)
    found: dict[int, UUID] = {}
    for (number, cells), name in zip(rows, names, strict=True):
        company_id = ids.get(number)
        named = by_name.get(name) if name else None
        if named and (number not in ids or company_id == named):
            found[number] = named
        elif not name and company_id in visible and company_id is not None:
            found[number] = company_id
        else:
            verdicts.reject(number, cells, [_not_found(name, contradictory=named is not None)])
    return found


def name_of(cells: Mapping[str, Cell], column: str) -> str:
    """A cell as the name of something; empty when nothing stands there."""
    return (show_cell(cells.get(column)) or "").strip()


def _not_found(name: str, *, contradictory: bool) -> FieldError:
    if contradictory:
        message = "company_id and company_external_id name two different companies"
        return FieldError("company_not_found", message, pointer="/company_id")
    message = "no company of yours has this name or id; companies are added by POST /v1/companies or a companies file"
    return FieldError("company_not_found", message, pointer=f"/{'company_external_id' if name else 'company_id'}")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

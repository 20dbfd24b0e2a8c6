"""What a file of rows must look like: which dataset its header names, and everything wrong with that header."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.data.imports import Issue
from shared.domain.fields import FIELD_NAMES
from shared.schemas.companies import CompanyCreate, RoundCreate
from shared.schemas.validation import suggestion

COMPANY_KEYS = ("company_external_id", "company_id")
DATASETS: dict[str, tuple[str, ...]] = {
    "companies": tuple(CompanyCreate.model_fields),
    "rounds": (*COMPANY_KEYS, *RoundCreate.model_fields),
    "inputs": (*COMPANY_KEYS, "period_end", "currency", "scenario", "reason", *FIELD_NAMES),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    "companies": ("external_id", "name", "reporting_currency", "fiscal_year_end"),
    "rounds": ("closed_on", "round", "currency", "post_money_valuation"),
    "inputs": ("period_end",),
}
MAX_COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Table:
    """A file as text: its header and its data rows with their numbers in the file."""

    header: tuple[str, ...]
    rows: Sequence[tuple[int, dict[str, str]]]
    ragged: Sequence[int] = ()
    sheet: str | None = None

    def key(self, dataset: str, cells: dict[str, str]) -> str:
        """What rows are kept together by: their company."""
        names = ("external_id",) if dataset == "companies" else COMPANY_KEYS
        return next((cells[name] for name in names if cells.get(name)), "")


def dataset_of(header: Sequence[str]) -> str:
    """Which dataset a header is nearest to."""
    if "post_money_valuation" in header or "closed_on" in header:
        return "rounds"
    if "fiscal_year_end" in header or "reporting_currency" in header:
        return "companies"
    return "inputs"


def column_letter(position: int) -> str:
    """The spreadsheet name of a column, counted from 0."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def header_issues(table: Table, dataset: str, *, may_manage: bool) -> list[Issue]:
    """Everything that keeps the file from being read at all."""
    issues = [*_column_issues(table.header, dataset), *_missing_columns(table.header, dataset)]
    issues += [
        Issue("error", "too_many_cells", "the row has more cells than the header has columns", row_number=number)
        for number in table.ragged
    ]
    if not table.rows and not issues:
        issues.append(Issue("error", "no_rows", "the file has a header but no rows", row_number=1))
    if dataset != "inputs" and not may_manage:
        issues.append(Issue("error", "not_allowed", f"uploading a file of {dataset} needs the permission to manage"))
    return issues


def _column_issues(header: Sequence[str], dataset: str) -> Iterator[Issue]:
    known = DATASETS[dataset]
    for position, name in enumerate(header):
        if name not in known:
            code, near = "unknown_header", suggestion(name, list(known))
            message = f"the column {name!r} is not known in a file of {dataset}; no column is ever ignored"
        elif name in header[:position]:
            code, message, near = "header_twice", f"the column {name!r} stands twice", None
        else:
            continue
        cell = f"{column_letter(position)}1"
        yield Issue("error", code, message, 1, column_name=name, cell=cell, value=name, suggestion=near)


def _missing_columns(header: Sequence[str], dataset: str) -> Iterator[Issue]:
    missing = [name for name in REQUIRED[dataset] if name not in header]
    if dataset != "companies" and not set(COMPANY_KEYS) & set(header):
        missing.insert(0, " or ".join(COMPANY_KEYS))
    for name in missing:
        message = f"a file of {dataset} needs the column {name}"
        yield Issue("error", "missing_header", message, 1, column_name=name)

"""Which row of a sheet is its header, what dataset and layout that header names, and what is wrong with it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.data.import_findings import Issue
from shared.domain.amounts import LOCALES, Scale
from shared.domain.fields import FIELD_NAMES, INPUT_FIELDS
from shared.schemas.companies import CompanyCreate, RoundCreate
from shared.schemas.validation import suggestion

COMPANY_KEYS = ("company_external_id", "company_id")
_INPUT_KEYS = (*COMPANY_KEYS, "period_end")
_INPUT_NOTES = ("currency", "scenario", "reason")
DATASETS: dict[str, tuple[str, ...]] = {
    "companies": tuple(CompanyCreate.model_fields),
    "rounds": (*COMPANY_KEYS, *RoundCreate.model_fields),
    "inputs": (*_INPUT_KEYS, *_INPUT_NOTES, *FIELD_NAMES),
}
LONG_NAMES: tuple[str, ...] = (*_INPUT_KEYS, "metric", "value", *_INPUT_NOTES)
REQUIRED: dict[str, tuple[str, ...]] = {
    "companies": ("external_id", "name", "reporting_currency", "fiscal_year_end"),
    "rounds": ("closed_on", "round", "currency", "post_money_valuation"),
    "inputs": ("period_end",),
}
KNOWN_TEMPLATES = ("1",)
HEADER_ROWS = 50

_DECLARATION = re.compile(r"#\s*([A-Za-z_]+)\s*:\s*(.*)")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_APART = re.compile(r"[\W_]+")


def fold_name(text: str) -> str:
    """A name without its looks: `Total revenue`, `totalRevenue` and `TOTAL-REVENUE` are one."""
    return _APART.sub("_", _CAMEL.sub(" ", text.strip())).strip("_").casefold()


@lru_cache(maxsize=1_024)
def canonical_name(text: str) -> str:
    """The field or column that a header, or a cell of the column `metric`, means; else the text folded."""
    folded = fold_name(text)
    return _CANONICAL.get(folded) or _CANONICAL.get(folded.replace("_", "")) or folded


def _canonical_names() -> dict[str, str]:
    names = {name for known in (*DATASETS.values(), LONG_NAMES) for name in known}
    written = {name.replace("_", ""): name for name in names} | {name: name for name in names}
    for one in INPUT_FIELDS:
        written[fold_name(one.label)] = one.name
    return written


_CANONICAL = _canonical_names()


@dataclass(frozen=True, slots=True)
class Heading:
    """A sheet's header row: its number, the canonical and the written names by column, and what stands above it."""

    row: int
    names: tuple[str, ...]
    written: tuple[str, ...]
    known: int
    declared: dict[str, str]

    @property
    def dataset(self) -> str:
        """Which dataset the header is nearest to."""
        return dataset_of(self.names)

    @property
    def layout(self) -> str:
        """`long` when each row names its metric, else `wide`."""
        return "long" if self.dataset == "inputs" and {"metric", "value"} & set(self.names) else "wide"


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


def find_heading(rows: Iterable[tuple[int, Sequence[object]]]) -> Heading | None:
    """The row, among the first fifty, that names most known columns, the first of equals; None for an empty sheet."""
    best: Heading | None = None
    declared: dict[str, str] = {}
    for read, (number, cells) in enumerate(rows):
        if read >= HEADER_ROWS:
            break
        first = cells[0] if cells else None
        if isinstance(first, str) and (declaration := _DECLARATION.fullmatch(first)):
            declared.setdefault(declaration[1].casefold(), declaration[2].strip())
            continue
        heading = _read_heading(number, cells, declared)
        if best is None or _likeness(heading) > _likeness(best):
            best = heading
    return best


def _likeness(heading: Heading) -> tuple[int, bool]:
    """How much a row looks like a header: known names, and without any, more than one cell."""
    return heading.known, heading.known > 0 or sum(map(bool, heading.names)) > 1


def _read_heading(number: int, cells: Sequence[object], declared: dict[str, str]) -> Heading:
    written = tuple(cell if isinstance(cell, str) else "" if cell is None else _shown(cell) for cell in cells)
    names = tuple(canonical_name(text) or text for text in written)
    known = len({name for name in names if name in _KNOWN})
    return Heading(number, names, written, known, dict(declared))


def _shown(cell: object) -> str:
    return str(getattr(cell, "text", cell))


_KNOWN = frozenset(_CANONICAL.values())


def is_complete(heading: Heading) -> bool:
    """Whether every column is there that the dataset cannot do without."""
    return not any(_missing_names(heading))


def name_issues(heading: Heading, sheet: str | None) -> Iterator[Issue]:
    """Everything wrong with the names of the columns and with what stands above them."""
    known = LONG_NAMES if heading.layout == "long" else DATASETS[heading.dataset]
    kind = "inputs with one metric per row" if heading.layout == "long" else heading.dataset
    for position, (name, written) in enumerate(zip(heading.names, heading.written, strict=True)):
        if not name:
            continue
        if name not in known:
            code, near = "unknown_header", suggestion(name, list(known))
            message = f"the column {written!r} is not known in a file of {kind}; no column is ever ignored"
        elif name in heading.names[:position]:
            code, message, near = "header_twice", f"the column {name!r} stands twice", None
        else:
            continue
        cell = f"{column_letter(position)}{heading.row}"
        yield Issue(
            "error",
            code,
            message,
            heading.row,
            column_name=name,
            cell=cell,
            value=written,
            suggestion=near,
            sheet=sheet,
        )
    for name in _missing_names(heading):
        message = f"a file of {kind} needs the column {name}"
        yield Issue("error", "missing_header", message, heading.row, column_name=name, sheet=sheet)
    yield from _declaration_issues(heading.declared, sheet)


def _missing_names(heading: Heading) -> Iterator[str]:
    if heading.dataset != "companies" and not set(COMPANY_KEYS) & set(heading.names):
        yield " or ".join(COMPANY_KEYS)
    required = (*REQUIRED[heading.dataset], *(("metric", "value") if heading.layout == "long" else ()))
    yield from (name for name in required if name not in heading.names)


def _declaration_issues(declared: dict[str, str], sheet: str | None) -> Iterator[Issue]:
    version = declared.get("template", KNOWN_TEMPLATES[-1])
    if version not in KNOWN_TEMPLATES:
        message = f"the template's version {version!r} is not known; fetch a new template and fill that"
        yield Issue("error", "template_version", message, value=version, sheet=sheet)
    allowed = {"scale": tuple(scale.value for scale in Scale), "locale": tuple(LOCALES)}
    for key, values in allowed.items():
        value = declared.get(key)
        if value is not None and value.casefold() not in {one.casefold() for one in values}:
            message = f"the file declares the {key} {value!r}; it takes {', '.join(values)}"
            yield Issue("error", "invalid_declaration", message, value=value, suggestion=None, sheet=sheet)

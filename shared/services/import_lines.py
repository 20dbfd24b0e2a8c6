"""From rows of inputs to company-quarters, in both layouts: a row per company-quarter, or a row per value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from shared.domain.cells import Cell
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.fields import FIELD_NAMES
from shared.domain.scenarios import Scenario
from shared.schemas.validation import suggestion, validate
from shared.services.import_cells import Notation, read_values
from shared.services.import_headers import COMPANY_KEYS, canonical_name
from shared.services.import_plain import InputRow, PlainRows
from shared.services.import_resolution import Named, name_of
from shared.services.import_verdicts import Verdicts

METRIC, VALUE = "metric", "value"
Key = tuple[UUID, Scenario, date]


@dataclass
class Quarter:
    """What the rows of one company-quarter say.

    Attributes:
        rows: Their cells by row number.
        values: The fields they say something about.
        row_of: In which row a field stands, where every field has its own.
    """

    company_id: UUID
    period_end: date
    scenario: Scenario
    currency: str | None
    reason: str | None
    rows: dict[int, Mapping[str, Cell]]
    values: dict[str, Any]
    row_of: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Which company-quarter it is."""
        return self.company_id, self.scenario, self.period_end

    @property
    def first_row(self) -> int:
        """The number of its first row."""
        return next(iter(self.rows))


@dataclass(frozen=True, slots=True)
class _Line:
    """A row as read: what it says beside its figures, None when it cannot be used; and what it is about, if known."""

    number: int
    cells: Mapping[str, Cell]
    head: InputRow | None
    key: Key | None
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def read_wide(
    rows: Sequence[Named], companies: Mapping[int, UUID], notation: Notation, verdicts: Verdicts
) -> list[Quarter]:
    """A company-quarter of every row that can be used; rows that contradict each other cannot."""
    plain, together = PlainRows(rows[0][1] if rows else (), notation), dict[Key, list[Quarter]]()
    for row in rows:
        quarter = _read_quarter(row, companies.get(row[0]), plain, notation, verdicts)
        if quarter is not None:
            together.setdefault(quarter.key, []).append(quarter)
    quarters = []
    for same in together.values():
        if len(same) == 1 or len({(quarter.currency, frozenset(quarter.values.items())) for quarter in same}) == 1:
            quarters += same
        else:
            _reject_twice([(quarter.first_row, quarter.rows[quarter.first_row]) for quarter in same], verdicts)
    return sorted(quarters, key=lambda quarter: quarter.first_row)


def _read_quarter(
    row: Named, company_id: UUID | None, plain: PlainRows, notation: Notation, verdicts: Verdicts
) -> Quarter | None:
    """The company-quarter that a row is; None: it cannot be used, and why is noted, or its company is not known."""
    if read := plain.read(row[1]):
        return None if company_id is None else _quarter(company_id, row, *read)
    line = _parse(*row, company_id, notation, verdicts)
    return None if line.head is None or company_id is None else _quarter(company_id, row, line.head, line.values)


def read_long(
    rows: Sequence[Named], companies: Mapping[int, UUID], notation: Notation, verdicts: Verdicts
) -> list[Quarter]:
    """A company-quarter of all rows about it; a row that cannot be used keeps its whole company-quarter out."""
    plain = {name: PlainRows((name,), notation) for name in FIELD_NAMES}
    together: dict[Key, list[_Line]] = {}
    for number, cells in rows:
        name, company_id = _field_of(cells), companies.get(number)
        line = _read_plainly(number, cells, company_id, name, plain)
        line = line or _parse(number, cells, company_id, notation, verdicts, name)
        if line.key is not None:
            together.setdefault(line.key, []).append(line)
    quarters = []
    for key, lines in together.items():
        usable = [line for line in lines if line.head is not None]
        twice = _contradictions(usable)
        _reject_twice([(line.number, line.cells) for line in twice], verdicts, METRIC)
        if len(usable) == len(lines) and not twice:
            quarters.append(_join(key, lines))
        else:
            bad = {line.number for line in lines if line.head is None} | {line.number for line in twice}
            _reject_companions((line for line in lines if line.number not in bad), bad, verdicts)
    return quarters


def _read_plainly(
    number: int, cells: Mapping[str, Cell], company_id: UUID | None, name: str, plain: Mapping[str, PlainRows]
) -> _Line | None:
    """A row whose value of the field `name` is written plainly; None: it is not, or cannot be used."""
    read = plain[name].read({**cells, name: cells.get(VALUE)}) if name in plain else None
    if read is None:
        return None
    head, values = read
    key = None if company_id is None else (company_id, head.scenario, head.period_end)
    return _Line(number, cells, head, key, name, values)


def _parse(
    number: int,
    cells: Mapping[str, Cell],
    company_id: UUID | None,
    notation: Notation,
    verdicts: Verdicts,
    name: str | None = None,
) -> _Line:
    """A row as the schema of a PUT takes it; everything wrong with it is noted. `name`: the field its value is of."""
    said = {column: cell for column, cell in cells.items() if column not in {*COMPANY_KEYS, METRIC}}
    values, errors = read_values(said, notation, {VALUE: name} if name else None)
    if name is not None and name not in FIELD_NAMES:
        near = suggestion(name, list(FIELD_NAMES))
        errors.append(FieldError("unknown_metric", f"no field has this name; {near}", pointer=f"/{METRIC}"))
        values.pop(VALUE, None)
    elif name is not None and VALUE in values:
        values[name] = values.pop(VALUE)
    parsed = None
    try:
        parsed = validate(InputRow, values)
    except InvalidInput as problem:
        unread = {error.pointer for error in errors}
        errors += [error for error in problem.errors if error.pointer not in unread]
    if name in FIELD_NAMES:
        errors = [_moved(error, f"/{name}", f"/{VALUE}") for error in errors]
    verdicts.reject(number, cells, errors)
    key = None if company_id is None else _key_of(company_id, parsed, values)
    if errors or parsed is None:
        return _Line(number, cells, None, key, name or "")
    figures = {field: getattr(parsed, field) for field in FIELD_NAMES if field in parsed.model_fields_set}
    return _Line(number, cells, parsed, key, name or "", figures)


def _moved(error: FieldError, pointer: str, to: str) -> FieldError:
    return FieldError(error.code, error.message, pointer=to) if error.pointer == pointer else error


def _key_of(company_id: UUID, parsed: InputRow | None, values: Mapping[str, Any]) -> Key | None:
    """Which company-quarter a row is about, also where it cannot be used."""
    if parsed is not None:
        return company_id, parsed.scenario, parsed.period_end
    day, scenario = values.get("period_end"), values.get("scenario", Scenario.ACTUAL)
    known = isinstance(day, date) and scenario in list(Scenario)
    return (company_id, Scenario(scenario), day) if known and isinstance(day, date) else None


def _field_of(cells: Mapping[str, Cell]) -> str:
    return canonical_name(name_of(cells, METRIC))


def _quarter(company_id: UUID, row: Named, head: InputRow, values: dict[str, Any]) -> Quarter:
    number, cells = row
    return Quarter(company_id, head.period_end, head.scenario, head.currency, head.reason, {number: cells}, values)


def _contradictions(lines: Sequence[_Line]) -> list[_Line]:
    """Lines that say different things of one field, or of the company-quarter's currency."""
    said: dict[str, dict[Any, list[_Line]]] = {}
    for line in lines:
        if line.name in line.values:
            said.setdefault(line.name, {}).setdefault(line.values[line.name], []).append(line)
        if line.head is not None and line.head.currency:
            said.setdefault("currency", {}).setdefault(line.head.currency, []).append(line)
    twice = {line.number: line for by in said.values() if len(by) > 1 for same in by.values() for line in same}
    return [twice[number] for number in sorted(twice)]


def _join(key: Key, lines: Sequence[_Line]) -> Quarter:
    """The company-quarter that lines without a contradiction make up."""
    parts = [_quarter(key[0], (line.number, line.cells), line.head, line.values) for line in lines if line.head]
    whole = parts[0]
    for part in parts:
        whole.rows |= part.rows
        whole.values |= part.values
        whole.row_of |= dict.fromkeys(part.values, part.first_row)
        whole.currency = whole.currency or part.currency
        whole.reason = whole.reason or part.reason
    return whole


def _reject_twice(rows: Sequence[Named], verdicts: Verdicts, column: str = "period_end") -> None:
    for number, cells in rows:
        others = ", ".join(str(other) for other, _ in rows if other != number)
        message = f"row {others} says something else about the same; keep one"
        verdicts.reject(number, cells, [FieldError("said_twice", message, pointer=f"/{column}")])


def _reject_companions(lines: Iterable[_Line], bad: set[int], verdicts: Verdicts) -> None:
    listed = ", ".join(map(str, sorted(bad)))
    message = f"row {listed} of the same company-quarter cannot be used; it is stored whole or not at all"
    for line in lines:
        verdicts.reject(line.number, line.cells, [FieldError("quarter_incomplete", message, pointer="/period_end")])

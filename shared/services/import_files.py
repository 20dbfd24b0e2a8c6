"""What a file of rows looks like: sheets, cells, and the one table of them whose header names fields."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from shared.data.import_findings import Issue
from shared.domain.cells import Cell, CellError
from shared.domain.written import WrittenError
from shared.services.import_headers import (
    COMPANY_KEYS,
    DATASETS,
    REQUIRED,
    Heading,
    column_letter,
    dataset_of,
    find_heading,
    is_complete,
    name_issues,
)

__all__ = [
    "COMPANY_KEYS",
    "DATASETS",
    "REQUIRED",
    "Cell",
    "CellError",
    "Sheet",
    "Table",
    "UnreadableFileError",
    "choose_table",
    "column_letter",
    "dataset_of",
]

LISTED_ROWS = 1_000


Row = tuple[int, list[Cell]]


class UnreadableFileError(WrittenError):
    """The file cannot be read at all."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every reader gives: one sheet and how to go through its rows.

    `read_rows` gives each row that holds something with its number as a spreadsheet shows it (from 1) and its cells
    from column A on. It streams, may be called again, and raises UnreadableFileError where the file breaks.
    """

    name: str | None
    read_rows: Callable[[], Iterator[Row]]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The part of a file that is used: its header by column position, the rows below it, and what is wrong with it.

    `rows` gives each data row, `row_count` of them, with exactly one cell per column of the header. Any issue of
    severity `error` means that the file is not used.
    """

    dataset: str
    layout: str
    sheet: str | None
    header_row: int
    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    row_count: int = 0
    issues: list[Issue] = field(default_factory=list)
    other_sheets: tuple[str, ...] = ()
    declared: dict[str, str] = field(default_factory=dict)


def choose_table(sheets: Sequence[Sheet], wanted_sheet: str | None = None) -> Table:
    """The one table that the headers, or the sheet wanted, point to; all its rows are looked at once for their shape.

    Args:
        sheets: as a reader gives them.
        wanted_sheet: its name; the case does not matter. Hidden sheets are used only when wanted.

    Raises:
        UnreadableFileError: nothing to read, or a row that cannot be read.
    """
    names = tuple(sheet.name for sheet in sheets if sheet.name is not None)
    if wanted_sheet is not None:
        alike = [sheet for sheet in sheets if _same_name(sheet.name, wanted_sheet)]
        sheet = next((sheet for sheet in alike if sheet.name == wanted_sheet), next(iter(alike), None))
        if sheet is None:
            return _refused_table("sheet_not_found", _sheet_not_found(wanted_sheet, names), names)
        heading = find_heading(sheet.read_rows())
        if heading is None:
            raise UnreadableFileError("empty", f"the sheet {sheet.name!r} is empty; its first row names the columns")
        return _build_table(sheet, heading, _others(names, sheet.name))
    found = list(_headings(sheets))
    candidates = _candidates(found)
    if len(candidates) > 1:
        listed = ", ".join(repr(sheet.name) for sheet, _ in candidates)
        message = f"the sheets {listed} all have a header that is known; name one by sheet="
        return _refused_table("several_sheets", message, names)
    if not candidates:
        listed = ", ".join(repr(sheet.name) for sheet, _ in found)
        message = f"none of the sheets {listed} has a row that names known columns, such as period_end"
        return _refused_table("no_known_header", message, names)
    sheet, heading = candidates[0]
    return _build_table(sheet, heading, _others(names, sheet.name))


def _headings(sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Heading]]:
    """Every sheet that has a row; one that cannot be read matters only when no other can."""
    refusal = UnreadableFileError("empty", "the file is empty; the first row names the columns")
    is_empty = True
    for sheet in sheets:
        if sheet.hidden:
            continue
        try:
            heading = find_heading(sheet.read_rows())
        except UnreadableFileError as error:
            refusal = error
            continue
        if heading is not None:
            is_empty = False
            yield sheet, heading
    if is_empty:
        raise refusal


def _candidates(found: list[tuple[Sheet, Heading]]) -> list[tuple[Sheet, Heading]]:
    """Sheets with every required column; else those with two known ones; a lone sheet in any case."""
    if len(found) == 1:
        return found
    complete = [one for one in found if is_complete(one[1])]
    return complete or [one for one in found if one[1].known > 1]


def _same_name(name: str | None, wanted: str) -> bool:
    return name is not None and name.strip().casefold() == wanted.strip().casefold()


def _others(names: tuple[str, ...], used: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name != used)


def _sheet_not_found(wanted: str, names: tuple[str, ...]) -> str:
    if not names:
        return f"there is no sheet {wanted!r}: the file is text and has no sheets; leave sheet= out"
    return f"there is no sheet {wanted!r}; the file has {', '.join(map(repr, names))}"


def _refused_table(code: str, message: str, names: tuple[str, ...]) -> Table:
    return Table("inputs", "wide", None, 0, (), lambda: iter(()), 0, [Issue("error", code, message)], names)


def _build_table(sheet: Sheet, heading: Heading, others: tuple[str, ...]) -> Table:
    width = len(heading.names)

    def rows() -> Iterator[Row]:
        for number, cells in sheet.read_rows():
            if number > heading.row:
                yield number, cells if len(cells) == width else (cells + [None] * (width - len(cells)))[:width]

    count, issues = _look_at_rows(sheet, heading)
    return Table(
        heading.dataset,
        heading.layout,
        sheet.name,
        heading.row,
        heading.names,
        rows,
        count,
        [*name_issues(heading, sheet.name), *issues],
        others,
        heading.declared,
    )


def _look_at_rows(sheet: Sheet, heading: Heading) -> tuple[int, list[Issue]]:
    """How many rows there are, and what only they show: cells beyond the header, cells below no name, no rows."""
    width = len(heading.names)
    unnamed = {position for position, name in enumerate(heading.names) if not name}
    issues: list[Issue] = []
    count = beyond = 0
    for number, cells in sheet.read_rows():
        if number <= heading.row:
            continue
        count += 1
        if len(cells) > width and any(cell is not None for cell in cells[width:]):
            beyond += 1
            if beyond <= LISTED_ROWS:
                issues.append(_too_many_cells(number, width, cells, sheet.name))
        for position in [p for p in unnamed if p < len(cells) and cells[p] is not None]:
            unnamed.discard(position)
            issues.append(_unnamed_column(position, number, sheet.name))
    if beyond > LISTED_ROWS:
        message = f"{beyond - LISTED_ROWS:,} more rows have more cells than the header has columns"
        issues.append(Issue("error", "too_many_cells", message, sheet=sheet.name))
    if not count:
        issues.append(Issue("error", "no_rows", "the file has a header but no rows", heading.row, sheet=sheet.name))
    return count, issues


def _unnamed_column(position: int, number: int, sheet: str | None) -> Issue:
    letter = column_letter(position)
    message = f"column {letter} has cells but no name in the header; no column is ever ignored"
    return Issue("error", "unnamed_column", message, number, cell=f"{letter}{number}", sheet=sheet)


def _too_many_cells(number: int, width: int, cells: list[Cell], sheet: str | None) -> Issue:
    position = next(place for place in range(width, len(cells)) if cells[place] is not None)
    shown = cells[position]
    return Issue(
        "error",
        "too_many_cells",
        "the row has more cells than the header has columns",
        row_number=number,
        cell=f"{column_letter(position)}{number}",
        value=shown.text if isinstance(shown, CellError) else str(shown),
        sheet=sheet,
    )

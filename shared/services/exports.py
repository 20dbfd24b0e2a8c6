"""Files of derived rows: CSV, and workbooks with the values, what they mean, and the rates they were translated at.

Text in them never starts a formula; numbers are numbers, but those beyond a spreadsheet's digits, which are text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from shared.data.exports import COMPANY, OPENING, read_csv_lines, read_values
from shared.data.matrix import Columns
from shared.domain.as_of import ReportingQuarter
from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.errors import FieldError, InvalidInput
from shared.domain.fields import FIELDS_BY_NAME
from shared.domain.media_types import CONTENT_TYPES
from shared.domain.permissions import Principal
from shared.domain.selection import Figures, Selection
from shared.domain.spreadsheet_text import neutralise_text
from shared.services.reads import is_stored
from shared.services.templates import File
from shared.services.workbooks import Book, Cell, build_workbook

MAX_ROWS = {"csv": 100_000, "xlsx": 50_000}
BYTE_ORDER_MARK = "\ufeff"
HEADER = {"bold": True, "bottom": 1}
T = TypeVar("T")
MATRIX = ("name", *COMPANY)
_VALUES_FROM = len(COMPANY) + len(OPENING)


@dataclass(frozen=True, slots=True)
class Export:
    """In which form: the file's, rows or (with `columns`) a matrix; and the instant it is made."""

    form: Literal["csv", "xlsx"]
    columns: Columns | None
    made_at: datetime


def export_figures(
    session: Session, principal: Principal, wanted: Selection, as_of: datetime | None, export: Export
) -> File:
    """All the rows asked for, in one file.

    Raises:
        InvalidInput: more rows than a file holds (`too_large`).
    """
    stored, most = is_stored(wanted.currency, as_of), MAX_ROWS[export.form]
    if export.form == "csv" and export.columns is None:
        lines = read_csv_lines(session, principal.scope, wanted, as_of, most + 1, stored=stored)
        content = _write_csv_rows(wanted, _counted(lines, most))
    else:
        rows = _counted(read_values(session, principal.scope, wanted, as_of, most + 1, stored=stored), most)
        content = _write_table(wanted, rows, export)
    what = wanted.figures.value.removeprefix("reporting_")
    day = export.made_at.date()
    name = f"{what}-{wanted.scenario.value}-{(wanted.currency or 'local').lower()}-{day}.{export.form}"
    return File(name, CONTENT_TYPES[export.form], content)


def _counted(rows: Iterable[T], most: int) -> Iterator[T]:
    """The rows; one beyond `most` is refused."""
    for number, row in enumerate(rows):
        if number == most:
            message = f"a file of this form holds at most {most:,} rows; ask for fewer companies or periods"
            raise InvalidInput([FieldError("too_large", message, parameter="format")])
        yield row


def _write_csv_rows(wanted: Selection, lines: Iterable[tuple[str, str | None, str, str]]) -> bytes:
    written = io.StringIO(newline="")
    written.write(BYTE_ORDER_MARK)
    csv.writer(written).writerow([*COMPANY, *OPENING, *wanted.names, "nulls"])
    openings: dict[str, str] = {}
    for company, external_id, name, rest in lines:
        if company not in openings:
            openings[company] = _csv_opening(company, external_id, name)
        written.write(f"{openings[company]},{rest}\r\n")
    return written.getvalue().encode()


def _csv_opening(company: str, external_id: str | None, name: str) -> str:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="").writerow([company, neutralise_text(external_id or ""), neutralise_text(name)])
    return line.getvalue()


def _write_table(wanted: Selection, rows: Iterable[tuple[Any, ...]], export: Export) -> bytes:
    if export.columns is None or export.form == "xlsx":
        return _write_workbook(wanted, rows, export)
    written = io.StringIO(newline="")
    written.write(BYTE_ORDER_MARK)
    writer = csv.writer(written)
    writer.writerows([_csv_cell(cell) for cell in line] for line in _pivot(wanted, list(rows), export.columns))
    return written.getvalue().encode()


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return neutralise_text(cell) if isinstance(cell, str) else f"{cell:f}" if hasattr(cell, "as_tuple") else str(cell)


def _pivot(wanted: Selection, rows: Sequence[tuple[Any, ...]], columns: Columns) -> Iterator[list[Cell]]:
    """A header, then a line for each column's name and company, its values by period."""
    year = len(COMPANY) + OPENING.index("reporting_year")
    end = len(COMPANY) + OPENING.index("period_end")
    by_end = columns is Columns.PERIOD_END

    def period_of(row: tuple[Any, ...]) -> str:
        return str(row[end]) if by_end else str(ReportingQuarter(row[year], row[year + 1]))

    periods = sorted({period_of(row) for row in rows})
    found = {(row[0], period_of(row)): row for row in rows}
    companies = sorted({row[: len(COMPANY)] for row in rows}, key=lambda company: (company[2], company[0]))
    yield [*MATRIX, *periods]
    for place, name in enumerate(wanted.names, start=_VALUES_FROM):
        for company in companies:
            cells = (found.get((company[0], period)) for period in periods)
            yield [name, *company, *(None if row is None else row[place] for row in cells)]


def _write_workbook(wanted: Selection, rows: Iterable[tuple[Any, ...]], export: Export) -> bytes:
    with build_workbook(title="Portfolio figures", made_at=export.made_at, streaming=True) as (book, buffer):
        values, meanings, rates = (book.add_sheet(title) for title in ("Values", "Definitions", "FX"))
        _write_header(book, rates, FX_COLUMNS)
        if export.columns is None:
            _write_header(book, values, [*COMPANY, *OPENING, *wanted.names, "nulls"])
            for place, row in enumerate(rows, start=1):
                _write_line(book, values, place, row[:-1])
                _write_line(book, rates, place, _rates_of(row))
        else:
            kept = list(rows)
            header, *lines = _pivot(wanted, kept, export.columns)
            _write_header(book, values, [str(title) for title in header])
            for place, line in enumerate(lines, start=1):
                _write_line(book, values, place, line)
            for place, row in enumerate(kept, start=1):
                _write_line(book, rates, place, _rates_of(row))
        _write_definitions(book, meanings, wanted)
    return buffer.getvalue()


FX_COLUMNS = (
    *(*COMPANY, "period_start", "period_end", "base", "quote"),
    *("fx_rate_average", "fx_rate_closing", "fx_closing_date", "flags"),
)


def _rates_of(row: tuple[Any, ...]) -> list[Cell]:
    """A line of the FX sheet: from the currency it was submitted in into the row's."""
    opening = dict(zip((*COMPANY, *OPENING), row, strict=False)) | {"base": row[-1]}
    return [opening["currency"] if name == "quote" else opening[name] for name in FX_COLUMNS]


def _write_header(book: Book, sheet: Any, titles: Sequence[str]) -> None:  # noqa: ANN401 (XlsxWriter has no types)
    for column, title in enumerate(titles):
        book.write_text(sheet, 0, column, title, **HEADER)
        sheet.set_column(column, column, max(12, min(len(title) + 2, 36)))
    sheet.freeze_panes(1, len(COMPANY))


def _write_line(book: Book, sheet: Any, place: int, cells: Sequence[Cell]) -> None:  # noqa: ANN401 (as above)
    for column, cell in enumerate(cells):
        book.write_cell(sheet, place, column, cell)


def _write_definitions(book: Book, sheet: Any, wanted: Selection) -> None:  # noqa: ANN401 (as above)
    _write_header(book, sheet, ("name", "label", "unit", "kind", "formula", "version"))
    for place, name in enumerate(wanted.names, start=1):
        if wanted.figures is Figures.METRICS:
            metric = METRICS_BY_NAME[name]
            line: list[Cell] = [name, metric.label, metric.unit.value, metric.kind.value, metric.words, metric.version]
        else:
            field = FIELDS_BY_NAME[name]
            unit = "money" if field.is_money else "count"
            line = [name, field.label, unit, field.kind.value, "as submitted, translated", None]
        _write_line(book, sheet, place, line)

"""Files of derived rows: CSV, and workbooks with the values, what they mean, and the rates they were translated at.

Text in them never starts a formula; numbers are numbers, but those beyond a spreadsheet's digits, which are text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy.orm import Session

from shared.data.exports import COMPANY, OF_THE_PERIOD, OPENING, Rate, read_csv_lines, read_values
from shared.data.matrix import Columns
from shared.data.matrix_files import FileMatrix, read_file_matrix
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
    if export.columns is None:
        content = _rows_file(session, principal, wanted, as_of, export)
    else:
        content = _matrix_file(session, principal, wanted, as_of, export, export.columns)
    what = wanted.figures.value.removeprefix("reporting_")
    day = export.made_at.date()
    name = f"{what}-{wanted.scenario.value}-{(wanted.currency or 'local').lower()}-{day}.{export.form}"
    return File(name, CONTENT_TYPES[export.form], content)


def _rows_file(
    session: Session, principal: Principal, wanted: Selection, as_of: datetime | None, export: Export
) -> bytes:
    stored, most = is_stored(wanted.currency, as_of), MAX_ROWS[export.form]
    asked = (session, principal.scope, wanted, as_of, most + 1)
    if export.form == "csv":
        return _write_csv_rows(wanted, _counted(read_csv_lines(*asked, stored=stored), most))
    return _write_workbook_rows(wanted, _counted(read_values(*asked, stored=stored), most), export.made_at)


def _matrix_file(
    session: Session, principal: Principal, wanted: Selection, as_of: datetime | None, export: Export, columns: Columns
) -> bytes:
    stored, most, as_text = is_stored(wanted.currency, as_of), MAX_ROWS[export.form], export.form == "csv"
    found = read_file_matrix(session, principal.scope, wanted, as_of, columns, most, stored=stored, as_text=as_text)
    if found.size > most:
        raise _too_large(most)
    return _write_csv_matrix(wanted, found) if as_text else _write_workbook_matrix(wanted, found, export.made_at)


def _counted(rows: Iterable[T], most: int) -> Iterator[T]:
    """The rows; one beyond `most` is refused."""
    for number, row in enumerate(rows):
        if number == most:
            raise _too_large(most)
        yield row


def _too_large(most: int) -> InvalidInput:
    message = f"a file of this form holds at most {most:,} rows; ask for fewer companies or periods"
    return InvalidInput([FieldError("too_large", message, parameter="format")])


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


def _write_csv_matrix(wanted: Selection, found: FileMatrix) -> bytes:
    """A header, then a line for each column's name and company."""
    written = io.StringIO(newline="")
    written.write(BYTE_ORDER_MARK)
    csv.writer(written).writerow([*MATRIX, *found.periods])
    openings = [_csv_opening(*texts) for texts, _ in found.lines]
    for place, name in enumerate(wanted.names):
        for opening, (_, cells) in zip(openings, found.lines, strict=True):
            written.write(f"{name},{opening},{cells[place]}\r\n")
    return written.getvalue().encode()


def _write_workbook_rows(wanted: Selection, rows: Iterable[tuple[Any, ...]], made_at: datetime) -> bytes:
    with _workbook(wanted, made_at) as (book, values, rates, buffer):
        _write_header(book, values, [*COMPANY, *OPENING, *wanted.names, "nulls"], len(COMPANY))
        translated: set[Rate] = set()
        for place, row in enumerate(rows, start=1):
            _write_line(book, values, place, row[:-1])
            translated.add(_rate_of(row))
        _write_rates(book, rates, sorted(translated, key=lambda rate: tuple(map(str, rate))))
    return buffer.getvalue()


def _write_workbook_matrix(wanted: Selection, found: FileMatrix, made_at: datetime) -> bytes:
    with _workbook(wanted, made_at) as (book, values, rates, buffer):
        _write_header(book, values, [*MATRIX, *found.periods], len(MATRIX))
        lines = (
            [name, *texts, *cells[place]] for place, name in enumerate(wanted.names) for texts, cells in found.lines
        )
        for number, line in enumerate(lines, start=1):
            _write_line(book, values, number, line)
        _write_rates(book, rates, found.rates)
    return buffer.getvalue()


@contextmanager
def _workbook(wanted: Selection, made_at: datetime) -> Iterator[tuple[Book, Any, Any, io.BytesIO]]:
    """A workbook of three sheets, its definitions written: the book, the sheets of values and of rates, the bytes."""
    with build_workbook(title="Portfolio figures", made_at=made_at, streaming=True) as (book, buffer):
        values, meanings, rates = (book.add_sheet(title) for title in ("Values", "Definitions", "FX"))
        _write_definitions(book, meanings, wanted)
        yield book, values, rates, buffer


def _rate_of(row: tuple[Any, ...]) -> Rate:
    """What a row was translated at."""
    opening = dict(zip((*COMPANY, *OPENING), row, strict=False))
    flags = "; ".join(flag for flag in opening["flags"].split("; ") if flag != OF_THE_PERIOD)
    told = {**opening, "base": row[-1], "quote": opening["currency"], "flags": flags}
    return Rate(*(told[name] for name in Rate._fields))


def _write_rates(book: Book, sheet: Any, rates: Iterable[Rate]) -> None:
    _write_header(book, sheet, Rate._fields)
    for place, rate in enumerate(rates, start=1):
        _write_line(book, sheet, place, rate)


def _write_header(book: Book, sheet: Any, titles: Sequence[str], still: int = 0) -> None:
    for column, title in enumerate(titles):
        book.write_text(sheet, 0, column, title, **HEADER)
        sheet.set_column(column, column, max(12, min(len(title) + 2, 36)))
    sheet.freeze_panes(1, still)


def _write_line(book: Book, sheet: Any, place: int, cells: Sequence[Cell]) -> None:
    for column, cell in enumerate(cells):
        book.write_cell(sheet, place, column, cell)


def _write_definitions(book: Book, sheet: Any, wanted: Selection) -> None:
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

"""The copy of an uploaded sheet in a report: every cell where it stood, the marked ones coloured and explained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from shared.services.report_marks import LAST_ROW, Findings, RowMarks, describe_issue, worst_severity
from shared.services.workbooks import Book, Cell

COLOURS: dict[str, dict[str, Any]] = {"error": {"bg_color": "#FFC7CE"}, "warning": {"bg_color": "#FFEB9C"}}
HEADER: dict[str, Any] = {"bold": True, "bg_color": "#D9E1F2"}
FINDINGS = "Findings"
FINDINGS_WIDTH = 60

Row = tuple[int, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a workbook shows; beyond `rows` or `cells` only rows with findings are copied."""

    rows: int = 20_000
    cells: int = 500_000
    findings: int = 10_000


class SheetCopy:
    """The copy being written, row by row from the top: the writer keeps no row once the next has begun."""

    def __init__(self, book: Book, sheet: Any, header_row: int, findings: Findings, bounds: Bounds) -> None:
        self._book, self._sheet, self._header_row, self._bounds = book, sheet, header_row, bounds
        self._marks = findings.rows
        self._open = sorted({*([header_row] if header_row > 0 else []), *findings.rows}, reverse=True)
        self._findings_column = 0
        self._cells = 0
        self.copied = self.left_out = 0

    def write_rows(self, rows: Iterator[Row]) -> None:
        """Copy the rows within the bounds and each marked one, marked rows that hold no cells included."""
        top: list[Row] = []
        for row in rows:
            top.append(row)
            if row[0] >= self._header_row:
                break
        self._findings_column = max((len(cells) for _, cells in top), default=0)
        self._sheet.set_column(self._findings_column, self._findings_column, FINDINGS_WIDTH)
        for number, cells in chain(top, rows):
            self._write_empty_rows(before=number)
            marked = self._open and self._open[-1] == number
            if marked:
                self._open.pop()
            if marked or (number <= LAST_ROW and self.copied < self._bounds.rows and self._cells < self._bounds.cells):
                self._write_row(number, cells)
                self.copied += 1
                self._cells += len(cells)
            else:
                self.left_out += 1
        self._write_empty_rows(before=None)
        self._sheet.freeze_panes(self._header_row, 0)

    def _write_empty_rows(self, before: int | None) -> None:
        while self._open and (before is None or self._open[-1] < before):
            self._write_row(self._open.pop(), ())

    def _write_row(self, number: int, cells: Sequence[Cell]) -> None:
        marks = self._marks.get(number) or RowMarks()
        heading: dict[str, Any] = HEADER if number == self._header_row else {}
        for column in range(max(len(cells), *(column + 1 for column in marks.cells), 0)):
            issues = marks.cells.get(column, ())
            style = {**heading, **(COLOURS[worst_severity(issues)] if issues else {})}
            cell = cells[column] if column < len(cells) else None
            self._book.write_cell(self._sheet, number - 1, column, cell, **style)
            if issues:
                self._book.write_note(self._sheet, number - 1, column, "\n\n".join(map(describe_issue, issues)))
        words = marks.words()
        if words or heading:
            column = max(self._findings_column, len(cells), *(column + 1 for column in marks.cells), 0)
            style = {**heading, **(COLOURS[marks.severity()] if words else {})}
            self._book.write_text(self._sheet, number - 1, column, words or FINDINGS, **style)

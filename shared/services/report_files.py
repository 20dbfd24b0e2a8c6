"""Validation reports as files: findings as CSV, and the uploaded sheet as a workbook with each finding in its place.

Pure: rows and findings in, text or bytes out. Text stays text: nothing in a report starts a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from shared.data.import_findings import Issue
from shared.domain.spreadsheet_text import neutralise_text
from shared.services.report_copy import COLOURS, FINDINGS, HEADER, Bounds, Row, SheetCopy
from shared.services.report_marks import Findings, collect_findings, is_about, place_of, worst_severity
from shared.services.workbooks import Book, Cell, build_workbook

BYTE_ORDER_MARK = "\ufeff"
CSV_COLUMNS = ("severity", "sheet", "row", "column", "cell", "field", "value", "code", "message", "suggestion")
UNDATED = datetime(1980, 1, 1, tzinfo=UTC)
SUMMARY = "Summary"
LISTED = (
    *(("severity", 10), ("place", 12), ("row", 8), ("column", 24), ("field", 24), ("value", 24)),
    *(("code", 24), ("message", 80), ("suggestion", 40), ("sheet", 20)),
)
"""The columns of the list of findings and their widths."""
MAX_SHEET_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")

BOUNDS = Bounds()


def write_issues_csv(issues: Iterable[Issue]) -> str:
    """All findings, a line each, with a byte-order mark by which spreadsheets know UTF-8; text is neutralised."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(CSV_COLUMNS)
    for issue in issues:
        place = (issue.severity, issue.sheet, issue.row_number, issue.column_name, issue.cell)
        what = (issue.field, issue.value, issue.code, issue.message, issue.suggestion)
        writer.writerow(neutralise_text("" if value is None else str(value)) for value in (*place, *what))
    return buffer.getvalue()


def write_annotated_workbook(
    rows: Iterable[Row],
    sheet_name: str | None,
    header_row: int,
    issues: Iterable[Issue],
    summary: Mapping[str, str],
    *,
    made_at: datetime = UNDATED,
    bounds: Bounds = BOUNDS,
) -> bytes:
    """The uploaded sheet as XLSX: its cells where they stood, findings coloured and explained, a summary, a list.

    Args:
        rows: (row number as the file shows it, from 1; cells from column A on), ascending; read once, streaming.
        sheet_name: The sheet's name; None for a CSV file.
        header_row: The number of the row that names the columns; 0: none does.
        issues: The findings; those about other sheets are listed only.
        summary: What the first sheet says: status, counts, file, id.
        made_at: The instant the file's properties name; the same arguments give the same bytes.
        bounds: How much is copied and listed; what is left out is said on the first sheet.

    Returns:
        The workbook: sheets Summary, the copy, Findings. Numbers beyond 15 digits are text, so that none is rounded.
    """
    findings = collect_findings(issues, sheet_name or "", bounds.findings)
    name = _name_sheet(sheet_name)
    with build_workbook(title="Validation report", made_at=made_at, streaming=True) as (book, buffer):
        front, sheet, back = (book.add_sheet(title) for title in (SUMMARY, name, FINDINGS))
        copy = SheetCopy(book, sheet, header_row, findings, bounds)
        copy.write_rows(iter(rows))
        _write_summary(book, front, summary, findings, copy)
        _write_findings(book, back, findings, sheet_name or "", name)
    return buffer.getvalue()


def _write_summary(book: Book, sheet: Any, summary: Mapping[str, str], findings: Findings, copy: SheetCopy) -> None:
    counts: dict[str, Cell] = {
        "errors": findings.errors,
        "warnings": findings.warnings,
        "findings listed": len(findings.shown),
        "rows copied": copy.copied,
        "rows not copied": copy.left_out,
    }
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    book.write_text(sheet, 0, 0, "Validation report", **HEADER)
    lines: list[tuple[str, Cell]] = [*summary.items(), *counts.items()]
    if copy.left_out:
        lines.append(("note", "The file is large: its first rows and every row with a listed finding were copied."))
    if findings.errors + findings.warnings > len(findings.shown):
        lines.append(("note", "There are more findings than are listed here; the report as CSV has all of them."))
    for row, (name, value) in enumerate(lines, start=2):
        book.write_text(sheet, row, 0, name)
        book.write_cell(sheet, row, 1, value, align="left", text_wrap=True)


def _write_findings(book: Book, sheet: Any, findings: Findings, about: str, copy_name: str) -> None:
    for column, (title, width) in enumerate(LISTED):
        book.write_text(sheet, 0, column, title, **HEADER)
        sheet.set_column(column, column, width)
    quoted = copy_name.replace("'", "''")
    for row, issue in enumerate(findings.shown, start=1):
        book.write_text(sheet, row, 0, issue.severity, **COLOURS[worst_severity([issue])])
        number, position = place_of(issue)
        place = f"row {number}" if position is None else str(issue.cell)
        if number and is_about(issue, about):
            target = f"A{number}" if position is None else place
            sheet.write_url(row, 1, f"internal:'{quoted}'!{target}", None, place)
        elif number:
            book.write_text(sheet, row, 1, place)
        book.write_cell(sheet, row, 2, issue.row_number)
        texts = (issue.column_name, issue.field, issue.value, issue.code, issue.message, issue.suggestion, issue.sheet)
        for column, value in enumerate(texts, start=3):
            book.write_cell(sheet, row, column, value)
    sheet.autofilter(0, 0, max(len(findings.shown), 1), len(LISTED) - 1)
    sheet.freeze_panes(1, 0)


def _name_sheet(name: str | None) -> str:
    """The sheet's name, or the nearest that a workbook allows and that none of its other sheets has."""
    shown = "".join(character for character in name or "Uploaded" if character.isprintable())
    clean = _NOT_IN_A_NAME.sub("_", shown)[:MAX_SHEET_NAME].strip("' ") or "Uploaded"
    if clean.lower() in {SUMMARY.lower(), FINDINGS.lower(), "history"}:
        return f"{clean} (uploaded)"
    return clean

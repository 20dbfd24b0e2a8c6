"""Validation reports: every finding in the CSV, and in the workbook coloured and explained in its place."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.data.import_findings import Issue
from shared.domain.spreadsheet_text import may_start_formula
from shared.services.report_copy import Bounds
from shared.services.report_files import CSV_COLUMNS, write_annotated_workbook, write_issues_csv
from shared.services.workbooks import Cell
from tests.shared.services.opened import Opened, exact


@dataclass(frozen=True)
class Formula:
    """What readers give for a cell that cannot be used."""

    text: str


SHEET = "Q4 'final' #1"
HEADER = ["company_external_id", "period_end", "total_revenue", "cash_burn"]
ROWS: list[tuple[int, list[Cell]]] = [
    (1, ["Figures of the quarter"]),
    (3, [*HEADER]),
    (4, ["acme", date(2025, 12, 31), Decimal("4194199.25"), -4464892]),
    (6, ["=1+1", "2025-12-30", Formula("=SUM(A1:A3)"), Decimal("12345678901234567.8")]),
    (7, ["acme", date(2025, 9, 30), None, 0, "one too many"]),
]
BAD_DAY = Issue("error", "not_a_quarter_end", "no quarter ends then", 6, "period_end", "B6", "period_end", "2025-12-30")
ISSUES = [
    replace(BAD_DAY, suggestion="2025-12-31"),
    Issue("warning", "burn_sign", "has the opposite sign", 4, "cash_burn", "D4", "cash_burn", "-4464892"),
    Issue("error", "required", "write something", 7, "total_revenue", "C7", "total_revenue"),
    Issue("error", "too_many_cells", "the row has more cells than the header", row_number=7),
    Issue("error", "required", "the row has no company", 9, "company_external_id", "A9", "company_external_id"),
    Issue("error", "no_rows", "another sheet has a header and no rows", row_number=1, sheet="Other"),
    Issue("error", "not_allowed", "nobody may"),
]
SUMMARY = {"status": "needs_fix", "file": "=figures.xlsx", "id": "0" * 32}


@pytest.fixture(scope="module")
def opened() -> Opened:
    made_at = datetime(2026, 1, 15, tzinfo=UTC)
    return Opened(write_annotated_workbook(iter(ROWS), SHEET, 3, iter(ISSUES), SUMMARY, made_at=made_at))


def fill_of(opened: Opened, cell: str) -> str | None:
    """The colour behind a cell, from the workbook's own styles."""
    found = re.search(rf'<c r="{cell}" s="(\d+)"', opened.xml(SHEET))
    if found is None:
        return None
    styles = opened.parts["xl/styles.xml"]
    formats = re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2])
    fill = int(re.findall(r'fillId="(\d+)"', formats[int(found[1])])[0])
    colours = re.findall(r"<fill>.*?</fill>", styles)[fill]
    return (re.findall(r'fgColor rgb="FF(\w+)"', colours) or [None])[0]


def notes(opened: Opened) -> dict[str, str]:
    comments = re.findall(r'<comment ref="(\w+)".*?</comment>', opened.parts["xl/comments1.xml"], re.DOTALL)
    texts = re.findall(r"<comment .*?</comment>", opened.parts["xl/comments1.xml"], re.DOTALL)
    return dict(
        zip(comments, ("".join(re.findall(r"<t(?: [^>]*)?>(.*?)</t>", text, re.DOTALL)) for text in texts), strict=True)
    )


def test_every_cell_stands_where_it_stood_as_what_it_was(opened: Opened):
    rows = [[exact(cell) for cell in row] for row in opened.rows(SHEET)]

    assert opened.sheet_names == ["Summary", SHEET, "Findings"]
    assert rows[0][0] == "Figures of the quarter"
    assert rows[2][:4] == HEADER
    assert rows[3][:4] == ["acme", date(2025, 12, 31), Decimal("4194199.25"), Decimal("-4464892.0")]
    assert rows[5][:4] == ["=1+1", "2025-12-30", "=SUM(A1:A3)", "12345678901234567.8"]
    assert rows[6][:5] == ["acme", date(2025, 9, 30), "", Decimal("0.0"), "one too many"]
    assert [any(row) for row in rows] == [True, False, True, True, False, True, True, False, True]


def test_cells_with_findings_are_coloured_and_say_why(opened: Opened):
    colours = {cell: fill_of(opened, cell) for cell in ("B6", "D4", "C7", "A9", "A4", "E4", "F7")}

    assert {cell for cell, colour in colours.items() if colour == "FFC7CE"} == {"B6", "C7", "A9", "F7"}
    assert {cell for cell, colour in colours.items() if colour == "FFEB9C"} == {"D4", "E4"}
    assert notes(opened) == {
        "D4": "burn_sign: has the opposite sign",
        "B6": "not_a_quarter_end: no quarter ends then Suggestion: 2025-12-31",
        "C7": "required: write something",
        "A9": "required: the row has no company",
    }


def test_a_column_to_the_right_names_what_was_found_in_the_row(opened: Opened):
    rows = opened.rows(SHEET)

    assert rows[0][4:] == ["", ""]
    assert rows[2][4] == "Findings"
    assert rows[3][4] == "D4: burn_sign"
    assert rows[6][5] == "too_many_cells: the row has more cells than the header\nC7: required"
    assert rows[8][4] == "A9: required"


def test_the_summary_says_what_the_job_says_and_what_is_in_the_file(opened: Opened):
    rows = {row[0]: row[1] for row in opened.rows("Summary")[2:]}

    assert rows == {**SUMMARY, "errors": 6, "warnings": 1, "findings listed": 7, "rows copied": 5, "rows not copied": 0}


def test_the_list_of_findings_leads_to_their_cells(opened: Opened):
    header, *rows = opened.rows("Findings")
    listed = [dict(zip(header, row, strict=True)) for row in rows]
    links = re.findall(r'<hyperlink ref="(\w+)" location="([^"]*)"', opened.xml("Findings"))

    assert [row["place"] for row in listed] == ["", "row 1", "D4", "B6", "C7", "row 7", "A9"]
    assert (listed[3]["code"], listed[3]["value"], listed[3]["suggestion"]) == (
        "not_a_quarter_end",
        "2025-12-30",
        "2025-12-31",
    )
    quoted = "'Q4 ''final'' #1'"
    assert [(at, to.replace("&apos;", "'")) for at, to in links] == [
        ("B4", f"{quoted}!D4"),
        ("B5", f"{quoted}!B6"),
        ("B6", f"{quoted}!C7"),
        ("B7", f"{quoted}!A7"),
        ("B8", f"{quoted}!A9"),
    ]
    assert '<autoFilter ref="A1:J8"' in opened.xml("Findings")


def test_nothing_in_a_report_is_alive_and_the_same_report_is_the_same_bytes(opened: Opened):
    opened.assert_harmless()

    assert 'quotePrefix="1"' in opened.parts["xl/styles.xml"]
    again = [write_annotated_workbook(iter(ROWS), SHEET, 3, ISSUES, SUMMARY) for _ in range(2)]
    assert again[0] == again[1]


def test_beyond_the_bounds_only_rows_with_findings_are_copied_and_the_summary_says_so():
    rows = [(number, ["acme", number]) for number in range(1, 101)]
    issues = [Issue("warning", "scale_slip", "w", number, "x", f"B{number}") for number in range(1, 100)]
    issues.append(Issue("error", "invalid", "e", 90, "x", "B90"))

    opened = Opened(write_annotated_workbook(rows, None, 1, issues, {}, bounds=Bounds(rows=10, cells=1000, findings=5)))

    copied = [number for number, row in enumerate(opened.rows("Uploaded"), start=1) if row[0]]
    assert copied == [*range(1, 11), 90]
    summary = opened.rows("Summary")
    said = {row[0]: row[1] for row in summary}
    assert (said["errors"], said["warnings"], said["findings listed"]) == (1, 99, 5)
    assert (said["rows copied"], said["rows not copied"]) == (11, 89)
    assert [row[1] for row in summary if row[0] == "note"] == [
        "The file is large: its first rows and every row with a listed finding were copied.",
        "There are more findings than are listed here; the report as CSV has all of them.",
    ]
    assert [row[0] for row in opened.rows("Findings")[1:]].count("error") == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (None, "Uploaded"),
        ("summary", "summary (uploaded)"),
        ("Findings", "Findings (uploaded)"),
        ("History", "History (uploaded)"),
        ("a/b[c]:*?\\", "a_b_c_____"),
        ("'x'", "x"),
        ("\x01 ", "Uploaded"),
        ("s" * 40, "s" * 31),
    ],
)
def test_a_sheet_gets_a_name_that_a_workbook_allows(name: str | None, expected: str):
    assert Opened(write_annotated_workbook(ROWS, name, 3, [], {})).sheet_names[1] == expected


def test_the_csv_lists_every_finding_and_keeps_negative_numbers():
    written = write_issues_csv([*ISSUES, replace(BAD_DAY, value="=cmd|' /C calc'!A0")])
    rows = list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"), newline="")))

    assert written.startswith("\ufeffseverity,sheet,row,column,cell,field,value,code,message,suggestion\r\n")
    assert len(rows) == len(ISSUES) + 1
    assert rows[1]["value"] == "-4464892"
    assert (rows[0]["row"], rows[0]["cell"], rows[0]["suggestion"]) == ("6", "B6", "2025-12-31")
    assert (rows[5]["sheet"], rows[6]["row"]) == ("Other", "")
    assert rows[7]["value"] == "'=cmd|' /C calc'!A0"


TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["=1", "+1", "-x", "@a", "\t=1", "<r><f>1</f></r>", "_x0041_", "\ufffe\0", "\x0b\x1f", "\ud800"]),
)
CELLS = st.one_of(
    st.none(),
    TEXTS,
    TEXTS.map(Formula),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.dates(),
)
HOSTILE_ISSUES = st.builds(
    Issue,
    st.sampled_from(["error", "warning"]),
    TEXTS,
    TEXTS,
    st.one_of(st.none(), st.integers(-1, 12)),
    TEXTS,
    st.one_of(TEXTS, st.sampled_from(["A1", "C3", "XFD1048576", "XFE1", "A1048577", "B2"])),
    TEXTS,
    TEXTS,
    TEXTS,
    st.one_of(st.none(), st.just("S"), TEXTS),
)


def kept(cell: Cell) -> bool:
    """Whether a text cell has to come back letter for letter: no control characters, nothing a workbook cannot hold."""
    return isinstance(cell, str) and cell.isprintable() and not cell.startswith("<r>") and cell.strip() == cell


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(CELLS, max_size=4), max_size=5), st.lists(HOSTILE_ISSUES, max_size=5))
def test_no_cell_and_no_finding_comes_alive_or_is_lost(rows: list[list[Cell]], issues: Sequence[Issue]):
    numbered = list(enumerate(rows, start=1))

    opened = Opened(write_annotated_workbook(numbered, "S", 1, issues, {"file": "=x"}))

    opened.assert_harmless()
    found = opened.rows("S")
    for number, cells in numbered:
        for column, cell in enumerate(cells):
            if kept(cell) and cell:
                assert found[number - 1][column] == cell
    fields = list(csv.reader(io.StringIO(write_issues_csv(issues).removeprefix("\ufeff"), newline="")))
    assert write_issues_csv(issues).encode()
    assert len(fields) == len(issues) + 1
    assert all(len(line) == len(CSV_COLUMNS) for line in fields)
    assert not [field for line in fields for field in line if may_start_formula(field)]

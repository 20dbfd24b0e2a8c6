"""Workbooks: numbers, days, texts, formulas and errors, in the place where a spreadsheet shows them."""

import io
from datetime import date
from decimal import Decimal

import pytest

from durable_imports.readers import open_sheets
from shared.services.import_files import CellError
from tests.durable_imports.readers.reading import (
    ods_parts,
    packed,
    raw_ods,
    raw_xlsx,
    read_all,
    read_rows,
    sheet_xml,
    written_xlsx,
    xlsx_parts,
)


def codes(content: bytes, *, cached_values: bool = False) -> dict[str, str]:
    """The errors of the first sheet by cell."""
    return {
        f"{'ABCDEFGH'[column]}{number}": cell.code
        for number, cells in read_rows(content, cached_values=cached_values)
        for column, cell in enumerate(cells)
        if isinstance(cell, CellError)
    }


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("<v>42</v>", 42),
        ("<v>-0.1</v>", Decimal("-0.1")),
        ("<v>1250000.5000000002</v>", Decimal("1250000.5000000002")),
        ("<v>4.1800000009999998E7</v>", Decimal("41800000.01")),
        ("<v>1E+15</v>", 10**15),
        ("<v>9007199254740993</v>", 9007199254740992),
    ],
)
def test_a_number_is_the_shortest_decimal_that_the_spreadsheet_means(cell: str, value: object):
    ((_, (read,)),) = read_rows(raw_xlsx(f'<row r="1"><c r="A1">{cell}</c></row>'))

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("cell", ["<v>1e999</v>", "<v>NaN</v>", "<v>0x1F</v>", "<v>1_000</v>"])
def test_a_number_that_is_none_is_an_error_of_the_cell(cell: str):
    ((_, (read,)),) = read_rows(raw_xlsx(f'<row r="1"><c r="A1">{cell}</c></row>'))

    assert read.code == "invalid_number"


def test_cells_without_a_place_follow_one_another_and_gaps_stay():
    rows = '<row><c><v>1</v></c><c r="D1"><v>4</v></c></row><row r="7"><c r="B7" t="b"><v>1</v></c><c/></row>'

    assert read_rows(raw_xlsx(rows)) == [(1, [1, None, None, 4]), (7, [None, "TRUE"])]


def test_texts_lose_what_nobody_sees_and_keep_the_rest():
    shared = (
        "<si><r><t>Net </t></r><r><t>sales</t></r><rPh><t>hint</t></rPh></si><si><t>\u00a0\u200b</t></si>"
        "<si><t>one_x000A_two</t></si>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><t> x </t></is></c></row>'
    )

    assert read_rows(packed(xlsx_parts(rows, texts=shared))) == [(1, ["Net sales", None, "one\ntwo", "x"])]


@pytest.mark.parametrize("epoch", [{}, {"default_date_format": "dd/mm/yy"}])
@pytest.mark.parametrize("since_1904", [False, True])
def test_days_are_days_whichever_way_they_are_shown_and_counted(epoch: dict[str, str], since_1904: bool):
    days = [date(2025, 12, 31), date(1904, 3, 1), date(2000, 2, 29)]
    content = written_xlsx({"Data": [days]}, date_1904=since_1904, **({"default_date_format": "d mmm yyyy"} | epoch))

    assert read_rows(content) == [(1, days)]


@pytest.mark.parametrize(
    ("number", "code", "value"),
    [
        ("45000.5", "yyyy-mm-dd", "2023-03-15 12:00:00"),
        ("0.25", "hh:mm", "06:00:00"),
        ("59", "d/m/yyyy", date(1900, 2, 28)),
        ("61", "d/m/yyyy", date(1900, 3, 1)),
        ("0.125", "0.0%", "12.5%"),
        ("45000", "[Red]#,##0", 45000),
        ("45000", '#,##0 "days"', 45000),
        ("45000", "[$-409]d-mmm-yy;@", date(2023, 3, 15)),
        ("45000", "General", 45000),
        ("1234.5", "#,##0.00\\ [$€-407]", Decimal("1234.5")),
    ],
)
def test_a_format_says_whether_a_number_is_a_day_a_time_or_a_percentage(number: str, code: str, value: object):
    styles = (
        f"<numFmts><numFmt numFmtId='164' formatCode='{code}'/></numFmts><cellXfs><xf/><xf numFmtId='164'/></cellXfs>"
    )
    parts = xlsx_parts(f'<row r="1"><c r="A1" s="1"><v>{number}</v></c></row>', styles=styles)

    assert read_rows(packed(parts)) == [(1, [value])]


@pytest.mark.parametrize("number", ["60", "-1", "2958466"])
def test_a_day_that_does_not_exist_is_an_error_of_the_cell(number: str):
    rows = f'<row r="1"><c r="A1" s="0"><v>{number}</v></c></row>'

    ((_, (read,)),) = read_rows(packed(xlsx_parts(rows, styles="<cellXfs><xf numFmtId='14'/></cellXfs>")))

    assert read.code == "invalid_date"


FORMULAS = (
    '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>B2</f></c><c r="C1" t="str"><f>"a"</f><v>a</v></c></row>'
    '<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">A1*2</f><v>4</v></c>'
    '<c r="C2"><f t="array" ref="C2:D3">E1:F2</f><v>5</v></c><c r="D2"><v>6</v></c><c r="E2"><v>7</v></c></row>'
    '<row r="3"><c r="A3"><f t="shared" si="0"/><v>8</v></c><c r="C3"><v>9</v></c><c r="D3" t="e"><v>#N/A</v></c></row>'
)


def test_every_cell_that_a_formula_fills_is_an_error_shared_and_spilled_ones_too():
    expected = dict.fromkeys(["A1", "B1", "C1", "A2", "C2", "D2", "A3", "C3", "D3"], "formula")

    assert codes(raw_xlsx(FORMULAS)) == expected


def test_cached_values_count_where_they_are_accepted_but_not_where_there_are_none():
    assert codes(raw_xlsx(FORMULAS), cached_values=True) == {"B1": "formula", "D3": "excel_error"}
    assert read_rows(raw_xlsx(FORMULAS), cached_values=True)[1] == (2, [4, None, 5, 6, 7])


def test_elements_may_have_a_prefix_all_of_them_or_some():
    every = packed(xlsx_parts('<x:row r="1"><x:c r="A1"><x:f>B1</x:f><x:v>1</x:v></x:c></x:row>'))
    some = raw_xlsx('<row r="1"><x:c r="A1"><f>B1</f><x:v>1</x:v></x:c><c r="B1"><v>2</v><x:f>1+1</x:f></c></row>')

    assert codes(every) == {"A1": "formula"}
    assert codes(some) == {"A1": "formula", "B1": "formula"}
    assert read_rows(every, cached_values=True) == [(1, [1])]
    assert read_rows(some, cached_values=True) == [(1, [1, 2])]


def test_names_that_extensions_share_with_cells_mean_nothing():
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    extension = f"<extLst><xm:f>{'x' * 20_000}</xm:f><row/><c><v>7</v></c></extLst></worksheet>"
    parts = xlsx_parts(rows)
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(rows).replace("</worksheet>", extension)

    assert read_rows(packed(parts)) == [(1, [1])]


CELL = "<table:table-cell"


def test_an_ods_sheet_repeats_what_it_says_and_passes_over_notes():
    rows = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="9"/>'
        "</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2">{CELL} table:number-columns-repeated="2" '
        f'office:value-type="float" office:value="1.5"/>{CELL} office:value-type="string">'
        "<office:annotation><text:p>not this</text:p></office:annotation>"
        '<text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell></table:table-row>'
        f'<table:table-row>{CELL} office:value-type="date" office:date-value="2025-12-31"/>'
        f'{CELL} office:value-type="percentage" office:value="0.25"/>'
        f'{CELL} table:formula="of:=[.A1]*2" office:value-type="float" office:value="3"/></table:table-row>'
    )
    half = Decimal("1.5")

    got = read_rows(raw_ods(rows))

    assert got[:2] == [(4, [half, half, "a  b\nc"]), (5, [half, half, "a  b\nc"])]
    assert got[2][0] == 6
    assert got[2][1][:2] == [date(2025, 12, 31), "25%"]
    assert (got[2][1][2].code, got[2][1][2].text) == ("formula", "=[.A1]*2")
    assert read_rows(raw_ods(rows), cached_values=True)[2][1][2] == 3


def test_a_matrix_of_ods_is_a_formula_in_all_its_cells():
    rows = (
        f'<table:table-row>{CELL} table:formula="of:=x" table:number-matrix-columns-spanned="2" '
        'table:number-matrix-rows-spanned="2" office:value-type="float" office:value="1"/>'
        f'{CELL} office:value-type="float" office:value="2"/></table:table-row>'
        f'<table:table-row>{CELL} office:value-type="float" office:value="3"/></table:table-row>'
    )

    assert codes(raw_ods(rows)) == {"A1": "formula", "B1": "formula", "A2": "formula"}


@pytest.mark.parametrize("padding", range(0, 120, 3))
def test_the_last_row_of_a_sheet_is_read_wherever_the_pieces_of_the_file_end(padding: int):
    before = len(ods_parts("")["content.xml"])
    row = f'<table:table-row>{CELL} office:value-type="float" office:value="7"/></table:table-row>'
    filler = "x" * (65_536 - before - 230 + padding)
    first = f"<table:table-row>{CELL}><text:p>{filler}</text:p></table:table-cell></table:table-row>"
    two = "".join(
        f'<table:table table:name="{name}">{first if name == "A" else ""}{row}</table:table>' for name in "AB"
    )

    assert {name: rows[-1][1] for name, rows in read_all(packed(ods_parts(two))).items()} == {"A": [7], "B": [7]}


def test_hidden_sheets_say_so_and_charts_are_no_sheets():
    parts = xlsx_parts()
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace('sheetId="1"', 'sheetId="1" state="veryHidden"')
    hidden = ods_parts('<table:table table:name="Off" table:style-name="off"/><table:table table:name="On"/>')

    with open_sheets(io.BytesIO(packed(parts))) as sheets:
        assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("Data", True)]
    with open_sheets(io.BytesIO(packed(hidden))) as sheets:
        assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("Off", True), ("On", False)]


def test_each_sheet_is_read_by_itself():
    content = written_xlsx({"One": [[1]], "Zwei": [["=A1", "two"]], "Drei": []})

    assert read_all(content, cached_values=True) == {"One": [(1, [1])], "Zwei": [(1, [0, "two"])], "Drei": []}

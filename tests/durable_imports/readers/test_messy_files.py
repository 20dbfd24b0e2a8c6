"""Real files with real mess: each is read cell by cell as a person reads it, or refused by name."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from durable_imports.readers import UnreadableFileError
from shared.domain.days import parse_day
from shared.services.import_files import CellError
from tests.durable_imports.readers.reading import read_all
from tests.oracle.published import FOLDER, needs_published_figures

MESSY = FOLDER / "messy"
F = "formula"
SHEET_1 = "\u041b\u0438\u0441\u04421"  # as a Russian program names the first sheet

# A sheet's name (None: the only one), a row's number, the cells from column A on as far as they are compared.
EXPECTED: dict[str, list[tuple[str | None, int, list[Any]]]] = {
    "sec_financial_report_AAPL_2025Q2.xlsx": [
        ("Cover Page", 1, ["Cover Page - shares shares in Thousands", "6 Months Ended"]),
        ("Cover Page", 2, [None, "Mar. 29, 2025", "Apr. 18, 2025"]),
        ("Cover Page", 3, ["Entity Information [Line Items]"]),
        ("CONDENSED CONSOLIDATED STATEMEN", 1, [..., "3 Months Ended", None, "6 Months Ended"]),
        ("CONDENSED CONSOLIDATED STATEMEN", 3, ["Net sales", 95359, 90753, 219659, 210328]),
        ("CONDENSED CONSOLIDATED BALANCE", 3, ["Cash and cash equivalents", 28162, 29943]),
    ],
    "stockpup_AAPL.csv": [
        (None, 1, ["Quarter end", "Shares", "Shares split adjusted"]),
        (None, 2, ["2019-06-29", "4519180000", "4519180000", "1", "322239000000"]),
    ],
    "alphavantage_NVDA_income.csv": [
        (None, 1, ["fiscalDateEnding", "reportedCurrency", "grossProfit", "totalRevenue"]),
        (None, 2, ["2021-10-31", "USD", "4631000000", "7103000000"]),
    ],
    "csvkit__test_locale.csv": [(None, 1, ["a", "b", "c"]), (None, 2, ["1,7", "200.000.000"])],
    "csvkit__test_utf8_bom.csv": [(None, 1, ["foo", "bar", "baz"]), (None, 3, ["4", "5", "ʤ"])],
    "csvkit__mac_newlines.csv": [(None, 1, ["a", "b", "c"]), (None, 3, ["Once upon\ra time", "5", "6"])],
    "csvkit__blanks.csv": [(None, 2, [None, "NA", "N/A", "NONE", "NULL", "."])],
    "csvkit__Datagov_FY10_EDU_recp_by_State.csv": [
        (None, 3, ["State Name", "State Abbreviate", "Post-9/11GI Bill Program"]),
        (None, 5, ["ALASKA", "AK", "1781", "561", "170", "164", "28", "1", "2,705"]),
    ],
    "frictionless__bom.csv": [(None, 1, ["id", "name"]), (None, 3, ["2", "中国人"])],
    "frictionless__delimiter.csv": [(None, 1, ["id", "name"]), (None, 3, ["2", "中国人"])],
    "frictionless__blank-rows-multiple.csv": [(None, 1, ["id", "name", "age"]), (None, 3, ["1102", "Julie", "26"])],
    "frictionless__leading-zeros.csv": [(None, 2, ["01"]), (None, 4, ["00003"])],
    "messytables__excel_pasting.csv": [
        (None, 2, ["thousand tonnes carbon equivalent"]),
        (None, 4, ["Year", "2000", "2001"]),
        (None, 5, ["Timber", "2,666", "2,274"]),
    ],
    "messytables__complex.csv": [
        (None, 2, ["2011-01-01", "24 October 2011", "0"]),
        (None, 4, ["2011-01-03", None, "6,000,000", "Galway"]),
    ],
    "messytables__simple.psv": [
        (None, 1, ["Year", "New dwellings", "Other dwellings"]),
        (None, 2, ["1986", "44000", "35000", "36000", "27000", "45000"]),
    ],
    "messytables__simple.ssv": [(None, 1, ["date", "temperature", "place"]), (None, 3, ["2011-01-02", "-1", "Galway"])],
    "messytables__null.csv": [(None, 1, ["1", "null", "0", "0"]), (None, 3, ["3", "null"])],
    "messytables__utf8bom.csv": [(None, 1, ["kitten", "win"])],
    "frictionless__merged-cells.xlsx": [(SHEET_1, 1, ["data"])],
    "frictionless__multiline-headers.xlsx": [
        (SHEET_1, 1, ["Region", "Caloric contribution", "Cumulative impact of changes on cost of food basket"]),
        (SHEET_1, 4, [None, None, "from previous quarter", "from baseline (%)"]),
        (SHEET_1, 5, [None, "(%)"]),
    ],
    "frictionless__preserve-formatting.xlsx": [
        ("Sheet1", 1, ["empty", "0", "0.00"]),
        ("Sheet1", 2, [None, *[Decimal("1000.5577")] * 5, *[date(2040, 5, 20)] * 3]),
    ],
    "frictionless__table.xlsx": [(SHEET_1, 2, [1, F]), (SHEET_1, 3, [2, F]), ("Sheet 2", 2, [1, "english"])],
    "frictionless__table-with-two-sheets.ods": [(SHEET_1, 3, [2, "中国人"]), ("Tabelle2", 2, [1, 2, 3])],
    "frictionless__sheets.xlsx": [
        ("Sheet1", 2, [1, "london"]),
        ("Sheet2", 2, [2, "paris"]),
        ("Sheet3", 1, ["id", "name"]),
    ],
    "agate_excel__test_skip_lines.xlsx": [
        ("test.csv", 4, ["number", "text", "boolean", "date", "datetime"]),
        ("test.csv", 6, [2, "👍", "FALSE", date(2015, 11, 5), "2015-11-04 12:45:00"]),
        ("test.csv", 7, [None, "b"]),
    ],
    "pyexcel_xlsx__merged-cell-sheet.xlsx": [("Sheet1", 2, [None, 5, 6]), ("Sheet1", 4, [10, 11])],
    "pyexcel_xlsx__date_field.xlsx": [("Sheet1", 2, [date(2014, 12, 25), "11:11:11"])],
    "tablib__ragged.xlsx": [("Sheet1", 1, ["a", "b"]), ("Sheet1", 2, [1])],
    "tablib__xlsx_cell_values.xlsx": [("Sheet1", 1, [F])],
    "csvkit__sheets.xlsx": [
        ("data", 1, ["text", "date", "integer", "boolean", "float", "datetime", "empty_column"]),
        ("data", 3, ["Chicago Sun-Times", date(1948, 1, 1), 63, F, Decimal("1.27"), "1948-01-01 14:57:13"]),
        ("ʤ", 2, [1, 2, 3]),
    ],
    "messytables__multilineods.ods": [("Sheet1", 1, ["1\n2\n3\n4"])],
    "messytables__simple.xls": [
        ("simple.csv", 1, ["date", "temperature", "place"]),
        ("simple.csv", 3, [date(2011, 1, 2), -1, "Galway"]),
        ("simple.csv", 7, [date(2011, 1, 3), 5, "Berkeley"]),
    ],
    "price_strings_known_answers.csv": [
        (None, 1, ["group", "currency_hint", "raw"]),
        (None, 2, ["PRICE_PARSING_DECIMAL_SEPARATOR_EXAMPLES", None, "1250€ 600", "€", "1250", "1250", "€"]),
    ],
}
REFUSED = {"frictionless__wide.csv": ("limit", "at most 200 columns")}


def listed() -> list[str]:
    if not MESSY.is_dir():
        return []
    with (MESSY / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return [row["file"] for row in csv.DictReader(file)]


def shown(cell: object) -> object:
    return cell.code if isinstance(cell, CellError) else cell


@needs_published_figures
@pytest.mark.parametrize("name", EXPECTED)
def test_a_messy_file_is_read_as_a_person_reads_it(name: str):
    read = read_all((MESSY / name).read_bytes())

    for sheet, number, expected in EXPECTED[name]:
        rows = read[sheet] if sheet in read else read[next(one for one in read if one and one.startswith(sheet or ""))]
        got = [shown(cell) for cell in dict(rows)[number]][: len(expected)]
        assert [want if want is ... else cell for cell, want in zip(got, expected, strict=True)] == expected
        assert all(type(cell) is type(want) for cell, want in zip(got, expected, strict=True) if want is not ...)


@needs_published_figures
@pytest.mark.parametrize("name", REFUSED)
def test_a_messy_file_beyond_the_limits_is_refused_by_name(name: str):
    code, words = REFUSED[name]

    with pytest.raises(UnreadableFileError, match=words) as refusal:
        read_all((MESSY / name).read_bytes())

    assert refusal.value.code == code


@needs_published_figures
def test_every_file_that_is_listed_is_looked_at():
    assert sorted(listed()) == sorted([*EXPECTED, *REFUSED])
    assert {path.name for path in Path(MESSY).iterdir()} == {*listed(), "manifest.csv"}


@needs_published_figures
def test_the_days_of_a_report_s_headings_are_days():
    rows = dict(read_all((MESSY / "sec_financial_report_AAPL_2025Q2.xlsx").read_bytes())["Cover Page"])

    assert [parse_day(str(cell)) for cell in rows[2][1:]] == [date(2025, 3, 29), date(2025, 4, 18)]

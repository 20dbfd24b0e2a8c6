"""Which sheet, which row is the header, what its names mean, and everything that is wrong with it."""

from collections.abc import Iterator, Sequence

import pytest

from shared.services.import_files import Cell, CellError, Sheet, Table, UnreadableFileError, choose_table
from tests.durable_imports.readers.reading import text_sheet

KEYS = ["company_external_id", "period_end"]
HEADER = [*KEYS, "total_revenue"]
ROW = ["acme", "2025-12-31", "5"]


def found(table: Table) -> list[tuple[str, str | None, str | None]]:
    """Code, cell and suggestion of every issue."""
    return [(issue.code, issue.cell, issue.suggestion) for issue in table.issues]


def chosen(*rows: Sequence[Cell]) -> Table:
    return choose_table([text_sheet(*map(list, rows))])


def test_the_header_is_the_row_that_names_most_columns_below_titles_and_blanks():
    table = chosen(["Q4 report", None], [], ["total revenue in thousands"], HEADER, ROW, [], ROW)

    assert (table.header_row, table.header, table.dataset, table.layout) == (4, tuple(HEADER), "inputs", "wide")
    assert list(table.rows()) == [(5, ROW), (7, ROW)]
    assert list(table.rows()) == [(5, ROW), (7, ROW)]
    assert table.issues == []


@pytest.mark.parametrize(
    "written",
    [
        "total_revenue",
        "Total revenue",
        "TOTAL-REVENUE",
        "totalRevenue",
        "TotalRevenue",
        "Total\u00a0 Revenue ",
        "total.revenue",
    ],
)
def test_a_name_is_known_however_it_looks(written: str):
    assert chosen([*KEYS, written], ROW).header[2] == "total_revenue"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ARR from new customers", "new_logo_arr"),
        ("Cash burn (negative: cash consumed)", "cash_burn"),
        ("Cash burn", "cash_burn"),
        ("Sales and marketing expense", "sales_marketing_expense"),
        ("EBITDA", "ebitda"),
    ],
)
def test_a_label_means_its_field(written: str, name: str):
    assert chosen([*KEYS, written], ROW).header[2] == name


def test_every_fault_of_a_header_is_listed_at_once_with_its_cell_and_the_nearest_name():
    table = chosen(["Period End", "total_revenu", None, "ebitda", "EBITDA"], ["2025-12-31", "1", "2", "3", "4"])

    assert found(table) == [
        ("unknown_header", "B1", "did you mean total_revenue?"),
        ("header_twice", "E1", None),
        ("missing_header", None, None),
        ("unnamed_column", "C2", None),
    ]


def test_a_row_with_more_cells_than_the_header_is_named_and_a_blank_end_is_none():
    table = chosen(HEADER, [*ROW, None, "x"], [*ROW, None], ROW[:1])

    assert found(table) == [("too_many_cells", "E2", None)]
    assert [len(cells) for _, cells in table.rows()] == [3, 3, 3]


def test_very_many_faulty_rows_are_counted_though_not_all_listed():
    table = chosen(HEADER, *[[*ROW, "x"]] * 1_500)

    assert len(table.issues) == 1_001
    assert table.issues[-1].message.startswith("500 more rows")


def test_a_header_alone_is_no_table():
    assert found(chosen(HEADER)) == [("no_rows", None, None)]


def test_names_that_nobody_knows_are_still_a_header_with_its_faults():
    table = chosen(["A title"], ["foo", "bar"], ["1", "2"])

    assert table.header_row == 2
    assert [issue.code for issue in table.issues] == ["unknown_header"] * 2 + ["missing_header"] * 2


def test_a_file_with_a_metric_per_row_is_long():
    table = chosen([*KEYS, "Metric", "Value", "currency"], [*ROW[:2], "Total revenue", "5", "EUR"])

    assert (table.dataset, table.layout, table.issues) == ("inputs", "long", [])
    assert [issue.column_name for issue in chosen([*KEYS, "metric"], ROW).issues] == ["value"]
    assert [issue.code for issue in chosen([*HEADER, "metric", "value"], [*ROW, "a", "1"]).issues] == ["unknown_header"]


@pytest.mark.parametrize(
    ("header", "dataset"),
    [
        (["external_id", "name", "Reporting currency", "fiscal year end"], "companies"),
        (["company_id", "closed_on", "round", "currency", "Post-money valuation"], "rounds"),
    ],
)
def test_other_datasets_are_told_by_their_header(header: list[str], dataset: str):
    table = chosen(header, ["x"] * len(header))

    assert (table.dataset, table.layout, table.issues) == (dataset, "wide", [])


def test_what_a_template_declares_above_its_header_is_handed_on():
    table = chosen(["# template: 1"], ["#Scale : thousands"], ["# locale: de"], HEADER, ["# note: no option", "x", "1"])

    assert table.declared == {"template": "1", "scale": "thousands", "locale": "de"}
    assert table.issues == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("# template: 2", "template_version"),
        ("# scale: dozens", "invalid_declaration"),
        ("# locale: xx", "invalid_declaration"),
    ],
)
def test_what_a_template_declares_must_be_known(line: str, code: str):
    assert [issue.code for issue in chosen([line], HEADER, ROW).issues] == [code]


def sheets(*named: tuple[str, list[Cell]]) -> list[Sheet]:
    return [text_sheet(header, ROW, name=name) for name, header in named]


def test_of_several_sheets_the_one_with_a_known_header_is_used_and_the_others_are_named():
    table = choose_table(
        sheets(("Notes", ["hello", "world"]), ("Data", HEADER), ("Definitions", ["name", "total_revenue"]))
    )

    assert (table.sheet, table.other_sheets, table.issues) == ("Data", ("Notes", "Definitions"), [])


def test_two_sheets_that_could_be_meant_must_be_told_apart_by_the_sender():
    both = sheets(("2024", HEADER), ("2025", HEADER))

    assert [issue.code for issue in choose_table(both).issues] == ["several_sheets"]
    assert "'2024', '2025'" in choose_table(both).issues[0].message
    assert choose_table(both, " 2025").sheet == "2025"


def test_a_sheet_that_is_not_there_is_said_with_those_that_are():
    issues = choose_table(sheets(("Data", HEADER)), "Dta").issues

    assert [(issue.code, "'Data'" in issue.message) for issue in issues] == [("sheet_not_found", True)]
    assert choose_table([text_sheet(HEADER, ROW)], "Data").issues[0].code == "sheet_not_found"


def test_sheets_without_any_known_header_are_all_named():
    issues = choose_table(sheets(("One", ["a", "b"]), ("Two", ["c", "d"]))).issues

    assert [(issue.code, "'One', 'Two'" in issue.message) for issue in issues] == [("no_known_header", True)]


def test_a_hidden_sheet_is_used_only_when_it_is_named():
    both = [text_sheet(HEADER, ROW, name="Old", hidden=True), text_sheet(HEADER, ROW, name="New")]

    assert choose_table(both).sheet == "New"
    assert choose_table(both, "old").sheet == "Old"


def broken() -> Iterator[tuple[int, list[Cell]]]:
    raise UnreadableFileError("limit", "too wide")


def test_a_sheet_that_cannot_be_read_matters_only_when_no_other_can():
    wide = Sheet("Dump", broken)

    assert choose_table([wide, text_sheet(HEADER, ROW, name="Data")]).sheet == "Data"
    with pytest.raises(UnreadableFileError, match="too wide"):
        choose_table([wide, text_sheet(name="Notes")])


@pytest.mark.parametrize("wanted", [None, "Data"])
def test_a_file_without_a_single_cell_is_refused(wanted: str | None):
    with pytest.raises(UnreadableFileError, match="empty") as refusal:
        choose_table([text_sheet(name="Data")], wanted)

    assert refusal.value.code == "empty"


def test_a_cell_that_cannot_be_used_is_shown_where_it_stands():
    error = CellError("formula", "=A1", "the cell holds a formula")
    table = chosen([*KEYS, error], [*ROW, error])

    assert [(issue.code, issue.value) for issue in table.issues] == [
        ("unknown_header", "=A1"),
        ("too_many_cells", "=A1"),
    ]
    assert list(table.rows()) == [(2, ROW)]

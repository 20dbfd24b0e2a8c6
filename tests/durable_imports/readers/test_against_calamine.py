"""The readers against an independent one: calamine, on real workbooks and on random ones that XlsxWriter writes."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from durable_imports.readers import open_sheets
from durable_imports.readers.texts import clean_text
from shared.services.import_files import Cell, CellError
from tests.durable_imports.readers.reading import Rows, read_all, written_xlsx
from tests.oracle.published import FOLDER, needs_published_figures

MESSY = sorted(path for path in (FOLDER / "messy").glob("*") if path.suffix in {".xlsx", ".xls", ".ods"})


def plain(value: object) -> Cell:
    """What calamine gives, as the readers would."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        number = Decimal(repr(value))
        return int(number) if number == number.to_integral_value() else number
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date()
    if isinstance(value, time):
        return value.isoformat()
    return clean_text(value) if isinstance(value, str) else value


def calamine_rows(content: bytes) -> Iterator[tuple[str, Rows]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows: Rows = []
            for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
                cells = [plain(value) for value in row]
                while cells and cells[-1] is None:
                    cells.pop()
                if cells:
                    rows.append((number, cells))
            yield name, rows


@needs_published_figures
@pytest.mark.parametrize("path", MESSY, ids=lambda path: path.name)
def test_real_workbooks_are_read_as_calamine_reads_them(path: Path):
    content = path.read_bytes()
    compared = 0
    ours = read_all(content, cached_values=True)

    for name, theirs in calamine_rows(content):
        mine = {(number, column): cell for number, cells in ours[name] for column, cell in enumerate(cells)}
        for number, cells in theirs:
            for column, cell in enumerate(cells):
                got = mine.pop((number, column), None)
                if isinstance(got, CellError) or (isinstance(got, str) and got.endswith("%")):
                    continue
                assert got == cell, (name, number, column)
                compared += 1
        assert not [cell for cell in mine.values() if cell is not None and not isinstance(cell, CellError)]
    assert compared


VALUES = st.one_of(
    st.none(),
    st.integers(-(10**15), 10**15),
    st.floats(-1e15, 1e15).filter(lambda number: number == 0 or abs(number) > 1e-12),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="_="), max_size=20).filter(
        lambda text: "://" not in text and not text.startswith(("{", "mailto:", "internal:", "external:"))
    ),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2199, 12, 31)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VALUES, max_size=6), max_size=6), st.booleans())
def test_random_workbooks_are_read_as_calamine_reads_them(rows: list[list[object]], since_1904: bool):
    least = date(1904, 1, 2) + timedelta(days=1)
    usable = [[max(cell, least) if since_1904 and isinstance(cell, date) else cell for cell in row] for row in rows]
    options = {"date_1904": since_1904, "default_date_format": "yyyy-mm-dd", "strings_to_numbers": False}
    content = written_xlsx({"Data": usable}, **options)

    assert read_all(content)["Data"] == dict(calamine_rows(content))["Data"]


def test_a_sheet_is_named_as_calamine_names_it():
    content = written_xlsx({"Umsätze": [[1]], "Data & more": [[2]]})

    with open_sheets(io.BytesIO(content)) as sheets:
        assert [sheet.name for sheet in sheets] == [name for name, _ in calamine_rows(content)]

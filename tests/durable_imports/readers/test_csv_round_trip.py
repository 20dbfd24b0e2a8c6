"""Any table, written in any dress of CSV, is read back as it was."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from durable_imports.readers.csv_rows import DELIMITERS
from durable_imports.readers.texts import clean_text
from shared.services.import_files import choose_table
from tests.durable_imports.readers.reading import open_sheets

HEADER = ["company_external_id", "period_end", "total_revenue", "reason"]
TEXTS = st.text(st.characters(codec="cp1252", exclude_categories=("Cc",), include_characters="\n"), max_size=15)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(
    lambda number: f"{number:f}".replace(".", ",")
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, NUMBERS | TEXTS, TEXTS), max_size=8)
TITLES = st.lists(st.lists(TEXTS.filter(lambda text: not text.startswith("#")), max_size=3), max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    titles=TITLES,
    rows=ROWS,
    delimiter=st.sampled_from(DELIMITERS),
    line_end=st.sampled_from(("\n", "\r\n", "\r")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
)
def test_any_table_in_any_dress_is_read_back(
    titles: list[list[str]], rows: list[tuple[str, ...]], delimiter: str, line_end: str, encoding: str, quoting: int
):
    rows = [tuple(cell.replace("\n", line_end) for cell in row) for row in rows]
    titles = [[cell.replace("\n", line_end) for cell in row] for row in titles]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(
        [*titles, HEADER, *rows]
    )
    expected = [
        (number, [clean_text(cell) for cell in row])
        for number, row in enumerate(rows, start=len(titles) + 2)
        if any(map(clean_text, row))
    ]

    with open_sheets(io.BytesIO(buffer.getvalue().encode(encoding))) as sheets:
        table = choose_table(sheets)
        assert table.header == tuple(HEADER)
        assert table.header_row == len(titles) + 1
        assert list(table.rows()) == expected

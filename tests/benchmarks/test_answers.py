"""What counts as the same answer: values, in whatever form; and that other values never do."""

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from xlsxwriter import Workbook

from benchmarks.answers import (
    digest_cells,
    digest_csv,
    digest_matrix,
    digest_page,
    digest_rates,
    digest_workbook,
)

ROW = {"company_id": "a", "arr": 1.5, "flags": ["x"], "nulls": {"nrr": "missing_input"}, "day": None}
LINES = [["name", "id", "external", "company", "2025Q1", "2025Q2"], ["arr", "a", "b", "c", Decimal("-1.50"), None]]
RATES = [["a", date(2025, 1, 1), Decimal("1.0900"), 2020]]


def page(**changes: object) -> bytes:
    return json.dumps({"items": [{**ROW, **changes}], "next": None}).encode()


def test_exact_numbers_written_as_texts_are_the_same_numbers():
    assert digest_page(page(arr="1.500")) == digest_page(page())
    assert digest_page('{"items":[{"n":12345678901234567.0001}]}') == digest_page(
        '{"items":[{"n":"12345678901234567.00010"}]}'
    )


@pytest.mark.parametrize(
    "change", [{"arr": 1.5001}, {"arr": None}, {"flags": []}, {"nulls": {}}, {"nulls": {"nrr": "other"}}, {"day": 0}]
)
def test_another_value_is_another_answer(change: dict[str, Any]):
    assert digest_page(page(**change)) != digest_page(page())


def test_rows_in_another_order_are_another_answer():
    assert digest_matrix('{"values":[[1],[2]]}') != digest_matrix('{"values":[[2],[1]]}')


def test_a_matrix_says_the_same_as_csv_and_as_cells():
    assert digest_csv(b"\xef\xbb\xbfname,id,external,company,2025Q1,2025Q2\r\narr,a,b,c,-1.5,\r\n") == digest_cells(
        LINES
    )
    assert digest_csv(b"name,id,external,company,2025Q1,2025Q2\r\narr,a,b,c,,-1.5\r\n") != digest_cells(LINES)


def workbook(rate: float) -> bytes:
    buffer = io.BytesIO()
    book = Workbook(buffer)
    values, rates = book.add_worksheet("Values"), book.add_worksheet("FX")
    for place, line in enumerate(LINES):
        values.write_row(place, 0, line)
    rates.write_row(0, 0, ["id", "day", "rate", "year"])
    rates.write_row(1, 0, ["a"])
    rates.write_datetime(1, 1, date(2025, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    rates.write_row(1, 2, [rate, 2020])
    book.close()
    return buffer.getvalue()


def test_a_workbook_says_the_same_as_its_lines():
    assert digest_workbook(workbook(1.09)) == digest_rates(digest_cells(LINES), RATES)
    assert digest_workbook(workbook(1.091)) != digest_rates(digest_cells(LINES), RATES)

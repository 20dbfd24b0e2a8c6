"""From a file's bytes to a table: encodings, delimiters, blank rows, limits."""

import pytest

from durable_imports import readers
from durable_imports.readers import UnreadableFileError, read_table

PLAIN = "Company External ID,period_end,ebitda\none,2024-03-31,1\n"
CELLS = [(2, {"company_external_id": "one", "period_end": "2024-03-31", "ebitda": "1"})]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("ebitda", '"ebitda"').replace(",1", ",  1  ").encode(),
        PLAIN.replace("ebitda", "ebitda,,").encode(),
    ],
)
def test_one_table_in_many_dresses_is_read_alike(content: bytes):
    table = read_table(content)

    assert table.header == ("company_external_id", "period_end", "ebitda")
    assert list(table.rows) == CELLS


def test_blank_rows_are_left_out_and_rows_keep_their_number_in_the_file():
    table = read_table(b"\n,,\nperiod_end,ebitda\n,\n2024-03-31,1\n\n2024-06-30,2\n")

    assert [number for number, _ in table.rows] == [5, 7]


def test_a_quoted_cell_may_hold_delimiters_and_line_ends():
    table = read_table(b'period_end,reason\n2024-03-31,"late, and\nlong"\n')

    assert table.rows[0][1]["reason"] == "late, and\nlong"


def test_text_of_an_old_windows_program_is_read():
    assert read_table("external_id,name\nx,Müller & Söhne\n".encode("cp1252")).rows[0][1]["name"] == "Müller & Söhne"


def test_a_row_longer_than_the_header_is_noted():
    assert read_table(b"a,b\n1,2,\n1,2,3\n").ragged == [3]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"PK\x03\x04rest", "workbook"),
        (b"a,b\n\x00\x01,2\n", "no text"),
        (b'a,b\n"1,2\n', "no CSV"),
        (("a," * 300).encode() + b"\n1\n", "columns"),
        (b"a,b\n" + b"x" * 5000 + b",1\n", "characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(content: bytes, words: str):
    with pytest.raises(UnreadableFileError, match=words):
        read_table(content)


def test_the_limits_on_size_and_rows_hold(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "MAX_ROWS", 2)
    with pytest.raises(UnreadableFileError, match="more than 2 rows"):
        read_table(b"a\n1\n2\n3\n")
    monkeypatch.setattr(readers, "MAX_BYTES", 5)
    with pytest.raises(UnreadableFileError, match="at most 5"):
        read_table(b"a\n1\n2\n3\n")

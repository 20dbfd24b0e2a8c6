"""CSV: encodings, delimiters, quotes, line ends, and the numbers of rows."""

import io
import tracemalloc
from dataclasses import replace

import pytest

from durable_imports.readers import LIMITS, open_sheets
from tests.durable_imports.readers.reading import read_rows, refusal_of

PLAIN = "Company External ID,period_end,ebitda\nBüro,2024-03-31,1\n"
CELLS = [(1, ["Company External ID", "period_end", "ebitda"]), (2, ["Büro", "2024-03-31", "1"])]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        PLAIN.encode("cp1252"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.rstrip().encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace(",", "|").encode(),
        ("sep=;\n" + PLAIN.replace(",", ";")).encode(),
        PLAIN.replace("ebitda", '"ebitda"').replace(",1", ",  1  ").encode(),
        PLAIN.replace("2024", ' "2024').replace("-31,", '-31",').encode(),
        PLAIN.replace("ebitda", "ebitda,,").encode(),
        PLAIN.replace("Büro", "\u00a0\u200bBüro\ufeff\u202f").encode(),
    ],
)
def test_one_table_in_many_dresses_is_read_alike(content: bytes):
    assert read_rows(content) == CELLS


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("company_id;period_end;ebitda\na;2024-03-31;1,5\nb;2024-06-30;2,25\n", (2, ["a", "2024-03-31", "1,5"])),
        ("Report, ours\nMade, by us\nFor, you\ncompany_id;ebitda\na;1,5\n", (5, ["a", "1,5"])),
        ('company_id,reason\na,"x;y;z;w"\nb,"p;q;r;s"\n', (2, ["a", "x;y;z;w"])),
        ("a|b|c\n1,5|2,5|3,5\n", (2, ["1,5", "2,5", "3,5"])),
        ("ebitda\n1,5\n", (2, ["1", "5"])),
    ],
)
def test_the_delimiter_is_the_one_that_makes_sense_of_most_rows(text: str, row: tuple[int, list[str]]):
    assert row in read_rows(text.encode())


def test_rows_have_the_numbers_a_spreadsheet_shows_and_blank_ones_are_left_out():
    content = b'\n,,\nperiod_end,reason\n,\n2024-03-31,"two\nlines, and ""quotes"""\n\n2024-06-30,x\n'

    rows = read_rows(content)

    assert [number for number, _ in rows] == [3, 5, 7]
    assert rows[1][1][1] == 'two\nlines, and "quotes"'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"a,b\n\x00\x01,2\n", "not_text"),
        (b'a,b\n"1,2\n', "open_quote"),
        (b'a,b\n"' + b"x,y\n" * 50_000, "open_quote"),
        (b'a,b\n"1"2,3\n', "broken_quote"),
        ("a,é\n".encode() + "é".encode()[:1], "truncated"),
        ("a,b\n".encode("utf-16")[:-1], "truncated"),
        (b"a,b\n\xff\xfe\x81\n", "encoding"),
        (b"%PDF-1.7 ...", "wrong_kind"),
        (b"\x1f\x8b\x08abc", "wrong_kind"),
        (b"\x89PNG\r\n", "wrong_kind"),
        (b"<html><table>", "wrong_kind"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "wrong_kind"),
        (b"PK\x03\x04 no zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(content: bytes, code: str):
    refusal = refusal_of(content)

    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize(
    ("content", "limits", "words"),
    [
        (b"a,b\n1,2\n", replace(LIMITS, csv_bytes=5), "at most 5 bytes"),
        (b"a\n1\n2\n3\n", replace(LIMITS, rows=3), "more than 3 rows"),
        (b"\n" * 50 + b"a\n", replace(LIMITS, last_row=50), "more than 50 rows, blank ones included"),
        (b"a," * 100_000 + b"b\n", LIMITS, "at most 200 columns"),
        (b"x" * 1_200_000, LIMITS, "a line has"),
    ],
)
def test_every_limit_of_text_is_kept_and_named(content: bytes, limits: object, words: str):
    refusal = refusal_of(content, limits=limits)

    assert refusal is not None
    assert refusal.code == "limit"
    assert words in str(refusal)


def test_blank_columns_beyond_the_limit_are_no_columns():
    assert read_rows(b"a,b" + b"," * 300 + b"\n1,2" + b"," * 300 + b"\n") == [(1, ["a", "b"]), (2, ["1", "2"])]


def test_two_readers_of_one_file_do_not_disturb_each_other():
    with open_sheets(io.BytesIO(b"".join(b"%d,x\n" % number for number in range(60_000)))) as (sheet,):
        pairs = list(zip(sheet.read_rows(), sheet.read_rows(), strict=True))

    assert len(pairs) == 60_000
    assert all(one == other for one, other in pairs)


def test_a_long_file_never_lies_in_memory():
    content = io.BytesIO(b"company_id,period_end,ebitda\n" + b"some-company,2024-03-31,1250000.50\n" * 100_000)
    tracemalloc.start()
    try:
        with open_sheets(content) as (sheet,):
            count = sum(1 for _ in sheet.read_rows())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == 100_001
    assert peak < 6_000_000

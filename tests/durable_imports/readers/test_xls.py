"""XLS, record by record: numbers however packed, texts over records, formulas, and what is refused."""

import struct
from datetime import date
from decimal import Decimal

import pytest

from shared.services.import_files import CellError
from tests.durable_imports.readers.ole_files import made_ole, made_xls, record
from tests.durable_imports.readers.reading import read_all, read_rows, refusal_of


def cell(kind: int, row: int, column: int, rest: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<3H", row, column, style) + rest)


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return cell(0x0203, row, column, struct.pack("<d", value), style)


def packed_number(bits: int) -> bytes:
    return cell(0x027E, 0, 0, struct.pack("<L", bits))


def formula(row: int, column: int, result: bytes) -> bytes:
    return cell(0x0006, row, column, result + bytes(8))


STYLES = record(0x00E0, struct.pack("<HH", 0, 0) + bytes(16)) + record(0x00E0, struct.pack("<HH", 0, 14) + bytes(16))


@pytest.mark.parametrize(
    ("bits", "value"),
    [
        (1234 << 2 | 2, 1234),
        ((-7 & 0x3FFFFFFF) << 2 | 2, -7),
        (123456 << 2 | 3, Decimal("1234.56")),
        (struct.unpack("<Q", struct.pack("<d", 1.5))[0] >> 32, Decimal("1.5")),
        (struct.unpack("<Q", struct.pack("<d", 150.0))[0] >> 32 | 1, Decimal("1.5")),
    ],
)
def test_a_packed_number_is_read_exactly(bits: int, value: object):
    assert read_rows(made_xls(packed_number(bits))) == [(1, [value])]


def test_rows_and_columns_stand_where_the_records_say():
    many = record(0x00BD, struct.pack("<HH", 4, 1) + struct.pack("<HLHL", 0, 1 << 2 | 2, 0, 2 << 2 | 2) + b"\2\0")
    cells = number(1, 2, 0.1) + number(1, 0, 45657.0, style=1) + many + cell(0x0205, 4, 4, b"\1\0")

    rows = read_rows(made_xls(cells, before=STYLES))

    assert rows == [(2, [date(2024, 12, 31), None, Decimal("0.1")]), (5, [None, 1, 2, None, "TRUE"])]


def test_a_text_that_runs_over_records_is_whole_even_where_its_width_changes():
    table = struct.pack("<LLHB", 3, 3, 6, 0) + b"abc"
    rest = b"\1" + "déf".encode("utf-16-le") + struct.pack("<HBHL", 2, 0x0C, 1, 3) + b"x" + b"y"
    shared = (
        record(0x00FC, table)
        + record(0x003C, rest)
        + record(0x003C, bytes(4) + b"ext" + struct.pack("<HB", 1, 0) + b"z")
    )
    cells = cell(0x00FD, 0, 0, struct.pack("<L", 0)) + cell(0x00FD, 0, 1, struct.pack("<L", 1))
    cells += cell(0x00FD, 0, 2, struct.pack("<L", 2))

    assert read_rows(made_xls(cells, before=shared)) == [(1, ["abcdéf", "xy", "z"])]


FORMULAS = (
    formula(0, 0, struct.pack("<d", 2.0))
    + formula(0, 1, b"\0" + bytes(5) + b"\xff\xff")
    + record(0x0207, struct.pack("<HB", 2, 0) + b"ab")
    + formula(0, 2, b"\1\0\1" + bytes(3) + b"\xff\xff")
    + formula(0, 3, b"\2\0\7" + bytes(3) + b"\xff\xff")
    + formula(0, 4, b"\3" + bytes(5) + b"\xff\xff")
)


def test_formulas_are_errors_unless_their_last_values_are_accepted():
    ((_, refused),) = read_rows(made_xls(FORMULAS))
    ((_, accepted),) = read_rows(made_xls(FORMULAS), cached_values=True)

    assert [one.code for one in refused] == ["formula"] * 5
    assert accepted[:3] == [2, "ab", "TRUE"]
    assert (accepted[3].code, accepted[3].text) == ("excel_error", "#DIV/0!")
    assert accepted[4].code == "formula"


def test_an_error_is_an_error_of_the_cell():
    assert isinstance(read_rows(made_xls(cell(0x0205, 0, 0, b"\x2a\1")))[0][1][0], CellError)


def test_charts_within_a_sheet_hold_no_cells():
    chart = record(0x0809, struct.pack("<HH", 0x0600, 0x20)) + number(0, 5, 9.0) + record(0x000A)

    assert read_all(made_xls(chart + number(0, 0, 1.0), sheets=2)) == {"Sheet1": [(1, [1])], "Sheet2": [(1, [1])]}


def looped() -> bytes:
    """A container whose first chain of sectors bites its tail."""
    content = bytearray(made_xls(number(0, 0, 1.0)))
    (table,) = struct.unpack_from("<L", content, 76)
    struct.pack_into("<L", content, (table + 1) * 512, 0)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (made_xls(b"", before=record(0x002F, bytes(6))), "encrypted"),
        (made_xls(b"", before=record(0x00D3)), "macros"),
        (made_xls(b"", kind=1), "macros"),
        (made_xls(b"", before=record(0x01AE, b"\1\0\5\0\0http")), "external_links"),
        (made_xls(b"", before=record(0x01AE, b"\1\0\1\0")), "external_links"),
        (made_xls(number(5, 0, 1.0) + number(1, 0, 1.0)), "damaged"),
        (made_xls(cell(0x00FD, 0, 0, struct.pack("<L", 3))), "damaged"),
        (made_xls(record(0x0203, b"\0\0")), "damaged"),
        (made_xls(b"", before=record(0x00FC, struct.pack("<LL", 9, 9))), "damaged"),
        (made_xls(b"", before=record(0x00FC, struct.pack("<LL", 9, 0xFFFFFFFF))), "limit"),
        (made_xls(number(0, 250, 1.0)), "limit"),
        (made_xls(b"", sheets=201), "limit"),
        (made_ole({"Workbook": record(0x0809, struct.pack("<HH", 0x0500, 5))}), "wrong_kind"),
        (made_ole({"Workbook": b"x" * 5_000}), "damaged"),
        (made_xls(b"")[:3_000], "damaged"),
        (looped(), "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(content: bytes, code: str):
    refusal = refusal_of(content)

    assert refusal is not None
    assert refusal.code == code, str(refusal)


def test_own_sheets_and_add_ins_are_no_links():
    before = record(0x01AE, struct.pack("<HH", 1, 0x0401)) + record(0x01AE, struct.pack("<HH", 1, 0x3A01))

    assert read_rows(made_xls(number(0, 0, 1.0), before=before)) == [(1, [1])]

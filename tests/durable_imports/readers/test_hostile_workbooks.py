"""Workbooks made to harm: each is refused by name, at once, and in little memory."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from durable_imports.readers import LIMITS, open_sheets, xml_events
from tests.durable_imports.readers.ole_files import made_ole, made_xls, record
from tests.durable_imports.readers.reading import (
    ods_parts,
    packed,
    raw_ods,
    raw_xlsx,
    read_rows,
    refusal_of,
    sheet_xml,
    xlsx_parts,
)

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def bomb() -> bytes:
    return packed(xlsx_parts() | {"xl/media/image1.png": b"\0" * 50_000_000})


def lying_sizes(said: int) -> bytes:
    """The directory says that a part is shorter or longer than it is."""
    content = bytearray(packed(xlsx_parts() | {"xl/media/image1.png": b"\0" * 5_000_000}))
    place = content.rfind(b"xl/media/image1.png") - 46
    struct.pack_into("<L", content, place + 24, said)
    return bytes(content)


def with_names(*names: str) -> bytes:
    return packed(xlsx_parts() | dict.fromkeys(names, "x"))


def noise(length: int) -> str:
    """Text that packs badly."""
    return random.Random(1).randbytes(length // 2).hex()


def twice() -> bytes:
    buffer = io.BytesIO(packed(xlsx_parts()))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("XL/Workbook.xml", "another")
    return buffer.getvalue()


def encrypted_zip() -> bytes:
    content = bytearray(packed(xlsx_parts()))
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    return bytes(content)


def endless_directory() -> bytes:
    return packed({f"xl/part{number}.xml": "" for number in range(2_500)})


def zip64() -> bytes:
    content = packed(xlsx_parts())
    place = content.rfind(b"PK\x05\x06")
    return content[:place] + b"PK\x06\x07" + bytes(16) + content[place:]


def rewritten(part: str, content: str) -> bytes:
    return packed(xlsx_parts() | {part: content})


def nested(depth: int) -> bytes:
    return rewritten("xl/workbook.xml", "<a>" * depth + "</a>" * depth)


def ods(table: str, **parts: str) -> bytes:
    return packed(ods_parts(table) | {name.replace("__", "/"): content for name, content in parts.items()})


AGAIN = '<sheet name="Again" sheetId="2" r:id="rId1"/>'
TABLE = '<table:table table:name="Data"/>'
LONG = f"<table:table-cell><text:p>{'x' * 900_000}</text:p></table:table-cell>"
VALUE = '<table:table-cell office:value-type="float" office:value="1"/>'

HOSTILE = {
    "a bomb": (bomb, "limit"),
    "a directory that hides": (lambda: lying_sizes(1_000), "damaged"),
    "a directory that boasts": (lambda: lying_sizes(5_000_001), "damaged"),
    "too many parts": (endless_directory, "limit"),
    "zip64": (zip64, "wrong_kind"),
    "names that climb": (lambda: with_names("../../etc/passwd"), "unsafe_names"),
    "names from the root": (lambda: with_names("/etc/passwd"), "unsafe_names"),
    "names of Windows": (lambda: with_names("C:\\x.xml"), "unsafe_names"),
    "one name twice": (twice, "unsafe_names"),
    "an encrypted part": (encrypted_zip, "encrypted"),
    "an encrypted workbook": (lambda: made_ole({"EncryptedPackage": b"x" * 5_000}), "encrypted"),
    "an encrypted ODS": (
        lambda: ods(TABLE, **{"META-INF__manifest.xml": "<m><manifest:encryption-data xmlns:manifest='u'/></m>"}),
        "encrypted",
    ),
    "macros": (lambda: with_names("xl/vbaProject.bin"), "macros"),
    "macros of ODS": (lambda: ods(TABLE, **{"Basic__Standard__x.xml": "<x/>"}), "macros"),
    "macros of XLS": (lambda: made_ole({"Workbook": b"x" * 5_000, "_VBA_PROJECT": b"x"}), "macros"),
    "external links": (lambda: with_names("xl/externalLinks/externalLink1.xml"), "external_links"),
    "external links of ODS": (lambda: ods(f"{TABLE[:-2]}><table:table-source/></table:table>"), "external_links"),
    "entities in a sheet": (lambda: rewritten("xl/worksheets/sheet1.xml", ENTITIES + "<x>&b;</x>"), "unsafe_xml"),
    "entities in any part": (lambda: rewritten("docProps/app.xml", " " * 65_530 + ENTITIES), "unsafe_xml"),
    "a document type over two pieces": (
        lambda: rewritten("docProps/app.xml", " " * 65_530 + "<!DOCTYPE x><x/>"),
        "unsafe_xml",
    ),
    "entities in UTF-16": (
        lambda: packed(xlsx_parts() | {"xl/worksheets/sheet1.xml": (ENTITIES + "<x/>").encode("utf-16")}),
        "unsafe_xml",
    ),
    "entities in ODS": (lambda: packed(ods_parts("") | {"content.xml": ENTITIES + "<x/>"}), "unsafe_xml"),
    "another encoding": (
        lambda: rewritten("xl/worksheets/sheet1.xml", "<?xml version='1.0' encoding='iso-8859-1'?><x/>"),
        "damaged",
    ),
    "endless nesting": (lambda: nested(100_000), "damaged"),
    "one part for many sheets": (
        lambda: rewritten(
            "xl/workbook.xml", str(xlsx_parts()["xl/workbook.xml"]).replace("<sheets>", f"<sheets>{AGAIN}")
        ),
        "damaged",
    ),
    "a tag without end": (lambda: rewritten("xl/worksheets/sheet1.xml", f"<x a='{noise(2_000_000)}'/>"), "damaged"),
    "array formulas without end": (
        lambda: raw_xlsx(f"<row r='1'>{'<c><f t=%sarray%s ref=%sA1:B9%s>1</f></c>' * 150}</row>".replace("%s", "'")),
        "damaged",
    ),
    "no XML": (lambda: rewritten("xl/worksheets/sheet1.xml", "<row"), "damaged"),
    "no sheet": (
        lambda: packed({name: part for name, part in xlsx_parts().items() if "sheet1" not in name}),
        "damaged",
    ),
    "no workbook": (lambda: packed({"word/document.xml": "<x/>"}), "wrong_kind"),
    "a binary workbook": (lambda: packed({"xl/workbook.bin": b"x"}), "wrong_kind"),
    "a document in OLE": (lambda: made_ole({"WordDocument": b"x" * 5_000}), "wrong_kind"),
    "an old workbook": (lambda: made_ole({"Book": b"x" * 5_000}), "wrong_kind"),
    "the end cut off": (lambda: packed(xlsx_parts())[:-30], "damaged"),
    "the middle gone": (lambda: packed(xlsx_parts())[:200] + packed(xlsx_parts())[400:], "damaged"),
    "a cell at the end of the world": (
        lambda: raw_xlsx(f'{ONE}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "limit",
    ),
    "a place beyond the sheet": (lambda: raw_xlsx('<row r="1048577"><c><v>1</v></c></row>'), "damaged"),
    "rows that go back": (lambda: raw_xlsx(f'<row r="5"/>{ONE}'), "damaged"),
    "cells that go back": (lambda: raw_xlsx('<row r="1"><c r="B1"/><c r="A1"><v>1</v></c></row>'), "damaged"),
    "a cell of another row": (lambda: raw_xlsx('<row r="1"><c r="A2"><v>1</v></c></row>'), "damaged"),
    "a text that is not there": (lambda: raw_xlsx('<row r="1"><c t="s"><v>5</v></c></row>'), "damaged"),
    "columns repeated without end": (
        lambda: raw_ods(f"<table:table-row>{VALUE[:-2]} table:number-columns-repeated='16384'/></table:table-row>"),
        "limit",
    ),
    "repetitions that are no count": (
        lambda: raw_ods(f"<table:table-row table:number-rows-repeated='9999999999999'>{VALUE}</table:table-row>"),
        "damaged",
    ),
    "a table in a table": (lambda: raw_ods("<table:table table:name='x'/>"), "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_by_name_quickly_and_in_little_memory(name: str):
    make, code = HOSTILE[name]
    content = make()
    begun = time.perf_counter()
    untraced = refusal_of(content)
    taken = time.perf_counter() - begun
    tracemalloc.start()
    try:
        refusal = refusal_of(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert refusal is not None
    assert untraced is not None
    assert refusal.code == code, str(refusal)
    assert taken < 2
    assert peak < 50_000_000


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (replace(LIMITS, workbook_bytes=500), "at most 500 bytes of a workbook"),
        (replace(LIMITS, unpacked_bytes=1_000), "at most 1,000 unpacked bytes"),
        (replace(LIMITS, entries=3), "at most 3 parts"),
        (replace(LIMITS, rows=1), "more than 1 rows of the sheet 'Data'"),
        (replace(LIMITS, cells=3), "more than 3 cells"),
        (replace(LIMITS, columns=1), "something in column B"),
        (replace(LIMITS, texts=1), "too many different texts"),
        (replace(LIMITS, text_length=5), "texts are too long"),
        (replace(LIMITS, sheets=0), "at most 0 sheets"),
        (replace(LIMITS, part_bytes=100), "the part 'xl/workbook.xml'"),
    ],
)
def test_every_limit_of_workbooks_is_kept_and_named(limits: object, words: str):
    texts = "<si><t>text</t></si><si><t>more</t></si>"
    rows = (
        '<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
        '<row r="2"><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row>'
    )

    refusal = refusal_of(packed(xlsx_parts(rows, texts=texts)), limits=limits)

    assert refusal is not None
    assert refusal.code == "limit"
    assert words in str(refusal)


def test_a_part_of_nothing_but_tags_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(xml_events, "MOST_TAGS", 1_000)

    refusal = refusal_of(raw_xlsx("<row/>" * 2_000))

    assert refusal is not None
    assert (refusal.code, "at most 1,000 tags" in str(refusal)) == ("limit", True)


def test_a_dimension_that_lies_costs_nothing():
    parts = xlsx_parts()
    lie = '<dimension ref="A1:XFD1048576"/><sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(ONE).replace("<sheetData>", lie)

    assert refusal_of(packed(parts)) is None


def test_a_text_that_very_many_cells_share_is_never_copied():
    cells = "<c t='s'><v>0</v></c>" * 150
    rows = "".join(f'<row r="{row}">{cells}</row>' for row in range(1, 1_000))
    content = packed(xlsx_parts(rows, texts=f"<si><t>{'x' * 3_000}</t></si>"))

    tracemalloc.start()
    try:
        with open_sheets(io.BytesIO(content)) as (sheet,):
            kept = [cells for _, cells in sheet.read_rows()]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(kept) == 999
    assert len(kept[0][0]) == 3_000
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "content",
    [
        raw_xlsx(f'<row r="1"><c t="str"><v>{"x" * 900_000}</v></c></row>'),
        packed(xlsx_parts('<row><c t="s"><v>0</v></c></row>', texts=f"<si><t>{'x' * 900_000}</t></si>")),
        raw_ods(f"<table:table-row>{LONG}</table:table-row>"),
        b"a,b\n" + b"x" * 4_001 + b",1\n",
        made_xls(record(0x0204, bytes(6) + struct.pack("<HB", 5_000, 0) + b"x" * 5_000)),
    ],
    ids=["xlsx", "shared", "ods", "csv", "xls"],
)
def test_a_cell_that_is_too_long_is_an_error_of_that_cell(content: bytes):
    read = read_rows(content)[-1][1][0]

    assert read.code == "cell_too_long"
    assert len(read.text) == 200

"""No text comes alive in a spreadsheet, and no negative number is made a text."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.spreadsheet_text import MAX_CELL_TEXT, may_start_formula, neutralise_text, workbook_text

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
HOSTILE = st.text(st.one_of(st.sampled_from(f"{STARTS} ;,|'\"\u200b\ufeff\u00a0\0A1()"), st.characters(codec="utf-8")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("  =1", "'  =1"),
        ("\u200b=1", "'\u200b=1"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("a;=1", "a;'=1"),
        ("a;\u200b=1", "a;\u200b'=1"),
        ("\r\ud7c7@", "'\r\ud7c7'@"),
        ('a| "=1', "a| \"'=1"),
        ("a;b=1;-", "a;b=1;'-"),
        ("\uff1d1", "'\uff1d1"),
        ("-4464892", "-4464892"),
        ("-1,234.50", "-1,234.50"),
        ("-1.5E-7", "-1.5E-7"),
        ("Acme = Best", "Acme = Best"),
        ("a\ud800", "a\ufffd"),
        ("", ""),
    ],
)
def test_a_field_that_could_start_a_formula_gets_an_apostrophe(text: str, expected: str):
    assert neutralise_text(text) == expected


@given(HOSTILE)
def test_no_neutralised_field_starts_a_formula_wherever_a_spreadsheet_splits_it(text: str):
    written = io.StringIO(newline="")
    csv.writer(written).writerow(["x", neutralise_text(text)])

    for part in [neutralise_text(text), *written.getvalue().replace("\r", ";").replace("\n", ";").split(";")]:
        assert not may_start_formula(part.strip('" \t')), part


@given(HOSTILE)
def test_a_text_that_is_taken_for_no_formula_stays_as_it_is(text: str):
    if not any(start in text for start in STARTS):
        assert neutralise_text(text) == text


@given(st.text())
def test_what_a_workbook_holds_is_the_text_and_no_xml(text: str):
    held = workbook_text(text)

    assert held.encode().decode() == held
    assert not (held.startswith("<r>") and held.endswith("</r>"))
    if text.isprintable() and not text.startswith("<r>"):
        assert held == text


def test_a_text_too_long_for_a_cell_says_that_it_was_cut():
    held = workbook_text("a" * 40_000)

    assert len(held) == MAX_CELL_TEXT
    assert held.endswith("a…")
    assert workbook_text("<r><f>1</f></r>") == " <r><f>1</f></r>"

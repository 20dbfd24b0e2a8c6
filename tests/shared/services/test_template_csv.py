"""A template as CSV: separated as its locale's spreadsheets expect, its remarks read as nothing but remarks."""

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.services.template_csv import write_template_csv
from tests.shared.services.test_template_workbook import ROW, TEMPLATE

DECLARATION = re.compile(r"#\s*\w+\s*:")


def lines_of(content: bytes) -> list[str]:
    return content.decode("utf-8-sig").split("\r\n")


@pytest.mark.parametrize(
    ("locale", "separator"),
    [(None, ","), ("en-GB", ","), ("es-MX", ","), ("de", ";"), ("de-CH", ";"), ("fr", ";"), ("pt-BR", ";")],
)
def test_the_separator_is_the_one_of_the_locale_s_spreadsheets(locale: str | None, separator: str):
    lines = lines_of(write_template_csv(replace(TEMPLATE, locale=locale)))

    header = next(line for line in lines if not line.startswith("#"))
    assert tuple(header.split(separator)) == TEMPLATE.header


@settings(deadline=None)
@given(st.text(st.one_of(st.sampled_from('=+-@;,:|#"\t\n\r'), st.characters(codec="utf-8"))))
def test_whatever_a_company_is_called_its_last_quarter_is_one_remark(name: str):
    reference = replace(TEMPLATE.references[0], company=name)

    remarks = [
        line for line in lines_of(write_template_csv(replace(TEMPLATE, references=(reference,)))) if line[:1] == "#"
    ]

    assert [bool(DECLARATION.match(line)) for line in remarks] == [True, True, False, False, False, False]
    assert not set(remarks[-1]) & set('",;:|\t\r\n')


@settings(deadline=None)
@given(st.text(min_size=1))
def test_no_id_starts_a_formula_in_a_template(external_id: str):
    text = write_template_csv(replace(TEMPLATE, rows=(replace(ROW, external_id=external_id),))).decode("utf-8-sig")

    written = list(csv.reader(io.StringIO(text, newline="")))[-1][0]
    assert not written.startswith(("=", "+", "@", "\t", "\r"))
    assert not written.startswith("-") or re.fullmatch(r"-[0-9][0-9.,eE+-]*", written)

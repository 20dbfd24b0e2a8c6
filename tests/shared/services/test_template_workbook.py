"""A template as a workbook: read by another library, inspected as a zip, filled in and read back."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.catalogue import METRICS_BY_NAME
from shared.domain.fields import COUNT_FIELDS, FIELD_NAMES, INPUT_FIELDS
from shared.domain.scenarios import Scenario
from shared.services.import_files import column_letter
from shared.services.template_layout import Prefilled, Reference, Template
from shared.services.template_workbook import LARGEST, SPARE_ROWS, write_template_workbook
from tests.shared.services.opened import Opened, day_of, exact

ID = UUID("6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10")
ENDS = (date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31))
HEADER_ROW = 5
ROW = Prefilled("acme", ID, ENDS[1], "GBP", Scenario.ACTUAL, ENDS)
TEMPLATE = Template(
    scale="units",
    locale=None,
    scenario=Scenario.ACTUAL,
    rows=(ROW, replace(ROW, external_id=None)),
    references=(
        Reference("Acme, Inc.", ENDS[0], "GBP", {"total_revenue": Decimal("-12.50"), "employees": Decimal(7)}),
    ),
    currencies=("CAD", "EUR", "GBP", "USD"),
    made_at=datetime(2026, 1, 15, 8, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def opened() -> Opened:
    return Opened(write_template_workbook(TEMPLATE))


def test_the_first_sheet_declares_itself_and_asks_for_every_field(opened: Opened):
    rows = opened.rows("Inputs")

    assert opened.sheet_names == ["Inputs", "Last quarter", "Definitions"]
    assert [row[0] for row in rows[:2]] == ["# template: 1", "# scale: units"]
    assert all(row[0].startswith("# ") for row in rows[:HEADER_ROW])
    assert tuple(rows[HEADER_ROW]) == TEMPLATE.header
    first, second = (dict(zip(TEMPLATE.header, row, strict=True)) for row in rows[HEADER_ROW + 1 : HEADER_ROW + 3])
    assert (first["company_external_id"], first["company_id"]) == ("acme", "")
    assert (second["company_external_id"], second["company_id"]) == ("", str(ID))
    assert (day_of(first["period_end"]), first["currency"], first["scenario"]) == (ENDS[1], "GBP", "actual")
    assert {first[name] for name in FIELD_NAMES} == {""}


def test_the_reference_stands_in_rows_and_is_not_to_be_typed_into(opened: Opened):
    rows = opened.rows("Last quarter")

    assert [list(map(exact, row)) for row in rows[2:]] == [
        ["Acme, Inc.", ENDS[0], "GBP", "Total revenue", Decimal("-12.5")],
        ["Acme, Inc.", ENDS[0], "GBP", "Employees", Decimal("7.0")],
    ]
    assert "<sheetProtection" in opened.xml("Last quarter")
    assert not set(rows[1]) & {*FIELD_NAMES, *(field.label for field in INPUT_FIELDS), "metric", "value"}


def test_cells_are_checked_and_say_what_they_ask_for(opened: Opened):
    xml = opened.xml("Inputs")

    assert xml.count("<dataValidation ") == len(TEMPLATE.header) + len(TEMPLATE.rows)
    assert '"2025-09-30,2025-12-31,2026-03-31"' in xml.replace("&quot;", '"')
    assert '"actual,budget,forecast"' in xml.replace("&quot;", '"')
    assert '"GBP,CAD,EUR,USD"' in xml.replace("&quot;", '"')
    dates = re.findall(r'<dataValidation type="date"[^>]*sqref="([A-Z]+)(\d+):', xml)
    assert dates == [(column_letter(TEMPLATE.header.index("period_end")), str(HEADER_ROW + 2 + len(TEMPLATE.rows)))]
    assert xml.count('type="whole"') == len(COUNT_FIELDS)
    assert xml.count('type="decimal"') == len(FIELD_NAMES) - len(COUNT_FIELDS)
    assert f"<formula2>{LARGEST}</formula2>" in xml
    assert f":A{HEADER_ROW + 1 + len(TEMPLATE.rows) + SPARE_ROWS}" in xml
    assert "negative = cash consumed" in opened.parts["xl/comments1.xml"]
    assert "whole units of the currency" in opened.parts["xl/comments1.xml"]
    assert 'state="frozen"' in xml
    assert "yyyy-mm-dd" in opened.parts["xl/styles.xml"]


def test_the_definitions_name_every_field_and_the_metrics_it_feeds(opened: Opened):
    header, *rows = opened.rows("Definitions")
    by_name = {row[0]: dict(zip(header, row, strict=True)) for row in rows}

    assert tuple(by_name) == FIELD_NAMES
    assert by_name["cash_burn"]["Sign"] == "negative = cash consumed, positive = cash generated"
    assert by_name["customers_lost"]["Note"].startswith("over the quarter.")
    assert by_name["debt_outstanding"]["Sign"] == "zero or positive"
    feeds = {name: row["Feeds"].split(", ") for name, row in by_name.items()}
    assert {"gross_margin", "ltm_gross_profit"} <= set(feeds["gross_profit"])
    assert {metric for fed in feeds.values() for metric in fed if metric} <= set(METRICS_BY_NAME)


def test_nothing_in_it_is_alive_and_the_same_template_is_the_same_bytes(opened: Opened):
    opened.assert_harmless()

    assert write_template_workbook(TEMPLATE) == write_template_workbook(TEMPLATE)
    assert "Upload template, version 1" in opened.parts["docProps/core.xml"]
    assert "2026-01-15T08:00:00Z" in opened.parts["docProps/core.xml"]


def test_a_template_in_thousands_says_so_everywhere_but_not_of_counts():
    opened = Opened(write_template_workbook(replace(TEMPLATE, scale="thousands", locale="de-CH")))

    assert [row[0] for row in opened.rows("Inputs")[1:3]] == ["# scale: thousands", "# locale: de-CH"]
    comments = opened.parts["xl/comments1.xml"]
    assert comments.count("thousands of the currency") == len(FIELD_NAMES) - len(COUNT_FIELDS)
    assert comments.count("never scaled") == len(COUNT_FIELDS)


AMOUNTS = st.decimals(min_value=-(10**11), max_value=10**11, places=4)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), AMOUNTS), min_size=len(FIELD_NAMES), max_size=len(FIELD_NAMES)))
def test_a_template_filled_in_and_read_back_keeps_every_value(values: list[Decimal | None]):
    filled = fill(dict(zip(FIELD_NAMES, values, strict=True)))

    row = dict(zip(TEMPLATE.header, Opened(filled).rows("Inputs")[HEADER_ROW + 1], strict=True))

    assert [exact(row[name]) if row[name] != "" else None for name in FIELD_NAMES] == values


def fill(values: dict[str, Decimal | None]) -> bytes:
    """The template with figures typed into its first row, everything else as it was."""
    typed = "".join(
        f'<c r="{column_letter(TEMPLATE.header.index(name))}{HEADER_ROW + 2}"><v>{value:f}</v></c>'
        for name, value in values.items()
        if value is not None
    )
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write_template_workbook(TEMPLATE))) as template,
        zipfile.ZipFile(buffer, "w") as file,
    ):
        for name in template.namelist():
            text = template.read(name).decode()
            if name.endswith("sheet1.xml"):
                head, row, rest = text.partition(f'<row r="{HEADER_ROW + 2}"')
                text = head + row + rest.replace("</row>", f"{typed}</row>", 1)
            file.writestr(name, text)
    return buffer.getvalue()

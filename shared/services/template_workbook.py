"""Upload templates as workbooks: the sheet to fill in, the last quarter to look at, what every field means."""

from collections.abc import Sequence
from typing import Any

from shared.domain.fields import FIELDS_BY_NAME, InputField
from shared.domain.periods import EARLIEST_END, LATEST_END
from shared.domain.scenarios import Scenario
from shared.schemas.fields import MAX_DECIMALS, MAX_DIGITS
from shared.services.field_guide import FieldGuide, guide_fields
from shared.services.template_layout import TEMPLATE_VERSION, Template
from shared.services.workbooks import DAY_FORMAT, MAX_INPUT_MESSAGE, MAX_INPUT_TITLE, Book, Cell, build_workbook

SPARE_ROWS = 200
"""Rows below the prefilled ones that are formatted and checked too."""
MAX_LIST = 255
"""The characters of a list of choices that spreadsheets can hold."""
LARGEST = 10 ** (MAX_DIGITS - MAX_DECIMALS) - 1
NUMBER_FORMATS = {"units": "#,##0", "thousands": "#,##0.0", "millions": "#,##0.000"}
COUNT_FORMAT = "#,##0"
HEADER = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
PREFILLED = {"bg_color": "#F2F2F2"}
REMARK = {"font_color": "#595959"}
KEY_HINTS = {
    "company_external_id": "The firm's own name for the company. Leave it as it is.",
    "company_id": "The company's id on the platform. Leave it as it is.",
    "period_end": "The quarter's real last day, YYYY-MM-DD; at most 7 days from the calendar's.",
    "currency": "The currency of the amounts in this row, three letters of ISO 4217.",
    "scenario": "actual, budget or forecast.",
    "reason": "Why figures on record change. A closed quarter needs one; otherwise leave it blank.",
}
_WIDTHS = {"company_external_id": 24, "company_id": 38, "reason": 28}
_Options = dict[str, Any]


def write_template_workbook(template: Template) -> bytes:
    """The template as XLSX: sheets Inputs, Last quarter and Definitions, without formulas, macros or links."""
    title, subject = "Metric inputs", f"Upload template, version {TEMPLATE_VERSION}"
    guides = guide_fields(template.scale)
    with build_workbook(title=title, subject=subject, made_at=template.made_at) as (book, buffer):
        _write_inputs(book, template, guides)
        _write_last_quarter(book, template, guides)
        _write_definitions(book, guides)
    return buffer.getvalue()


def _write_inputs(book: Book, template: Template, guides: Sequence[FieldGuide]) -> None:
    sheet = book.add_sheet("Inputs")
    remarks = (*template.declarations, *template.hints)
    for number, line in enumerate(remarks):
        book.write_text(sheet, number, 0, line, **REMARK)
    top = len(remarks)
    hints = {**KEY_HINTS, **{guide.name: guide.hint for guide in guides}}
    sheet.set_row(top, 34)
    for column, name in enumerate(template.header):
        book.write_text(sheet, top, column, name, **HEADER)
        book.write_note(sheet, top, column, hints[name])
        sheet.set_column(column, column, _WIDTHS.get(name, 17), book.style(**_column_style(name, template.scale)))
        _check_column(sheet, template, column, top + 1, hints[name])
    for row, prefilled in enumerate(template.rows, start=top + 1):
        for name, value in prefilled.cells().items():
            book.write_cell(sheet, row, template.header.index(name), value, **PREFILLED)
        column = template.header.index("period_end")
        _check(sheet, (row, column, row, column), _ends(prefilled.plausible_ends), KEY_HINTS["period_end"])
    sheet.freeze_panes(top + 1, template.header.index("period_end") + 1)


def _column_style(name: str, scale: str) -> _Options:
    if name in FIELDS_BY_NAME:
        return {"num_format": NUMBER_FORMATS[scale] if FIELDS_BY_NAME[name].is_money else COUNT_FORMAT}
    return {"num_format": DAY_FORMAT, "align": "left"} if name == "period_end" else {"num_format": "@"}


def _check_column(sheet: Any, template: Template, column: int, first: int, hint: str) -> None:
    """What may stand in a column; a person may overrule it, for the token NULL for example."""
    name = template.header[column]
    last = first + len(template.rows) + SPARE_ROWS - 1
    if name == "period_end":
        first += len(template.rows)
        options: _Options = {"validate": "date", "criteria": "between", "minimum": EARLIEST_END, "maximum": LATEST_END}
    elif name == "scenario":
        options = {"validate": "list", "source": [scenario.value for scenario in Scenario]}
    elif name == "currency":
        options = {"validate": "list", "source": _currencies(template)}
    elif name in FIELDS_BY_NAME:
        options = _number_check(FIELDS_BY_NAME[name])
    else:
        options = {"validate": "any"}
    _check(sheet, (first, column, last, column), options, hint)


def _check(sheet: Any, place: tuple[int, int, int, int], options: _Options, hint: str) -> None:
    title, _, message = hint.partition("\n")
    told = {"input_title": title[:MAX_INPUT_TITLE], "input_message": (message or hint)[:MAX_INPUT_MESSAGE]}
    refused = {"error_type": "warning", "error_title": "Is this right?", "error_message": (message or hint)[:200]}
    sheet.data_validation(*place, {**options, **told, **refused})


def _number_check(field: InputField) -> _Options:
    if not field.is_money:
        return {"validate": "integer", "criteria": ">=", "value": 0}
    if not field.may_be_negative:
        return {"validate": "decimal", "criteria": ">=", "value": 0}
    return {"validate": "decimal", "criteria": "between", "minimum": -LARGEST, "maximum": LARGEST}


def _ends(ends: Sequence[Any]) -> _Options:
    return {"validate": "list", "source": [end.isoformat() for end in ends]}


def _currencies(template: Template) -> list[str]:
    """The companies' own first, then the published ones, as many as a list of choices holds."""
    own = sorted({row.currency for row in template.rows})
    known = list(dict.fromkeys([*own, *template.currencies]))
    return known[: (MAX_LIST + 1) // 4]


def _write_last_quarter(book: Book, template: Template, guides: Sequence[FieldGuide]) -> None:
    """A figure per row, so that no row is taken for a header; protected, so that nothing is typed here."""
    sheet = book.add_sheet("Last quarter")
    book.write_text(sheet, 0, 0, f"For reference only, not read on upload. Money in {template.scale}.", **REMARK)
    for column, (name, width) in enumerate([("Of", 28), ("Reported for", 14), ("In", 8), ("What", 38), ("Figure", 18)]):
        book.write_text(sheet, 1, column, name, **HEADER)
        sheet.set_column(column, column, width)
    row = 2
    for reference in template.references:
        for guide in guides:
            if guide.name not in reference.figures:
                continue
            opening: tuple[Cell, ...] = (reference.company, reference.period_end, reference.currency, guide.label)
            for column, value in enumerate(opening):
                book.write_cell(sheet, row, column, value)
            number_format = _column_style(guide.name, template.scale)
            book.write_cell(sheet, row, len(opening), reference.figures[guide.name], **number_format)
            row += 1
    sheet.freeze_panes(2, 0)
    sheet.protect()


def _write_definitions(book: Book, guides: Sequence[FieldGuide]) -> None:
    sheet = book.add_sheet("Definitions")
    columns = (("Name", 26), ("Meaning", 38), ("Kind", 10), ("Unit", 28), ("Sign", 44), ("Note", 62), ("Feeds", 120))
    for column, (name, width) in enumerate(columns):
        book.write_text(sheet, 0, column, name, **HEADER)
        sheet.set_column(column, column, width)
    for row, guide in enumerate(guides, start=1):
        texts = (guide.name, guide.label, guide.kind, guide.unit, guide.sign, guide.note, ", ".join(guide.feeds))
        for column, value in enumerate(texts):
            book.write_text(sheet, row, column, value)
    sheet.freeze_panes(1, 1)
    sheet.protect()

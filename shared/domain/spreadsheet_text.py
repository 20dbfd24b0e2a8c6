"""Text on its way into a spreadsheet: nothing in it may come alive as a formula, however the file is opened."""

import re

FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula (full-width signs too), or what hides one there."""
_NEGATIVE_NUMBER = re.compile(r"-[0-9][0-9.,]*([eE][+-]?[0-9]+)?")
_AFTER_SEPARATOR = re.compile(r"([;\t\r\n|][^\S\r\n]*\"?)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""What no file can hold."""
_APOSTROPHE = "'"
MAX_CELL_TEXT = 32_767
"""The characters a workbook's cell can hold."""


def may_start_formula(text: str) -> bool:
    """Whether a spreadsheet could read the text as a formula; a negative number is none."""
    if not text or _NEGATIVE_NUMBER.fullmatch(text):
        return False
    if text[0] in FORMULA_STARTS:
        return True
    visible = next((character for character in text if character.isprintable() and not character.isspace()), "")
    return visible in FORMULA_STARTS


def neutralise_text(text: str) -> str:
    """The text as a CSV field that stays text: an apostrophe goes before what could start a formula.

    A spreadsheet of another locale splits a comma's file at semicolons, so that what follows one is treated alike.
    """
    inside = _AFTER_SEPARATOR.sub(rf"\g<1>{_APOSTROPHE}", _HALF_CHARACTER.sub("\ufffd", text))
    return f"{_APOSTROPHE}{inside}" if may_start_formula(text) else inside


def workbook_text(text: str) -> str:
    """The text as a workbook can hold it: at most 32,767 characters, halves of characters as U+FFFD."""
    clean = _HALF_CHARACTER.sub("\ufffd", text)
    if clean.startswith("<r>") and clean.endswith("</r>"):
        clean = f" {clean}"  # a writer would take it for a rich text's own XML
    return clean if len(clean) <= MAX_CELL_TEXT else f"{clean[: MAX_CELL_TEXT - 1]}…"

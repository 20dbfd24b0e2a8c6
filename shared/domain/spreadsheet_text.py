"""Text on its way into a spreadsheet: nothing in it may come alive as a formula, however the file is opened."""

import re

FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula (full-width signs too), or what hides one there."""
_NEGATIVE_NUMBER = re.compile(r"-[0-9][0-9.,]*([eE][+-]?[0-9]+)?")
_AFTER_SEPARATOR = re.compile(r"(?<=[;\t\r\n|])[^;\t\r\n|]+")
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
    place = _first_shown(text)
    return place is not None and text[place] in FORMULA_STARTS


def _first_shown(text: str, besides: str = "") -> int | None:
    """Where the first character stands that a person sees, and that is none of these; None: there is none."""
    shown = (place for place, sign in enumerate(text) if sign.isprintable() and not sign.isspace())
    return next((place for place in shown if text[place] not in besides), None)


def neutralise_text(text: str) -> str:
    """The text as a CSV field that stays text: an apostrophe goes before what could start a formula.

    A spreadsheet of another locale splits a comma's file at semicolons, so that what follows one is treated alike.
    """
    inside = _AFTER_SEPARATOR.sub(_neutralise_part, _HALF_CHARACTER.sub("\ufffd", text))
    starts = may_start_formula(text) or may_start_formula(text.lstrip('"'))
    return f"{_APOSTROPHE}{inside}" if starts else inside


def _neutralise_part(part: re.Match[str]) -> str:
    """What follows a separator, an apostrophe before a sign that it shows first, in quotation marks or not."""
    text = part[0]
    place = _first_shown(text, besides='"')
    starts = place is not None and text[place] in FORMULA_STARTS
    return f"{text[:place]}{_APOSTROPHE}{text[place:]}" if starts else text


def workbook_text(text: str) -> str:
    """The text as a workbook can hold it: at most 32,767 characters, halves of characters as U+FFFD."""
    clean = _HALF_CHARACTER.sub("\ufffd", text)
    if clean.startswith("<r>") and clean.endswith("</r>"):
        clean = f" {clean}"  # a writer would take it for a rich text's own XML
    return clean if len(clean) <= MAX_CELL_TEXT else f"{clean[: MAX_CELL_TEXT - 1]}…"

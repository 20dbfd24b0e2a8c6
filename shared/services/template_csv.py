"""Upload templates as CSV: declarations and hints in lines that begin with #, the header, the prefilled rows."""

import csv
import io
import re
from datetime import date

from shared.domain.spreadsheet_text import neutralise_text
from shared.services.template_layout import Reference, Template

BYTE_ORDER_MARK = "\ufeff"
"""By it spreadsheets know UTF-8."""
_COMMA_LANGUAGES = frozenset({"en", "zh", "ja", "ko", "th", "he", "hi"})
_COMMA_COUNTRIES = frozenset({"MX", "US"})
_READ_INTO = re.compile(r"[\s:,;|]+")


def write_template_csv(template: Template) -> bytes:
    """The template in UTF-8 with a byte-order mark, its separator the one that the locale's spreadsheets expect."""
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer, delimiter=_delimiter(template.locale))
    remarks = [*template.declarations, *template.hints, *map(_remark, template.references)]
    writer.writerows([line] for line in remarks)
    header = template.header
    writer.writerow(header)
    for row in template.rows:
        cells = row.cells()
        writer.writerow(_field(cells.get(name, "")) for name in header)
    return buffer.getvalue().encode()


def _delimiter(locale: str | None) -> str:
    """What spreadsheets set to the locale separate lists by: a semicolon, unless they are of the English kind."""
    language, _, country = (locale or "en").partition("-")
    return "," if language in _COMMA_LANGUAGES or country in _COMMA_COUNTRIES else ";"


def _field(value: str | date) -> str:
    return value.isoformat() if isinstance(value, date) else neutralise_text(value)


def _remark(reference: Reference) -> str:
    """The last quarter in one line that no reader takes for data, whatever the company is called."""
    figures = " / ".join(f"{name} {value:f}" for name, value in reference.figures.items())
    company = _READ_INTO.sub(" ", reference.company).replace('"', "'").strip()
    return f"# For reference {company} reported for {reference.period_end} in {reference.currency} / {figures}"

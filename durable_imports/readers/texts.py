"""What a person sees of a text: without the blanks and invisible signs around it, and no longer than a cell may be."""

from shared.domain.written import INVISIBLE
from shared.services.import_files import CellError

_SHOWN = 200
_SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
AROUND = _SPACES + INVISIBLE


def text_cell(text: str, longest: int) -> str | CellError | None:
    """A text as a cell: trimmed; None when blank; an error of the cell when it is too long."""
    cleaned = text.strip(AROUND)
    if len(cleaned) > longest:
        return CellError(
            "cell_too_long", cleaned[:_SHOWN], f"the cell has more than {longest:,} characters; shorten it"
        )
    return cleaned or None


def clean_text(text: str) -> str | None:
    """The text without blanks and invisible signs around it; None when nothing is left."""
    return text.strip(AROUND) or None

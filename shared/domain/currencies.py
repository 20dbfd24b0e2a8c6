"""Currency codes: three capital letters of ISO 4217, and the ones a row can be read in."""

import re

_CODE = re.compile(r"[A-Z]{3}")


def parse_currency(text: str) -> str:
    """The code in capitals.

    Raises:
        ValueError: the text is not three letters.
    """
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise ValueError("a currency is a three-letter ISO 4217 code, for example EUR")
    return code

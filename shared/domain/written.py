"""What people write into files: the error of what cannot be told for certain, and signs that nobody sees."""

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Zero-width and direction signs, as spreadsheets and web pages leave them around a text."""
_DROPPED = dict.fromkeys(map(ord, INVISIBLE))


class WrittenError(ValueError):
    """What is written cannot be used; the code is for machines, the message says what would be right."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def drop_invisible(text: str) -> str:
    """The text without signs that nobody sees."""
    return text.translate(_DROPPED)

"""Which form of an answer a caller prefers, told from its `Accept` header."""

from typing import Literal

from shared.domain.errors import FieldError, InvalidInput
from shared.domain.media_types import CSV, JSON, XLSX

Form = Literal["json", "csv", "xlsx"]
MEDIA_TYPES: dict[str, Form] = {
    JSON: "json",
    CSV: "csv",
    XLSX: "xlsx",
}
"""By preference where a caller has none."""


def choose_form(accept: str | None) -> Form:
    """The form that `Accept` weighs most; JSON without one.

    Raises:
        InvalidInput: it takes none of them (`not_acceptable`).
    """
    weights = _weights(accept or "*/*")
    wanted = {media: _weight_of(media, weights) for media in MEDIA_TYPES}
    best = max(wanted, key=lambda media: wanted[media])
    if wanted[best] > 0:
        return MEDIA_TYPES[best]
    message = f"known are {', '.join(MEDIA_TYPES)}"
    what = FieldError("not_acceptable", message, header="Accept")
    raise InvalidInput([what], "There is no such form of this answer.", code="not_acceptable")


def _weights(accept: str) -> dict[str, int]:
    """What is named, each with its quality in thousandths; a quality that cannot be read counts as none given."""
    found = {}
    for part in accept.split(","):
        media, *parameters = (word.strip().lower() for word in part.split(";"))
        quality = next((word[2:].strip() for word in parameters if word.startswith("q=")), "1")
        whole, _, decimals = quality.partition(".")
        digits = f"{whole}{decimals[:3].ljust(3, '0')}"
        found[media] = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 4 else 1000  # noqa: PLR2004 (1.000)
    return found


def _weight_of(media: str, weights: dict[str, int]) -> int:
    """The weight of the most specific range that covers the media type."""
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*")
    return next((weights[one] for one in ranges if one in weights), 0)

"""What a caller can read, told from its `Accept` header: whether an answer suits it, and which form it prefers."""

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
    wanted = {media: weigh(accept, media) for media in MEDIA_TYPES}
    best = max(wanted, key=lambda media: wanted[media])
    require_acceptable(accept, best, tuple(MEDIA_TYPES))
    return MEDIA_TYPES[best]


def require_acceptable(accept: str | None, media: str, known: tuple[str, ...] = ()) -> None:
    """Refuse a call whose caller cannot read `media`; `known` are all forms there are, where there are several.

    Raises:
        InvalidInput: it is not acceptable; the error names what could be read (`not_acceptable`).
    """
    if not weigh(accept, media):
        message = f"accept {' or '.join(known or (media,))}, or leave the header out"
        what = FieldError("not_acceptable", message, header="Accept")
        raise InvalidInput([what], "The call accepts no form of this answer.", code="not_acceptable")


def weigh(accept: str | None, media: str) -> int:
    """How much a caller wants a media type, in thousandths: the most specific range that covers it says so."""
    if not (accept or "").strip():
        return 1000
    weights = _weights(accept or "")
    ranges = (media, f"{media.partition('/')[0]}/*", "*/*", "*")
    return next((weights[one] for one in ranges if one in weights), 0)


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

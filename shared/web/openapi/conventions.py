"""What many operations have in common: headers they read and answer, further answers, further problems."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_TAG = r'(W/)?"[!#-~]*"'
_TAGS: dict[str, Any] = {"type": "string", "pattern": rf"^(\*|{_TAG}( *, *{_TAG})*)$"}
REQUEST_HEADERS: dict[str, tuple[dict[str, Any], str]] = {
    "If-Match": (_TAGS, "Only while it is in a state with one of these ETags; `*`: only if it is there."),
    "If-None-Match": (_TAGS, "Only while it is in no state with one of these ETags; `*`: only if it is not there."),
    "Idempotency-Key": (
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]([ -~]*[!-~])?$"},
        "Sent again within 24 hours, the same call gets the first answer and has no second effect.",
    ),
    "Prefer": (_TEXT, "`return=minimal`: no body is wanted of what was written."),
}
"""By name: the schema and the meaning."""
ANSWER_HEADERS: dict[str, str] = {
    "Cache-Control": "How the answer may be kept.",
    "ETag": "The state that is answered.",
    "Location": "Where it is.",
    "Preference-Applied": "What of `Prefer` was done.",
    "RateLimit": "What is left of the quota that the call counted against (`r`), and for how many seconds (`t`).",
    "RateLimit-Policy": "That quota (`q`) and the seconds it is for (`w`).",
    "Retry-After": "Seconds after which to ask again.",
    "WWW-Authenticate": "What is wrong with the token.",
    "X-Correlation-Id": "Of this call, in every line that is logged of it; the one sent, or a new one.",
}


@dataclass(frozen=True, slots=True)
class _Manner:
    """What a convention adds to an operation.

    Attributes:
        reads: Names of request headers.
        tells: Names of headers of the answers that go well.
        problems: Codes.
        answers: Further answers without a body: status, meaning, and the name of a header of its own, if any.
    """

    reads: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    answers: tuple[tuple[HTTPStatus, str, str | None], ...] = ()


_HELD = (HTTPStatus.NOT_MODIFIED, "`If-None-Match` names the state that stands.", None)


class Convention(Enum):
    """A manner in which operations read or answer."""

    FRESH = _Manner(("If-None-Match",), ("ETag", "Cache-Control"), (), (_HELD,))
    """A read that is answered again only when something has changed."""
    TAGGED = _Manner(("If-Match", "If-None-Match"), ("ETag", "Cache-Control"), ("precondition_failed",), (_HELD,))
    """A read of one thing, whose ETag a write may expect."""
    EXPECTING = _Manner(("If-Match", "If-None-Match"), ("ETag",), ("precondition_failed",))
    """A write that can be told to happen only in a state of the thing."""
    REMOVING = _Manner(("If-Match", "If-None-Match"), (), ("precondition_failed",))
    """The same of a removal, which leaves no state."""
    ONCE = _Manner(("Idempotency-Key",), (), ("idempotency_key_in_use", "idempotency_key_reused"))
    """A write that is safe to send again under its key."""
    BRIEF = _Manner(("Prefer",), (), (), ((HTTPStatus.NO_CONTENT, "Done; no body was wanted.", "Preference-Applied"),))
    """A write whose body need not be answered."""


Conventions = tuple[Convention, ...]


def header_parameters(conventions: Conventions) -> Iterator[dict[str, Any]]:
    """The request headers, described as parameters."""
    for name in dict.fromkeys(name for each in conventions for name in each.value.reads):
        schema, meaning = REQUEST_HEADERS[name]
        yield {"name": name, "in": "header", "required": False, "description": meaning, "schema": schema}


def told_headers(conventions: Conventions) -> list[str]:
    """Names of the headers that an answer has which goes well."""
    return list(dict.fromkeys(name for each in conventions for name in each.value.tells))


def bare_answers(conventions: Conventions) -> Iterator[tuple[HTTPStatus, str, str | None]]:
    """Further answers without a body: status, meaning, and the name of a header of its own, if any."""
    for each in conventions:
        yield from each.value.answers


def problems_of(conventions: Conventions) -> list[str]:
    """Codes of further problems."""
    return [code for each in conventions for code in each.value.problems]

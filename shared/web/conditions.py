"""Conditional requests (RFC 9110 §13): entity tags in and out, 304, and what a write expects."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus

import azure.functions as func

from shared.domain.errors import FieldError, InvalidInput
from shared.domain.preconditions import ANY, Precondition
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

REVALIDATE = "private, no-cache"
"""A cache may keep the answer for its one user, and asks before it uses it again."""
_TAG = re.compile(r'\s*(?P<weak>W/)?"(?P<tag>[!#-~\x80-\xff]*)"\s*(?:,|$)')


def read_precondition(request: ApiRequest) -> Precondition:
    """What `If-Match` and `If-None-Match` ask for.

    Raises:
        InvalidInput: one of them is no list of entity tags.
    """
    return Precondition(_tags(request, "If-Match", weak=False), _tags(request, "If-None-Match", weak=True))


def unless_held(
    request: ApiRequest, tag: str, headers: Mapping[str, str], make: Callable[[], func.HttpResponse]
) -> func.HttpResponse:
    """What `make` answers, with these headers; 304 without a body where the caller holds the state `tag` of it."""
    held = read_precondition(request).none_match
    if held is not None and held & {tag, ANY}:
        return func.HttpResponse(status_code=HTTPStatus.NOT_MODIFIED.value, headers=dict(headers))
    answer = make()
    answer.headers.update(headers)
    return answer


def tagged_answer(request: ApiRequest, body: str, tag: str) -> func.HttpResponse:
    """The state `tag` of one thing as JSON."""
    Precondition(match=read_precondition(request).match).require(tag)
    return unless_held(request, tag, {**tag_header(tag), "Cache-Control": REVALIDATE}, lambda: json_answer(body))


def tag_header(tag: str) -> dict[str, str]:
    """A strong ETag."""
    return {"ETag": f'"{tag}"'}


def _tags(request: ApiRequest, header: str, *, weak: bool) -> frozenset[str] | None:
    """The tags of a header; a weak one counts where the comparison is weak, and matches nothing elsewhere."""
    value = request.raw.headers.get(header.lower())
    if value is None:
        return None
    if value.strip() == ANY:
        return frozenset({ANY})
    found, place = set(), 0
    while place < len(value) or not place:
        entry = _TAG.match(value, place)
        if entry is None:
            message = 'write "*" or entity tags as an ETag gives them, in their quotes: "3"'
            raise InvalidInput([FieldError("invalid", message, header=header)])
        if weak or not entry["weak"]:
            found.add(entry["tag"])
        place = entry.end()
    return frozenset(found)

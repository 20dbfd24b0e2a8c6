"""Answers: JSON text that the database built, handed through."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus

import azure.functions as func

from shared.data.pages import Page
from shared.domain.media_types import JSON
from shared.web.request import ApiRequest

_MINIMAL = re.compile(r"(?:^|[,;])\s*return\s*=\s*\"?minimal\"?\s*(?:[,;]|$)", re.IGNORECASE)


def json_answer(
    body: str, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """A JSON body."""
    return func.HttpResponse(body, status_code=status.value, headers=dict(headers or {}), mimetype=JSON)


def written_answer(
    request: ApiRequest, body: str, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """What a write made; without it where the caller prefers so (RFC 7240): then 204, or a 201 without a body."""
    if not _MINIMAL.search(request.raw.headers.get("prefer", "")):
        return json_answer(body, status, headers)
    applied = {**(headers or {}), "Preference-Applied": "return=minimal"}
    bare = status if status is HTTPStatus.CREATED else HTTPStatus.NO_CONTENT
    return func.HttpResponse(status_code=bare.value, headers=applied)


def page_answer(request: ApiRequest, page: Page, further: str = "", order: str = "") -> func.HttpResponse:
    """A page of a list: `{"items": […], "next": "<url>"|null}`; `further` is JSON text of members beside them.

    Where another page follows, a `Link` header names it too. `order` is the one the caller asked for, if any.
    """
    if not page.next_key:
        return json_answer(f'{{"items":{page.items},"next":null{further}}}')
    following = request.next_url(page.next_key, order)
    headers = {"Link": f'<{following}>; rel="next"'}
    return json_answer(f'{{"items":{page.items},"next":{json.dumps(following)}{further}}}', headers=headers)


def empty_answer(status: HTTPStatus = HTTPStatus.NO_CONTENT) -> func.HttpResponse:
    """An answer without a body."""
    return func.HttpResponse(status_code=status.value)

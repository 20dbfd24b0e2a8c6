"""Answers: JSON text that the database built, handed through."""

import json
from collections.abc import Mapping
from http import HTTPStatus

import azure.functions as func

from shared.data.pages import Page
from shared.web.request import ApiRequest


def json_answer(
    body: str, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """A JSON body."""
    return func.HttpResponse(body, status_code=status.value, headers=dict(headers or {}), mimetype="application/json")


def page_answer(request: ApiRequest, page: Page, further: str = "", order: str = "") -> func.HttpResponse:
    """A page of a list: `{"items": […], "next": "<url>"|null}`; `further` is JSON text of members beside them.

    Where another page follows, a `Link` header names it too. `order` is the one the caller asked for, if any.
    """
    following = request.next_url(page.next_key, order) if page.next_key else None
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return json_answer(f'{{"items":{page.items},"next":{json.dumps(following)}{further}}}', headers=headers)


def empty_answer(status: HTTPStatus = HTTPStatus.NO_CONTENT) -> func.HttpResponse:
    """An answer without a body."""
    return func.HttpResponse(status_code=status.value)

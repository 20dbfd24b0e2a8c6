"""From a function's return value to the HTTP response, as the real host's HTTP binding does it."""

import json
from typing import Any

from aiohttp import web
from multidict import CIMultiDict

_TEXT, _JSON = "text/plain; charset=utf-8", "application/json; charset=utf-8"
_OF_THE_CONNECTION = {"content-length", "transfer-encoding", "connection"}


def to_response(found: Any) -> web.Response:
    """A response object as it is; a text that parses as JSON is emitted anew as JSON.

    Raises:
        TypeError, ValueError, KeyError, AttributeError: the value is no HTTP response.
    """
    if found.type == "http":
        return _from_object(found.value)
    text = found.value.decode() if isinstance(found.value, bytes) else found.value
    try:
        content = json.loads(text)
    except ValueError:
        return _with_content(None if text == "" else text)
    if isinstance(content, dict):
        fields = {str(name).lower(): value for name, value in content.items()}
        if "body" in fields:
            return _from_fields(fields)
    return _with_content(content)


def _from_object(value: dict[str, Any]) -> web.Response:
    headers = CIMultiDict((name, item.value) for name, item in value["headers"].items())
    for name in _OF_THE_CONNECTION & {name.lower() for name in headers}:
        del headers[name]
    response = web.Response(status=int(value["status_code"].value), body=value["body"].value, headers=headers)
    for cookie in value.get("cookies") or ():
        for morsel in cookie.values():
            response.headers.add("Set-Cookie", morsel.OutputString())
    return response


def _from_fields(fields: dict[str, Any]) -> web.Response:
    """A JSON object with a `body`: by convention a response, with `status` or `statusCode` and `headers`."""
    status = fields.get("statuscode", fields.get("status"))
    response = _with_content(fields["body"], int(status) if status is not None else 200)
    for name, value in (fields.get("headers") or {}).items():
        response.headers[name] = "" if value is None else str(value)
    return response


def _with_content(content: object, status: int = 200) -> web.Response:
    if content is None:
        return web.Response(status=204 if status == web.HTTPOk.status_code else status)
    is_text = isinstance(content, str)
    text = content if isinstance(content, str) else json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return web.Response(status=status, body=text.encode(), headers={"Content-Type": _TEXT if is_text else _JSON})

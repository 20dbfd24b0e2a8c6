"""The built-in HTTP activity behind `call_http`."""

import json
from collections.abc import Mapping

import aiohttp

from devhost.seam import Answer


async def call_http(request_text: str) -> Answer:
    """Send one request; the answer's value has statusCode, headers and content."""
    request = json.loads(request_text)
    if request.get("tokenSource"):
        return Answer(ok=False, value=None, error="NotSupportedException: there is no managed identity on this machine")
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request["method"], request["uri"], data=request.get("content"), headers=request.get("headers")
            ) as answered,
        ):
            content = await answered.text(errors="replace")
    except (aiohttp.ClientError, OSError) as error:
        return Answer(ok=False, value=None, error=f"{type(error).__name__}: {error}")
    headers = {name: _values(answered.headers.getall(name)) for name in answered.headers}
    found: Mapping[str, object] = {"statusCode": answered.status, "headers": headers, "content": content}
    return Answer(ok=True, value=json.dumps(found), error=None)


def _values(values: list[str]) -> str | list[str]:
    """A header as it is; one that is repeated as a list."""
    return values[0] if len(values) == 1 else values

"""What the management API's handlers share: errors as the SDK reads them, flags, JSON bodies."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def failure(status: int, message: str) -> web.Response:
    """An error as the SDK reads it."""
    return web.json_response(
        {"Message": message, "ExceptionMessage": message, "ExceptionType": "System.ArgumentException"}, status=status
    )


def flag(request: web.Request, name: str, *, default: bool) -> bool:
    """A boolean of the query; what is no boolean counts as absent."""
    return {"true": True, "false": False}.get(request.query.get(name, "").lower(), default)


async def json_text(request: web.Request) -> str | None:
    """The body's text if it is JSON; None without a body.

    Raises:
        ValueError: it is no JSON.
    """
    text = await request.text()
    if not text:
        return None
    try:
        json.loads(text)
    except ValueError as error:
        raise ValueError(f"Invalid JSON content: {error}") from None
    return text

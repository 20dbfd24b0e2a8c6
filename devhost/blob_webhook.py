"""What Event Grid posts for blob functions: the subscription's handshake, and events of new blobs.

Both of Event Grid's schemas are read: its own (`eventType`) and CloudEvents (`type`, with the handshake by OPTIONS).
"""

import asyncio
from typing import Any
from urllib.parse import unquote, urlsplit

from aiohttp import web

from devhost.blobs import BlobEvents, BlobFunction
from devhost.http import given_key
from devhost.keys import BLOBS, Keys

PATH = "/runtime/webhooks/blobs"
CREATED = "Microsoft.Storage.BlobCreated"


class BlobWebhook:
    """The handlers of the webhook, behind the extension's system key."""

    def __init__(self, blobs: BlobEvents, keys: Keys) -> None:
        self._blobs = blobs
        self._keys = keys
        self._announcing: set[asyncio.Task[None]] = set()

    async def handle(self, request: web.Request) -> web.Response:
        """One post: 401 without the key, 404 for an unknown function, 400 for what is no event."""
        if not self._keys.admits_extension(BLOBS, given_key(request)):
            return web.Response(status=401)
        found = self._blobs.find(request.query.get("functionName", "").rpartition(".")[2])
        if found is None:
            return web.Response(status=404)
        if request.method == "OPTIONS":
            origin = request.headers.get("WebHook-Request-Origin", "*")
            return web.Response(headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"})
        try:
            content = await request.json()
            events = content if isinstance(content, list) else [content]
            return self._answer(request.headers.get("aeg-event-type", "Notification"), found, events)
        except (ValueError, LookupError, TypeError, AttributeError):
            return web.Response(status=400)

    def _answer(self, kind: str, found: BlobFunction, events: list[dict[str, Any]]) -> web.Response:
        if kind == "SubscriptionValidation":
            return web.json_response({"validationResponse": events[0]["data"]["validationCode"]})
        created = [each for each in events if each.get("eventType", each.get("type")) == CREATED]
        for container, blob in [_subject(each) for each in created]:
            if container == found.container.name:
                task = asyncio.create_task(self._blobs.announce(found, blob))
                self._announcing.add(task)
                task.add_done_callback(self._announcing.discard)
        return web.Response(status=202)


def _subject(event: dict[str, Any]) -> tuple[str, str]:
    """Container and name of the blob of an event: from `/blobServices/default/containers/C/blobs/N`, or its URL."""
    _, marked, rest = str(event.get("subject", "")).partition("/containers/")
    container, marked_blob, blob = rest.partition("/blobs/")
    if marked and marked_blob:
        return container, blob
    parts = urlsplit(event["data"]["url"])
    path = unquote(parts.path).lstrip("/")
    if (parts.hostname or "").replace(".", "").isdigit() or parts.hostname == "localhost":
        path = path.partition("/")[2]  # the account comes first where it has no host name of its own
    container, _, blob = path.partition("/")
    return container, blob

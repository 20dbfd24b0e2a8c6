"""Blob functions fed by events: the container is watched, and every new version of a blob is delivered at least once.

In Azure, Event Grid posts to the webhook this module also serves. Five failures make a blob poison.
"""

import asyncio
import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from aiohttp import web
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient, ContainerClient

from devhost.receipts import Receipts
from devhost.worker import Worker, datum

POLL_SECONDS = 1.0
ATTEMPTS = 5
RETRY_SECONDS = 1.0
PARALLEL = 8

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BlobFunction:
    """A blob function: its container, the pattern of blob names, and the connection string."""

    name: str
    container: str
    pattern: re.Pattern[str]
    connection: str


def name_pattern(path: str) -> tuple[str, re.Pattern[str]]:
    """The container and the blob-name pattern of a trigger's path: `container/folder/{name}.csv`."""
    container, _, rest = path.partition("/")
    pieces = re.split(r"\{([A-Za-z_]\w*)\}", rest or "{name}")
    text = "".join(f"(?P<{piece}>.+)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))
    return container, re.compile(text)


class BlobEvents:
    """Watches containers and delivers blobs to functions."""

    def __init__(self, worker: Worker, functions: list[BlobFunction], state_dir: Path, inputs_of: Any) -> None:  # noqa: ANN401 (as http.py)
        self._worker = worker
        self._functions = {function.name: function for function in functions}
        self._inputs_of = inputs_of
        self._receipts = Receipts(state_dir / "blobs.db")
        self._tasks: list[asyncio.Task[None]] = []
        self._delivering: dict[tuple[str, str, str], asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(PARALLEL)

    async def start(self) -> None:
        """Begin to watch."""
        self._tasks = [asyncio.create_task(self._watch(function)) for function in self._functions.values()]

    async def stop(self) -> None:
        """Stop watching; what was being delivered will be delivered again."""
        running = [*self._tasks, *self._delivering.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._receipts.close()

    async def _watch(self, function: BlobFunction) -> None:
        client = BlobServiceClient.from_connection_string(function.connection).get_container_client(function.container)
        told: str | None = None
        while True:
            try:
                found = await asyncio.to_thread(_list, client)
            except ResourceNotFoundError:
                found, trouble = [], f"the container {function.container} does not exist yet; waiting for it"
            except AzureError as error:
                found, trouble = [], f"the container {function.container} cannot be listed: {error}"
            else:
                trouble = None
            if trouble and trouble != told:
                _log.warning("%s", trouble)
            told = trouble
            for blob, etag in found:
                self._deliver_once(function, client, blob, etag)
            await asyncio.sleep(POLL_SECONDS)

    def _deliver_once(self, function: BlobFunction, client: ContainerClient, blob: str, etag: str) -> None:
        key = (function.name, blob, etag)
        if key in self._delivering or not function.pattern.fullmatch(blob):
            return
        if self._receipts.has(function.name, function.container, blob, etag):
            return
        task = asyncio.create_task(self._deliver(function, client, blob, etag))
        self._delivering[key] = task
        task.add_done_callback(lambda _: self._delivering.pop(key, None))

    async def _deliver(self, function: BlobFunction, client: ContainerClient, blob: str, etag: str) -> None:
        """Up to five times; then the blob is poison."""
        error: str | None = None
        for attempt in range(1, ATTEMPTS + 1):
            async with self._slots:
                outcome = await self._attempt(function, client, blob)
            if outcome is None:
                self._receipts.add(function.name, function.container, blob, etag)
                return
            error = outcome
            _log.error("%s failed on the blob %s (attempt %d of %d): %s", function.name, blob, attempt, ATTEMPTS, error)
            await asyncio.sleep(RETRY_SECONDS)
        self._receipts.add_poison(function.name, function.container, blob, etag, error)

    async def _attempt(self, function: BlobFunction, client: ContainerClient, blob: str) -> str | None:
        """Deliver the blob once; the error, or None when it went well (or the blob is gone)."""
        try:
            content, properties, metadata = await asyncio.to_thread(_download, client, blob)
        except ResourceNotFoundError:
            return None
        except AzureError as error:
            return f"{type(error).__name__}: {error}"
        about = {
            "BlobTrigger": datum(f"{function.container}/{blob}", "string"),
            "Uri": datum(json.dumps(f"{client.url}/{blob}"), "json"),
            "Properties": datum(json.dumps(properties), "json"),
            "Metadata": datum(json.dumps(metadata), "json"),
        }
        trigger = self._worker.functions[function.name].trigger
        inputs = [(trigger["name"], datum(content, "bytes")), *self._inputs_of(function.name)]
        outcome = await self._worker.invoke(function.name, inputs, about)
        if not outcome.ok:
            _log.debug("%s", outcome.stack)
        return None if outcome.ok else (outcome.error or "failed")

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        """What Event Grid posts: the subscription's handshake, and events of new blobs."""
        name = request.query.get("functionName", "").rpartition(".")[2]
        function = self._functions.get(name)
        if function is None:
            return web.Response(status=404)
        events = await request.json()
        events = events if isinstance(events, list) else [events]
        if request.headers.get("aeg-event-type") == "SubscriptionValidation":
            return web.json_response({"validationResponse": events[0]["data"]["validationCode"]})
        client = BlobServiceClient.from_connection_string(function.connection).get_container_client(function.container)
        for found in events:
            data = found.get("data", {})
            path = unquote(urlsplit(data.get("url", "")).path)
            _, marker, blob = path.partition(f"/{function.container}/")
            if marker and found.get("eventType") == "Microsoft.Storage.BlobCreated":
                self._deliver_once(function, client, blob, _plain_etag(data.get("eTag", "")))
        return web.Response(status=202)


def _list(client: ContainerClient) -> list[tuple[str, str]]:
    return [(blob.name, _plain_etag(blob.etag or "")) for blob in client.list_blobs()]


def _plain_etag(etag: str) -> str:
    return etag.strip('"')


def _download(client: ContainerClient, blob: str) -> tuple[bytes, dict[str, Any], dict[str, str]]:
    stream = client.download_blob(blob)
    properties = stream.properties
    shown = {"Length": properties.size, "ContentLength": properties.size, "ETag": properties.etag}
    return stream.readall(), shown, dict(properties.metadata or {})

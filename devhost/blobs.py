"""Blob functions fed by events: the container is watched, and every version of a blob is delivered at least once.

In Azure, Event Grid posts to the webhook; here the host looks for itself, and takes posted events too. A version that
failed too often is poison.
"""

import asyncio
import json
import logging
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from devhost.blob_storage import Blob, BlobGoneError, Container, StorageUnavailableError
from devhost.host_json import resolve
from devhost.indexing import Function, datum
from devhost.receipts import Delivery, Receipts
from devhost.worker import Worker

POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0
DEFAULT_CONNECTION = "AzureWebJobsStorage"

_log = logging.getLogger(__name__)
_PARAMETER = re.compile(r"\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True)
class BlobFunction:
    """A blob function: its container, the pattern of blob names, and the connection string."""

    function: Function
    container: Container
    pattern: re.Pattern[str]

    @property
    def wants_reference(self) -> bool:
        """Whether the function is given a reference to the blob instead of its content."""
        told = self.function.trigger.get("properties") or {}
        return any(name.lower() == "supportsdeferredbinding" and value for name, value in told.items())

    def fetch(self, blob: str, etag: str) -> Blob:
        """That version of a blob, with its content where the function takes it.

        Raises:
            BlobGoneError: it is not there any more.
            StorageUnavailableError: the service cannot be asked.
        """
        return (self.container.describe if self.wants_reference else self.container.read)(blob, etag)

    def as_input(self, blob: str, found: Blob) -> Any:
        """What the function's parameter is given."""
        if not self.wants_reference:
            return datum(found.content, "bytes")
        connection = self.function.trigger.get("connection") or DEFAULT_CONNECTION
        told = {"Connection": connection, "ContainerName": self.container.name, "BlobName": blob}
        return datum(
            SimpleNamespace(
                version="1.0",
                source="AzureStorageBlobs",
                content_type="application/json",
                content=json.dumps(told).encode(),
            ),
            "model_binding_data",
        )


def parse_path(path: str) -> tuple[str, re.Pattern[str]]:
    """The container and the blob-name pattern of a trigger's path: `container/folder/{name}.csv`.

    Raises:
        ValueError: it is no such path.
    """
    container, _, rest = path.strip("/").partition("/")
    if not re.fullmatch(r"[a-z0-9$](?:-?[a-z0-9])*", container):
        raise ValueError(f"the path {path!r} names no container; write container/{{name}}")
    pieces = _PARAMETER.split(rest or "{name}")
    literals, names = pieces[::2], pieces[1::2]
    if any(brace in literal for literal in literals for brace in "{}"):
        raise ValueError(f"the path {path!r} has a brace that is no parameter; write container/{{name}}")
    if len(set(names)) < len(names):
        raise ValueError(f"the path {path!r} names a parameter twice")
    text = "".join(f"(?P<{piece}>.*)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces))
    return container, re.compile(text, re.DOTALL)


def read_blob_function(function: Function) -> BlobFunction:
    """A blob function as its trigger says, settings resolved."""
    trigger = function.trigger
    container, pattern = parse_path(resolve(str(trigger["path"])))
    connection = resolve(f"%{trigger.get('connection') or DEFAULT_CONNECTION}%")
    return BlobFunction(function, Container(connection, container), pattern)


class BlobEvents:
    """Watches containers and delivers blobs to functions.

    Args:
        parallel: How many blobs are held in memory and worked on at once.
        attempts: After how many failures a version is poison.
    """

    def __init__(
        self, worker: Worker, functions: Iterable[BlobFunction], receipts: Receipts, *, parallel: int, attempts: int
    ) -> None:
        self._worker = worker
        self._functions = {found.function.name: found for found in functions}
        self._receipts = receipts
        self._attempts = attempts
        self._watchers: list[asyncio.Task[None]] = []
        self._delivering: dict[Delivery, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(parallel)

    async def start(self) -> None:
        """Begin to watch."""
        self._watchers = [asyncio.create_task(self._watch(found)) for found in self._functions.values()]

    async def stop(self) -> None:
        """Stop watching; what was being delivered will be delivered again."""
        running = [*self._watchers, *self._delivering.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._receipts.close()

    def find(self, name: str) -> BlobFunction | None:
        """The blob function of that name."""
        return self._functions.get(name)

    async def announce(self, found: BlobFunction, blob: str) -> None:
        """Deliver the present version of a blob, as an event said that there is one."""
        with suppress(BlobGoneError, StorageUnavailableError):  # gone: nothing to deliver; unavailable: it will be seen
            etag = await asyncio.to_thread(found.container.version_of, blob)
            self._deliver_once(found, blob, etag)

    async def run_now(self, found: BlobFunction, path: str) -> None:
        """Run a function once on `container/blob`, whatever was delivered before; an error is logged."""
        container, _, blob = path.partition("/")
        name = found.function.name
        if container != found.container.name or not blob:
            _log.error("%s cannot run on %r: write %s/<blob name>", name, path, found.container.name)
            return
        try:
            etag = await asyncio.to_thread(found.container.version_of, blob)
            content = await asyncio.to_thread(found.fetch, blob, etag)
        except (BlobGoneError, StorageUnavailableError) as error:
            _log.error("%s cannot run on %r: %s", name, path, error)
            return
        if (error_text := await self._invoke(found, blob, content)) is not None:
            _log.error("%s failed on the blob %s: %s", name, blob, error_text)

    async def _watch(self, found: BlobFunction) -> None:
        told: str | None = None
        while True:
            try:
                versions = await asyncio.to_thread(found.container.versions)
                trouble = None
            except StorageUnavailableError as error:
                versions, trouble = [], str(error)
            if trouble and trouble != told:
                _log.warning("%s: %s", found.function.name, trouble)
            told = trouble
            for blob, etag in versions:
                self._deliver_once(found, blob, etag)
            await asyncio.sleep(POLL_SECONDS)

    def _deliver_once(self, found: BlobFunction, blob: str, etag: str) -> None:
        delivery = Delivery(found.function.name, found.container.name, blob, etag)
        if delivery in self._delivering or self._receipts.has(delivery) or not found.pattern.fullmatch(blob):
            return
        task = asyncio.create_task(self._deliver(found, delivery))
        self._delivering[delivery] = task
        task.add_done_callback(lambda _: self._delivering.pop(delivery, None))

    async def _deliver(self, found: BlobFunction, delivery: Delivery) -> None:
        """Until it succeeds or failed too often; without the service it is left for the next look."""
        while True:
            async with self._slots:
                try:
                    content = await asyncio.to_thread(found.fetch, delivery.blob, delivery.etag)
                except BlobGoneError:
                    self._receipts.settle(delivery)
                    return
                except StorageUnavailableError:
                    return
                error = await self._invoke(found, delivery.blob, content)
                del content
            if error is None:
                self._receipts.settle(delivery)
                return
            failures = self._receipts.count_failure(delivery)
            _log.error(
                "%s failed on the blob %s (%d of %d): %s",
                delivery.function,
                delivery.blob,
                failures,
                self._attempts,
                error,
            )
            if failures >= self._attempts:
                _log.error("the blob %s is poison for %s: it is not tried again", delivery.blob, delivery.function)
                self._receipts.add_poison(delivery, error)
                return
            await asyncio.sleep(RETRY_SECONDS)

    async def _invoke(self, found: BlobFunction, blob: str, content: Blob) -> str | None:
        """Run the function on a blob; its error with the stack, or None when it went well."""
        matched = found.pattern.fullmatch(blob)
        about = {
            **{name: datum(value, "string") for name, value in (matched.groupdict() if matched else {}).items()},
            "BlobTrigger": datum(f"{found.container.name}/{blob}", "string"),
            "Uri": datum(json.dumps(content.uri), "json"),
            "Properties": datum(json.dumps(content.properties), "json"),
            "Metadata": datum(json.dumps(content.metadata), "json"),
        }
        inputs = [(found.function.trigger["name"], found.as_input(blob, content))]
        outcome = await self._worker.invoke(found.function, inputs, about)
        return None if outcome.ok else f"{outcome.error}\n{outcome.stack or ''}".rstrip()

"""A blob service for tests of backups, and how they reach into a backup's blobs."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from azure.storage.blob import ContainerClient

from devstack.azurite import azurite, connection_string
from devstack.processes import free_port
from durable_backups.blobs import BackupStore

ROOT = Path(__file__).parents[2]
START_SECONDS = 30
_numbers = count(1)


@contextmanager
def blob_service(folder: Path) -> Iterator[str]:
    """A blob service for the length of a block; its connection string."""
    port, key = free_port(), base64.b64encode(secrets.token_bytes(32)).decode()
    service = azurite(ROOT, location=folder / "blobs", port=port, key=key, log=folder / "azurite.log")
    service.launch()
    try:
        service.wait(START_SECONDS)
        yield connection_string(port, key)
    finally:
        service.stop()


class Shelf:
    """A container of a test's own."""

    def __init__(self, connection: str) -> None:
        self.connection, self.name = connection, f"backups{next(_numbers)}"
        self.store = BackupStore(connection, self.name)
        self.blobs = ContainerClient.from_connection_string(connection, self.name)

    def close(self) -> None:
        self.blobs.close()
        self.store.close()

    def read(self, path: str) -> bytes:
        return bytes(self.blobs.download_blob(path).readall())

    def replace(self, path: str, content: bytes) -> None:
        self.blobs.upload_blob(path, content, overwrite=True)

    def paths(self) -> list[str]:
        return [blob.name for blob in self.blobs.list_blobs()]

"""A real blob service for tests: Azurite on a free port, a container, and how a test writes into it."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azure.storage.blob import BlobClient, ContainerClient

from devstack.azurite import azurite, connection_string
from devstack.processes import free_port
from devstack.service import Service
from tests.devhost.host.running_host import ROOT

START_SECONDS = 30
CONTAINER = "drop"


class BlobStorage:
    """A running blob service with one container."""

    def __init__(self, service: Service, connection: str) -> None:
        self.service = service
        self.connection = connection
        self.container = ContainerClient.from_connection_string(connection, CONTAINER, retry_total=0)
        self.container.create_container()

    def put(self, name: str, content: str, **metadata: str) -> str:
        """Write a blob, over what is there; its ETag."""
        written = self.blob(name).upload_blob(content, overwrite=True, metadata=metadata)
        return str(written["etag"]).strip('"')

    def blob(self, name: str) -> BlobClient:
        """A client of one blob."""
        return self.container.get_blob_client(name)


@contextmanager
def blob_storage(folder: Path) -> Iterator[BlobStorage]:
    """A blob service for the length of a block; it may be stopped before."""
    port, key = free_port(), base64.b64encode(secrets.token_bytes(32)).decode()
    service = azurite(ROOT, location=folder / "blobs", port=port, key=key, log=folder / "azurite.log")
    service.launch()
    try:
        service.wait(START_SECONDS)
        storage = BlobStorage(service, connection_string(port, key))
        with storage.container:
            yield storage
    finally:
        service.stop()

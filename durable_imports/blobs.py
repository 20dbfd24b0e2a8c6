"""The container of received files: content is kept under its hash, so an upload's bytes never change under it."""

import contextlib
from functools import lru_cache

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient, ContainerClient

from shared.settings import get_settings

RECEIVED = "received"


@lru_cache(maxsize=1)
def _received() -> ContainerClient:
    service = BlobServiceClient.from_connection_string(get_settings().imports_connection)
    return service.get_container_client(RECEIVED)


def save_content(content_hash: str, content: bytes) -> None:
    """Keep `content`; it may be there already."""
    try:
        _upload(content_hash, content)
    except ResourceNotFoundError:
        with contextlib.suppress(ResourceExistsError):
            _received().create_container()
        _upload(content_hash, content)


def load_content(content_hash: str) -> bytes:
    """The bytes kept under this hash."""
    return _received().download_blob(content_hash).readall()


def _upload(content_hash: str, content: bytes) -> None:
    try:
        _received().upload_blob(content_hash, content)
    except ResourceExistsError:
        return

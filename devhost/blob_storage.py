"""One container of the blob service, as blob functions need it: what is in it, and one version of a blob whole."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azure.storage.blob import BlobProperties

CONNECT_SECONDS, READ_SECONDS = 5, 60


class BlobGoneError(Exception):
    """The blob, or this version of it, is not there any more."""


class StorageUnavailableError(Exception):
    """The blob service cannot be asked now; the message says what is missing."""


@dataclass(frozen=True)
class Blob:
    """A blob's content and what a trigger is told of it; content None: only told of."""

    uri: str
    content: bytes | None
    properties: dict[str, Any]
    metadata: dict[str, str]


class Container:
    """A container; every method blocks.

    Raises:
        ValueError: the connection string is none.
    """

    def __init__(self, connection: str, name: str) -> None:
        from azure.storage.blob import ContainerClient  # noqa: PLC0415 (half a second that apps without blobs need not wait)

        self.name = name
        self._client = ContainerClient.from_connection_string(
            connection,
            name,
            retry_total=0,  # what fails is tried again at the next look
            connection_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
        )

    def versions(self) -> list[tuple[str, str]]:
        """(name, ETag) of every blob, the oldest first.

        Raises:
            StorageUnavailableError: there is no such container, or no service.
        """
        from azure.core.exceptions import AzureError, ResourceNotFoundError  # noqa: PLC0415 (as above)

        try:
            found = sorted(self._client.list_blobs(), key=lambda blob: (blob.last_modified, blob.name))
        except ResourceNotFoundError:
            raise StorageUnavailableError(f"the container {self.name!r} does not exist; waiting for it") from None
        except AzureError as error:
            raise StorageUnavailableError(
                f"the container {self.name!r} cannot be listed ({type(error).__name__}); trying on"
            ) from error
        return [(blob.name, _plain(blob.etag)) for blob in found]

    def version_of(self, blob: str) -> str:
        """The present ETag of a blob.

        Raises:
            BlobGoneError: it is not there.
            StorageUnavailableError: the service cannot be asked.
        """
        return _plain(_asking(lambda: self._client.get_blob_client(blob).get_blob_properties()).etag)

    def read(self, blob: str, etag: str) -> Blob:
        """That version of a blob.

        Raises:
            BlobGoneError: it is not there any more.
            StorageUnavailableError: the service cannot be asked.
        """
        from azure.core import MatchConditions  # noqa: PLC0415 (as above)

        client = self._client.get_blob_client(blob)

        def download() -> Blob:
            stream = client.download_blob(etag=f'"{etag}"', match_condition=MatchConditions.IfNotModified)
            found = stream.properties
            return Blob(client.url, stream.readall(), _shown(found), dict(found.metadata or {}))

        return _asking(download)

    def describe(self, blob: str, etag: str) -> Blob:
        """What there is to tell of that version of a blob, without its content.

        Raises:
            BlobGoneError: it is not there any more.
            StorageUnavailableError: the service cannot be asked.
        """
        from azure.core import MatchConditions  # noqa: PLC0415 (as above)

        client = self._client.get_blob_client(blob)
        condition = {"etag": f'"{etag}"', "match_condition": MatchConditions.IfNotModified}
        found = _asking(lambda: client.get_blob_properties(**condition))
        return Blob(client.url, None, _shown(found), dict(found.metadata or {}))


def _asking(question: Any) -> Any:
    from azure.core.exceptions import AzureError, ResourceModifiedError, ResourceNotFoundError  # noqa: PLC0415 (as above)

    try:
        return question()
    except (ResourceNotFoundError, ResourceModifiedError) as error:
        raise BlobGoneError(str(error)) from error
    except AzureError as error:
        raise StorageUnavailableError(f"the blob service cannot be asked ({type(error).__name__})") from error


def _plain(etag: str | None) -> str:
    return (etag or "").strip('"')


def _shown(found: "BlobProperties") -> dict[str, Any]:
    """A blob's properties under the names of the real host's trigger metadata."""
    settings = found.content_settings
    return {
        "ContentLength": found.size,
        "Length": found.size,
        "ContentType": settings.content_type,
        "ContentEncoding": settings.content_encoding,
        "ETag": found.etag,
        "LastModified": found.last_modified.isoformat() if found.last_modified else None,
        "CreatedOn": found.creation_time.isoformat() if found.creation_time else None,
        "BlobType": str(found.blob_type).rpartition(".")[2],
    }

"""The containers of received files and of reports: content is kept under its hash, so it never changes under a job."""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from tempfile import SpooledTemporaryFile
from typing import IO

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import (
    BlobClient,
    BlobSasPermissions,
    BlobServiceClient,
    ContainerClient,
    ContentSettings,
    generate_blob_sas,
)

from shared.credentials import get_credential
from shared.services.imports import hash_content
from shared.settings import get_settings
from shared.telemetry import AnySpan, SpanKind, span

RECEIVED = "received"
REPORTS = "reports"
MEMORY_BYTES = 4_000_000
"""What a file occupies in memory; a larger one lies on the instance's disk while it is read."""


class BlobChangedError(Exception):
    """The blob is another one, or gone, since the event that told of it; a new event tells of the new one."""


@dataclass(frozen=True, slots=True)
class Received:
    """A blob that was dropped: the hash its content is kept under, its size and its metadata."""

    content_hash: str
    size_bytes: int
    metadata: dict[str, str]


class BlobTooLargeError(Exception):
    """The blob has more bytes than are read; `blob` tells what it is, under a name made from its version."""

    def __init__(self, blob: Received) -> None:
        super().__init__(blob.size_bytes)
        self.blob = blob


@lru_cache(maxsize=1)
def _service() -> BlobServiceClient:
    """The account, by its connection string, or by the app's identity where the settings name none."""
    settings = get_settings()
    if settings.imports_connection:
        return BlobServiceClient.from_connection_string(settings.imports_connection, retry_total=2)
    return BlobServiceClient(settings.imports_account_url, credential=get_credential(), retry_total=2)


def save_content(content: bytes) -> str:
    """Keep a content; it may be there already. Answers the hash it is kept under."""
    content_hash = hash_content(content)
    _upload(RECEIVED, content_hash, content)
    return content_hash


def receive_blob(name: str, max_bytes: int) -> Received:
    """Keep the content of a blob that was dropped.

    The blob is read twice, as it was when it was read first: once for its hash, once to be copied under it.

    Raises:
        BlobChangedError: it was changed or removed meanwhile.
        BlobTooLargeError: it has more than `max_bytes`.
    """
    blob = _service().get_blob_client(get_settings().imports_container, name)
    try:
        with _asking("look at a blob", blob.container_name):
            found = blob.get_blob_properties()
        metadata = dict(found.metadata or {})
        if found.size > max_bytes:
            raise BlobTooLargeError(Received(hashlib.sha256(found.etag.encode()).hexdigest(), found.size, metadata))
        digest = hashlib.sha256()
        with _asking("read a blob", blob.container_name):
            for piece in _pieces(blob, found.etag):
                digest.update(piece)
        content_hash = digest.hexdigest()
        if not _is_kept(content_hash):
            with _spooled(blob, found.etag) as file:
                _upload(RECEIVED, content_hash, file)
    except (ResourceModifiedError, ResourceNotFoundError) as error:
        raise BlobChangedError(name) from error
    return Received(content_hash, found.size, metadata)


@contextlib.contextmanager
def open_content(content_hash: str) -> Iterator[IO[bytes]]:
    """The content kept under this hash, as a file one can move about in."""
    with _spooled(_service().get_blob_client(RECEIVED, content_hash), None) as file:
        yield file


def sign_drop(name: str, now: datetime, until: datetime) -> str:
    """A URL by which one new blob of that name can be put into the container until then, and nothing else be done."""
    service = _service()
    blob = service.get_blob_client(get_settings().imports_container, name)
    key = getattr(service.credential, "account_key", None)
    signed = generate_blob_sas(
        account_name=str(service.account_name),
        container_name=blob.container_name,
        blob_name=blob.blob_name,
        account_key=key,
        user_delegation_key=None if key else service.get_user_delegation_key(now, until),
        permission=BlobSasPermissions(create=True),
        expiry=until,
    )
    return f"{blob.url}?{signed}"


def save_report(path: str, content: bytes, content_type: str) -> None:
    """Put a report into the container of reports; an older one of that name is replaced."""
    _upload(REPORTS, path, content, content_settings=ContentSettings(content_type=content_type), overwrite=True)


def _pieces(blob: BlobClient, etag: str | None) -> Iterator[bytes]:
    """The blob piece by piece; its ETag is asked for with each."""
    condition = {"etag": etag, "match_condition": MatchConditions.IfNotModified} if etag else {}
    yield from blob.download_blob(**condition).chunks()


@contextlib.contextmanager
def _spooled(blob: BlobClient, etag: str | None) -> Iterator[IO[bytes]]:
    with SpooledTemporaryFile(max_size=MEMORY_BYTES) as file:
        with _asking("read a blob", blob.container_name):
            for piece in _pieces(blob, etag):
                file.write(piece)
        file.seek(0)
        yield file


def _is_kept(content_hash: str) -> bool:
    with _asking("look at a blob", RECEIVED):
        return bool(_service().get_blob_client(RECEIVED, content_hash).exists())


def _asking(what: str, container: str) -> AnySpan:
    """A span of something that is asked of the storage; a blob's name may be a person's words, so it is not told."""
    return span(what, SpanKind.CLIENT, system="Azure blob", target=container)


def _upload(container: str, name: str, content: bytes | IO[bytes], **options: object) -> None:
    with _asking("put a blob", container):
        _put(container, name, content, **options)


def _put(container: str, name: str, content: bytes | IO[bytes], **options: object) -> None:
    client: ContainerClient = _service().get_container_client(container)
    try:
        client.upload_blob(name, content, **options)
    except ResourceExistsError:
        return
    except ResourceNotFoundError:
        with contextlib.suppress(ResourceExistsError):
            client.create_container()
        if not isinstance(content, bytes):
            content.seek(0)
        with contextlib.suppress(ResourceExistsError):
            client.upload_blob(name, content, **options)

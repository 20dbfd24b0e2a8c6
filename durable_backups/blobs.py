"""The container of backups: a folder per backup, a blob per part, and the manifest that makes it one."""

import contextlib
from collections.abc import Iterator

from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobPrefix, ContainerClient

from durable_backups.manifest import DamagedBackupError, Manifest, Part, open_manifest, seal_manifest
from shared.credentials import get_credential

MANIFEST = "manifest.json"
CONFLICT = 409
"""What the service answers when a policy or a lease forbids a deletion."""


class BackupStore:
    """Where backups are kept.

    Args:
        connection: The storage account's connection string; empty: it is reached by the app's identity.
        container: The container; made when it is not there.
        account_url: The account's blob service, for the app's identity.
    """

    def __init__(self, connection: str, container: str, account_url: str = "") -> None:
        if connection:
            self._container = ContainerClient.from_connection_string(connection, container, retry_total=2)
        else:
            self._container = ContainerClient(account_url, container, credential=get_credential(), retry_total=2)

    def close(self) -> None:
        """Let go of the connections."""
        self._container.close()

    def ensure_container(self) -> None:
        """Make the container unless it is there."""
        if not self._container.exists():
            with contextlib.suppress(ResourceExistsError):
                self._container.create_container()

    def save_part(self, backup: str, path: str, content: bytes) -> None:
        """Keep a part; no blob of that name may be there."""
        self._container.upload_blob(f"{backup}/{path}", content, overwrite=False)

    def save_manifest(self, manifest: Manifest) -> None:
        """Declare the backup whole."""
        self._container.upload_blob(f"{manifest.name}/{MANIFEST}", seal_manifest(manifest), overwrite=False)

    def load_part(self, backup: str, part: Part) -> bytes:
        """A part's bytes.

        Raises:
            DamagedBackupError: it is not there, or larger than it was.
        """
        return self._load(f"{backup}/{part.path}", part.path, part.bytes)

    def load_manifest(self, backup: str) -> Manifest:
        """What the backup holds.

        Raises:
            DamagedBackupError: there is no manifest, or it is not as it was written.
        """
        return open_manifest(backup, self._load(f"{backup}/{MANIFEST}", f"the manifest of {backup}", None))

    def list_backups(self) -> list[str]:
        """The names of the backups that are whole, oldest first."""
        return [name for name in self.list_folders() if self._container.get_blob_client(f"{name}/{MANIFEST}").exists()]

    def list_folders(self) -> list[str]:
        """The names of all that was begun, whole or not, oldest first."""
        try:
            found = [each.name for each in self._container.walk_blobs(delimiter="/") if isinstance(each, BlobPrefix)]
        except ResourceNotFoundError:
            return []
        return sorted(name.rstrip("/") for name in found)

    def delete_backup(self, name: str) -> bool:
        """Remove a backup: its manifest first, so that it is at no time a whole one with parts missing.

        Answers False when a policy of the container keeps it.
        """
        try:
            with contextlib.suppress(ResourceNotFoundError):
                self._container.delete_blob(f"{name}/{MANIFEST}")
            for blob in self._parts_of(name):
                with contextlib.suppress(ResourceNotFoundError):
                    self._container.delete_blob(blob)
        except HttpResponseError as problem:
            if problem.status_code != CONFLICT:
                raise
            return False
        return True

    def _parts_of(self, name: str) -> Iterator[str]:
        for blob in self._container.list_blobs(name_starts_with=f"{name}/"):
            yield blob.name

    def _load(self, name: str, called: str, expected_bytes: int | None) -> bytes:
        try:
            download = self._container.download_blob(name)
            if expected_bytes is not None and download.size != expected_bytes:
                raise DamagedBackupError(f"{called} has {download.size:,} bytes instead of {expected_bytes:,}")
            return bytes(download.readall())
        except ResourceNotFoundError:
            raise DamagedBackupError(f"{called} is missing") from None

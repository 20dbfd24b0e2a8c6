"""A blob service for the session, and per test a container and an empty database beside the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.databases import create_database, drop_database
from devstack.postgres import PostgresServer
from durable_backups.manifest import Manifest
from durable_backups.writing import write_backup
from tests.durable_backups.filling import add_hostile_companies
from tests.durable_backups.storage import Shelf, blob_service


@pytest.fixture(scope="session")
def blob_connection(private_folder: Path) -> Iterator[str]:
    """The connection string of a running blob service."""
    folder = private_folder / "backup-blobs"
    folder.mkdir()
    with blob_service(folder) as connection:
        yield connection


@pytest.fixture
def shelf(blob_connection: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A container of this test's own, at which the settings point."""
    from shared.settings import get_backup_settings  # noqa: PLC0415 (beside the test's own imports)

    shelf = Shelf(blob_connection)
    monkeypatch.setenv("BackupsStorage", blob_connection)
    monkeypatch.setenv("BACKUPS_CONTAINER", shelf.name)
    get_backup_settings.cache_clear()
    yield shelf
    get_backup_settings.cache_clear()
    shelf.close()


@pytest.fixture(scope="session")
def kept_blobs() -> dict[str, bytes]:
    """The blobs of one small backup, once the first test has written it."""
    return {}


@pytest.fixture
def backup(kept_blobs: dict[str, bytes], shelf: Shelf, request: pytest.FixtureRequest) -> Manifest:
    """A backup of a few companies in this test's container, to be damaged as it likes."""
    if not kept_blobs:
        assert request.getfixturevalue("database_url")
        add_hostile_companies()
        write_backup(shelf.store)
        kept_blobs |= {path: shelf.read(path) for path in shelf.paths()}
    shelf.store.ensure_container()
    for path, content in kept_blobs.items():
        shelf.replace(path, content)
    return shelf.store.load_manifest(shelf.store.list_backups()[0])


@pytest.fixture
def target_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty database to restore into; the app's settings do not point at it."""
    create_database(postgres, "restored")
    yield postgres.url("restored")
    drop_database(postgres, "restored")

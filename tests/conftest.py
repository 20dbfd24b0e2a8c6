"""What every test may ask for: a real PostgreSQL, a database of its own, and no way out of this machine."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar

import pytest

from devstack.databases import create_database, drop_database, migrate, seal_template
from devstack.postgres import THROWAWAY, PostgresServer

TEMPLATE = "migrated"
_numbers = count(1)
_P = ParamSpec("_P")
_R = TypeVar("_R")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of an `xdist_group` on one worker, with whatever they share.

    xdist 3.8 puts the group's name behind an item's node id in a field that pytest 9.2 does not read any more.
    """
    for item in items if getattr(config.option, "loadgroup", False) else ():
        group = item.get_closest_marker("xdist_group")
        if group is not None and not item.nodeid.endswith(f"@{group.args[0]}"):
            item._id = type(item._id).parse(f"{item.nodeid}@{group.args[0]}")


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    return name in (None, "", "localhost", "::1", "0.0.0.0") or str(name).startswith("127.")  # noqa: S104 (compared, not bound)


def _guarded(original: Callable[_P, _R], host_of: Callable[..., object]) -> Callable[_P, _R]:
    @wraps(original)
    def connect(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        host = host_of(*args)
        if not _is_here(host):
            raise AssertionError(f"a test tried to reach {host!r}; tests stay on this machine")
        return original(*args, **kwargs)

    return connect


def _address_of(_socket: socket.socket, address: object, *_: object) -> object:
    return address[0] if isinstance(address, tuple) else None


@pytest.fixture(autouse=True, scope="session")
def _stay_on_this_machine() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), _address_of))
        patch.setattr(socket, "getaddrinfo", _guarded(socket.getaddrinfo, lambda host, *_: host))
        yield


@pytest.fixture(scope="session")
def private_folder() -> Iterator[Path]:
    """A folder for servers of the whole session, outside pytest's own.

    Each pytest run locks pytest's folder for its user; a server under another user in it would lose its files.
    """
    with TemporaryDirectory(prefix="portfolio-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(private_folder: Path) -> Iterator[PostgresServer]:
    """This worker's PostgreSQL server, started when the first test needs it."""
    server = PostgresServer(private_folder / "postgres", settings=THROWAWAY)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres: PostgresServer) -> str:
    """The name of a database at the newest migration, from which tests' databases are copied."""
    create_database(postgres, TEMPLATE)
    migrate(postgres.url(TEMPLATE))
    seal_template(postgres, TEMPLATE)
    return TEMPLATE


@contextmanager
def _database(server: PostgresServer, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from shared.data.engine import dispose_engines  # noqa: PLC0415 (tests of other rooms need no database code)
    from shared.settings import get_settings  # noqa: PLC0415 (as above)

    name = f"test_{next(_numbers)}"
    create_database(server, name, template)
    dispose_engines()
    get_settings.cache_clear()
    monkeypatch.setenv("DATABASE_URL", server.url(name))
    try:
        yield server.url(name)
    finally:
        dispose_engines()
        get_settings.cache_clear()
        drop_database(server, name)


@pytest.fixture
def database_url(postgres: PostgresServer, migrated_template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A migrated database of this test's own; the app's settings and engine point at it."""
    with _database(postgres, migrated_template, monkeypatch) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of this test's own without any table; the app's settings and engine point at it."""
    with _database(postgres, "template0", monkeypatch) as url:
        yield url


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder of `function_app.py`."""
    return Path(__file__).parents[1]

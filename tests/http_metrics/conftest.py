"""A real issuer and clients of the app for every test of this room."""

import base64
import threading
from collections.abc import Callable, Iterator

import pytest

from devstack.azurite import connection_string
from devstack.issuer import IssuerServer
from devstack.signing import Bearer, KeyRing, sign_token
from shared.data.engine import dispose_engines
from shared.domain.route_classes import RouteClass
from shared.settings import get_settings
from tests.http_metrics.client import Client
from tests.http_metrics.described import CheckedClient

TENANT = "5f6b1f4e-1111-4c3c-9a52-7f0e3f6c2d10"
ClientFor = Callable[..., Client]


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuerServer]:
    """An OIDC issuer on this machine."""
    server = IssuerServer(0, TENANT, KeyRing(tmp_path_factory.mktemp("issuer") / "keys.json"))
    serving = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    serving.start()
    yield server
    server.shutdown()
    server.server_close()
    serving.join()


def _client_for(issuer: IssuerServer, monkeypatch: pytest.MonkeyPatch) -> ClientFor:
    monkeypatch.setenv("AUTH_ISSUER", issuer.issuer)
    monkeypatch.setenv("ImportsStorage", connection_string(1, base64.b64encode(b"nobody's").decode()))
    get_settings.cache_clear()
    key = issuer.keys.signing_key

    def client(*roles: str, **narrowed: list[str]) -> Client:
        bearer = Bearer(roles or ("Admin",), **narrowed)
        return CheckedClient(sign_token(key, bearer, issuer=issuer.issuer, tenant=TENANT, minutes=30))

    return client


@pytest.fixture
def client_for(issuer: IssuerServer, database_url: str, monkeypatch: pytest.MonkeyPatch) -> ClientFor:
    """Makes clients: `client_for("Portfolio.Write", funds=["Fund IV"])`; without roles an administrator's."""
    assert database_url
    return _client_for(issuer, monkeypatch)


@pytest.fixture
def api(client_for: ClientFor) -> Client:
    """An administrator's client."""
    return client_for()


@pytest.fixture
def offline_api(issuer: IssuerServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """An administrator's client while the database does not answer; nothing is limited, for a quota needs it."""
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    for route_class in RouteClass:
        monkeypatch.setenv(f"RATE_LIMIT_{route_class.name}", "0")
    dispose_engines()
    yield _client_for(issuer, monkeypatch)()
    dispose_engines()
    get_settings.cache_clear()

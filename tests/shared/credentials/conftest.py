"""An app in Azure, on loopback: an identity endpoint, a Key Vault, a clock that is set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from shared import credentials
from shared.data.engine import dispose_engines
from shared.settings import get_settings
from tests.shared.credentials.identity_endpoint import IdentityEndpoint, serving
from tests.shared.credentials.key_vault import KeyVault, write_certificate

TOKEN = "planted-identity-token"  # noqa: S105 (planted)


class Clock:
    """The instant that credentials are told."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    steered = Clock()
    monkeypatch.setattr(credentials, "utc_now", steered)
    return steered


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityEndpoint]:
    """The app runs in Azure, under a user-assigned identity."""
    endpoint = IdentityEndpoint(TOKEN)
    for name, value in {**endpoint.environment, "APP_ENVIRONMENT": "production"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    forget()
    with serving(endpoint):
        yield endpoint
    forget()


def forget() -> None:
    """As a new process."""
    dispose_engines()
    get_settings.cache_clear()
    credentials.forget_credentials()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def key_vault(identity: IdentityEndpoint, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyVault]:
    """A Key Vault; the app's client takes its certificate and its address."""
    vault = KeyVault(certificate, identity.token)
    trusting = partial(credentials.Vault, verify_challenge_resource=False, connection_verify=str(certificate))
    monkeypatch.setattr(credentials, "Vault", trusting)
    monkeypatch.setenv("KEY_VAULT_URL", vault.url)
    forget()
    with serving(vault):
        yield vault

"""What callers are told while the platform cannot log in to its own database; never what it proves itself with."""

import logging
from collections.abc import Iterator

import pytest

from shared.credentials import forget_credentials
from shared.data.engine import dispose_engines
from shared.settings import get_settings
from tests.http_metrics.client import Client
from tests.shared.credentials.identity_endpoint import IdentityEndpoint, serving

PLANTED = "planted-platform-token"
NOWHERE = "postgresql+psycopg2://app@127.0.0.1:1/nothing"


@pytest.fixture
def identity(offline_api: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityEndpoint]:
    """The app logs in to a database that is not there, as its managed identity."""
    assert offline_api
    endpoint = IdentityEndpoint(PLANTED)
    settings = {"APP_ENVIRONMENT": "production", "DATABASE_AUTH": "entra", "DATABASE_URL": NOWHERE}
    for name, value in {**endpoint.environment, **settings}.items():
        monkeypatch.setenv(name, value)
    forget()
    with serving(endpoint):
        yield endpoint
    forget()


def forget() -> None:
    dispose_engines()
    get_settings.cache_clear()
    forget_credentials()


def told(api: Client) -> tuple[int, str, str]:
    answer = api.get("/v1/companies")
    assert api.get("/v1/health").status == 503
    return answer.status, answer.json["code"], answer.headers["Retry-After"]


def test_without_its_identity_it_says_so_and_when_to_ask_again(identity: IdentityEndpoint, offline_api: Client):
    identity.status = 500

    assert told(offline_api) == (503, "identity_unavailable", "5")


def test_without_key_vault_it_says_so_and_when_to_ask_again(
    identity: IdentityEndpoint, offline_api: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DATABASE_AUTH", "vault")
    monkeypatch.setenv("DATABASE_PASSWORD_SECRET", "database-password")
    monkeypatch.setenv("KEY_VAULT_URL", "https://127.0.0.1:1")
    forget()

    assert told(offline_api) == (503, "secrets_unavailable", "5")
    assert identity.asked == []


def test_a_database_that_is_out_gets_the_token_and_nobody_else_hears_of_it(
    identity: IdentityEndpoint, offline_api: Client, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)

    assert told(offline_api) == (503, "database_unavailable", "5")
    answer = offline_api.get("/v1/companies")
    assert len(identity.asked) == 1
    assert "does not answer" in caplog.text
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records) + answer.text + str(answer.headers)
    planted = (PLANTED, identity.header, offline_api.token, offline_api.token.rpartition(".")[2])
    assert [secret for secret in planted if secret in said] == []

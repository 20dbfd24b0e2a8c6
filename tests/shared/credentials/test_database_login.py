"""Logging in to a real PostgreSQL without a password in the settings: a token, or a secret of Key Vault.

The server takes as the role's password what the identity endpoint gives as token.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy import text

from devstack.postgres import PostgresServer
from shared import credentials
from shared.data.access import FIRM, SCOPED
from shared.data.engine import answers, dispose_engines, get_engine, transaction
from shared.domain.errors import Unavailable
from shared.settings import MissingSettingError
from tests.shared.credentials.conftest import TOKEN, Clock, forget
from tests.shared.credentials.identity_endpoint import IdentityEndpoint
from tests.shared.credentials.key_vault import KeyVault

ROLE = "app_identity"
RESOURCE = "https://ossrdbms-aad.database.windows.net"


def administer(server: PostgresServer, statement: str, **values: str) -> None:
    with closing(psycopg2.connect(server.libpq_url())) as connection:
        connection.autocommit = True
        connection.cursor().execute(
            sql.SQL(statement).format(**{name: sql.Literal(value) for name, value in values.items()})
        )


def set_password(server: PostgresServer, password: str) -> None:
    administer(server, f"alter role {ROLE} password {{password}}", password=password)


@pytest.fixture
def role(postgres: PostgresServer, migrated_template: str) -> Iterator[str]:
    assert migrated_template, "whose migrations make the roles that the app acts as"
    administer(postgres, f"create role {ROLE} login noinherit password {{password}}", password=TOKEN)
    administer(postgres, f"grant {FIRM}, {SCOPED} to {ROLE}")
    yield f"postgresql+psycopg2://{ROLE}@127.0.0.1:{postgres.port}/postgres"
    dispose_engines()
    administer(postgres, f"drop role {ROLE}")


@pytest.fixture
def by_token(role: str, identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch) -> IdentityEndpoint:
    """The settings of an app that logs in as its identity."""
    monkeypatch.setenv("DATABASE_URL", role)
    monkeypatch.setenv("DATABASE_AUTH", "entra")
    forget()
    return identity


@pytest.fixture
def by_secret(role: str, key_vault: KeyVault, monkeypatch: pytest.MonkeyPatch) -> KeyVault:
    """The settings of an app whose database password Key Vault keeps."""
    monkeypatch.setenv("DATABASE_URL", role)
    monkeypatch.setenv("DATABASE_AUTH", "vault")
    monkeypatch.setenv("DATABASE_PASSWORD_SECRET", "database-password")
    key_vault.secrets["database-password"] = TOKEN
    forget()
    return key_vault


def who() -> str:
    """Whom PostgreSQL takes the app for, on a new connection."""
    get_engine().dispose()
    with transaction() as session:
        return str(session.execute(text("select session_user")).scalar_one())


def test_a_connection_is_made_with_a_token_for_the_database_fetched_once(by_token: IdentityEndpoint):
    assert [who() for _ in range(5)] == [ROLE] * 5
    assert by_token.asked == [RESOURCE]


def test_connections_made_at_once_share_one_fetch(by_token: IdentityEndpoint):
    by_token.pause = 0.3
    with ThreadPoolExecutor(8) as pool:
        assert {answer.result(60) for answer in [pool.submit(answers) for _ in range(8)]} == {True}
    assert len(by_token.asked) == 1


def test_a_token_is_renewed_before_it_expires(postgres: PostgresServer, by_token: IdentityEndpoint, clock: Clock):
    by_token.lifetime = 299
    assert who() == ROLE
    by_token.token = f"{TOKEN}-2"
    set_password(postgres, by_token.token)
    clock.advance(seconds=31)

    assert who() == ROLE
    assert len(by_token.asked) == 2


@pytest.mark.parametrize("fault", ["refuses", "does not answer"])
def test_without_the_identity_endpoint_what_is_kept_serves_until_it_expires(
    by_token: IdentityEndpoint, clock: Clock, fault: str
):
    by_token.lifetime = 299
    assert who() == ROLE
    if fault == "refuses":
        by_token.status = 500
    else:
        by_token.shutdown()
        by_token.server_close()
    clock.advance(seconds=200)
    assert who() == ROLE
    clock.advance(seconds=70)

    with pytest.raises(Unavailable) as refused:
        who()
    assert refused.value.code == "identity_unavailable"
    assert not answers()
    asked = len(by_token.asked)
    with pytest.raises(Unavailable):
        who()
    assert len(by_token.asked) == asked, "it is asked again after a pause"


def test_a_token_that_postgresql_refuses_is_no_login(postgres: PostgresServer, by_token: IdentityEndpoint):
    set_password(postgres, "another")

    assert not answers()
    assert len(by_token.asked) == 1


def test_a_password_of_key_vault_is_read_once_and_again_when_it_was_rotated(
    postgres: PostgresServer, by_secret: KeyVault, clock: Clock
):
    assert [who() for _ in range(3)] == [ROLE] * 3
    assert by_secret.read == ["database-password"]
    by_secret.secrets["database-password"] = "rotated"
    set_password(postgres, "rotated")
    clock.advance(seconds=5)

    assert who() == ROLE
    assert by_secret.read == ["database-password"] * 2


def test_a_password_that_is_wrong_in_key_vault_is_not_read_for_every_login(by_secret: KeyVault, clock: Clock):
    by_secret.secrets["database-password"] = "wrong"

    assert [answers() for _ in range(4)] == [False] * 4
    assert len(by_secret.read) == 1
    clock.advance(seconds=5)
    assert not answers()
    assert len(by_secret.read) == 2


def test_the_setting_names_the_secret(by_secret: KeyVault, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_PASSWORD_SECRET", "")
    forget()

    with pytest.raises(MissingSettingError, match="DATABASE_PASSWORD_SECRET"):
        credentials.database_password()
    assert by_secret.read == []


def test_a_token_crosses_a_network_over_tls_only(identity: IdentityEndpoint, monkeypatch: pytest.MonkeyPatch):
    made: list[dict[str, str]] = []

    def connect(**parameters: str) -> None:
        made.append(parameters)
        raise psycopg2.OperationalError("nobody there")

    monkeypatch.setenv("DATABASE_AUTH", "entra")
    for address in ("127.0.0.1/d", "db.example/d", "db.example/d?sslmode=verify-full"):
        monkeypatch.setenv("DATABASE_URL", f"postgresql+psycopg2://{ROLE}@{address}")
        forget()
        monkeypatch.setattr(get_engine().dialect, "connect", connect)
        assert not answers()

    assert [parameters.get("sslmode") for parameters in made] == [None, "require", "verify-full"]
    assert {parameters["password"] for parameters in made} == {identity.token}

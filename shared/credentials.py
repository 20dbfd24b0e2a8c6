"""What the app proves itself with to Azure: its managed identity, tokens for the database, secrets of Key Vault.

The only module that knows `azure.identity` and `azure.keyvault`; both are imported when first needed. Nothing it holds
is logged, and no error tells it.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any

from shared.clock import utc_now
from shared.domain.errors import Unavailable
from shared.kept import FetchError, GoneError, Keeper, Kept
from shared.settings import DatabaseAuth, MissingSettingError, get_settings
from shared.telemetry import SpanKind, span

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.identity import ChainedTokenCredential, ManagedIdentityCredential

DATABASE_SCOPE = "https://ossrdbms-aad.database.windows.net/.default"
TOKEN_MARGIN = timedelta(minutes=5)
"""A token is renewed this long before it expires; a connection outlives the token it was made with."""
TOKEN_LAST_USE = timedelta(seconds=30)
"""With less left than that a token is not sent any more."""
SECRET_RENEWAL = timedelta(minutes=5)
SECRET_GRACE = timedelta(hours=4)
"""How long a secret is used while Key Vault does not answer."""
RETRY_PAUSE = timedelta(seconds=30)
REJECTED_PAUSE = timedelta(seconds=5)
"""Between two fetches of a password that the database does not accept."""
CLIENT_OPTIONS: dict[str, Any] = {
    "retry_total": 2,
    "retry_backoff_factor": 0.2,
    "connection_timeout": 2,
    "read_timeout": 10,
}
"""A request waits for these calls, so they give up soon."""
_making = RLock()
"""Held while a client or a cache is made or found, so that there is one of each."""


@lru_cache(maxsize=1)
def get_credential() -> "ManagedIdentityCredential | ChainedTokenCredential":
    """Who the app is to Azure: its managed identity; on a developer's machine, who signed in with Azure's tools."""
    settings = get_settings()
    if settings.environment == "local":
        from azure.identity import (  # noqa: PLC0415 (a third of a second: cold start)
            AzureCliCredential,
            AzureDeveloperCliCredential,
            ChainedTokenCredential,
        )

        return ChainedTokenCredential(AzureCliCredential(), AzureDeveloperCliCredential())
    from azure.identity import ManagedIdentityCredential  # noqa: PLC0415 (as above)

    return ManagedIdentityCredential(client_id=settings.identity_client_id or None, **CLIENT_OPTIONS)


def forget_credentials() -> None:
    """Forget every token and secret; the next use reads the settings anew."""
    for cached in (get_credential, _database_token, _vault):
        cached.cache_clear()


def database_password() -> str | None:
    """What a new connection proves itself with; None: with what stands in `DATABASE_URL`.

    Raises:
        Unavailable: the identity endpoint or Key Vault does not answer, and nothing that holds is kept.
        MissingSettingError: the settings name no secret.
    """
    settings = get_settings()
    if settings.database_auth is DatabaseAuth.ENTRA:
        return database_token(utc_now())
    if settings.database_auth is DatabaseAuth.VAULT:
        if not settings.database_password_secret:
            raise MissingSettingError("DATABASE_AUTH is vault; set DATABASE_PASSWORD_SECRET to the secret's name")
        return secret(settings.database_password_secret, utc_now())
    return None


def database_token(now: datetime) -> str:
    """A token by which PostgreSQL knows the app.

    Raises:
        Unavailable: the identity endpoint does not answer, and no token that holds is kept.
    """
    with _making:
        keeper = _database_token()
    found = keeper.value(now)
    if found is None:
        raise Unavailable("The platform cannot prove who it is just now; try again soon.", code="identity_unavailable")
    return found


def secret(name: str, now: datetime) -> str:
    """A secret of the Key Vault, at most some minutes old; older only while the vault does not answer.

    Raises:
        Unavailable: it cannot be read, and none that may still be used is kept.
    """
    with _making:
        vault = _vault()
    return vault.secret(name, now)


def renew_database_password(refused: str) -> bool:
    """Whether there is another one than the password that was refused: it may have been rotated meanwhile."""
    settings = get_settings()
    if settings.database_auth is not DatabaseAuth.VAULT:
        return False
    _vault().keeper(settings.database_password_secret).renew(utc_now(), REJECTED_PAUSE, wait=True)
    return database_password() != refused


class Vault:
    """Reads secrets of one Key Vault and keeps them for a while.

    Args:
        url: The vault's address.
        credential: Who reads.
        options: Of the client.
    """

    def __init__(self, url: str, credential: "TokenCredential", **options: Any) -> None:
        from azure.keyvault.secrets import SecretClient  # noqa: PLC0415 (a third of a second: cold start)

        self._client = SecretClient(url, credential, **CLIENT_OPTIONS, **options)
        self._keepers: dict[str, Keeper[str]] = {}

    def secret(self, name: str, now: datetime) -> str:
        """As `secret` of this module."""
        found = self.keeper(name).value(now)
        if found is None:
            raise Unavailable(
                "A secret of the platform cannot be read just now; try again soon.", code="secrets_unavailable"
            )
        return found

    def keeper(self, name: str) -> Keeper[str]:
        """What keeps this secret."""
        return self._keepers.setdefault(
            name, Keeper(f"the secret {name}", lambda now: self._read(name, now), RETRY_PAUSE)
        )

    def _read(self, name: str, now: datetime) -> Kept[str]:
        from azure.core.exceptions import AzureError, ResourceNotFoundError  # noqa: PLC0415 (as in __init__)

        try:
            with span("read a secret", SpanKind.CLIENT, system="Azure key vault"):
                value = self._client.get_secret(name).value
        except ResourceNotFoundError:
            raise GoneError("Key Vault has no secret of that name") from None
        except AzureError as error:
            raise FetchError(_what_failed(error)) from None
        if not value:
            raise FetchError("it is empty")
        return Kept(value, now + SECRET_RENEWAL, now + SECRET_GRACE)


@lru_cache(maxsize=1)
def _vault() -> Vault:
    url = get_settings().key_vault_url
    if not url:
        raise MissingSettingError("a secret is needed; set KEY_VAULT_URL to the Key Vault's address")
    return Vault(url, get_credential())


@lru_cache(maxsize=1)
def _database_token() -> Keeper[str]:
    return Keeper("the token for the database", _fetch_database_token, RETRY_PAUSE)


def _fetch_database_token(_: datetime) -> Kept[str]:
    from azure.core.exceptions import AzureError  # noqa: PLC0415 (only where Azure is asked: cold start)

    try:
        with span("fetch a token for the database", SpanKind.CLIENT, system="Azure identity"):
            found = get_credential().get_token(DATABASE_SCOPE)
    except (AzureError, OSError, ValueError) as error:
        raise FetchError(_what_failed(error)) from None
    expires = datetime.fromtimestamp(found.expires_on, tz=UTC)
    return Kept(found.token, expires - TOKEN_MARGIN, expires - TOKEN_LAST_USE)


def _what_failed(error: Exception) -> str:
    """The kind of a failure; its text may repeat what was sent or answered."""
    status = getattr(error, "status_code", None)
    return type(error).__name__ if status is None else f"{type(error).__name__}, status {status}"

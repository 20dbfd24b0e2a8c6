"""How a new connection to PostgreSQL proves who it is, where that does not stand in `DATABASE_URL`."""

from typing import Any

from sqlalchemy import Engine, event

from shared.credentials import database_password, renew_database_password

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_REFUSED = "authentication failed"
"""In every refusal of a password by PostgreSQL and PgBouncer; a failed login has no SQLSTATE in psycopg2."""


def log_in_by_settings(engine: Engine) -> None:
    """Let each connection of the engine be made with a token or a password that is fetched for it."""
    event.listen(engine, "do_connect", _log_in)


def _log_in(dialect: Any, _record: Any, arguments: Any, parameters: dict[str, Any]) -> Any:
    """The connection; None: SQLAlchemy makes it, by the URL alone."""
    password = database_password()
    if password is None:
        return None
    tls = {} if parameters.get("host") in _LOOPBACK else {"sslmode": "require"}
    try:
        return dialect.connect(*arguments, **{**tls, **parameters, "password": password})
    except dialect.loaded_dbapi.OperationalError as error:
        if _REFUSED not in str(error) or not renew_database_password(password):
            raise
    return dialect.connect(*arguments, **{**tls, **parameters, "password": database_password()})

"""How alembic runs here: the address from the settings, short lock waits, and the functions reinstalled at head.

Functions under `sql/functions/` are made from sources that change often; they are replaced as a whole after every
upgrade to head, so a function's history is its file's history and the database always runs the newest text. Where the
formulas or the stored currencies changed with it, everything is derived again in the same transaction.
"""

from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from shared.data.access import act_as
from shared.data.engine import do_deferred
from shared.data.tables.every import metadata
from shared.domain.fx import target_holidays
from shared.domain.permissions import SYSTEM
from shared.services.derivations import derive_everything_if_changed
from shared.settings import get_settings

FUNCTIONS = Path(__file__).parents[1] / "functions"
INSTALL_ORDER = ("calendar.sql", "cells.sql", "fx.sql", "derive_reporting.sql")
HOLIDAY_YEARS = range(1999, 2101)
_INSTALL_LOCK = 7_203_401


def _install(connection: Connection) -> None:
    for name in INSTALL_ORDER:
        with connection.connection.cursor() as cursor:
            cursor.execute((FUNCTIONS / name).read_text())
    holidays = [{"provider": "ecb", "holiday": day} for year in HOLIDAY_YEARS for day in target_holidays(year)]
    connection.execute(text("delete from fx_holidays where provider = 'ecb'"))
    connection.execute(
        text("insert into fx_holidays (provider, holiday) values (:provider, :holiday)"),
        holidays,
    )


def _at_head() -> bool:
    migration = context.get_context()
    heads = set(context.script.get_heads())
    return bool(heads) and set(migration.get_current_heads()) == heads


def run() -> None:
    """Run the migrations in one transaction, one runner at a time."""
    engine = create_engine(get_settings().database_url)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _INSTALL_LOCK})
        connection.execute(text("set local lock_timeout = '10s'"))
        connection.execute(text("set local statement_timeout = '10min'"))
        context.configure(connection=connection, target_metadata=metadata, compare_server_default=True)
        context.run_migrations()
        if _at_head():
            _install(connection)
            session = Session(bind=connection)
            act_as(session, SYSTEM)
            derive_everything_if_changed(session)
            do_deferred(session)
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations need a database; `alembic upgrade head --sql` is not supported")
run()

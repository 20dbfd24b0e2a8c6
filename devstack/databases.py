"""Databases on a server: made, dropped, copied from a template, migrated by alembic."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under psycopg2's lower-case name)

from devstack.postgres import Login, PostgresServer

ROOT = Path(__file__).parents[1]


@contextmanager
def _administration(server: PostgresServer) -> Iterator[Cursor]:
    with closing(psycopg2.connect(server.libpq_url())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def database_exists(server: PostgresServer, name: str) -> bool:
    """Whether the server has a database of that name."""
    with _administration(server) as cursor:
        cursor.execute("select from pg_database where datname = %s", [name])
        return cursor.rowcount > 0


def create_database(server: PostgresServer, name: str, template: str = "template0") -> None:
    """Make the database `name` as a copy of `template`."""
    statement = sql.SQL("create database {} template {}")
    with _administration(server) as cursor:
        cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))


def drop_database(server: PostgresServer, name: str) -> None:
    """Drop the database and end its sessions; without effect when it does not exist."""
    with _administration(server) as cursor:
        cursor.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def ensure_login(server: PostgresServer, login: Login, roles: Sequence[str]) -> None:
    """Let this login in, able to act as these roles and to do nothing by itself."""
    name, password = sql.Identifier(login.name), sql.Literal(login.password)
    with _administration(server) as cursor:
        cursor.execute("select from pg_roles where rolname = %s", [login.name])
        verb = sql.SQL("alter" if cursor.rowcount else "create")
        cursor.execute(sql.SQL("{} role {} login noinherit password {}").format(verb, name, password))
        cursor.execute(sql.SQL("grant {} to {}").format(sql.SQL(", ").join(map(sql.Identifier, roles)), name))


def seal_template(server: PostgresServer, name: str) -> None:
    """Let nobody connect to the database, so that it can be copied at any time."""
    statement = sql.SQL("alter database {} with allow_connections false is_template true")
    with _administration(server) as cursor:
        cursor.execute(statement.format(sql.Identifier(name)))


def migrate(database_url: str, revision: str = "head") -> None:
    """Bring a database to `revision` by alembic, in a process of its own as an operator would.

    Raises:
        RuntimeError: alembic failed; the message carries what it said.
    """
    result = subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(ROOT / "sql" / "alembic.ini"), "upgrade", revision],
        env={**os.environ, "DATABASE_URL": database_url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"the migrations failed:\n{result.stdout}{result.stderr}".rstrip())

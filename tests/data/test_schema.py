"""The schema: migrations from empty, the tables' declarations and the checked-in dump say the same."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from devstack.databases import migrate
from devstack.schema_dump import dump_schema
from shared.data.tables.every import metadata


def test_the_tables_are_declared_as_the_migrations_make_them(database_url: str):
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_migrated_database_is_the_checked_in_schema(database_url: str, project_root: Path):
    dumped = dump_schema(database_url.replace("+psycopg2", ""))

    assert dumped == (project_root / "sql" / "schema.sql").read_text()


def test_migrating_step_by_step_and_twice_gives_the_same_schema(empty_database_url: str, project_root: Path):
    for revision in ("0001", "0003", "head", "head"):
        migrate(empty_database_url, revision)

    dumped = dump_schema(empty_database_url.replace("+psycopg2", ""))
    assert dumped == (project_root / "sql" / "schema.sql").read_text()

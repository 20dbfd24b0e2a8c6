"""Backup, destroy, restore: every row of every table comes back, and nothing else."""

import pytest

from devstack.databases import migrate
from devstack.schema_dump import dump_schema
from durable_backups import restore
from durable_backups.writing import write_backup
from tests.durable_backups.filling import fill_database, read_content, run_statement
from tests.durable_backups.storage import Shelf


def test_every_table_and_sequence_comes_back_as_it_was(
    database_url: str, target_url: str, shelf: Shelf, capsys: pytest.CaptureFixture[str]
):
    fill_database()
    before = read_content(database_url)
    manifest = write_backup(shelf.store)

    assert restore.main(["--database-url", target_url]) == 0

    assert read_content(target_url) == before
    assert dump_schema(target_url.replace("+psycopg2", "")) == dump_schema(database_url.replace("+psycopg2", ""))
    assert {table.name: (table.rows, table.digest) for table in manifest.tables}.items() <= before.items()
    assert min(before[name][0] for name in ("metric_inputs", "import_rows", "import_issues", "fx_rates")) > 0
    assert f"restored {manifest.name}: {manifest.rows:,} rows" in capsys.readouterr().out


def test_a_backup_of_an_older_schema_is_restored_as_it_was_and_then_brought_to_the_newest(
    empty_database_url: str, target_url: str, shelf: Shelf
):
    migrate(empty_database_url, "0011")
    run_statement(empty_database_url, "insert into funds values (gen_random_uuid(), 'Fund I', now(), 'somebody')")
    funds = read_content(empty_database_url)["funds"]
    assert write_backup(shelf.store).revision == "0011"

    assert restore.main(["--database-url", target_url]) == 0

    migrate(empty_database_url)
    assert dump_schema(target_url.replace("+psycopg2", "")) == dump_schema(empty_database_url.replace("+psycopg2", ""))
    assert read_content(target_url)["funds"] == funds
    assert funds[0] == 1

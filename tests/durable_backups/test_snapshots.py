"""A backup is one instant's state, of every table there is, whole or an error; and it leaves connections usable."""

import threading
import time
from contextlib import suppress
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from durable_backups import parts, restore, restoring
from durable_backups.contracts import LONGEST_WRITE
from durable_backups.writing import BackupTooSlowError, TablesChangedError, write_backup
from shared.clock import utc_now
from shared.data import snapshots
from shared.data.engine import dispose_engines, get_engine, transaction, transaction_at
from shared.domain.errors import NotFound
from shared.settings import get_settings
from tests.data.test_stored_rows import derived_anew, stored
from tests.data.writes import add_companies, publish_rates, submit_a_quarter, withdraw_a_quarter
from tests.durable_backups.filling import add_hostile_companies, add_table, read_content, run_statement
from tests.durable_backups.storage import Shelf

LATER = '"A later ""table"""'
LATER_TABLE = f"""
create table {LATER} (
  id bigint generated always as identity primary key, "select" text, many text[], doc jsonb, raw bytea,
  moment timestamptz, span interval, amount numeric, ratio double precision,
  twice numeric generated always as (amount * 2) stored, parent bigint references {LATER} (id)
)
"""
LATER_ROWS = f"""
insert into {LATER} ("select", many, doc, raw, moment, span, amount, ratio, parent) values
  (E'tab\\tline\\nreturn\\rback\\\\slash', array['a,b', null, '"', E'\\\\N'], '{{"a": "\\n"}}', '\\x00ff0a5c',
   '2024-02-29 23:59:59.999999+05:30', '1 mon -2 days 03:04:05.678901', 'NaN', 0.1, 2),
  ('\\N', '{{}}', 'null', '', 'infinity', '0', 12345678901234567890.00000000000000000001, 'Infinity', null),
  (null, null, null, null, null, null, null, null, 1)
"""


def test_a_backup_taken_while_many_write_is_one_instant_s_state(
    database_url: str, target_url: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    with transaction() as session:
        companies = add_companies(session)
        publish_rates(session, Random(1), companies[0])
    over = threading.Event()

    def write_on(seed: int) -> None:
        rng = Random(seed)
        while not over.is_set():
            write = rng.choice((submit_a_quarter, submit_a_quarter, withdraw_a_quarter))
            with suppress(NotFound), transaction() as session:
                write(session, rng, rng.choice(companies))

    save = shelf.store.save_part
    monkeypatch.setattr(shelf.store, "save_part", lambda *part: (time.sleep(0.1), save(*part)))
    threads = [threading.Thread(target=write_on, args=[seed]) for seed in range(3)]
    for thread in threads:
        thread.start()
    try:
        time.sleep(0.5)
        manifest = write_backup(shelf.store)
    finally:
        over.set()
        for thread in threads:
            thread.join()

    assert restore.main(["--database-url", target_url]) == 0
    counted = {table.name: table.rows for table in manifest.tables}
    assert 0 < counted["metric_inputs"] < read_content(database_url)["metric_inputs"][0] - 5
    point_app_at(target_url, monkeypatch)
    with transaction() as session:
        kept = stored(session)
        assert derived_anew(session, companies) == kept
        assert len(kept["reporting_metrics"]) > 0


def test_a_table_added_later_is_in_the_backup_with_every_type_and_its_identity(
    database_url: str, target_url: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    add_table(database_url, LATER_TABLE)
    run_statement(database_url, LATER_ROWS)
    run_statement(database_url, "alter database restored set datestyle = 'SQL, DMY'")
    run_statement(database_url, "alter database restored set timezone = 'Asia/Kathmandu'")
    monkeypatch.setattr(parts, "PART_BYTES", 100)
    write_backup(shelf.store)
    upgrade, added = restoring.upgrade_database, []

    def migrate_further(root: object, url: str, revision: str) -> None:
        upgrade(root, url, revision)
        if not added:
            add_table(url, LATER_TABLE)
        added.append(revision)

    monkeypatch.setattr(restoring, "upgrade_database", migrate_further)
    assert restore.main(["--database-url", target_url]) == 0

    content = read_content(target_url)
    assert content == read_content(database_url)
    assert content['A later "table"'][0] == 3
    run_statement(target_url, f"insert into {LATER} (amount, parent) values (2, 3)")
    query = f"select string_agg(id || ':' || twice, ' ' order by id) from {LATER}"
    with transaction_at(target_url) as session:
        assert session.execute(text(query)).scalar_one() == "1:NaN 2:24691357802469135780.00000000000000000002 4:4"


@pytest.mark.parametrize(
    ("statements", "refusal"),
    [
        (
            ("drop policy firm on companies", "create policy firm on companies to portfolio_firm using (name = 'One')"),
            "row-level security may hide rows of companies from",
        ),
        (("revoke select on all sequences in schema public from portfolio_firm",), "permission denied for sequence"),
        (("revoke select on companies from portfolio_firm",), "permission denied for table"),
    ],
    ids=["rows hidden by a policy", "sequences not readable", "tables not readable"],
)
def test_what_the_role_may_not_see_is_an_error_not_a_gap(
    statements: tuple[str, ...], refusal: str, database_url: str, shelf: Shelf
):
    add_hostile_companies()
    for statement in statements:
        run_statement(database_url, statement)
    with pytest.raises(Exception, match=refusal):
        write_backup(shelf.store)
    assert shelf.store.list_backups() == []


def point_app_at(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the app work on another database, or as somebody else."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    get_settings.cache_clear()
    dispose_engines()


def backend() -> int:
    """The server's process behind the connection that the pool gives."""
    with transaction() as session:
        return session.execute(text("select pg_backend_pid()")).scalar_one()


def test_storage_that_fails_in_the_middle_of_a_table_leaves_no_backup_and_no_stuck_connection(
    database_url: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    assert database_url
    add_table(database_url, "create table big as select n, repeat('x', 500) from generate_series(1, 20000) as n")
    calls, before = [], backend()

    def fail_later(*_: object) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise OSError("the storage is away")

    monkeypatch.setattr(parts, "PART_BYTES", 1000)
    monkeypatch.setattr(shelf.store, "save_part", fail_later)
    with pytest.raises(OSError, match="the storage is away"):
        write_backup(shelf.store)

    assert len(calls) == 3
    assert shelf.store.list_backups() == []
    assert get_engine().pool.checkedout() == 0
    assert backend() != before
    run_statement(database_url, "set lock_timeout = '5s'; drop table big")


def test_a_backup_gives_itself_up_before_the_host_ends_it(database_url: str, shelf: Shelf):
    assert database_url
    began = utc_now()
    moments = iter([began, began, began + 2 * LONGEST_WRITE])

    with pytest.raises(BackupTooSlowError, match="too large for one call"):
        write_backup(shelf.store, lambda: next(moments))
    assert shelf.store.list_backups() == []


def test_a_migration_between_looking_and_locking_is_noticed(
    database_url: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    lock = snapshots.lock_tables

    def migrate_first(session: object, names: object) -> None:
        run_statement(database_url, "create table came_between (n int)")
        lock(session, names)

    monkeypatch.setattr("durable_backups.writing.lock_tables", migrate_first)
    with pytest.raises(TablesChangedError):
        write_backup(shelf.store)
    assert shelf.store.list_folders() == []


def test_a_migration_waits_for_the_backup_instead_of_emptying_what_it_reads(
    database_url: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
):
    add_hostile_companies()
    refused = []

    def migrate(*_: object) -> None:
        if not refused:
            with pytest.raises(DBAPIError, match="lock timeout"):
                run_statement(database_url, "set lock_timeout = '50ms'; truncate companies cascade")
            refused.append(True)

    monkeypatch.setattr(shelf.store, "save_part", migrate)
    manifest = write_backup(shelf.store)

    assert refused == [True]
    assert {table.name: table.rows for table in manifest.tables}["companies"] == 7

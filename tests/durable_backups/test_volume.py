"""A hundred thousand inputs there and back, and how much memory the way takes."""

import subprocess
import sys
from time import monotonic

import pytest

from benchmarks.portfolio import Size, load_portfolio
from devstack.databases import drop_database
from devstack.postgres import PostgresServer
from durable_backups import restore
from durable_backups.checking import check_backup
from durable_backups.writing import write_backup
from shared.data.engine import transaction
from shared.services.derivations import derive_everything_if_changed
from tests.durable_backups.filling import add_table, read_content, run_statement
from tests.durable_backups.storage import ROOT, Shelf
from tests.telling import tell

INPUTS = Size(2500, 40, 1)
"""A hundred thousand."""
GROWTH_LIMIT_KIB = 40_000
"""A part's compressed text, its copy on the way out, and some buffers."""
MEASURED = """
import threading
import psutil
from durable_backups.blobs import BackupStore
from durable_backups.checking import check_backup
from durable_backups.writing import write_backup
from tests.durable_backups.filling import run_statement
from shared.settings import get_backup_settings, get_settings

def watch():
    while not over.wait(0.005):
        peaks[-1] = max(peaks[-1], psutil.Process().memory_info().rss)

settings, over, peaks = get_backup_settings(), threading.Event(), []
store = BackupStore(settings.connection, settings.container)
watcher = threading.Thread(target=watch)
for rows in (1_000, 1_500_000):
    run_statement(get_settings().database_url, "insert into filler select n, md5(n::text) || md5((-n)::text)"
                  " || repeat('x', 200) from generate_series(1, %d) as n" % rows)
    peaks.append(0)
    watcher.is_alive() or watcher.start()
    manifest = write_backup(store)
    check_backup(store, manifest.name)
over.set()
watcher.join()
store.close()
print(*(peak // 1024 for peak in peaks), sum(part.bytes for table in manifest.tables for part in table.parts))
"""
"""Watched from within: what the kernel counts for a process begins with its parent's peak."""


@pytest.mark.stress
@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_database(database_url: str, shelf: Shelf, capsys: pytest.CaptureFixture[str]):
    add_table(database_url, "create table filler (n int, content text)")
    assert shelf.connection

    command = [sys.executable, "-c", MEASURED]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=280).stdout

    small, large, stored = map(int, told.split())
    assert stored > 50_000_000
    assert large - small < GROWTH_LIMIT_KIB
    tell(capsys, f"peak memory: {small / 1024:.0f} MiB for a small backup, {large / 1024:.0f} MiB for {stored:,} bytes")


@pytest.fixture
def hundred_thousand_inputs(database_url: str) -> str:
    """A database of that many inputs, with all that is derived from them."""
    load_portfolio(database_url.replace("+psycopg2", ""), INPUTS)
    run_statement(database_url, "delete from derivations")
    with transaction() as session:
        assert derive_everything_if_changed(session) == INPUTS.companies
    return database_url


@pytest.mark.stress
@pytest.mark.timeout(900)
def test_a_hundred_thousand_inputs_come_back_with_every_table_s_hash_equal(
    hundred_thousand_inputs: str,
    target_url: str,
    postgres: PostgresServer,
    shelf: Shelf,
    capsys: pytest.CaptureFixture[str],
):
    before = read_content(hundred_thousand_inputs)
    assert before["metric_inputs"][0] == INPUTS.companies * INPUTS.quarters
    began = monotonic()
    manifest = write_backup(shelf.store)
    written = monotonic()
    check_backup(shelf.store, manifest.name)
    proved = monotonic()
    drop_database(postgres, hundred_thousand_inputs.rpartition("/")[2])

    assert restore.main(["--database-url", target_url]) == 0

    restored = monotonic()
    assert read_content(target_url) == before
    tell(
        capsys,
        f"{manifest.rows:,} rows of {before['metric_inputs'][0]:,} inputs, {manifest.bytes:,} bytes: "
        f"written in {written - began:.1f} s ({manifest.rows / (written - began):,.0f} rows/s), "
        f"proved in {proved - written:.1f} s, restored in {restored - proved:.1f} s (local)",
    )

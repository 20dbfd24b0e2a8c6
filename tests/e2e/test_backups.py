"""Backups of the running stack: started by their timers, surviving kills of the host, restored into a new database."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from urllib.parse import urlsplit

import pytest
import requests

from devstack.databases import create_database, drop_database
from devstack.postgres import PostgresServer
from devstack.stack import DATABASE
from durable_backups.blobs import BackupStore
from durable_backups.checking import check_backup
from durable_backups.contracts import CHECK_ORCHESTRATOR, ORCHESTRATOR
from tests.devstack.running_stack import ROOT, RunningStack, run_stack, stop_stack
from tests.durable_backups.filling import add_table, read_content, run_statement

pytestmark = pytest.mark.xdist_group("e2e")
FILLER = (
    "create table filler as select n, md5(n::text) || repeat(md5((-n)::text), 8) as content"
    " from generate_series(1, 400000) as n"
)


@pytest.fixture
def store(stack: RunningStack) -> Iterator[BackupStore]:
    """The stack's backups."""
    with closing(backups_of(stack)) as store:
        yield store


def backups_of(stack: RunningStack) -> BackupStore:
    """Where the stack keeps its backups; close it."""
    return BackupStore(str(stack.connection["blob_connection_string"]), "backups")


def fire(stack: RunningStack, timer: str) -> None:
    """Have a timer function run now."""
    headers = {"x-functions-key": stack.master_key}
    url = f"{stack.base_url}/admin/functions/{timer}"
    answer = requests.post(url, json={"input": ""}, headers=headers, timeout=60)
    assert answer.status_code == requests.codes.accepted, answer.text


def has_completed(stack: RunningStack, orchestrator: str) -> bool:
    """Whether the orchestration that runs alone under its own name ended well."""
    keys = json.loads((stack.data_dir / "host" / "keys.json").read_text())
    url = f"/runtime/webhooks/durabletask/instances/{orchestrator}?code={keys['system']['durabletask_extension']}"
    return stack.get(url, token="").json()["runtimeStatus"] == "Completed"


def test_a_host_killed_while_it_writes_a_backup_leaves_no_half_one_and_the_run_ends_well(
    stack: RunningStack, store: BackupStore
):
    add_table(stack.database_url, FILLER)
    try:
        fire(stack, "start_backup")
        stack.eventually(store.list_folders, 60, "a backup was begun")
        sleep(0.3)
        (half,) = store.list_folders()
        stack.kill_host()
        name, *_ = stack.eventually(store.list_backups, 120, "the run ended with a backup")
        assert (half in store.list_folders(), half in store.list_backups()) == (True, False)
        assert {table.name for table in check_backup(store, name).tables} > {"filler", "alembic_version"}
        stack.eventually(lambda: has_completed(stack, ORCHESTRATOR), 60, "the run was over")
        fire(stack, "start_backup")
        stack.eventually(lambda: len(store.list_backups()) == 2, 60, "the next run wrote another")
        fire(stack, "start_backup_check")
        stack.eventually(lambda: has_completed(stack, CHECK_ORCHESTRATOR), 60, "the newest one was read back")
    finally:
        run_statement(stack.database_url, "drop table filler")


@pytest.fixture
def demo_stack() -> Iterator[RunningStack]:
    """A stack of its own with the demo portfolio."""
    with TemporaryDirectory(prefix="portfolio-tests-") as folder:
        running = run_stack(Path(folder))
        yield running
        stop_stack(running)


def server_of(stack: RunningStack) -> PostgresServer:
    """The stack's server, to administer; it is not ours to start or stop."""
    return PostgresServer(stack.data_dir / "postgres", urlsplit(stack.database_url).port)


@pytest.mark.stress
@pytest.mark.timeout(400)
def test_the_demo_portfolio_comes_back_after_its_database_was_destroyed(demo_stack: RunningStack):
    reads = ("/v1/metrics?limit=500", "/v1/portfolio/summary?reporting_year=2026&reporting_quarter=1", "/v1/imports")
    answers = {path: demo_stack.get(path).text for path in reads}
    content = read_content(demo_stack.database_url)
    fire(demo_stack, "start_backup")
    with closing(backups_of(demo_stack)) as store:
        demo_stack.eventually(store.list_backups, 60, "a backup was written")
    server = server_of(demo_stack)
    drop_database(server, DATABASE)
    create_database(server, DATABASE)

    options = ["--data-dir", str(demo_stack.data_dir), "--database-url", demo_stack.database_url]
    command = [sys.executable, str(ROOT / "dev.py"), "restore", *options]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    assert "restored " in said.splitlines()[-1]
    assert read_content(demo_stack.database_url) == content
    assert content["metric_inputs"][0] > 300
    assert {
        path: demo_stack.eventually(lambda path=path: demo_stack.get(path).text, 30, path) for path in reads
    } == answers
    demo_stack.drop("after.csv", "external_id,name,reporting_currency,fiscal_year_end\nafter,After,EUR,12-31\n")
    assert demo_stack.finished_drop("after.csv")["counts"]["new"] == 1

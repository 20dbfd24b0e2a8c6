"""`dev.py up` from the first start to the last process gone, on the real platform."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psutil
import pytest
import requests
from sqlalchemy import create_engine, text

from tests.devstack.running_stack import RunningStack, run_stack, stop_stack

pytestmark = [pytest.mark.xdist_group("e2e"), pytest.mark.timeout(300)]
Run = Callable[..., RunningStack]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder outside pytest's own, which another run closes for the database's system user."""
    with TemporaryDirectory(prefix="portfolio-tests-") as folder:
        yield Path(folder)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """`run_stack`, with everything stopped before its folder goes."""
    assert tmp_path.exists()
    running: list[RunningStack] = []

    def begin(folder: Path, *arguments: str) -> RunningStack:
        running.append(run_stack(folder, *arguments))
        return running[-1]

    yield begin
    for stack in running:
        stop_stack(stack)


@pytest.fixture(scope="module")
def stack(private_folder: Path) -> Iterator[RunningStack]:
    """One for the tests that leave it as they find it."""
    folder = private_folder / "own-stack"
    folder.mkdir()
    running = run_stack(folder, "--no-sample")
    yield running
    stop_stack(running)


def _family(stack: RunningStack) -> list[psutil.Process]:
    return psutil.Process(stack.process.pid).children(recursive=True)


def _alive(processes: list[psutil.Process], patience: float = 0) -> list[psutil.Process]:
    return psutil.wait_procs(processes, timeout=patience)[1]


def _make_fund(stack: RunningStack, name: str) -> None:
    engine = create_engine(stack.database_url)
    with engine.begin() as connection:
        connection.execute(
            text("insert into funds (id, name, created_at, created_by) values (:id, :name, now(), 'test')"),
            {"id": uuid4(), "name": name},
        )
    engine.dispose()


def _funds(stack: RunningStack) -> list[str]:
    engine = create_engine(stack.database_url)
    with engine.connect() as connection:
        names = list(connection.execute(text("select name from funds order by name")).scalars())
    engine.dispose()
    return names


def test_sigterm_leaves_no_process_and_a_second_start_finds_everything_as_it_was(run: Run, tmp_path: Path):
    first = run(tmp_path, "--no-sample")
    before, token, family = first.connection, first.token("Portfolio.Read"), _family(first)
    assert first.get("/v1/companies", token=token).ok
    assert {"postgres", "node"} <= {process.name() for process in family}
    _make_fund(first, "Kept Fund")
    first.drop("note.csv", "external_id,name,reporting_currency,fiscal_year_end\nkept,Kept Ltd,EUR,12-31\n")
    assert first.finished_drop("note.csv")["status"] == "applied"

    assert stop_stack(first) == 0
    assert not _alive(family)
    assert not (tmp_path / "connection.json").exists()

    began = time.monotonic()
    second = run(tmp_path, "--no-sample")
    assert time.monotonic() - began < 10
    same = before.keys() - {"host_pid"}
    assert {name: second.connection[name] for name in same} == {name: before[name] for name in same}
    assert second.get("/v1/companies", token=token).json()["items"][0]["external_id"] == "kept"
    assert "Kept Fund" in _funds(second)
    with second.container() as container:
        assert [blob.name for blob in container.list_blobs()] == ["note.csv"]


def test_kill_9_leaves_no_process_and_the_next_start_recovers(run: Run, tmp_path: Path):
    first = run(tmp_path, "--no-sample")
    family, base_url = _family(first), first.base_url
    _make_fund(first, "Committed Fund")
    first.process.kill()
    first.process.wait(10)
    assert not _alive(family, patience=15)

    second = run(tmp_path, "--no-sample")
    assert second.base_url == base_url
    assert _funds(second) == ["Committed Fund"]


def test_a_second_up_on_the_same_data_directory_says_where_the_first_serves(stack: RunningStack, project_root: Path):
    command = [sys.executable, str(project_root / "dev.py"), "up", "--data-dir", str(stack.data_dir)]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert f"already running: {stack.base_url}" in second.stdout
    assert stack.get("/v1/health", token="").ok


def test_two_stacks_run_side_by_side_and_do_not_trust_each_other(stack: RunningStack, run: Run, tmp_path: Path):
    other = run(tmp_path, "--no-sample")
    _make_fund(stack, "Fund of One")
    assert _funds(other) == []
    assert stack.get("/v1/companies").ok
    assert stack.get("/v1/companies", token=other.token("Admin")).status_code == requests.codes.unauthorized


def test_a_dead_process_is_started_again_and_reported(stack: RunningStack):
    stack.kill_host()
    assert "devhost ended (SIGKILL); starting it again" in stack.said
    for name, expected in (("postgres", "postgres"), ("node", "azurite")):
        victim = next(process for process in psutil.Process(stack.process.pid).children() if process.name() == name)
        os.kill(victim.pid, signal.SIGKILL)
        stack.eventually(lambda expected=expected: f"{expected} serves again" in stack.said, 30, f"{name} came back")
    stack.eventually(lambda: stack.get("/v1/companies").ok, 30, "the API answered again")
    assert stack.process.poll() is None


def test_connections_are_for_the_owner_only_and_name_what_clients_need(stack: RunningStack):
    file = stack.data_dir / "connection.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text()).keys() >= {
        "base_url",
        "database_url",
        "blob_connection_string",
        "issuer_url",
        "master_key",
        "host_pid",
    }
    assert stack.get("/v1/companies", token="").status_code == requests.codes.unauthorized
    assert {path.stem for path in (stack.data_dir / "logs").iterdir()} == {"postgres", "azurite", "issuer", "devhost"}


def test_the_first_start_loads_the_demo_portfolio_and_the_second_does_not_load_it_again(run: Run, tmp_path: Path):
    first = run(tmp_path)
    companies = first.items("/v1/companies", limit=100)
    jobs = {job["file_name"]: job for job in first.items("/v1/imports")}
    assert len(companies) == 25
    assert {job["status"] for job in jobs.values()} == {"applied"}
    assert jobs["restatement.csv"]["counts"]["restated"] == 6
    cobbleton = next(company["id"] for company in companies if company["external_id"] == "cobbleton")
    metrics = first.items("/v1/metrics", company_id=cobbleton, currency="EUR")
    assert len(metrics) == 16
    assert metrics[-1]["period_end"] == "2026-09-27"
    assert metrics[-1]["ltm_total_revenue"] > 0
    assert metrics[-1]["fx_rate_average"] < 1
    stop_stack(first)

    second = run(tmp_path)
    assert "loading the demo portfolio" not in second.said
    assert {job["id"] for job in second.items("/v1/imports")} == {job["id"] for job in jobs.values()}

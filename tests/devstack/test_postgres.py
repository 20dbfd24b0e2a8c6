"""PostgreSQL over one data directory: its password, and coming back after an unclean end."""

import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest

from devstack.postgres import PostgresServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path / "postgres", settings=["shared_buffers=8MB"])
    server.start()
    yield server
    server.stop()


def _run(server: PostgresServer, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(server.libpq_url())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _pid(server: PostgresServer) -> int:
    assert server.process is not None
    return server.process.pid


def test_a_login_needs_the_password_of_the_data_directory(server: PostgresServer):
    assert _run(server, "select 1") == [(1,)]
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(server.libpq_url().replace(server.password, "guess"))
    assert stat.S_IMODE((server.data_dir / "password").stat().st_mode) == 0o600


def test_it_listens_on_loopback_only(server: PostgresServer):
    addresses = {c.laddr.ip for c in psutil.Process(_pid(server)).net_connections() if c.status == psutil.CONN_LISTEN}
    assert addresses == {"127.0.0.1"}


def test_committed_rows_survive_kill_9(server: PostgresServer):
    _run(server, "create table kept as select 42 as answer")
    os.kill(_pid(server), signal.SIGKILL)
    assert server.process is not None
    server.process.wait(10)
    assert (server.cluster / "postmaster.pid").exists()
    server.start()
    assert _run(server, "select answer from kept") == [(42,)]


def test_a_pid_file_that_names_another_living_process_does_not_stop_it(server: PostgresServer):
    server.stop()
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, user=server.user) as other:
        lines = [str(other.pid), str(server.cluster), "1", str(server.port), "", "127.0.0.1", "0 0", "ready"]
        pid_file = server.cluster / "postmaster.pid"
        pid_file.write_text("\n".join(lines) + "\n")
        server.start()
        assert _run(server, "select 1") == [(1,)]
        assert other.poll() is None
        other.communicate()


def test_a_server_that_was_left_running_is_replaced(server: PostgresServer):
    left_running = psutil.Process(_pid(server))
    successor = PostgresServer(server.data_dir)
    successor.start()
    try:
        assert not left_running.is_running() or left_running.status() == psutil.STATUS_ZOMBIE
        assert _run(successor, "select 1") == [(1,)]
    finally:
        successor.stop()


def test_an_interrupted_first_start_is_begun_again(tmp_path: Path):
    server = PostgresServer(tmp_path / "postgres")
    half_made = server.data_dir / "cluster.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    server.start()
    try:
        assert _run(server, "show server_version_num")[0][0].startswith("18")
    finally:
        server.stop()


def test_a_server_that_cannot_start_shows_its_log(tmp_path: Path):
    server = PostgresServer(tmp_path / "postgres", settings=["shared_buffers=nonsense"])
    with pytest.raises(RuntimeError, match=r'(?s)PostgreSQL ended while starting.*"shared_buffers": "nonsense"'):
        server.start()

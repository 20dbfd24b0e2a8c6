"""Starting and ending a host: its command line, its port, its keys and what it finds of the last one."""

import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from devhost.keys import load_keys
from tests.devhost.host.running_host import RunningHost, host_command, host_environment, refusal, write_app

ONE_FUNCTION = """
@app.route(route="x")
def x(req: func.HttpRequest) -> str:
    return "x"
"""
LINGERING = """
import threading
threading.Thread(target=time.sleep, args=[60]).start()
raise RuntimeError("the app cannot be imported")
"""


def test_the_command_line_explains_itself() -> None:
    command = [sys.executable, "-m", "devhost", "--help"]
    told = subprocess.run(command, env=host_environment(), capture_output=True, text=True, timeout=30, check=True)
    for option in ("--app-root", "--state-dir", "--port", "--master-key", "--host-id"):
        assert option in told.stdout


def test_a_port_that_is_taken_is_said_and_nothing_else(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app", ONE_FUNCTION)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = host_command(app, tmp_path / "state", port)
        ended = subprocess.run(command, env=host_environment(), capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    (said,) = ended.stderr.strip().splitlines()
    assert said.startswith(f"devhost cannot serve 127.0.0.1:{port}: ")


def test_state_of_another_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    with closing(sqlite3.connect(tmp_path / "state" / "durable.db")) as database:
        database.executescript("create table instances (id text); pragma user_version = 99")
    said = refusal(write_app(tmp_path / "app", ONE_FUNCTION), tmp_path / "state")
    assert said.startswith("devhost cannot use its state: ")
    assert "has layout 99" in said


def test_a_refused_app_ends_with_1_though_a_thread_of_it_never_ends(tmp_path: Path) -> None:
    said = refusal(write_app(tmp_path / "app", LINGERING), tmp_path / "state")
    assert "the app cannot be imported" in said


def test_a_second_start_finds_the_port_free_and_the_keys_kept(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app", ONE_FUNCTION)
    first = RunningHost(app, tmp_path / "state")
    assert first.greeting == f"devhost listening on {first.url}"
    assert first.get("/api/x").text == "x"
    keys = first.keys()
    assert stat.S_IMODE((tmp_path / "state" / "keys.json").stat().st_mode) == 0o600
    first.kill()
    second = RunningHost(app, tmp_path / "state", first.port)
    assert (second.keys(), second.get("/api/x").text) == (keys, "x")
    assert second.stop() == 0


def test_a_master_key_is_made_once_unless_one_is_given(tmp_path: Path) -> None:
    made = load_keys(tmp_path, ["f"], None)
    assert len(made.master) > 40
    assert load_keys(tmp_path, ["f", "g"], None).functions["f"] == made.functions["f"]
    assert load_keys(tmp_path, ["f"], "given").master == "given"
    assert load_keys(tmp_path, ["f"], None).master == "given"

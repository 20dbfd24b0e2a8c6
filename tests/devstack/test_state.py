"""A stack's data directory: who holds it, what is kept, who may read it; and the tokens made from it."""

import socket
import stat
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from devhost.__main__ import _parser
from devstack.processes import await_port
from devstack.signing import Bearer, KeyRing
from devstack.stack import Stack
from devstack.state import AlreadyRunningError, NotStartedError, StackState, chosen_database, claim
from devstack.tokens import make_token, print_token

HOLDER = """
import socket, time
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    time.sleep(0.5)
"""
CONNECTION = {"base_url": "http://127.0.0.1:7071", "database_url": "postgresql+psycopg2://here"}


def _stack_that_once_ran(data_dir: Path) -> StackState:
    state = StackState.open(data_dir)
    state.choose_port("issuer")
    KeyRing(data_dir / "issuer-keys.json")
    return state


def test_a_second_start_is_told_where_the_first_serves(tmp_path: Path):
    with claim(tmp_path):
        with pytest.raises(AlreadyRunningError, match="already starting"), claim(tmp_path):
            pass
        StackState.open(tmp_path).publish(CONNECTION)
        with pytest.raises(AlreadyRunningError, match=r"already running: http://127\.0\.0\.1:7071"), claim(tmp_path):
            pass
    with claim(tmp_path):
        pass


def test_ports_and_secrets_are_kept_across_restarts(tmp_path: Path):
    first = StackState.open(tmp_path)
    port = first.choose_port("api")
    again = StackState.open(tmp_path)
    assert again.choose_port("api") == port
    assert again.kept == first.kept
    assert StackState.open(tmp_path / "other").kept["master_key"] != first.kept["master_key"]


def test_a_kept_master_key_that_begins_with_a_dash_reaches_the_host(tmp_path: Path):
    state = StackState.open(tmp_path)
    state.kept["master_key"] = "-Zkey"
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "password").write_text("secret")
    command = Stack(state, None)._host().command
    assert _parser().parse_args(command[command.index("devhost") + 1 :]).master_key == "-Zkey"


def test_a_kept_port_that_is_taken_gives_way_and_a_wanted_one_is_refused(tmp_path: Path):
    state = StackState.open(tmp_path)
    port = state.choose_port("api")
    with socket.create_server(("127.0.0.1", port)):
        assert state.choose_port("api") != port
        with pytest.raises(OSError, match=f"port {port} on 127.0.0.1 is taken"):
            state.choose_port("api", port)


def test_a_port_that_is_freed_within_the_patience_is_waited_for():
    with subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        assert await_port(port) != port
        assert await_port(port, patience=20) == port


def test_only_the_owner_reads_secrets(tmp_path: Path):
    state = StackState.open(tmp_path)
    state.publish(CONNECTION)
    for name in ("stack.json", "connection.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_stack_that_is_down_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    state = StackState.open(tmp_path)
    state.publish(CONNECTION)
    assert chosen_database(tmp_path) == "postgresql+psycopg2://here"
    state.withdraw()
    with pytest.raises(NotStartedError, match=r"python3 dev\.py up"):
        chosen_database(tmp_path)


def test_the_environments_database_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://elsewhere")
    StackState.open(tmp_path).publish(CONNECTION)
    assert chosen_database(tmp_path) == "postgresql+psycopg2://elsewhere"


def test_a_token_is_made_while_the_stack_is_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    state = _stack_that_once_ran(tmp_path)
    assert print_token(tmp_path, Bearer(roles=["Portfolio.Read"], companies=["c-1"]), minutes=10) == 0
    claims = jwt.decode(capsys.readouterr().out.strip(), options={"verify_signature": False})
    assert claims["iss"] == f"http://127.0.0.1:{state.kept['issuer_port']}/{state.kept['tenant']}/v2.0"
    assert (claims["roles"], claims["company_ids"]) == (["Portfolio.Read"], ["c-1"])
    assert claims["exp"] - claims["iat"] == 600


def test_without_a_stack_the_token_command_says_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert print_token(tmp_path / "nowhere", Bearer(roles=["Admin"]), minutes=10) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "python3 dev.py up" in said.err


def test_making_a_token_never_makes_keys_of_its_own(tmp_path: Path):
    StackState.open(tmp_path).choose_port("issuer")
    with pytest.raises(NotStartedError, match="has no issuer yet"):
        make_token(tmp_path, Bearer(roles=["Admin"]))
    assert not (tmp_path / "issuer-keys.json").exists()

"""Real devhost processes for tests: an app written into a folder, started on a free port, spoken to over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[3]
MASTER = "the-master-key"
PRELUDE = """
import asyncio, json, os, time
import azure.functions as func
import azure.durable_functions as df

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
"""
STORAGE = "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=bm9ib2R5;BlobEndpoint=http://127.0.0.1:9/nobody;"


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def write_app(folder: Path, source: str, host_json: Mapping[str, Any] | str | None = None) -> Path:
    """Write an app's two files; its functions follow a prelude that makes `app`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "function_app.py").write_text(PRELUDE + source)
    content = {"version": "2.0"} if host_json is None else host_json
    (folder / "host.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


def host_command(app: Path, state: Path, port: int) -> list[str]:
    """The command line of a host."""
    command = [sys.executable, "-m", "devhost", "--app-root", str(app), "--state-dir", str(state)]
    return [*command, "--port", str(port), "--master-key", MASTER]


def host_environment(**settings: str) -> dict[str, str]:
    """The environment of a host process: this one's, the project's root, a storage setting, and `settings`."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "AzureWebJobsStorage": STORAGE, **settings}


class RunningHost:
    """A devhost process and how a test speaks to it."""

    def __init__(self, app: Path, state: Path, port: int | None = None, **settings: str) -> None:
        self.state = state
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = app / f"host-{self.port}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                host_command(app, state, self.port),
                env=host_environment(**settings),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline().strip()
        assert self.greeting, f"the host did not start:\n{self.said}"

    @property
    def said(self) -> str:
        """What it wrote to stderr."""
        return self.log.read_text()

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request."""
        return requests.request(method, self.url + path, timeout=30, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET."""
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """POST."""
        return self.call("POST", path, **options)

    def run(self, name: str, value: object = "") -> requests.Response:
        """Run a function by hand."""
        return self.post(f"/admin/functions/{name}", json={"input": value}, headers={"x-functions-key": MASTER})

    def keys(self) -> dict[str, Any]:
        """The keys it keeps."""
        found: dict[str, Any] = json.loads((self.state / "keys.json").read_text())
        return found

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self._wait()

    def stop(self) -> int:
        """End it politely; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._wait()

    def _wait(self) -> int:
        code = self.process.wait(20)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def refusal(app: Path, state: Path, **settings: str) -> str:
    """What a host says that refuses to start: it ends by itself, with exit code 1, having served nothing."""
    command, environment = host_command(app, state, 0), host_environment(**settings)
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (1, ""), ended.stderr
    return ended.stderr


def eventually(probe: Callable[[], Any], what: str, patience: float = 20) -> Any:
    """The probe's first true answer; no answer within `patience` seconds is a failure."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := probe():
            return answer
        time.sleep(0.03)
    raise AssertionError(f"waited {patience:.0f} s in vain until {what}")

"""The servers a case asks: each one uvicorn process, started when it is first asked for, gone with the ground."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.serving.client import Client
from benchmarks.serving.issuer import running_issuer
from benchmarks.statements import Statement
from devstack.processes import free_port, spawn, stop, tail
from devstack.signing import AUDIENCE
from shared.domain.route_classes import RouteClass
from shared.settings import get_settings

ROOT = Path(__file__).parents[2]
APPS = {
    "ours": "benchmarks.serving.adapter:app",
    "kept": "benchmarks.serving.kept:app",
    "peer": "benchmarks.peers.service:app",
    "limit": "benchmarks.serving.bare:app",
}
PATIENCE_SECONDS = 60
ENDLESS_QUOTAS = {f"RATE_LIMIT_{name}": "1000000000" for name in RouteClass.__members__}
"""One caller makes all calls here; each is counted as ever, and none is refused for it."""
_OPTIONS = (
    "--host",
    "127.0.0.1",
    "--no-access-log",
    "--log-level",
    "warning",
    "--loop",
    "uvloop",
    "--http",
    "httptools",
)


class Server:
    """One uvicorn process on 127.0.0.1."""

    def __init__(self, app: str, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self._log = log
        command = [sys.executable, "-m", "uvicorn", app, "--port", str(self.port), *_OPTIONS]
        self._process = spawn(command, environment=environment, log=log, directory=ROOT)

    def connect(self) -> Client:
        """A client whose connection stands, waiting until the server listens.

        Raises:
            RuntimeError: the process ended or does not listen; the message carries its log's tail.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                return Client(self.port)
            except ConnectionRefusedError:
                time.sleep(0.002)
        raise RuntimeError(f"a server of the benchmark does not listen:\n{tail(self._log)}")

    def stop(self) -> None:
        """End the process."""
        stop(self._process, patience=5)


class Serving:
    """Servers over one database, and a token they all take; nothing is started before it is asked for."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._parts = ExitStack()
        self._started: dict[str, Server] = {}
        self._issued: tuple[str, str] | None = None
        self._folder: Path | None = None

    @property
    def token(self) -> str:
        """A reader's bearer token; this process's settings name its issuer from now on, and quotas without an end."""
        return self._issue()[1]

    def server(self, way: str) -> Server:
        """The app's server, reading anew or with answers `kept`, or the peer's; the same at every call."""
        if way not in self._started:
            server = self._started[way] = self._start(way, {})
            self._parts.callback(server.stop)
            server.connect().close()
        return self._started[way]

    @contextmanager
    def fresh_server(self, way: str, statement: Statement | None = None) -> Iterator[Server]:
        """A server of its own, just started, that may not listen yet; the limit's answers `statement`."""
        server = self._start(way, self._told(statement))
        try:
            yield server
        finally:
            server.stop()

    def bare_server(self, statement: Statement) -> Server:
        """The limit's server for this statement, the same at every call."""
        key = f"{statement.sql} {statement.parameters}"
        if key not in self._started:
            server = self._started[key] = self._start("limit", self._told(statement))
            self._parts.callback(server.stop)
            server.connect().close()
        return self._started[key]

    def close(self) -> None:
        """Stop everything that was started."""
        self._parts.close()
        self._started.clear()
        self._issued = self._folder = None

    def _start(self, way: str, further: dict[str, str]) -> Server:
        self._issue()
        environment = {**os.environ, "DATABASE_URL": self._database_url, "PYTHONPATH": str(ROOT), **further}
        return Server(APPS[way], environment, self._place() / f"{way}.log")

    def _told(self, statement: Statement | None) -> dict[str, str]:
        if statement is None:
            return {}
        path = self._place() / f"statement-{time.monotonic_ns()}.json"
        path.write_text(json.dumps({"sql": statement.sql, "parameters": statement.parameters}, default=str))
        return {"BARE_STATEMENT": str(path)}

    def _place(self) -> Path:
        if self._folder is None:
            self._folder = Path(self._parts.enter_context(TemporaryDirectory(prefix="portfolio-serving-")))
        return self._folder

    def _issue(self) -> tuple[str, str]:
        if self._issued is None:
            self._issued = self._parts.enter_context(running_issuer())
            self._parts.enter_context(_app_set(self._issued[0]))
        return self._issued


@contextmanager
def _app_set(issuer: str) -> Iterator[None]:
    settings = {"AUTH_ISSUER": issuer, "AUTH_AUDIENCE": AUDIENCE, **ENDLESS_QUOTAS}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    get_settings.cache_clear()
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        get_settings.cache_clear()

"""Starts `dev.py up` for a test and speaks to it as a client does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import requests
from azure.storage.blob import ContainerClient

from devstack.processes import spawn, tail
from devstack.signing import Bearer
from devstack.state import read_connection
from devstack.tokens import make_token

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
STOP_SECONDS = 60
UP_LOG = "up.log"
ALL_ROLES = ("Portfolio.Read", "Portfolio.Write", "Company.Submit", "Admin")


@dataclass
class RunningStack:
    """A stack that serves, and how a test speaks to it.

    Attributes:
        data_dir: Its data directory.
        process: `dev.py up`.
    """

    data_dir: Path
    process: subprocess.Popen[bytes]

    @property
    def said(self) -> str:
        """What `dev.py up` printed so far."""
        return (self.data_dir / UP_LOG).read_text()

    @property
    def connection(self) -> dict[str, str | int]:
        """What `connection.json` says now."""
        return read_connection(self.data_dir)

    @property
    def base_url(self) -> str:
        """Where the API serves."""
        return str(self.connection["base_url"])

    @property
    def database_url(self) -> str:
        """The platform's database, as SQLAlchemy writes it."""
        return str(self.connection["database_url"])

    @property
    def master_key(self) -> str:
        """The host's master key, for `/admin/functions/…`."""
        return str(self.connection["master_key"])

    def token(
        self,
        *roles: str,
        company: str | list[str] | None = None,
        fund: str | list[str] | None = None,
        name: str = "Test Person",
        minutes: int = 60,
    ) -> str:
        """A bearer token of the stack's issuer; without roles, one that holds every role."""
        companies = [company] if isinstance(company, str) else company
        funds = [fund] if isinstance(fund, str) else fund
        bearer = Bearer(roles=roles or ALL_ROLES, name=name, companies=companies, funds=funds)
        return make_token(self.data_dir, bearer, minutes)

    def request(self, method: str, path: str, *, token: str | None = None, **options: Any) -> requests.Response:
        """One call; `path` is absolute on the API; without `token` it carries one of every role, with "" none."""
        headers = dict(options.pop("headers", {}))
        bearer = self.token() if token is None else token
        if bearer:
            headers.setdefault("Authorization", f"Bearer {bearer}")
        url = path if path.startswith("http") else self.base_url + path
        return requests.request(method, url, headers=headers, timeout=options.pop("timeout", 60), **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """POST."""
        return self.request("POST", path, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        """PUT."""
        return self.request("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> requests.Response:
        """PATCH."""
        return self.request("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        """DELETE."""
        return self.request("DELETE", path, **options)

    def items(self, path: str, **query: object) -> list[dict[str, Any]]:
        """All items of a list, following `next`."""
        found: list[dict[str, Any]] = []
        url: str | None = f"{path}?{urlencode(query)}" if query else path
        while url:
            answer = self.get(url)
            assert answer.ok, f"GET {url}: {answer.status_code} {answer.text}"
            page = answer.json()
            found += page["items"]
            url = page["next"]
        return found

    def container(self) -> ContainerClient:
        """The container for bulk uploads; close it."""
        connection = self.connection
        return ContainerClient.from_connection_string(
            str(connection["blob_connection_string"]), str(connection["imports_container"])
        )

    def drop(self, name: str, content: bytes | str) -> None:
        """Drop a file into the container."""
        with self.container() as container:
            container.upload_blob(name, content, overwrite=True)

    def finished_import(self, import_id: str, patience: float = 120) -> dict[str, Any]:
        """The import once its status is final."""
        return self.eventually(
            lambda: (
                (body := self.get(f"/v1/imports/{import_id}").json())["status"]
                in {"applied", "failed", "needs_fix", "pending_approval"}
                and body
            ),
            patience,
            f"import {import_id} ended",
        )

    def finished_drop(self, name: str, patience: float = 120) -> dict[str, Any]:
        """The newest import of the dropped file of that name, once its status is final."""
        jobs = self.eventually(
            lambda: self.get(f"/v1/imports?file_name={name}").json()["items"], patience, f"{name} was picked up"
        )
        return self.finished_import(jobs[0]["id"], patience)

    def kill_host(self, patience: float = 60) -> None:
        """Kill the host with SIGKILL and wait until the next one serves."""
        killed = int(self.connection["host_pid"])
        os.kill(killed, signal.SIGKILL)
        self.eventually(
            lambda: int(self.connection["host_pid"]) != killed and self.get("/v1/health", token="").ok,
            patience,
            "the host served again",
        )

    def load_rates(self) -> None:
        """Have the FX timer run, and wait until rates are there."""
        answer = requests.post(
            f"{self.base_url}/admin/functions/refresh_fx_rates",
            json={"input": ""},
            headers={"x-functions-key": self.master_key},
            timeout=60,
        )
        assert answer.status_code == requests.codes.accepted, answer.text
        query = {"base": "EUR", "quote": "USD"}
        self.eventually(lambda: self.get("/v1/fx-rates", params=query).json()["items"], 120, "rates arrived")

    @staticmethod
    def eventually(probe: Callable[[], Any], patience: float, what: str) -> Any:
        """The probe's first true answer; errors of connection and JSON count as not yet."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                if answer := probe():
                    return answer
            except (requests.RequestException, KeyError, ValueError):
                pass
            time.sleep(0.1)
        raise AssertionError(f"waited {patience:.0f} s in vain until {what}")


def run_stack(folder: Path, *arguments: str) -> RunningStack:
    """Start `dev.py up` over the data directory `folder` and wait for its `ready:`; stop it by `stop_stack`.

    Raises:
        AssertionError: it ended or did not get ready; the message carries what it said.
    """
    log = folder / UP_LOG
    log.unlink(missing_ok=True)
    process = spawn([sys.executable, str(ROOT / "dev.py"), "up", "--data-dir", str(folder), *arguments], log=log)
    deadline = time.monotonic() + START_SECONDS
    while "ready: " not in tail(log):
        if process.poll() is not None or time.monotonic() > deadline:
            process.terminate()
            process.wait(STOP_SECONDS)
            raise AssertionError(f"the stack did not start:\n{tail(log, 40)}")
        time.sleep(0.1)
    return RunningStack(folder, process)


def stop_stack(stack: RunningStack) -> int:
    """Stop the stack as Ctrl-C does and answer the exit code of `dev.py up`."""
    if stack.process.poll() is None:
        stack.process.terminate()
    return stack.process.wait(STOP_SECONDS)

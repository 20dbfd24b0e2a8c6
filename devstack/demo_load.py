"""Loads the demo portfolio the way a firm would: files dropped into the container, one after the other.

`python -m devstack.demo_load --data-dir DIR`, on a running stack. Loading twice changes nothing: a file is known by its
content.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests
from azure.storage.blob import ContainerClient

from devstack.demo import demo_files
from devstack.service import say
from devstack.signing import Bearer
from devstack.state import NotStartedError, read_connection
from devstack.tokens import make_token

FX_FUNCTION = "refresh_fx_rates"
PATIENCE_SECONDS = 150.0
PAUSE_SECONDS = 0.25
READER = Bearer(roles=["Portfolio.Read", "Admin"], name="Demo Loader")


class LoadError(Exception):
    """The demo could not be loaded; the message says which step failed."""


class Loader:
    """Speaks to one running stack."""

    def __init__(self, data_dir: Path) -> None:
        self._connection = read_connection(data_dir)
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {make_token(data_dir, READER)}"

    def load(self) -> None:
        """Rates first, then every file.

        Raises:
            LoadError: a step failed or took too long.
        """
        if not self._has_rates():
            self._fetch_rates()
        for name, content in demo_files().items():
            self._drop(name, content)

    def _items(self, path: str, **query: str) -> list[dict[str, object]]:
        answer = self._session.get(f"{self._connection['base_url']}/v1/{path}", params=query, timeout=30)
        if answer.status_code >= requests.codes.server_error:
            return []
        if not answer.ok:
            raise LoadError(f"GET /v1/{path} answered {answer.status_code}: {answer.text}")
        found: list[dict[str, object]] = answer.json()["items"]
        return found

    def _has_rates(self) -> bool:
        return bool(self._items("fx-rates", base="EUR", quote="USD"))

    def _fetch_rates(self) -> None:
        say("  exchange rates …")
        answer = requests.post(
            f"{self._connection['base_url']}/admin/functions/{FX_FUNCTION}",
            json={"input": ""},
            headers={"x-functions-key": str(self._connection["master_key"])},
            timeout=30,
        )
        if answer.status_code != requests.codes.accepted:
            raise LoadError(f"the FX timer {FX_FUNCTION} was not started: {answer.status_code} {answer.text}")
        _await(self._has_rates, "exchange rates arrived")

    def _drop(self, name: str, content: str) -> None:
        say(f"  {name} …")
        connection = str(self._connection["blob_connection_string"])
        container = str(self._connection["imports_container"])
        with ContainerClient.from_connection_string(connection, container) as client:
            client.upload_blob(name, content.encode(), overwrite=True)
        _await(lambda: self._is_applied(name), f"{name} was applied")

    def _is_applied(self, name: str) -> bool:
        jobs = self._items("imports", file_name=name)
        if not jobs:
            return False
        status = jobs[0]["status"]
        if status in {"failed", "needs_fix"}:
            raise LoadError(f"the import of {name} ended as {status}: GET /v1/imports/{jobs[0]['id']} says why")
        return status == "applied"


def _await(happened: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if happened():
                return
        except requests.ConnectionError:
            pass  # the host is being restarted
        time.sleep(PAUSE_SECONDS)
    raise LoadError(f"waited {PATIENCE_SECONDS:.0f} s in vain until {what}")


def main() -> int:
    """Load the demo into the stack of the data directory."""
    parser = argparse.ArgumentParser(prog="devstack.demo_load", description=__doc__)
    parser.add_argument("--data-dir", type=Path, required=True)
    try:
        Loader(parser.parse_args().data_dir).load()
    except (LoadError, NotStartedError, requests.RequestException) as problem:
        sys.stderr.write(f"demo portfolio: {problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

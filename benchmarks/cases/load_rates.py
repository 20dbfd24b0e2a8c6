"""The bank's history of exchange rates, from its published file to the table: what a new firm's first timer does."""

import csv
import io
import zipfile

from psycopg2.extensions import cursor as Cursor  # noqa: N812 (a class under psycopg2's lower-case name)
from sqlalchemy import NullPool
from sqlmodel import Session, create_engine, text

from benchmarks.case import Case
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch, Way
from shared.data.access import act_as
from shared.data.engine import do_deferred, rehearsal
from shared.domain.fx import PIVOT, PROVIDER
from shared.domain.permissions import SYSTEM
from shared.services.rates import record_observations
from timer_fx.ecb import HISTORY, packaged_history, parse

DAYS_PER_COMPANY = 10
"""A portfolio of 1,000 companies loads all there is, since 1999; a smaller one so many of the newest days."""
_FORGET = "truncate fx_rates, metric_inputs, reporting_financials, reporting_metrics cascade"
_DIGEST = """
select count(*) || ' ' || md5(string_agg(concat_ws(' ', provider, base, quote, observed_on, rate, kind), ','
  order by quote, observed_on)) from fx_rates where superseded_at is null
"""
_COPY = "copy fx_rates (provider, base, quote, observed_on, rate, kind, recorded_at, principal) from stdin (format csv)"


def _ways(ground: Ground) -> dict[str, Way]:
    archive = _newest_days(ground.size.companies * DAYS_PER_COMPANY)
    rows, engine = _as_copied(archive), create_engine(ground.database_url, poolclass=NullPool)

    def load_ours(watch: Stopwatch) -> str:
        with rehearsal() as session:
            cursor = session.connection().connection.cursor()
            cursor.execute(f"set local role none; {_FORGET}")
            act_as(session, SYSTEM)
            with watch.running():
                record_observations(session, parse(archive))
                do_deferred(session)
            return _digest(cursor)

    def load_peer(watch: Stopwatch) -> str:
        from benchmarks.peers.pandas_history import load_history  # noqa: PLC0415 (pandas: only where the peer runs)

        with Session(engine) as session:
            session.execute(text(_FORGET))
            with watch.running():
                load_history(session, archive)
            return _digest(session.connection().connection.cursor())

    def load_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor:
            cursor.execute(_FORGET)
            with watch.running():
                cursor.copy_expert(_COPY, io.StringIO(rows))
            return _digest(cursor)

    return {"ours": load_ours, "peer": load_peer, "limit": load_bare}


def _newest_days(days: int) -> bytes:
    """The published file with so many days at most."""
    with zipfile.ZipFile(io.BytesIO(packaged_history())) as published:
        name = published.namelist()[0]
        lines = published.read(name).splitlines(keepends=True)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as shorter:
        shorter.writestr(name, b"".join(lines[: days + 1]))
    return kept.getvalue()


def _as_copied(archive: bytes) -> str:
    """The same rates as COPY takes them."""
    written = io.StringIO()
    csv.writer(written).writerows(
        (PROVIDER, PIVOT, each.quote, each.observed_on, each.rate, "published", "now", "bench")
        for each in parse(archive)
    )
    return written.getvalue()


def _digest(cursor: Cursor) -> str:
    cursor.execute(_DIGEST)
    (answer,) = cursor.fetchone() or ("",)
    return str(answer)


CASE = Case(
    name="load_rates",
    title=f"Load the bank's history of rates into an empty table: {HISTORY}, parsed and recorded",
    ways=_ways,
    runs=5,
    quick_runs=9,
    writes=True,
    notes={
        "limit": "one COPY of rows that are known already: nothing is parsed, looked up, told or audited",
        "peer": "pandas reads and reshapes the file, SQLAlchemy inserts in bulk; nothing is looked up, told or audited",
    },
)

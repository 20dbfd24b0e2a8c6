"""A whole portfolio read at once: every company's latest quarter, and one metric of every quarter as a matrix."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from benchmarks.case import Case
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch, Way
from benchmarks.statements import note_work, send_statements
from shared.data.engine import transaction
from shared.data.matrix import Columns
from shared.domain.permissions import SYSTEM
from shared.domain.selection import Figures, Selection
from shared.services.exports import Export, export_figures
from shared.services.reads import list_reporting, read_matrix

MADE_AT = datetime(2026, 11, 2, tzinfo=UTC)
LATEST = Selection(Figures.METRICS, Figures.METRICS.names, currency="USD", latest=True)
ONE_METRIC = Selection(Figures.METRICS, ("arr",), currency="USD")
SAME_STATEMENT = "bare psycopg2 sends the same statement"


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def _read_latest(session: Session, companies: int) -> str:
    return list_reporting(session, SYSTEM, LATEST, None, None, companies).items


def _read_matrix(session: Session, _companies: int) -> str:
    return read_matrix(session, SYSTEM, ONE_METRIC, None, Columns.REPORTING_QUARTER)


def _read_csv(session: Session, _companies: int) -> str:
    export = Export("csv", Columns.REPORTING_QUARTER, MADE_AT)
    return export_figures(session, SYSTEM, ONE_METRIC, None, export).content.decode()


def _same_answer(read: Callable[[Session, int], str]) -> Callable[[Ground], dict[str, Way]]:
    """Ways that answer the first column of the same statement's first row."""

    def ways(ground: Ground) -> dict[str, Way]:
        def read_ours(watch: Stopwatch) -> str:
            with transaction() as session, watch.running():
                content = read(session, ground.size.companies)
            return _digest(content)

        noted = note_work(lambda: read_ours(Stopwatch()))

        def read_bare(watch: Stopwatch) -> str:
            with ground.rehearse_bare() as cursor:
                with watch.running():
                    ((content, *_), *_) = send_statements(cursor, noted)
                return _digest(str(content))

        return {"ours": read_ours, "limit": read_bare}

    return ways


def _csv_ways(ground: Ground) -> dict[str, Way]:
    def read_ours(watch: Stopwatch) -> str:
        with transaction() as session, watch.running():
            content = _read_csv(session, ground.size.companies)
        return f"{content.count(chr(10)) - 1} companies"

    noted = note_work(lambda: read_ours(Stopwatch()))

    def read_bare(watch: Stopwatch) -> str:
        with ground.rehearse_bare() as cursor, watch.running():
            rows = send_statements(cursor, noted)
        return f"{len({row[0] for row in rows})} companies"

    return {"ours": read_ours, "limit": read_bare}


CASES = (
    Case(
        name="portfolio_latest",
        title="Read the latest metrics of {companies} companies in USD as JSON",
        ways=_same_answer(_read_latest),
        runs=31,
        notes={"limit": SAME_STATEMENT},
    ),
    Case(
        name="matrix_json",
        title="Read one metric of {companies} companies × {quarters} quarters as a JSON matrix",
        ways=_same_answer(_read_matrix),
        runs=15,
        notes={"limit": SAME_STATEMENT},
    ),
    Case(
        name="matrix_csv",
        title="Read one metric of {companies} companies × {quarters} quarters as a CSV matrix",
        ways=_csv_ways,
        runs=7,
        notes={"limit": f"{SAME_STATEMENT} and fetches its rows; no file is written"},
    ),
)

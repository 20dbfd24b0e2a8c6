"""A file of quarters imported into an empty portfolio, from the file to derived rows; bigger ones are `--growth`'s."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.case import Case
from benchmarks.digests import digest_derived
from benchmarks.ground import Ground
from benchmarks.importing import (
    digest_inputs,
    export_inputs,
    forget_inputs,
    import_bare,
    import_ours,
    import_peer,
    sum_metrics,
)
from benchmarks.measuring import DifferentAnswerError, Stopwatch, Way

MOST_ROWS = 4_000
PEER_TABLE = "peer_metrics"


def _ways(ground: Ground) -> dict[str, Way]:
    from benchmarks.peers.pandas_metrics import NAMES  # noqa: PLC0415 (pandas: only where the peer runs)

    with TemporaryDirectory(prefix="portfolio-import-") as folder:
        path = Path(folder) / "inputs.csv"
        export_inputs(ground, path, MOST_ROWS)
        content = path.read_bytes()
    derived: set[str] = set()

    def importing(work: Callable[[Ground, Path], None], table: str) -> Way:
        def run(watch: Stopwatch) -> str:
            forget_inputs(ground)
            with TemporaryDirectory(prefix="portfolio-import-") as place:
                file = Path(place) / "inputs.csv"
                file.write_bytes(content)
                with watch.running():
                    work(ground, file)
            with ground.rehearse_bare() as cursor:
                if table != PEER_TABLE:
                    derived.add(digest_derived(cursor))
                if len(derived) > 1:
                    raise DifferentAnswerError(f"rows are derived differently: {sorted(derived)}")
                return f"{digest_inputs(cursor)} {sum_metrics(cursor, table, NAMES)}"

        return run

    return {
        "peer": importing(import_peer, PEER_TABLE),
        "ours": importing(import_ours, "reporting_metrics"),
        "limit": importing(import_bare, "reporting_metrics"),
    }


CASE = Case(
    name="import_rows",
    title=f"Import a CSV of the newest quarters, {MOST_ROWS:,} rows at most, from the file to derived rows",
    ways=_ways,
    runs=3,
    quick_runs=3,
    writes=True,
    notes={
        "limit": "one psycopg2 connection: COPY, one merge, deriving 500 companies at a time",
        "peer": "pandas reads and checks, the ORM stores versions, pandas derives 28 of 55 metrics in float64, without"
        " reasons, flags and translated inputs; it stages nothing, keeps no findings and does everything in one"
        " transaction",
    },
)

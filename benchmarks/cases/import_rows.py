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
    load_peer,
    sum_derived,
)
from benchmarks.measuring import DifferentAnswerError, Stopwatch, Way

MOST_ROWS = 4_000


def _ways(ground: Ground) -> dict[str, Way]:
    with TemporaryDirectory(prefix="portfolio-import-") as folder:
        path = Path(folder) / "inputs.csv"
        export_inputs(ground, path, MOST_ROWS)
        content = path.read_bytes()
    derived: set[str] = set()

    def importing(work: Callable[[Ground, Path], None], *, of_peer: bool = False) -> Way:
        def run(watch: Stopwatch) -> str:
            forget_inputs(ground, for_peer=of_peer)
            with TemporaryDirectory(prefix="portfolio-import-") as place:
                file = Path(place) / "inputs.csv"
                file.write_bytes(content)
                with watch.running():
                    work(ground, file)
            with ground.rehearse_bare() as cursor:
                if not of_peer:
                    derived.add(digest_derived(cursor))
                if len(derived) > 1:
                    raise DifferentAnswerError(f"rows are derived differently: {sorted(derived)}")
                return f"{digest_inputs(cursor)} {sum_derived(cursor, of_peer=of_peer)}"

        return run

    return {
        "peer": importing(load_peer(), of_peer=True),
        "ours": importing(import_ours),
        "limit": importing(import_bare),
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
        "peer": "pandas reads and checks, the ORM stores versions, pandas derives every field and metric with its"
        " reasons in float64, SQLAlchemy inserts them in bulk; it stages nothing, keeps no findings and does everything"
        " in one transaction",
    },
)

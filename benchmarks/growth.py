"""`dev.py bench --growth [ROWS …]`: imports of more and more rows, their time and memory beside the bare statements."""

import csv
import json
import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.digests import digest_derived
from benchmarks.ground import Ground, ground_for_case, prepare_template, throwaway_server
from benchmarks.portfolio import NAMESPACE, Size
from benchmarks.statements import note_work
from devstack.postgres import PostgresServer
from durable_imports import activities
from durable_imports.contracts import chunk_batches
from durable_imports.readers import open_sheets
from shared.data.engine import rehearsal, transaction
from shared.data.reporting import refresh_reporting
from shared.domain.fields import FIELD_NAMES
from shared.domain.permissions import SYSTEM
from shared.domain.scenarios import Scenario
from shared.services import import_intake, import_steps, imports
from shared.services.import_files import choose_table
from shared.settings import get_settings

QUARTERS = 40
ROWS = (10_000, 100_000, 1_000_000)
SIDE_BY_SIDE = 4
"""How many activities the host runs at once (`maxConcurrentActivityFunctions`)."""
DERIVED_TOGETHER = 500
_COLUMNS = ("company_external_id", "period_end", *FIELD_NAMES)


@dataclass(frozen=True, slots=True)
class Growth:
    """One size: seconds of both ways, and how much memory ours took above idle, in bytes."""

    rows: int
    file_bytes: int
    ours: float
    limit: float
    memory: int


def measure_growth(rows: Sequence[int], say: Callable[[str], None]) -> list[Growth]:
    """Import files of these many rows, each into a database of its own, and do the same by bare statements.

    Every size has a process of its own, so that none finds the memory of another one.
    """
    return [_measure_apart(count, say) for count in rows]


def _measure_apart(rows: int, say: Callable[[str], None]) -> Growth:
    command = [sys.executable, "-m", "benchmarks.growth", str(rows)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        last = ""
        for line in process.stdout or ():
            last = line.strip()
            say(last)
    if process.returncode:
        raise RuntimeError(f"the process that measures {rows:,} rows ended with {process.returncode}")
    return Growth(**json.loads(last))


def exponent(found: Sequence[Growth]) -> float:
    """By which power of the rows the time grows: the slope between the smallest and the largest size."""
    first, last = found[0], found[-1]
    return math.log(last.ours / first.ours) / math.log(last.rows / first.rows)


def _measure(rows: int, say: Callable[[str], None]) -> Growth:
    size = Size(max(rows // QUARTERS, 1), QUARTERS, 1)
    with throwaway_server() as server, TemporaryDirectory(prefix="portfolio-growth-") as folder:
        prepare_template(server, size, say, derived=False)
        path = Path(folder) / "inputs.csv"
        with ground_for_case(server, size) as ground:
            written = _export(ground, path)
        say(f"{written:,} rows, {path.stat().st_size:,} bytes")
        ours, memory, answer = _timed(server, size, lambda ground: _import_ours(ground, path))
        say(f"ours {ours:.1f} s, {memory / 2**20:.0f} MiB above idle")
        limit, _, expected = _timed(server, size, lambda ground: _import_bare(ground, path))
        say(f"limit {limit:.1f} s")
        if answer != expected:
            raise AssertionError(f"ours answers {answer}, the bare statements {expected}")
        return Growth(written, path.stat().st_size, ours, limit, memory)


def _timed(server: PostgresServer, size: Size, work: Callable[[Ground], None]) -> tuple[float, int, str]:
    """Seconds, memory above idle, and a digest of what was derived."""
    with ground_for_case(server, size) as ground:
        with ground.bare, ground.bare.cursor() as cursor:
            cursor.execute("truncate metric_inputs, reporting_financials, reporting_metrics")
        with _watching_memory() as above_idle:
            began = time.perf_counter()
            work(ground)
            seconds = time.perf_counter() - began
        with ground.rehearse_bare() as cursor:
            return seconds, max(above_idle), digest_derived(cursor)


@contextmanager
def _watching_memory() -> Iterator[list[int]]:
    """How far this process is above what it occupied, looked at again and again until the block ends."""
    process, ended = psutil.Process(), threading.Event()
    idle, found = process.memory_info().rss, [0]

    def look() -> None:
        while not ended.wait(0.02):
            found.append(process.memory_info().rss - idle)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        ended.set()
        watcher.join()


def _export(ground: Ground, path: Path) -> int:
    """The portfolio's inputs as a file, quarter after quarter, so that a company's rows lie far apart."""
    fields = ", ".join(f"i.{name}" for name in FIELD_NAMES)
    query = (
        f"copy (select c.external_id, i.period_end, {fields} from metric_inputs as i"  # noqa: S608 (names are ours)
        " join companies as c on c.id = i.company_id order by i.period_end, c.external_id) to stdout with (format csv)"
    )
    with path.open("w", newline="") as file, ground.rehearse_bare() as cursor:
        csv.writer(file).writerow(_COLUMNS)
        cursor.copy_expert(query, file)
        cursor.execute("select count(*) from metric_inputs")
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _import_ours(_ground: Ground, path: Path) -> None:
    """The steps of an upload as the host runs them: activities side by side, without the host itself."""
    with transaction() as session:
        upload = imports.Upload(path.name, "0" * 64, path.stat().st_size)
        job = imports.register_import(session, SYSTEM, upload)
    with path.open("rb") as file, open_sheets(file) as sheets, transaction() as session:
        chunks = import_intake.stage_import(session, job, choose_table(sheets))
    batches = chunk_batches(job, chunks)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        _all_well(list(pool.map(activities.check_chunks.build().get_user_function(), batches)))
        with transaction() as session:
            import_steps.decide_import(session, job)
        _all_well(list(pool.map(activities.apply_chunks.build().get_user_function(), batches)))
    with transaction() as session:
        if import_steps.finish_import(session, job) != "applied":
            raise AssertionError("the import was not applied")


def _all_well(answers: Sequence[dict[str, object]]) -> None:
    if not all(answer["ok"] for answer in answers):
        raise AssertionError(answers)


def _import_bare(ground: Ground, path: Path) -> None:
    """COPY into a bare table, one insert that finds companies and quarters, and deriving some companies at a time."""
    writes = [statement for statement in note_work(_derive_nobody) if statement.writes]
    columns = ", ".join(f"{name} numeric" for name in FIELD_NAMES)
    names = ", ".join(FIELD_NAMES)
    with ground.bare, ground.bare.cursor() as cursor:
        cursor.execute(f"create temp table arriving (external_id text, period_end date, {columns}) on commit drop")
        with path.open() as file:
            cursor.copy_expert("copy arriving from stdin with (format csv, header)", file)
        cursor.execute(_MERGE.format(names=names))
        cursor.execute("select id from companies order by id")
        ids = [row[0] for row in cursor.fetchall()]
        for first in range(0, len(ids), DERIVED_TOGETHER):
            for statement in writes:
                cursor.execute(statement.sql, {**statement.parameters, "ids": ids[first : first + DERIVED_TOGETHER]})


def _derive_nobody() -> None:
    with rehearsal() as session:
        refresh_reporting(session, [NAMESPACE], [Scenario.ACTUAL.value], get_settings().presentation_currencies)


_MERGE = """
insert into metric_inputs (company_id, scenario, period_end, quarter_index, version, currency, deleted, recorded_at,
  principal, {names})
select c.id, 'actual', a.period_end, nearest_quarter(a.period_end, left(c.fiscal_year_end, 2)::integer), 1, k.currency,
  false, clock_timestamp(), 'bench', {names}
from arriving as a
join companies as c using (external_id)
join company_currencies as k on k.company_id = c.id
"""


if __name__ == "__main__":
    measured = _measure(int(sys.argv[1]), lambda line: print(line, flush=True))
    print(json.dumps(asdict(measured)), flush=True)

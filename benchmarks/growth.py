"""`dev.py bench --growth [ROWS …]`: imports of more and more rows, their time and memory beside peer and limit."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.digests import digest_derived
from benchmarks.ground import Ground, ground_for_case, prepare_template, throwaway_server
from benchmarks.importing import (
    digest_inputs,
    export_inputs,
    forget_inputs,
    import_bare,
    import_ours,
    load_peer,
    sum_derived,
)
from benchmarks.measuring import DifferentAnswerError, fit_power
from benchmarks.phases import Phases
from benchmarks.portfolio import Size
from devstack.postgres import PostgresServer

QUARTERS = 40
ROWS = (10_000, 100_000, 1_000_000)
PEER_ROWS = 100_000
"""Beyond it the peer is not run: it holds the file, its rows as objects and four times as many derived ones at once."""


@dataclass(frozen=True, slots=True)
class Growth:
    """One size: seconds of each way, and how much memory ours and the peer took above idle, in bytes.

    `phases` tells of ours by phase the seconds that passed and those of Python.
    """

    rows: int
    file_bytes: int
    ours: float
    limit: float
    memory: int
    peer: float | None = None
    peer_memory: int | None = None
    phases: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Import:
    seconds: float
    memory: int
    inputs: str
    derived: str
    sums: str


def measure_growth(rows: Sequence[int], say: Callable[[str], None]) -> list[Growth]:
    """Import files of these many rows, each into a database of its own, and do the same by the other ways.

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
    """By which power of the rows the time grows."""
    return fit_power([(each.rows, each.ours) for each in found])


def _measure(rows: int, say: Callable[[str], None]) -> Growth:
    size = Size(max(rows // QUARTERS, 1), QUARTERS, 1)
    with throwaway_server() as server, TemporaryDirectory(prefix="portfolio-growth-") as folder:
        prepare_template(server, size, say, derived=False)
        path = Path(folder) / "inputs.csv"
        with ground_for_case(server, size) as ground:
            written = export_inputs(ground, path)
        say(f"{written:,} rows, {path.stat().st_size:,} bytes")
        phases = Phases()
        ours = _timed(server, size, "ours", lambda ground: import_ours(ground, path, phases), say)
        limit = _timed(server, size, "limit", lambda ground: import_bare(ground, path), say)
        _require_same(ours.derived, limit.derived)
        bytes_read, seconds = path.stat().st_size, phases.seconds
        found = Growth(written, bytes_read, ours.seconds, limit.seconds, ours.memory, phases=seconds)
        if rows > PEER_ROWS:
            return found
        import_peer = load_peer()
        peer = _timed(server, size, "peer", lambda ground: import_peer(ground, path), say)
        _require_same(f"{ours.inputs} {ours.sums}", f"{peer.inputs} {peer.sums}")
        return replace(found, peer=peer.seconds, peer_memory=peer.memory)


def _require_same(one: str, other: str) -> None:
    if one != other:
        raise DifferentAnswerError(f"ours answers {one}, another way {other}")


def _timed(
    server: PostgresServer, size: Size, way: str, work: Callable[[Ground], None], say: Callable[[str], None]
) -> _Import:
    """Import into a database of its own; what became of it is looked at afterwards."""
    with ground_for_case(server, size) as ground:
        forget_inputs(ground, for_peer=way == "peer")
        with _watching_memory() as above_idle:
            began = time.perf_counter()
            work(ground)
            seconds = time.perf_counter() - began
        memory = max(above_idle)
        say(f"{way} {seconds:.1f} s, {memory / 2**20:.0f} MiB above idle")
        with ground.rehearse_bare() as cursor:
            sums = sum_derived(cursor, of_peer=way == "peer")
            return _Import(seconds, memory, digest_inputs(cursor), digest_derived(cursor), sums)


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


if __name__ == "__main__":
    measured = _measure(int(sys.argv[1]), lambda line: print(line, flush=True))
    print(json.dumps(asdict(measured)), flush=True)

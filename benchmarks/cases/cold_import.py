"""What a cold start waits for before any work: importing the app in a fresh process, beside what it must import."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.case import Case
from benchmarks.ground import Ground
from benchmarks.measuring import Stopwatch, Way

ROOT = Path(__file__).parents[2]
IMPORTS = {
    "ours": "import function_app",
    "peer": "import uvicorn, benchmarks.peers.service",
    "limit": "import azure.functions, azure.durable_functions, sqlmodel, psycopg2",
}
_TIMED = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"


def _ways(ground: Ground) -> dict[str, Way]:
    return {way: _importing(what, ground.database_url) for way, what in IMPORTS.items()}


def _importing(what: str, database_url: str) -> Way:
    def run(watch: Stopwatch) -> str:
        environment = {**os.environ, "DATABASE_URL": database_url, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", _TIMED.format(what)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        watch.seconds += float(done.stdout)
        return "imported"

    return run


CASE = Case(
    name="cold_import",
    title="Import the app in a fresh process, its bytecode compiled",
    ways=_ways,
    runs=15,
    quick_runs=3,
    notes={
        "limit": "imports azure.functions, azure.durable_functions, sqlmodel and psycopg2 only",
        "peer": "imports FastAPI, SQLModel, uvicorn and the peer's service, and makes its engine",
    },
)

"""What lies in memory is sent before a process ends, whichever way it is asked to, in bounded time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from devstack.processes import spawn
from tests.telemetry.collector import Collector, base_data, connection_string
from tests.telemetry.test_outages import hanging_port

SERVING = """
import sys, time
import function_app
from shared import telemetry
from shared.telemetry import ending
ending.PATIENCE = float(sys.argv[2])
with telemetry.span("the first thing it did"):
    pass
telemetry.flush(30 if ending.PATIENCE > 2 else 0)
with telemetry.span("the last thing it did"):
    telemetry.count("submissions", 7)
print("serves", flush=True)
if sys.argv[1] == "wait":
    time.sleep(60)
"""
LONGEST_END = 5.0


def start(project_root: Path, log: Path, *ending: str, adapter: str, to: str) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "APPLICATIONINSIGHTS_CONNECTION_STRING": to,
        "TELEMETRY": adapter,
        "PYTHONPATH": str(project_root),
    }
    process = spawn([sys.executable, "-c", SERVING, *ending], log=log, environment=environment)
    deadline = time.monotonic() + 60
    while "serves" not in log.read_text() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    return process


@pytest.mark.parametrize(("ending", "code"), [("wait", -signal.SIGTERM), ("return", 0)])
def test_a_process_that_ends_sends_what_lies_in_its_memory(
    project_root: Path, tmp_path: Path, collector: Collector, adapter: str, ending: str, code: int
):
    process = start(project_root, tmp_path / "log", ending, "5", adapter=adapter, to=collector.connection_string)
    if ending == "wait":
        assert "last" not in "".join(collector.bodies), "it was sent before the end, which this test is not about"
        process.terminate()

    assert process.wait(LONGEST_END + 10) == code, (tmp_path / "log").read_text()
    names = [base_data(found)["name"] for found in collector.of_kind("RemoteDependencyData")]
    assert names == ["the first thing it did", "the last thing it did"]
    assert [point["value"] for point in collector.metrics()["portfolio.submissions"]] == [7]


def test_a_collector_that_hangs_does_not_keep_a_process_from_ending(project_root: Path, tmp_path: Path):
    with hanging_port() as port:
        to = connection_string(port)
        process = start(project_root, tmp_path / "log", "wait", "1", adapter="opencensus", to=to)
        began = time.monotonic()
        process.terminate()
        code = process.wait(LONGEST_END + 10)

    assert code == -signal.SIGTERM
    assert time.monotonic() - began < LONGEST_END

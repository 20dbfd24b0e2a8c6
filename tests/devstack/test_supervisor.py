"""The supervisor on real processes: restarts, giving up, and nobody left when it dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from devstack.service import Service, ServiceError
from devstack.supervisor import GaveUpError, Supervised, Supervisor


class Watched:
    """A supervisor and what it said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.restarted: list[Supervised] = []
        self.supervisor = Supervisor(self.said.append, self.restarted.append)

    def tend_until(self, happened: Callable[[], object], patience: float = 20) -> None:
        deadline = time.monotonic() + patience
        while not happened():
            assert time.monotonic() < deadline, self.said
            self.supervisor.tend()
            time.sleep(0.02)


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.supervisor.stop()


def _service(folder: Path, program: str, name: str = "worker") -> Service:
    started = folder / f"{name}.started"
    code = f"import pathlib, sys, time; pathlib.Path({str(started)!r}).touch(); {program}"
    return Service(
        name=name,
        command=[sys.executable, "-c", code],
        log=folder / f"{name}.log",
        serves=started.exists,
        environment=dict(os.environ),
    )


def _pid(service: Service) -> int:
    assert service.process is not None
    return service.process.pid


def test_a_killed_process_is_restarted_at_once_however_often(watched: Watched, tmp_path: Path):
    service = _service(tmp_path, "time.sleep(60)")
    watched.supervisor.start([service])
    for round_number in range(1, 8):
        os.kill(_pid(service), signal.SIGKILL)
        watched.tend_until(lambda expected=round_number: len(watched.restarted) == expected)
    assert watched.said[:2] == ["worker ended (SIGKILL); starting it again", "worker serves again"]


def test_a_process_that_ends_five_times_within_a_minute_ends_the_stack_with_its_log(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("devstack.supervisor.LONGEST_PAUSE", 0.05)
    service = _service(tmp_path, "time.sleep(0.2); sys.exit('the disk is on fire')")
    watched.supervisor.start([service])
    with pytest.raises(GaveUpError, match=r"(?s)worker ended 5 times within a minute.*the disk is on fire"):
        watched.tend_until(lambda: False)
    assert watched.said.count("worker ended (exit code 1); starting it again") == 4


def test_the_pause_before_a_restart_grows(watched: Watched, tmp_path: Path):
    service = _service(tmp_path, "sys.exit(3)")
    service.launch()
    watched.supervisor.services.append(service)
    began = time.monotonic()
    watched.tend_until(lambda: sum("ended" in line for line in watched.said) == 3)
    assert time.monotonic() - began > 0.5 + 1.0


def test_a_process_that_ends_while_starting_is_named_with_its_log(watched: Watched, tmp_path: Path):
    service = _service(tmp_path, "pass")
    service.serves = lambda: False
    service.command = [sys.executable, "-c", "raise SystemExit('no port left')"]
    with pytest.raises(ServiceError, match=r"(?s)worker ended while starting.*no port left"):
        watched.supervisor.start([service])


def test_stop_ends_the_last_started_first_and_insists(watched: Watched, tmp_path: Path):
    first = _service(tmp_path, "time.sleep(60)", "first")
    second = _service(tmp_path, "time.sleep(60)", "second")
    watched.supervisor.start([first, second])
    processes = [psutil.Process(_pid(service)) for service in (first, second)]
    watched.supervisor.stop()
    assert not any(process.is_running() for process in processes)


PARENT = """
import os, signal, sys, time
from pathlib import Path
from devstack.processes import spawn
child = spawn([sys.executable, "-c", "import time; time.sleep(60)"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(60)
"""


def test_children_die_when_their_parent_is_killed_with_kill_9_where_the_kernel_tells_them(
    tmp_path: Path, project_root: Path
):
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=project_root) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    kernel_tells = sys.platform.startswith("linux")
    _, alive = psutil.wait_procs([child], timeout=10 if kernel_tells else 1)
    for orphan in alive:
        orphan.kill()
    assert (not alive) == kernel_tells

"""`dev.py up`: runs one stack until it is asked to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from devstack.processes import spawn, stop
from devstack.service import say
from devstack.stack import ROOT, Stack
from devstack.state import AlreadyRunningError, StackState, claim
from devstack.supervisor import GaveUpError

TICK_SECONDS = 0.1


class StopRequested(BaseException):
    """SIGINT or SIGTERM arrived."""


def run_up(data_dir: Path, *, port: int | None, sample: bool) -> int:
    """Run the stack of `data_dir` in the foreground. Answers the process's exit code."""
    try:
        with _stoppable(), claim(data_dir):
            return _run(StackState.open(data_dir), port, sample=sample)
    except StopRequested:
        return 0
    except AlreadyRunningError as running:
        say(str(running))
    except (GaveUpError, RuntimeError, OSError) as problem:
        sys.stderr.write(f"dev.py: {problem}\n")
    return 1


def _run(state: StackState, port: int | None, *, sample: bool) -> int:
    began = time.monotonic()
    stack = Stack(state, port)
    try:
        stack.start()
        if sample and not state.kept.get("sample_loaded"):
            _load_sample(stack)
        say(f"ready: {stack.base_url} (after {time.monotonic() - began:.1f} s; Ctrl-C stops it)")
        while True:
            _tick(stack)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        stack.stop()


def _tick(stack: Stack) -> None:
    stack.supervisor.tend()
    time.sleep(TICK_SECONDS)


def _load_sample(stack: Stack) -> None:
    """Drop the demo portfolio's files, in a process of its own so that the stack is looked after meanwhile."""
    say("loading the demo portfolio (once, some seconds) …")
    command = [sys.executable, "-m", "devstack.demo_load", "--data-dir", str(stack.state.data_dir)]
    loader = spawn(command, directory=ROOT, environment={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait_for(loader, stack)
    finally:
        stop(loader)
    if loader.returncode:
        raise RuntimeError(
            "the demo portfolio was not loaded (the reason stands above); "
            f"the logs are in {stack.state.data_dir / 'logs'}; --no-sample starts without it"
        )
    stack.state.kept["sample_loaded"] = True
    stack.state.save()


def _wait_for(loader: subprocess.Popen[bytes], stack: Stack) -> None:
    while loader.poll() is None:
        _tick(stack)


@contextmanager
def _stoppable() -> Iterator[None]:
    def request_stop(_number: int, _frame: FrameType | None) -> None:
        raise StopRequested

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, request_stop)
    yield

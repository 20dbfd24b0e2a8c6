"""One process of the stack: how it is started, when it serves, how it ends."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import requests

from devstack.processes import spawn, stop, tail


class ServiceError(RuntimeError):
    """A process ended while starting, or did not serve in time; the message carries its log's tail."""


class Supervised(Protocol):
    """What the supervisor needs of a process."""

    name: str
    log: Path
    process: subprocess.Popen[bytes] | None

    def launch(self) -> None:
        """Start the process without waiting for it."""

    def wait(self, patience: float) -> None:
        """Wait until it serves."""

    def stop(self) -> None:
        """End it."""


@dataclass
class Service:
    """A process that serves on loopback.

    Attributes:
        name: What people call it.
        command: Its command line.
        log: Where its output goes.
        serves: Answers whether it does its work now.
        environment: Its whole environment.
        death_signal: What it gets when the supervisor dies.
        stop_patience: Seconds it gets to end by itself.
    """

    name: str
    command: Sequence[str]
    log: Path
    serves: Callable[[], bool]
    environment: Mapping[str, str]
    death_signal: signal.Signals = signal.SIGTERM
    stop_patience: float = 15
    process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start the process without waiting for it."""
        self.process = spawn(self.command, log=self.log, environment=self.environment, death_signal=self.death_signal)

    def wait(self, patience: float) -> None:
        """Wait until the process serves.

        Raises:
            ServiceError: it ended, or does not serve within `patience` seconds.
        """
        deadline = time.monotonic() + patience
        pause = 0.05
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise ServiceError(f"{self.name} ended while starting:\n{tail(self.log)}")
            if self.serves():
                return
            time.sleep(pause)
            pause = min(pause * 1.2, 0.5)
        raise ServiceError(f"{self.name} did not serve within {patience:.0f} s:\n{tail(self.log)}")

    def stop(self) -> None:
        """End the process: politely first."""
        if self.process is not None:
            stop(self.process, patience=self.stop_patience)
            self.process = None


def say(sentence: str) -> None:
    """Tell the person at the terminal, at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def answers(url: str, *, well: bool = False) -> Callable[[], bool]:
    """A probe: whether `url` answers at all, or (`well`) answers 2xx."""

    def probe() -> bool:
        try:
            answer = requests.get(url, timeout=10)
        except requests.RequestException:
            return False
        return answer.ok or not well

    return probe

"""Keeps the stack's processes alive: starts them, restarts what dies, stops everything."""

import signal
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from devstack.processes import tail
from devstack.service import Supervised

START_PATIENCE = 60.0
WINDOW_SECONDS = 60.0
TOO_MANY_DEATHS = 5
LONGEST_PAUSE = 8.0


class GaveUpError(Exception):
    """A process died again and again; the message carries its log's tail."""


class Supervisor:
    """The processes of one stack, in the order in which they depend on each other.

    A death by SIGKILL is an injected fault or the machine's doing, never the program's own: it is restarted at once and
    not counted. Any other death is restarted after a growing pause, and five within a minute end the stack.
    """

    def __init__(self, report: Callable[[str], None], restarted: Callable[[Supervised], None]) -> None:
        self.services: list[Supervised] = []
        self._report = report
        self._restarted = restarted
        self._deaths: dict[str, deque[float]] = defaultdict(deque)
        self._due: dict[str, float] = {}

    def start(self, services: Sequence[Supervised]) -> None:
        """Start these together and wait until all of them serve."""
        for service in services:
            self.services.append(service)
            service.launch()
        for service in services:
            service.wait(START_PATIENCE)

    def tend(self) -> None:
        """Look after every process once: report the dead, start again what is due.

        Raises:
            GaveUpError: a process died five times within a minute.
        """
        for service in self.services:
            if service.name in self._due:
                if time.monotonic() >= self._due[service.name]:
                    self._start_again(service)
            elif service.process is not None and service.process.poll() is not None:
                self._note_death(service, service.process.returncode)

    def stop(self) -> None:
        """Stop all, the last started first."""
        for service in reversed(self.services):
            service.stop()

    def _start_again(self, service: Supervised) -> None:
        del self._due[service.name]
        try:
            service.launch()
            service.wait(START_PATIENCE)
        except RuntimeError:
            ended = service.process.poll() if service.process is not None else None
            service.stop()
            self._note_death(service, ended)
        else:
            self._restarted(service)
            self._report(f"{service.name} serves again")

    def _note_death(self, service: Supervised, code: int | None) -> None:
        deaths = self._deaths[service.name]
        now = time.monotonic()
        pause = 0.0
        if code != -signal.SIGKILL:
            deaths.append(now)
            while deaths[0] < now - WINDOW_SECONDS:
                deaths.popleft()
            if len(deaths) >= TOO_MANY_DEATHS:
                raise GaveUpError(
                    f"{service.name} ended {len(deaths)} times within a minute; its log ({service.log}) says:\n"
                    f"{tail(service.log)}"
                )
            pause = min(0.5 * 2 ** (len(deaths) - 1), LONGEST_PAUSE)
        self._report(f"{service.name} ended ({_describe(code)}); starting it again")
        self._due[service.name] = now + pause


def _describe(code: int | None) -> str:
    if code is None:
        return "it did not serve"
    if code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"

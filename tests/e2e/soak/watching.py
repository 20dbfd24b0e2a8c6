"""What a host uses while it is under load: its memory, and the connections that it holds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import linear_regression
from threading import Event, Thread
from types import TracebackType
from typing import Self

import psutil
from sqlalchemy import create_engine, text

from tests.devstack.running_stack import RunningStack

MIB = 1 << 20
_CONNECTIONS = "select count(*) from pg_stat_activity where application_name = 'portfolio-metrics'"


@dataclass
class Watch:
    """A look at the host every so many seconds, from the block's beginning to its end.

    Attributes:
        seconds: When each look was, since the beginning.
        memory: The host's resident memory in MiB, look by look.
        connections: How many connections to the database the app held, likewise.
        hosts: The hosts' process ids that were met: more than one, and it was restarted.
    """

    stack: RunningStack
    every_seconds: float
    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)
    hosts: set[int] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._over, self._thread = Event(), Thread(target=self._look_on)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look_on(self) -> None:
        engine, began = create_engine(self.stack.database_url), time.monotonic()
        while not self._over.wait(self.every_seconds):
            host = int(self.stack.connection["host_pid"])
            with engine.connect() as connection:
                held = int(connection.execute(text(_CONNECTIONS)).scalar_one())
            self.hosts.add(host)
            self.seconds.append(time.monotonic() - began)
            self.memory.append(psutil.Process(host).memory_info().rss / MIB)
            self.connections.append(held)
        engine.dispose()


def slope_per_hour(seconds: Sequence[float], figures: Sequence[float]) -> float:
    """By how much the figures grow in an hour, as the line of least squares through them says."""
    return linear_regression(seconds, figures).slope * 3600

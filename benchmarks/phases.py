"""Where an import's time goes: how long each phase took, and for how much of it this process computed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Phases:
    """The phases so far: by name, seconds that passed and seconds of Python, PostgreSQL's not among them."""

    seconds: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """A phase, until the block ends."""
        began, computed = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = time.perf_counter() - began, time.process_time() - computed

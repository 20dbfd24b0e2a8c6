"""The only place that reads the clock; everything else is told the time by argument."""

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)


def wall_ns() -> int:
    """The present instant in nanoseconds since 1970, for what is measured by the million."""
    return time.time_ns()


def stopwatch_ns() -> int:
    """Nanoseconds that only ever grow, for how long something took."""
    return time.perf_counter_ns()

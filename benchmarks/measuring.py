"""Timing ways to one answer: interleaved runs after a warm-up, medians, ratios, and a check that the answers agree."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import log, nan
from statistics import median
from time import perf_counter


class DifferentAnswerError(AssertionError):
    """Two ways that should answer the same did not; a time beside them would mean nothing."""


class Stopwatch:
    """Measures the part of a way that counts; what a way does around it (resetting, checking) does not."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self, times: int = 1) -> Iterator[None]:
        """Time the block, in seconds of wall time for each of the `times` it does its work; blocks add up."""
        began = perf_counter()
        yield
        self.seconds += (perf_counter() - began) / times


Way = Callable[[Stopwatch], str]
"""Does the work once, timing what counts; answers a text by which ways are held against each other."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The runs of one way, in seconds, without the warm-up."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle run; of an even number, the mean of the two in the middle."""
        return median(self.seconds)


@dataclass(slots=True)
class LoadRun:
    """One run.

    Attributes:
        requests: How many calls were to be made.
        seconds: From the first call to the last answer.
        latencies: The seconds of each call that was answered well.
        body: The first good answer's; a call that is answered otherwise went wrong.
        refusal: How the first call that was answered an error was answered; empty: none was.
    """

    requests: int
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    body: bytes = b""
    refusal: str = ""

    @property
    def errors(self) -> int:
        """Calls that were not answered well, or not at all."""
        return self.requests - len(self.latencies)


@dataclass(frozen=True, slots=True)
class Load:
    """Several runs together."""

    clients: int
    runs: Sequence[LoadRun]

    @property
    def per_second(self) -> float:
        """Good answers per second."""
        return sum(len(run.latencies) for run in self.runs) / sum(run.seconds for run in self.runs)

    @property
    def errors(self) -> int:
        """Calls that failed or were answered otherwise."""
        return sum(run.errors for run in self.runs)

    def percentile(self, share: float) -> float:
        """The seconds within which this share of the good answers came; none came: not a number."""
        ordered = sorted(latency for run in self.runs for latency in run.latencies)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else nan


@dataclass(frozen=True, slots=True)
class Result:
    """What one case measured: a timing per way, by its name; and what many clients saw of it, if they asked."""

    case: str
    title: str
    timings: Mapping[str, Timing]
    notes: Mapping[str, str]
    loads: Mapping[str, Load] = field(default_factory=dict)

    def ratio(self, way: str) -> float | None:
        """The median of `ours` over that of `way`: 2 means ours takes twice as long; None when one was not run."""
        if not {"ours", way} <= set(self.timings):
            return None
        return self.timings["ours"].median / self.timings[way].median


def fit_power(points: Sequence[tuple[float, float]]) -> float:
    """By which power of the sizes the seconds grow: the slope of the straight line through the logarithms of both."""
    logs = [(log(size), log(seconds)) for size, seconds in points]
    across, up = (sum(point[axis] for point in logs) / len(logs) for axis in (0, 1))
    return sum((x - across) * (y - up) for x, y in logs) / sum((x - across) ** 2 for x, _ in logs)


def time_ways(ways: Mapping[str, Way], runs: int, say: Callable[[str], None]) -> dict[str, Timing]:
    """Run every way `runs` times in turn after one warm-up; each round begins with the next way.

    Raises:
        DifferentAnswerError: a way answered otherwise than the first did in the warm-up.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    expected: tuple[str, str] | None = None
    for number in range(runs + 1):
        for name in _rotated(list(ways), number):
            watch = Stopwatch()
            answer = ways[name](watch)
            expected = expected or (name, answer)
            if answer != expected[1]:
                raise DifferentAnswerError(f"{name} answers {answer[:300]!r}, {expected[0]} {expected[1][:300]!r}")
            if number:
                seconds[name].append(watch.seconds)
            label = f"run {number} of {runs}" if number else "warm-up"
            say(f"{label}: {name} {watch.seconds:.4f} s")
    return {name: Timing(tuple(found)) for name, found in seconds.items()}


def _rotated(names: list[str], number: int) -> list[str]:
    start = number % len(names)
    return names[start:] + names[:start]

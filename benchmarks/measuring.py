"""Timing ways to one answer: interleaved runs after a warm-up, medians, ratios, and a check that the answers agree."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter


class DifferentAnswerError(AssertionError):
    """Two ways that should answer the same did not; a time beside them would mean nothing."""


class Stopwatch:
    """Measures the part of a way that counts; what a way does around it (resetting, checking) does not."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Time the block, in seconds of wall time; blocks add up."""
        began = perf_counter()
        yield
        self.seconds += perf_counter() - began


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


@dataclass(frozen=True, slots=True)
class Result:
    """What one case measured: a timing per way, by its name."""

    case: str
    title: str
    timings: Mapping[str, Timing]
    notes: Mapping[str, str]

    def ratio(self, way: str) -> float | None:
        """The median of `ours` over that of `way`: 2 means ours takes twice as long; None when it was not run."""
        return self.timings["ours"].median / self.timings[way].median if way in self.timings else None


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

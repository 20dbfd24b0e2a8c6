"""What a case is: a name, a title, the ways it is done, and why a way is missing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.ground import Ground
from benchmarks.measuring import Way

WAYS = ("ours", "peer", "limit")


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is timed.

    Attributes:
        name: How `--only` calls it.
        title: What is done, in words; `{companies}` and `{quarters}` are filled in.
        ways: Given the ground, what is timed: `ours` always, `peer` and `limit` where there is one.
        notes: What the other ways are, or why one is not run, by the way's name.
        runs: How often each way is timed in a full run; the more, the quicker it is.
        quick_runs: How often in a quick run; 0: a quick run leaves the case out.
        writes: Whether it changes its database, so that it needs one of its own.
    """

    name: str
    title: str
    ways: Callable[[Ground], Mapping[str, Way]]
    runs: int
    notes: Mapping[str, str] = field(default_factory=dict)
    quick_runs: int = 0
    writes: bool = False

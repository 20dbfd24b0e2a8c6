"""Which faults there are: every labelled step of a bulk upload, every kind, every moment, many seeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

CHUNK_ROWS = 18
"""Rows of a chunk in the host under test: a file of a hundred rows is put into several."""
CHUNKS = 4
"""How many chunks every file that is split has at least."""

KILL, STOP, LOST_ACK, DUPLICATE, STORAGE = KINDS = ("kill", "stop", "lost_ack", "duplicate", "storage")
BEFORE, AFTER, CALL = ("before", "after", "call")
"""Right before a commit is sent, right after it was acknowledged, right before the storage is called."""
COMMITS = {
    "receive_dropped_file": 2,
    "post_import": 3,
    "stage_rows": 2,
    "check_chunks": 2 * CHUNKS,
    "decide_import": 1,
    "approve_import": 1,
    "apply_chunks": 2 * CHUNKS,
    "finish_import": 1,
    "write_reports": 3,
}
"""The steps, by the names of their functions, and how many commits each makes at least."""
STEPS = tuple(COMMITS)
DOORS = RECEIVE, POST = ("receive_dropped_file", "post_import")
"""A file is dropped, except where the fault is to strike while it is posted."""
CALLS = {"receive_dropped_file": 4, "post_import": 1, "stage_rows": 1, "write_reports": 3}
"""How many calls of the storage these steps make at least; the others make none."""
WIDE, LONG, VALIDATE, APPROVAL, WHOLE = SHAPES = ("wide", "long", "validate", "approval", "whole")
"""The files that are sent: both layouts, one only to be judged, one that waits for approval, one all or nothing."""
SEEDS = 5
SAMPLE_RUNS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, which strikes once.

    Attributes:
        step: The function it strikes in.
        moment: Before or after a commit, or before a call of the storage.
        kind: What happens.
        nth: At which such moment of the step, counted from 1 over all its calls.
        shape: What kind of a file is under way.
        seed: Tells the faults of a cell apart, and how the kind is carried out.
    """

    step: str
    moment: str
    kind: str
    nth: int
    shape: str
    seed: int

    def __str__(self) -> str:
        return f"{self.step}-{self.moment}-{self.kind}-{self.nth}-{self.shape}-seed{self.seed}"


def moments_of(step: str, kind: str) -> tuple[str, ...]:
    """At which moments a kind of fault can strike in a step.

    A step that does not call the storage loses the whole storage service before a commit.
    """
    if kind == STORAGE:
        return (CALL if step in CALLS else BEFORE,)
    return (BEFORE,) if kind == LOST_ACK else (BEFORE, AFTER)


def shapes_of(step: str) -> tuple[str, ...]:
    """The files under which a step is run at all."""
    if step == "approve_import":
        return (APPROVAL,)
    return (WIDE, LONG, APPROVAL, WHOLE) if step == "apply_chunks" else SHAPES


def make_fault(step: str, moment: str, kind: str, seed: int) -> Fault:
    """The fault of one cell of the matrix for a seed."""
    shapes = shapes_of(step)
    shape = shapes[(seed + STEPS.index(step) + KINDS.index(kind)) % len(shapes)]
    most = CALLS[step] if moment == CALL else COMMITS[step]
    if shape == WHOLE and step in {"check_chunks", "apply_chunks"}:
        most = 2
    rng = Random(f"{step} {moment} {kind} {seed}")
    return Fault(step, moment, kind, rng.randint(1, most), shape, seed)


def every_fault() -> Iterator[Fault]:
    """The whole matrix, seed by seed."""
    for seed in range(SEEDS):
        for step in STEPS:
            for kind in KINDS:
                for moment in moments_of(step, kind):
                    yield make_fault(step, moment, kind, seed)


def sample_faults() -> Iterator[Fault]:
    """A few that meet every step, kind and shape: what the ordinary test run has time for."""
    for number in range(SAMPLE_RUNS):
        step, kind = STEPS[number % len(STEPS)], KINDS[number % len(KINDS)]
        moments = moments_of(step, kind)
        yield make_fault(step, moments[number // len(STEPS) % len(moments)], kind, number)

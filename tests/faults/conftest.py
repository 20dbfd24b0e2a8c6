"""One stack for all runs of a session, and what calm runs left behind, for comparison."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.faulty_stack import FaultyStack
from tests.faults.outcomes import Left, what_is_left
from tests.faults.plans import Plan, make_plan
from tests.faults.rates import store_rates
from tests.faults.runs import Runs


@pytest.fixture(scope="session")
def runs(private_folder: Path) -> Iterator[Runs]:
    """The runs of a stack of their own, with rates for every currency."""
    folder = private_folder / "faults"
    folder.mkdir()
    stack = FaultyStack(folder)
    try:
        stack.start()
        store_rates(stack)
        yield Runs(stack)
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def calm(runs: Runs) -> Callable[[str], tuple[Plan, Left]]:
    """What a file of a shape leaves behind when nothing happens, found out once."""
    known: dict[str, tuple[Plan, Left]] = {}

    def find(shape: str) -> tuple[Plan, Left]:
        if shape not in known:
            plan = make_plan(shape, 0)
            known[shape] = plan, what_is_left(runs.stack, *runs.carry_out(plan, None))
        return known[shape]

    return find

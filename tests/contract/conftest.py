"""A stack of its own for the contract's tests: they close quarters, override rates and remove companies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.people import People, make_people
from tests.devstack.running_stack import RunningStack, run_stack, stop_stack


@pytest.fixture(scope="session")
def contract_stack(private_folder: Path) -> Iterator[RunningStack]:
    """A throwaway stack with rates and no company."""
    folder = private_folder / "contract"
    folder.mkdir()
    running = run_stack(folder, "--no-sample")
    running.load_rates()
    yield running
    stop_stack(running)


@pytest.fixture
def people(contract_stack: RunningStack) -> People:
    """Who calls: an administrator, a reader of all, and two companies' own users."""
    return make_people(contract_stack)

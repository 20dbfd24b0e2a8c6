"""One real stack for all end-to-end tests of a worker: `dev.py up` and its clients.

Mark the module with `pytestmark = pytest.mark.xdist_group("e2e")`, so that every end-to-end test shares one stack.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devstack.running_stack import RunningStack, run_stack, stop_stack


@pytest.fixture(scope="session")
def stack(private_folder: Path) -> Iterator[RunningStack]:
    """The stack that all end-to-end tests share, without the demo portfolio."""
    folder = private_folder / "stack"
    folder.mkdir()
    running = run_stack(folder, "--no-sample")
    yield running
    stop_stack(running)

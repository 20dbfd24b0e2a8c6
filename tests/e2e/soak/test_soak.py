"""Hours of ordinary use: nobody meets an error, memory stays flat, connections stay few."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.data.engine import POOL_SIZE
from tests.devstack.running_stack import RunningStack, run_stack, stop_stack
from tests.e2e.soak.mixed_load import ACTS, load_portfolio, run_clients
from tests.e2e.soak.watching import Watch, slope_per_hour
from tests.telling import tell

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
CONNECTIONS = 2 * POOL_SIZE
WARM_UP = 1 / 3
"""The share of the time in which caches fill."""
MAX_GROWTH = 0.10
"""Of the memory's median, from the warm-up's end to the end."""


@pytest.fixture
def own_stack(private_folder: Path) -> Iterator[RunningStack]:
    """A stack that nobody else uses."""
    folder = private_folder / "soak"
    folder.mkdir()
    running = run_stack(folder, "--no-sample")
    yield running
    stop_stack(running)


@pytest.mark.xdist_group("e2e")
@pytest.mark.timeout(300)
def test_a_moment_of_mixed_load_meets_no_error(stack: RunningStack):
    portfolio = load_portfolio(stack, "moment")
    with Watch(stack, every_seconds=0.5) as watch:
        tally = run_clients(stack, portfolio, seconds=8)

    assert tally.faults == []
    assert tally.calls.total() > len(ACTS)
    assert 0 < max(watch.connections) <= CONNECTIONS


@pytest.mark.stress
@pytest.mark.timeout(MINUTES * 60 + 900)
def test_hours_of_mixed_load_meet_no_error_and_leave_memory_flat(
    own_stack: RunningStack, capsys: pytest.CaptureFixture[str]
):
    portfolio = load_portfolio(own_stack, "soak")
    with Watch(own_stack, every_seconds=5) as watch:
        tally = run_clients(own_stack, portfolio, seconds=MINUTES * 60)
    warm = [place for place, at in enumerate(watch.seconds) if at > WARM_UP * MINUTES * 60]
    memory, seconds = [watch.memory[place] for place in warm], [watch.seconds[place] for place in warm]
    slope = slope_per_hour(seconds, memory)
    tell(
        capsys,
        f"{MINUTES:g} min of mixed load: {tally.calls.total():,} calls ({dict(tally.calls.most_common())}), "
        f"{len(tally.faults)} faults; memory {min(watch.memory):.0f} to {max(watch.memory):.0f} MiB, "
        f"{slope:+.1f} MiB an hour after the warm-up; at most {max(watch.connections)} connections",
    )
    assert tally.faults == []
    assert len(watch.hosts) == 1
    assert max(watch.connections) <= CONNECTIONS
    grown = slope * (seconds[-1] - seconds[0]) / 3600
    assert grown <= MAX_GROWTH * sorted(memory)[len(memory) // 2]

"""A big import ends the same however often the host is killed while it runs."""

import time
from random import Random

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.uploads import companies_file, inputs_file, outcome

pytestmark = pytest.mark.xdist_group("e2e")
SMALL, FULL = 50, 250
"""Companies, of twenty quarters each: a thousand rows in every test run, five thousand under stress."""

STRESS_RUNS, KILLS = 10, 20


def import_rows(stack: RunningStack, run: str, companies: int, kill_after: list[float]) -> str:
    """Drop a run's files and kill the host each time so many seconds later; answers the id of the import of inputs."""
    stack.drop(f"{run}-companies.csv", companies_file(run, companies))
    assert stack.finished_drop(f"{run}-companies.csv")["counts"]["new"] == companies
    name = f"{run}-inputs.csv"
    stack.drop(name, inputs_file(run, companies))
    for seconds in kill_after:
        time.sleep(seconds)
        stack.kill_host()
    report = stack.finished_drop(name, 300)
    assert report["status"] == "applied", report
    return report["id"]


@pytest.fixture(scope="module", autouse=True)
def rates(stack: RunningStack) -> None:
    """Rates first: figures are compared in every currency."""
    stack.load_rates()


def test_an_import_that_is_killed_three_times_ends_like_one_that_was_not(stack: RunningStack):
    calm = outcome(stack, "calm", import_rows(stack, "calm", SMALL, []))
    assert len(calm["inputs"]) > 900
    assert {row[2] for row in calm["rows"]} == {"new", "rejected"}

    shaken = outcome(stack, "shaken", import_rows(stack, "shaken", SMALL, [0.4, 0.6, 0.2]))

    assert shaken == calm


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_twenty_kills_during_imports_of_five_thousand_rows_change_nothing(stack: RunningStack):
    began = time.monotonic()
    calm = outcome(stack, "quiet", import_rows(stack, "quiet", FULL, []))
    undisturbed = time.monotonic() - began
    rng = Random(20)  # noqa: S311 (the seed makes a failure repeatable)
    for number in range(STRESS_RUNS):
        pauses = [rng.uniform(0, undisturbed / 2) for _ in range(KILLS // STRESS_RUNS)]
        run = f"wild{number}"
        assert outcome(stack, run, import_rows(stack, run, FULL, pauses)) == calm, pauses

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


def import_rows(stack: RunningStack, run: str, companies: int, kill_after: list[float]) -> tuple[str, int]:
    """Drop a run's files and kill the host each time so many seconds later.

    Answers the id of the import of inputs, and how many of the kills hit while it ran.
    """
    stack.drop(f"{run}-companies.csv", companies_file(run, companies))
    assert stack.finished_drop(f"{run}-companies.csv")["counts"]["new"] == companies
    name = f"{run}-inputs.csv"
    stack.drop(name, inputs_file(run, companies))
    hits = 0
    for seconds in kill_after:
        time.sleep(seconds)
        hits += not has_ended(stack, name)
        stack.kill_host()
    report = stack.finished_drop(name, 300)
    assert report["status"] == "applied", report
    return report["id"], hits


def has_ended(stack: RunningStack, file_name: str) -> bool:
    """Whether the import of the file is over."""
    return any(job["finished_at"] for job in stack.items("/v1/imports", file_name=file_name))


@pytest.fixture(scope="module", autouse=True)
def rates(stack: RunningStack) -> None:
    """Rates first: figures are compared in every currency."""
    stack.load_rates()


def test_an_import_that_is_killed_three_times_ends_like_one_that_was_not(stack: RunningStack):
    calm = outcome(stack, "calm", import_rows(stack, "calm", SMALL, [])[0])
    assert len(calm["inputs"]) > 900
    assert {row[1] for row in calm["rows"]} == {"new", "rejected"}

    import_id, hits = import_rows(stack, "shaken", SMALL, [0.2, 0.3, 0.2])

    assert hits >= 1
    assert outcome(stack, "shaken", import_id) == calm


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_twenty_kills_during_imports_of_five_thousand_rows_change_nothing(stack: RunningStack):
    began = time.monotonic()
    calm = outcome(stack, "quiet", import_rows(stack, "quiet", FULL, [])[0])
    undisturbed = time.monotonic() - began
    hits = 0
    rng = Random(20)
    for number in range(STRESS_RUNS):
        pauses = [rng.uniform(0, undisturbed / 4) for _ in range(KILLS // STRESS_RUNS)]
        run = f"wild{number}"
        import_id, hit = import_rows(stack, run, FULL, pauses)
        assert outcome(stack, run, import_id) == calm, pauses
        hits += hit
    assert hits >= KILLS * 3 // 4, f"{hits} of {KILLS} kills hit a running import"

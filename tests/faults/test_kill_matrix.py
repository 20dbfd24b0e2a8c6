"""Whatever strikes a bulk upload, whenever: nothing is lost, nothing is doubled, every figure is the oracle's."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.faults.matrix import APPROVAL, BEFORE, KINDS, SHAPES, STEPS, Fault, every_fault, moments_of, sample_faults
from tests.faults.outcomes import (
    Left,
    expected_told,
    expected_versions,
    ltm_revenue,
    phase_told,
    read_ltm_revenue,
    read_told,
    read_versions,
    what_is_left,
)
from tests.faults.plans import Plan, make_plan
from tests.faults.runs import Runs

pytestmark = pytest.mark.xdist_group("faults")
CalmRun = Callable[[str], tuple[Plan, Left]]


def check_oracle(runs: Runs, plan: Plan, run: str, import_id: str) -> None:
    """Compare what a run stored and said with what the plan says of it."""
    assert read_versions(runs.stack, run, import_id) == expected_versions(plan)
    assert read_told(runs.stack, import_id, phase_told(plan)) == expected_told(plan)
    assert read_ltm_revenue(runs.stack, run) == ltm_revenue(plan)
    jobs = runs.stack.ask("select id, status, failure from import_jobs where file_name = %(name)s", name=f"{run}.csv")
    assert jobs == [(import_id, "applied", None)]


def strike(runs: Runs, calm: CalmRun, fault: Fault) -> None:
    """A run with a fault, compared with the oracle and with a calm run of the same file."""
    plan = make_plan(fault.shape, 0)
    _, quiet = calm(fault.shape)

    run, import_id = runs.carry_out(plan, fault)

    check_oracle(runs, plan, run, import_id)
    assert what_is_left(runs.stack, run, import_id) == quiet


@pytest.mark.parametrize("shape", SHAPES)
def test_a_calm_run_ends_as_the_oracle_says(runs: Runs, calm: CalmRun, shape: str):
    plan = make_plan(shape, 1)

    run, import_id = runs.carry_out(plan, None)

    check_oracle(runs, plan, run, import_id)
    assert {line.outcome for line in plan.lines} >= {"new", "unchanged", "restated"}
    assert calm(shape)[1]["derived"] == what_is_left(runs.stack, run, import_id)["derived"]


def test_an_import_that_waits_long_for_approval_looks_again_and_is_woken_all_the_same(runs: Runs, calm: CalmRun):
    plan, quiet = calm(APPROVAL)

    run, import_id = runs.carry_out(plan, None, hesitation=1)

    assert runs.stack.director.passed["decide_import", BEFORE] > 3
    check_oracle(runs, plan, run, import_id)
    assert what_is_left(runs.stack, run, import_id) == quiet


def test_the_matrix_has_every_step_and_kind_at_every_moment_and_three_hundred_runs():
    faults = list(every_fault())

    assert len(set(map(str, faults))) == len(faults) >= 300
    cells = {(fault.step, fault.kind, fault.moment) for fault in faults}
    assert cells == {(step, kind, moment) for step in STEPS for kind in KINDS for moment in moments_of(step, kind)}


def test_the_sample_meets_every_step_kind_and_shape():
    faults = list(sample_faults())

    assert {fault.step for fault in faults} == set(STEPS)
    assert {fault.kind for fault in faults} == set(KINDS)
    assert {fault.shape for fault in faults} == set(SHAPES)


def test_all_runs_of_a_session_are_on_one_worker_with_one_stack(request: pytest.FixtureRequest):
    assert request.node.nodeid.endswith("@faults") == bool(getattr(request.config.option, "loadgroup", False))


@pytest.mark.parametrize("fault", tuple(sample_faults()), ids=str)
def test_an_upload_that_is_struck_once_ends_as_if_nothing_had_happened(runs: Runs, calm: CalmRun, fault: Fault):
    strike(runs, calm, fault)


@pytest.mark.stress
@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", tuple(every_fault()), ids=str)
def test_no_fault_of_the_matrix_changes_an_outcome(runs: Runs, calm: CalmRun, fault: Fault):
    strike(runs, calm, fault)


@pytest.mark.stress
def test_every_cell_of_the_matrix_was_struck(runs: Runs, request: pytest.FixtureRequest):
    """Runs last; counts what was selected, so that a selection of the matrix can be run by itself."""
    selected = [
        item.callspec.params["fault"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
        if isinstance(item.callspec.params.get("fault"), Fault)
    ]

    assert runs.tally == Counter((fault.step, fault.kind) for fault in selected)

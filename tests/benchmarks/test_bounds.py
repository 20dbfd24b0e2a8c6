"""The regression guard: bounds for every quick case, what exceeds them is said, and chance gets one more run."""

import pytest

from benchmarks import __main__ as command
from benchmarks.bounds import exceeded, load_bounds
from benchmarks.case import Case
from benchmarks.cases import CASES
from benchmarks.measuring import Load, LoadRun, Result, Timing
from benchmarks.portfolio import QUICK

BOUNDS = {"case": {"limit": 1.5, "peer": 0.5}}
CASE = Case("case", "Do it", lambda _: {}, runs=1, quick_runs=1)


def result(seconds: float, **loads: Load) -> Result:
    return Result("case", "Do it", {"ours": Timing((seconds,)), "limit": Timing((1.0,))}, {}, loads)


def test_every_quick_case_has_bounds_and_every_bound_a_quick_case_that_times_that_way():
    quick = {case.name: set(case.notes) for case in CASES if case.quick_runs}
    bounds = load_bounds()

    assert set(bounds) == set(quick)
    assert all("limit" in ways for ways in bounds.values())
    assert all(set(ways) <= {"limit", "peer"} for ways in bounds.values())
    unmeasured = {case.name for case in CASES if case.notes.get("peer", "not run").startswith("not run")}
    assert {name for name, ways in bounds.items() if "peer" not in ways} == unmeasured & set(quick)


@pytest.mark.parametrize(("ours", "complaints"), [(1.5, 0), (1.51, 1)])
def test_a_ratio_above_its_bound_is_named_with_both(ours: float, complaints: int):
    found = exceeded(result(ours), BOUNDS)

    assert len(found) == complaints
    assert all("case: ours ÷ limit is 1.51 ×, at most 1.50 ×" in line for line in found)


def test_failed_calls_of_ours_are_named_and_those_of_a_peer_are_not():
    failing = Load(2, [LoadRun(3, 1.0, [0.1])])

    assert exceeded(result(1.0, peer=failing), BOUNDS) == []
    assert exceeded(result(1.0, ours=failing), BOUNDS) == ["case: 2 calls failed"]


def test_a_case_that_the_product_does_not_do_yet_exceeds_nothing():
    assert exceeded(Result("case", "Do it", {}, {}), {}) == []


@pytest.mark.parametrize(("again", "code"), [(1.0, 0), (9.0, 1)])
def test_what_exceeds_its_bound_is_measured_once_more_and_fails_the_run_when_it_does_again(
    again: float, code: int, monkeypatch: pytest.MonkeyPatch
):
    answers = iter([again])
    monkeypatch.setattr(command, "load_bounds", lambda: BOUNDS)
    monkeypatch.setattr(command, "measure_all", lambda *_, **__: [result(next(answers))])
    results = [result(8.0)]

    complaints = command._hold_to_bounds(object(), [CASE], QUICK, results)

    assert len(complaints) == code
    assert results[0].ratio("limit") == again
    assert next(answers, None) is None

"""Schemathesis, every check in every phase, against a running stack: what is described is what is done."""

from collections import Counter
from pathlib import Path

import pytest

from tests.contract.excuses import EXCUSES
from tests.contract.people import ADMIN, PEERS, READER, People
from tests.contract.runs import CHECKS, PHASES, Depth, Report, run_contract
from tests.devstack.running_stack import RunningStack
from tests.http_metrics.described import document

pytestmark = pytest.mark.xdist_group("contract")
MANY_CASES = (
    *("list_metrics", "list_financials", "read_explanation", "give_import_template", "post_import"),
    *("put_input", "patch_input", "put_inputs"),
)
"""Operations with so many values and parameters that they make three quarters of all cases of coverage."""
SHORT = Depth(examples=2, scenarios=5, steps=4, coverage_mode="positive", uncovered=MANY_CASES)
LONG = Depth(examples=10, scenarios=60, steps=6, coverage_mode="all")
OPERATIONS = {f"{method.upper()} {path}" for path, methods in document()["paths"].items() for method in methods}
CASES = 5000
ANSWERS = {*(200, 201, 202, 204, 304), *(400, 401, 404, 405, 409, 412, 415)}
"""What an administrator's long run is answered at least once each; without one of them a check had nothing to judge."""
OWN_THINGS = {f"GET /v1/{path}" for path in ("companies", "companies/{company_id}", "imports/{import_id}", "inputs")}
"""Reads of a company's own things that the other company's user has to try, among others."""


def assert_all_is_well(report: Report) -> None:
    """Nothing failed, and nothing was left out: no operation, no phase, no check."""
    summary = report.summary
    assert summary["complete"], summary["stop_reason"]
    assert (summary["failures"], summary["errors"]) == ([], []), report.said
    assert report.statuses.keys() >= OPERATIONS
    assert {phase: summary["phases"][phase]["status"] for phase in PHASES} == dict.fromkeys(PHASES, "success")
    assert [phase for phase in PHASES if not report.phases[phase]] == []
    assert [check for check in CHECKS if not report.checks[check]] == []


def never_served(report: Report) -> set[str]:
    """The operations that were never answered well."""
    return {label for label in OPERATIONS if not any(status < 300 for status in report.statuses[label])}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("identity", [ADMIN, PEERS[0]])
def test_a_short_run_finds_nothing(contract_stack: RunningStack, people: People, tmp_path: Path, identity: str):
    report = run_contract(contract_stack, people, identity, SHORT, tmp_path / identity)

    assert_all_is_well(report)
    if identity == ADMIN:
        assert never_served(report) == set()
    else:
        assert report.asked.keys() >= OWN_THINGS


@pytest.mark.stress
@pytest.mark.timeout(3600)
def test_five_thousand_cases_by_each_find_nothing(contract_stack: RunningStack, people: People, tmp_path: Path):
    reports = {name: run_contract(contract_stack, people, name, LONG, tmp_path / name) for name in people.tokens}

    for report in reports.values():
        assert_all_is_well(report)
    assert {name: report.cases for name, report in reports.items() if report.cases < CASES} == {}
    assert reports.keys() == {ADMIN, READER, *PEERS}
    assert never_served(reports[ADMIN]) == set()
    assert {status for statuses in reports[ADMIN].statuses.values() for status in statuses} >= ANSWERS
    for own, other in (PEERS, PEERS[::-1]):
        assert reports[own].asked.keys() >= OWN_THINGS
        assert any(caller == other for _, caller in reports[own].tried)
    used = sum((report.excuses for report in reports.values()), Counter())
    assert used.keys() == {excuse.__name__ for excuse in EXCUSES}

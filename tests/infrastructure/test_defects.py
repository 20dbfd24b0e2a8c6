"""The gate is shown to bite: each defect, put into the tree, is found by the rule that is there for it."""

import re

import pytest

from devstack.infrastructure.findings import Finding
from devstack.infrastructure.gate import check_platform, check_workflows
from devstack.infrastructure.policies import POLICIES
from tests.architecture.sources import modules_in
from tests.infrastructure.seeded import FOLDER, SOURCES, Defect, read_defects

WORKFLOWS = read_defects("workflows")
PLATFORM = read_defects(*sorted({path.stem for path in FOLDER.glob("*.txt")} - {"workflows"}))


@pytest.mark.parametrize("defect", PLATFORM, ids=str)
def test_the_gate_finds_the_defect(defect: Defect):
    found = check_platform({**SOURCES, defect.path: defect.changed()})

    assert defect.rule in {finding.rule for finding in found}


@pytest.fixture(scope="module")
def linted() -> dict[str, set[Finding]]:
    """The findings of every defect of workflows; each is made a workflow of its own, so the linters run once."""
    paths = {f".github/workflows/defect_{number}.yml": defect for number, defect in enumerate(WORKFLOWS)}
    found = check_workflows({**SOURCES, **{path: defect.changed() for path, defect in paths.items()}})
    return {path: {finding for finding in found if finding.path == path} for path in paths}


@pytest.mark.xdist_group("linted workflows")
@pytest.mark.parametrize("number", range(len(WORKFLOWS)), ids=[str(defect) for defect in WORKFLOWS])
def test_the_linters_find_the_defect(number: int, linted: dict[str, set[Finding]]):
    found = linted[f".github/workflows/defect_{number}.yml"]

    assert WORKFLOWS[number].rule in {finding.rule for finding in found}


def test_the_list_of_defects_is_long_and_each_is_another():
    defects = (*PLATFORM, *WORKFLOWS)

    assert len(defects) >= 40
    assert len({(defect.path, defect.old, defect.new) for defect in defects}) == len(defects)
    assert len({defect.rule for defect in defects}) >= 40


def test_every_rule_of_the_gate_is_shown_to_bite():
    stated = {policy.rule for policy in POLICIES}
    for module in modules_in("devstack/infrastructure"):
        for listed in re.findall(r"^Rules?: (.*?)\.(?: |\n|$)", module.text, re.MULTILINE | re.DOTALL):
            stated |= set(re.findall(r"`([a-z]+\.[a-z-]+)`", listed))

    assert len(stated) > 70
    assert stated - {defect.rule for defect in (*PLATFORM, *WORKFLOWS)} == {"schema.dependabot"}  # test_gate has it

"""The gate: silent over the project as it is, loud where it cannot look, and never silent by mistake."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.infrastructure import sdk_models, sources, workflow_linters
from devstack.infrastructure.findings import GateError
from devstack.infrastructure.gate import check_platform, check_workflows, read_tree
from devstack.infrastructure.policies import POLICIES
from devstack.infrastructure.resource_types import DESCRIBED, MODELS, describe
from devstack.infrastructure.settings_parity import keys_of_code
from devstack.infrastructure.sources import read_sources
from devstack.infrastructure.syntax import parse
from devstack.infrastructure.workflow_linters import DEPENDABOT


def test_the_project_has_no_finding():
    told = read_sources()

    assert [str(found) for found in check_platform(told) + check_workflows(told)] == []


def test_every_resource_type_is_described_by_a_model_that_is_installed():
    tree = read_tree(read_sources())
    used = {place.found.type for existing in (True, False) for place in tree.resources(existing=existing)}

    assert len(used) > 40
    for kind in used:
        assert describe(*kind.split("@")) is not None
    assert set(MODELS) | {kind.partition("@")[0] for kind in DESCRIBED} == {kind.partition("@")[0] for kind in used}


def test_every_policy_says_what_it_asks_and_where_that_comes_from():
    assert len({policy.rule for policy in POLICIES}) == len(POLICIES) > 30
    assert [policy.rule for policy in POLICIES if not policy.asks] == []
    assert [
        policy.basis for policy in POLICIES if not re.match(r"(WAF [A-Z]{2}:\d\d|AVM [A-Z]+\d+)", policy.basis)
    ] == []


def test_the_settings_are_read_from_the_code():
    text = read_sources()["shared/settings.py"]

    assert {"DATABASE_URL", "ImportsStorage", "APPROVAL_DAYS"} <= keys_of_code(text)
    assert keys_of_code(text.replace('_required("DATABASE_URL")', '_required("DATABASE")')) ^ keys_of_code(text) == {
        "DATABASE",
        "DATABASE_URL",
    }
    with pytest.raises(GateError, match="no setting"):
        keys_of_code("import os\n")


def test_a_linter_that_is_missing_is_no_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    with pytest.raises(GateError, match="actionlint is not installed"):
        check_workflows(read_sources())


@pytest.mark.parametrize(("says", "code"), [("", 3), ("[]", 127), ("not JSON", 0)])
def test_a_linter_that_fails_is_no_verdict(says: str, code: int, monkeypatch: pytest.MonkeyPatch):
    answer = subprocess.CompletedProcess([], code, stdout=says, stderr="broken")
    monkeypatch.setattr(workflow_linters.subprocess, "run", lambda *_args, **_named: answer)

    with pytest.raises(GateError, match="actionlint"):
        check_workflows(read_sources())


def test_nothing_to_look_at_is_no_verdict(tmp_path: Path):
    with pytest.raises(GateError, match="not there"):
        read_sources(tmp_path)
    with pytest.raises(GateError, match="no workflows"):
        check_workflows({})
    with pytest.raises(GateError, match=r"main\.bicep"):
        check_platform({"host.json": '{"version": "2.0", "functionTimeout": "00:10:00"}'})


def test_models_that_are_not_installed_are_no_verdict():
    with pytest.raises(GateError, match="not installed"):
        sdk_models.load_models("azure.mgmt.nothing.models")


def test_the_gate_ends_with_its_verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    from devstack.infrastructure import __main__ as program  # noqa: PLC0415 (the program, not the package)

    told = read_sources()
    monkeypatch.setattr(program, "check_workflows", lambda _: [])
    monkeypatch.setattr(program, "read_sources", lambda: {**told, "host.json": told["host.json"].replace('"2.0"', "2")})
    assert program.main() == 1
    assert "host.schema" in capsys.readouterr().out

    monkeypatch.setattr(program, "read_sources", lambda: sources.read_sources(Path("/nowhere")))
    assert program.main() == 2
    assert "could not look" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("interval: weekly", "interval: sometimes", "schema.dependabot"),
        ("    cooldown:\n      default-days: 7\n", "", "zizmor.dependabot-cooldown"),
    ],
)
def test_updates_of_dependencies_are_checked_too(old: str, new: str, rule: str):
    told = read_sources()
    wrong = told[DEPENDABOT].replace(old, new, 1)

    assert rule in {found.rule for found in workflow_linters.lint_workflows({**told, DEPENDABOT: wrong})}


def test_what_the_grammar_misreads_is_read_as_bicep_means_it():
    file = parse("x.bicep", "var a = on ? b.c : d.e.f\nvar g = [\n  toUpper('x')\n  h\n]\n")
    choice, listed = (found.node for found in file.of("var"))

    assert choice is not None
    assert listed is not None
    assert choice.kind == "ternary"
    assert [part.kind for part in choice.parts] == ["name", "member", "member"]
    assert choice.parts[2].value == "f"
    assert [(item.kind, item.value) for item in listed.parts] == [("call", "toUpper"), ("name", "h")]


def test_what_the_gate_cannot_read_is_a_finding():
    told = read_sources()
    path = "bicep/modules/identity.bicep"
    nested = told[path].replace("  tags: tags\n", "  tags: tags\n\n  resource inner 'x' = {\n    name: 'y'\n  }\n")

    assert "bicep.not-covered" in {found.rule for found in check_platform({**told, path: nested})}

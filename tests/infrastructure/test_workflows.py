"""What the workflows run and how they hang together, beyond what linters know."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from devstack.infrastructure.sources import read_sources
from devstack.infrastructure.workflow_rules import workflow_paths

SOURCES = read_sources()
BASH = shutil.which("bash") or "bash"


def told(name: str) -> dict[str, Any]:
    return YAML(typ="safe").load(SOURCES[f".github/workflows/{name}.yml"])


def steps(name: str) -> Iterator[dict[str, Any]]:
    for job in told(name)["jobs"].values():
        yield from job.get("steps", [])


@pytest.mark.parametrize("path", workflow_paths(SOURCES))
def test_every_script_is_a_script(path: str):
    for step in steps(path.rpartition("/")[2].removesuffix(".yml")):
        script = step.get("run", "")
        ran = subprocess.run([BASH, "-n"], input=script, capture_output=True, text=True, check=False)

        assert (ran.returncode, ran.stderr) == (0, ""), script
        assert "${{" not in script, "expressions reach a script by its env"


def test_a_deployment_goes_platform_database_app_events_smoke_and_back():
    names = [step.get("name", "") for step in steps("deploy-environment")]
    order = (
        "Say what would change",
        "Deploy the platform",
        "Migrate the database",
        "Deploy the app",
        "Subscribe the app to dropped files",
        "Ask the new version how it is",
        "Roll back to the last package",
    )

    assert [name for name in names if name in order] == list(order)


def test_production_follows_staging_and_both_are_done_alike():
    jobs = told("deploy")["jobs"]

    assert jobs["staging"]["needs"] == "checks"
    assert jobs["production"]["needs"] == "staging"
    assert jobs["staging"]["uses"] == jobs["production"]["uses"] == told("rollback")["jobs"]["rollback"]["uses"]
    assert jobs["checks"]["uses"] == "./.github/workflows/ci.yml"


def test_ci_runs_what_the_project_supports_and_keeps_what_it_made():
    matrix = told("ci")["jobs"]["check-and-test"]["strategy"]["matrix"]["python"]
    kept = [step["with"]["name"] for step in steps("ci") if "upload-artifact" in step.get("uses", "")]

    assert matrix == ["3.11", "3.12", "3.13"]
    assert kept == ["test-results-${{ matrix.python }}", "package"]
    assert "python3 dev.py bench --quick" in [step.get("run") for step in steps("ci")]
    assert "python3 dev.py stress" in " ".join(step.get("run", "") for step in steps("nightly"))


def test_every_output_that_a_deployment_reads_is_one_of_main_s():
    (script,) = [step["run"] for step in steps("deploy-environment") if step.get("id") == "platform"]
    (listed,) = re.findall(r"for output in ([\w ]+); do", script)
    offered = set(re.findall(r"^output (\w+) ", SOURCES["bicep/main.bicep"], re.MULTILINE))
    used = set(re.findall(r"steps\.platform\.outputs\.(\w+)", SOURCES[".github/workflows/deploy-environment.yml"]))

    assert used <= set(listed.split()) <= offered

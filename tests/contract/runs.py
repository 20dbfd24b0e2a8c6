"""Runs schemathesis against a stack as one identity, and reads what it reports."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devstack.processes import tail
from tests.contract.hooks import ASKED, EXAMPLES, NOTES, TWO_COMPANIES
from tests.contract.people import PEERS, People
from tests.devstack.running_stack import ROOT, RunningStack

SEED = 20_260_701
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"),
    *("response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header"),
    *("unsupported_method", "allow_header_conformance", "use_after_free", "ensure_resource_availability"),
    *("ignored_auth", "object_level_authorization", "tells_no_company_of_another"),
)
PHASES = ("examples", "coverage", "fuzzing", "stateful")
_UNCOVERED = """[[operations]]
include-operation-id = "{name}"
phases.coverage.enabled = false
"""


@dataclass(frozen=True)
class Depth:
    """How much is tried.

    Attributes:
        examples: Cases of an operation in the fuzzing phase.
        scenarios: How many scenarios the stateful phase goes through.
        steps: Calls of a scenario at most.
        coverage_mode: What the coverage phase makes: `all`, or `positive` data only.
        uncovered: Operations that the coverage phase leaves out.
    """

    examples: int
    scenarios: int
    steps: int
    coverage_mode: str
    uncovered: tuple[str, ...] = ()


@dataclass
class Report:
    """What a run reported.

    Attributes:
        summary: Schemathesis' own report.
        said: The end of what it printed.
        statuses: By operation, how often each status was answered.
        checks: How often each check was applied.
        tried: By operation and identity, how often it was called.
        phases: How many cases each phase made.
        excuses: How often each excuse was used.
        asked: By operation, how often the other company's user asked for what one of them had been served.
    """

    summary: dict[str, Any]
    said: str
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    checks: Counter[str] = field(default_factory=Counter)
    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    excuses: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    @property
    def cases(self) -> int:
        """How many cases were made."""
        return int(self.summary["test_cases"]["generated"])


def run_contract(stack: RunningStack, people: People, identity: str, depth: Depth, folder: Path) -> Report:
    """Every check in every phase, called by one identity; reads by a peer are tried by the other peer too."""
    folder.mkdir()
    (folder / "notes").touch()
    (folder / "users.json").write_text(json.dumps({"auth": [_user(*each) for each in people.tokens.items()]}))
    # From its own address it would be described and not called.
    (folder / "openapi.json").write_text(stack.get("/openapi.json", token="").text)
    (folder / "schemathesis.toml").write_text(_configuration(identity, depth, folder))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run"]
    examples = {"anywhere": people.examples, "import_id": people.waiting}
    peers = {name: {"token": people.tokens[name], "own": own} for name, own in people.own.items()}
    told = {NOTES: str(folder / "notes"), EXAMPLES: json.dumps(examples), TWO_COMPANIES: json.dumps(peers)}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **told}
    with (folder / "out").open("wb") as out:
        arguments = [*command, "openapi.json", "--url", stack.base_url, "--checks", "all"]
        subprocess.run(arguments, cwd=folder, env=environment, stdout=out, stderr=out, check=False)
    assert (folder / "report.json").exists(), tail(folder / "out", 60)
    return _read_report(folder)


def _user(name: str, token: str) -> dict[str, Any]:
    return {"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]}


def _configuration(identity: str, depth: Depth, folder: Path) -> str:
    """The configuration file; what differs between runs is who calls, and how much."""
    return f"""
seed = {SEED}
hooks = "tests.contract.hooks"
request-timeout = 60
continue-on-failure = true
[cache]
enabled = false
[auth.wfc]
path = "users.json"
user = "{identity}"
peers = {json.dumps(PEERS)}
[generation]
database = "none"
max-examples = {depth.examples}
[phases.coverage.generation]
mode = "{depth.coverage_mode}"
[phases.stateful]
max-steps = {depth.steps}
[phases.stateful.generation]
max-examples = {depth.scenarios}
[output.truncation]
max-recorded-payload-size = 0
[reports]
json.path = "{folder / "report.json"}"
ndjson.path = "{folder / "events.ndjson"}"
{"".join(_UNCOVERED.format(name=name) for name in depth.uncovered)}"""


def _read_report(folder: Path) -> Report:
    report = Report(json.loads((folder / "report.json").read_text()), tail(folder / "out", 150))
    for scenario in _scenarios(folder / "events.ndjson"):
        recorded = scenario["recorder"]
        for name, case in recorded.get("cases", {}).items():
            value, interaction = case["value"], recorded.get("interactions", {}).get(name)
            label = f"{value['method']} {value['path']}"
            report.tried[label, value.get("auth_identity", "nobody")] += 1
            report.phases[scenario["phase"]] += 1
            if interaction and interaction.get("response"):
                report.statuses.setdefault(label, Counter())[interaction["response"]["status_code"]] += 1
        report.checks.update(check["name"] for made in recorded.get("checks", {}).values() for check in made)
    for note in (folder / "notes").read_text().splitlines():
        counter = report.asked if note.startswith(ASKED) else report.excuses
        counter[note.removeprefix(ASKED)] += 1
    return report


def _scenarios(events: Path) -> Iterator[dict[str, Any]]:
    with events.open() as lines:
        for line in lines:
            event = json.loads(line)
            if "ScenarioFinished" in event:
                yield event["ScenarioFinished"]

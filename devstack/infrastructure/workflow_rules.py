"""Rules for workflows that the linters do not have: which versions of actions run, limits of time, permissions.

Rules: `workflow.action-unknown`, `workflow.action-runtime`, `workflow.action-unpinned`, `workflow.no-timeout`,
`workflow.permissions`, `workflow.yaml`.
"""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from devstack.infrastructure.findings import Finding
from devstack.infrastructure.sources import Sources

ON_NODE_24 = {
    "actions/cache": 5,
    "actions/checkout": 5,
    "actions/download-artifact": 7,
    "actions/setup-node": 5,
    "actions/setup-python": 6,
    "actions/upload-artifact": 6,
    "azure/login": 3,
}
"""The first major version of each action we use that runs on Node 24; GitHub takes Node 20 away."""
PINNED = re.compile(r"^(?P<action>[\w./-]+)@(?P<hash>[0-9a-f]{40})$")
VERSION = re.compile(r"#\s*v(?P<major>\d+)(\.\d+)*\s*$")
USES = re.compile(r"^\s*(?:- )?uses:\s*(?P<what>\S+)(?P<rest>.*)$")


def workflow_paths(sources: Sources) -> list[str]:
    """The workflows among the files."""
    return sorted(path for path in sources if path.startswith(".github/workflows/"))


def check_workflow_rules(sources: Sources) -> Iterator[Finding]:
    """Everything by which workflows break these rules."""
    for path in workflow_paths(sources):
        text = sources[path]
        try:
            told = YAML(typ="safe").load(text)
        except YAMLError as error:
            yield Finding(path, 0, "workflow.yaml", f"this is not YAML: {error}".splitlines()[0])
            continue
        yield from _check_actions(path, text)
        if isinstance(told, dict):
            yield from _check_jobs(path, told)


def _check_actions(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        used = USES.match(line)
        if used is None or used["what"].startswith("./"):
            continue
        name = used["what"].partition("@")[0]
        first = ON_NODE_24.get(name)
        if first is None:
            yield Finding(
                path, number, "workflow.action-unknown", f"{name} is not among the actions that were looked at"
            )
        if not PINNED.match(used["what"]):
            yield Finding(path, number, "workflow.action-unpinned", f"{used['what']} must be pinned to a commit's hash")
            continue
        version = VERSION.search(used["rest"])
        if version is None:
            yield Finding(
                path, number, "workflow.action-unpinned", f"{name}: say the version behind the hash, `# v1.2.3`"
            )
        elif first is not None and int(version["major"]) < first:
            message = f"{name} v{version['major']} runs on a Node that is gone; v{first} is the first on Node 24"
            yield Finding(path, number, "workflow.action-runtime", message)


def _check_jobs(path: str, told: dict[str, Any]) -> Iterator[Finding]:
    if told.get("permissions") != {}:
        yield Finding(
            path, 1, "workflow.permissions", "permissions: {} must stand at the top; jobs ask for what they need"
        )
    for name, job in (told.get("jobs") or {}).items():
        if isinstance(job, dict) and "steps" in job and "timeout-minutes" not in job:
            yield Finding(path, 0, "workflow.no-timeout", f"the job {name} has no timeout-minutes")

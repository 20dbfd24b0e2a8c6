"""The three linters of workflows, offline: actionlint, zizmor and check-jsonschema with GitHub's schemas.

Each is run once over all files. A linter that cannot run, or says what cannot be read, is a GateError, never silence.

Rules: `zizmor.not-audited`, `schema.workflow`, `schema.dependabot`, and each tool's own: `actionlint.…`, `zizmor.…`.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from devstack.infrastructure.findings import Finding, GateError
from devstack.infrastructure.sources import Sources
from devstack.infrastructure.workflow_rules import workflow_paths

DEPENDABOT = ".github/dependabot.yml"
_ZIZMOR_FOUND = range(10, 15)
_COMPLETED = re.compile(r"completed (\S+)")


def lint_workflows(sources: Sources) -> Iterator[Finding]:
    """Everything that the linters find.

    Raises:
        GateError: a linter is missing or failed, or there is nothing to lint.
    """
    paths = workflow_paths(sources)
    if not paths:
        raise GateError("there are no workflows to lint")
    with TemporaryDirectory(prefix="workflows-") as name:
        folder = Path(name)
        (folder / ".git").mkdir()  # where actionlint looks for reusable workflows
        for path, text in sources.items():
            if path.startswith(".github/"):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, encoding="utf-8")
        yield from _actionlint(folder, paths)
        yield from _zizmor(folder, [*paths, *([DEPENDABOT] if DEPENDABOT in sources else [])])
        yield from _schema(folder, paths, "workflow", "vendor.github-workflows")
        if DEPENDABOT in sources:
            yield from _schema(folder, [DEPENDABOT], "dependabot", "vendor.dependabot")


def _run(folder: Path, tool: str, arguments: Sequence[str], ends_well: Callable[[int], bool]) -> tuple[Any, str]:
    """The JSON that a tool answers, and what it says beside it."""
    program = Path(sys.executable).with_name(tool)
    if not program.exists():
        raise GateError(f"{tool} is not installed; requirements-dev.txt pins it")
    ran = subprocess.run(
        [str(program), *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    if not ends_well(ran.returncode):
        raise GateError(f"{tool} failed with {ran.returncode}: {(ran.stderr or ran.stdout)[-500:]}")
    try:
        return json.loads(ran.stdout), ran.stderr
    except ValueError as error:
        raise GateError(f"{tool} said what is not JSON: {ran.stdout[:200]!r}") from error


def _actionlint(folder: Path, paths: Sequence[str]) -> Iterator[Finding]:
    options = ["-no-color", "-shellcheck=", "-pyflakes=", "-format", "{{json .}}"]
    listed, _ = _run(folder, "actionlint", [*options, *paths], lambda code: code in {0, 1})
    for found in listed:
        yield Finding(found["filepath"], found["line"], f"actionlint.{found['kind']}", found["message"])


def _zizmor(folder: Path, paths: Sequence[str]) -> Iterator[Finding]:
    options = ["--offline", "--no-progress", "--color", "never", "--format", "json", "."]
    listed, said = _run(folder, "zizmor", options, lambda code: code == 0 or code in _ZIZMOR_FOUND)
    for found in listed:
        place = next(place for place in found["locations"] if place["symbolic"]["kind"] == "Primary")
        path = Path(place["symbolic"]["key"]["Local"]["verbatim_path"]).as_posix()
        line = place["concrete"]["location"]["start_point"]["row"] + 1
        yield Finding(path, line, f"zizmor.{found['ident']}", found["desc"])
    audited = {Path(path).as_posix() for path in _COMPLETED.findall(said)}
    for path in sorted(set(paths) - audited):
        yield Finding(path, 0, "zizmor.not-audited", "zizmor could not read this file, so it says nothing about it")


def _schema(folder: Path, paths: Sequence[str], what: str, schema: str) -> Iterator[Finding]:
    options = ["--output-format", "json", "--builtin-schema", schema]
    told, _ = _run(folder, "check-jsonschema", [*options, *paths], lambda code: code in {0, 1})
    for found in (*told["errors"], *told.get("parse_errors", [])):
        best = found.get("best_deep_match") or found
        message = f"{best.get('path', '')} {best['message']}".strip()
        yield Finding(found["filename"], 0, f"schema.{what}", message[:300])

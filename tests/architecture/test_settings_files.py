"""What stands beside the code says the same as the code: pins, gates' exceptions, the settings example, the README."""

import json
import re
import tomllib

import pytest

from tests.architecture.sources import ROOT, modules_in, project_files

TREE_LINE = re.compile(r"^(?P<name>[\w.][\w.-]*/?)\s{2,}\S")
ANY_SETTING = re.compile(r"(?:environ\.get|_required)\(\s*\"(?P<name>\w+)\"")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "benchmarks/requirements.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    loose = [line for line in lines if line and not line.startswith("-r ") and "==" not in line]

    assert loose == []


def test_what_is_deployed_is_locked_to_the_byte() -> None:
    entries = re.split(r"\n(?=\w)", re.sub(r"^#.*\n", "", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE))
    locked = {entry.split(" ")[0].lower() for entry in entries}
    pinned = re.findall(r"^([\w.-]+)(?:\[\w+\])?(==[\w.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)

    assert len(entries) > len(pinned) > 10
    assert {f"{name}{version}".lower() for name, version in pinned} - locked == set()
    assert [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)] == []


def test_every_ignored_check_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    ignores = re.findall(r'^\s+"[A-Z]+[0-9]*",.*$', text, re.MULTILINE)

    assert len(ignores) > 10
    assert [line for line in ignores if not re.search(r"# .{5,}", line)] == []
    assert tomllib.loads(text)["tool"]["ruff"]["lint"]["select"] == ["ALL"]


def test_the_example_lists_every_setting() -> None:
    (settings,) = modules_in("shared/settings.py")
    read = {found["name"] for found in ANY_SETTING.finditer(settings.text)}
    listed = set(json.loads((ROOT / "local.settings.example.json").read_text())["Values"])

    assert len(read) > 5
    assert read - listed == set()


def test_the_tree_in_the_readme_is_the_tree_on_disk() -> None:
    readme = (ROOT / "README.md").read_text()
    block = next(block for block in re.findall(r"```[a-z]*\n(.*?)```", readme, re.DOTALL) if "function_app.py" in block)
    drawn = {found["name"].rstrip("/") for line in block.splitlines() if (found := TREE_LINE.match(line))}
    on_disk = {path.split("/")[0] for path in project_files()}

    assert drawn == on_disk

"""The set-up of packages and tools: once, again when it must, whole after an interruption; sentences that help."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from devstack import bootstrap
from devstack.bootstrap import SetupError, ensure_node_tools, ensure_packages


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n-r benchmarks/requirements.txt\n")
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "requirements.txt").write_text("b==1\n")
    (tmp_path / "package.json").write_text("{}")
    return tmp_path


@pytest.fixture
def steps(project: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the set-up runs, instead of running it; what it would make is made."""
    done: list[list[str]] = []

    def step(command: list[str], _failure: str) -> None:
        done.append(command)
        if "venv" in command:
            python = Path(command[-1]) / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.touch()
        if command[-1] in {"ci", "install"}:
            (project / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(bootstrap, "_step", step)
    return done


@pytest.mark.parametrize("pins", ["requirements.txt", "benchmarks/requirements.txt"])
def test_packages_are_set_up_once_and_again_when_the_pins_change(project: Path, steps: list[list[str]], pins: str):
    python = ensure_packages(project)
    assert python.parts[-4:-2] == (".venv", f"py{sys.version_info.major}.{sys.version_info.minor}")
    assert len(steps) == 3
    ensure_packages(project)
    assert len(steps) == 3
    (project / pins).write_text("a==2\n")
    ensure_packages(project)
    assert [("venv" in command) for command in steps[3:]] == [False, False]


def test_the_worker_library_is_installed_by_itself(project: Path, steps: list[list[str]]):
    ensure_packages(project)
    assert steps[-1][-3:] == ["--no-deps", "--ignore-requires-python", "azure-functions-runtime==1.3.0"]


def test_an_interrupted_set_up_is_begun_again_from_nothing(
    project: Path, steps: list[list[str]], monkeypatch: pytest.MonkeyPatch
):
    working = bootstrap._step

    def interrupted(command: list[str], failure: str) -> None:
        working(command, failure)
        if "-r" in command:
            raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "_step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensure_packages(project)
    left_half_done = next((project / ".venv").glob("py*/")) / "half"
    left_half_done.touch()

    monkeypatch.setattr(bootstrap, "_step", working)
    steps.clear()
    ensure_packages(project)
    assert "venv" in steps[0]
    assert not left_half_done.exists()


def test_two_starts_at_once_set_up_once(project: Path, steps: list[list[str]]):
    starts = [threading.Thread(target=ensure_packages, args=[project]) for _ in range(4)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert len(steps) == 3


def test_a_removed_environment_is_made_again(project: Path, steps: list[list[str]]):
    python = ensure_packages(project)
    python.unlink()
    python.parent.rmdir()
    python.parent.parent.rmdir()
    steps.clear()
    ensure_packages(project)
    assert len(steps) == 3


def test_a_failed_step_shows_what_the_tool_said():
    with pytest.raises(SetupError, match=r"(?s)it could not be made.*no such luck"):
        bootstrap._step([sys.executable, "-c", "raise SystemExit('no such luck')"], "it could not be made")


def _tool(folder: Path, name: str, says: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\necho {says}\n")
    tool.chmod(0o755)


def test_without_node_the_sentence_says_how_to_get_it(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(project))
    with pytest.raises(SetupError, match=r"node or npm was not found; .*apt install nodejs npm"):
        ensure_node_tools(project)


def test_an_old_node_is_named(project: Path, monkeypatch: pytest.MonkeyPatch):
    _tool(project, "node", "v16.20.2")
    _tool(project, "npm", "8")
    monkeypatch.setenv("PATH", f"{project}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(SetupError, match=r"node is v16\.20\.2; .*Node\.js 20 or newer"):
        ensure_node_tools(project)


def test_an_unfit_python_is_told_which_one_to_use(project_root: Path):
    program = (
        "import sys, runpy; sys.version_info = (3, 9, 1, 'final', 0); sys.version = '3.9.1 (main)';"
        f"sys.argv = ['dev.py', 'up']; runpy.run_path({str(project_root / 'dev.py')!r}, run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "Python 3.11, 3.12 and 3.13; this is Python 3.9.1" in result.stderr

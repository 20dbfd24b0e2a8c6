"""`dev.py test`, `check`, `stress`, `bench`, `generate`: one table each of what is run."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
GENERATORS = (
    ("the derivation's SQL", "shared.data.generate"),
    ("the formulas' versions", "devstack.formula_versions"),
    ("docs/metrics.md", "devstack.metrics_page"),
    ("function_index.json", "devstack.function_index"),
    ("docs/openapi.json", "devstack.openapi_page"),
    ("sql/schema.sql", "devstack.schema_dump"),
)
"""In this order: the schema holds the functions."""
TEST_OPTIONS = ("-m", "not stress", "-n", "2", "--dist", "loadgroup")
STRESS_OPTIONS = ("-m", "stress", "-n", "2", "--dist", "loadgroup")


def run_tests(further: Sequence[str]) -> int:
    """All tests but the long ones; `further` goes to pytest and wins over our options."""
    return _run("pytest", *TEST_OPTIONS, *further)


def run_stress(further: Sequence[str]) -> int:
    """The long tests with injected faults."""
    return _run("pytest", *STRESS_OPTIONS, *further)


def run_benchmarks(further: Sequence[str]) -> int:
    """The benchmarks."""
    return _run("benchmarks", *further)


def generate(*, check: bool = False) -> int:
    """Write every generated file, or (`check`) say which one is out of date."""
    codes = []
    for what, module in GENERATORS:
        code = _run(module, *(["--check"] if check else []))
        codes.append(code)
        verdict = {True: "is up to date", False: "written"}[check] if code == 0 else "FAILED"
        print(f"{what}: {verdict}", flush=True)
    return int(any(codes))


def check() -> int:
    """Every gate, each with its verdict; all run even when one fails."""
    lint_imports = str(Path(sys.executable).with_name("lint-imports"))
    steps: tuple[tuple[str, list[str]], ...] = (
        ("ruff check", [sys.executable, "-m", "ruff", "check", "."]),
        ("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [sys.executable, "-m", "mypy", "-p", "shared"]),
        ("import contracts", [lint_imports]),
        ("infrastructure", [sys.executable, "-m", "devstack.infrastructure"]),
        ("architecture", [sys.executable, "-m", "pytest", "-q", "tests/architecture"]),
        ("generated files", [sys.executable, str(ROOT / "dev.py"), "generate", "--check"]),
    )
    failed = [name for name, command in steps if not _gate(name, command)]
    print(f"check: {'FAILED: ' + ', '.join(failed) if failed else 'all gates pass'}", flush=True)
    return int(bool(failed))


def _gate(name: str, command: Sequence[str]) -> bool:
    began = time.monotonic()
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    passed = result.returncode == 0
    if not passed:
        print((result.stdout + result.stderr).rstrip())
    print(f"{name}: {'ok' if passed else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
    return passed


def _run(module: str, *arguments: str) -> int:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, check=False).returncode

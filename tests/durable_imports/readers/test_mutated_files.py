"""Damaged files: whatever the damage, a result or a refusal by name, within a cap on memory."""

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.published import needs_published_figures

PROJECT = Path(__file__).parents[3]
MEGABYTES = 600
CODES = {
    *("read", "empty", "limit", "damaged", "wrong_kind", "not_text", "encoding", "truncated", "open_quote"),
    *("broken_quote", "encrypted", "macros", "external_links", "unsafe_names", "unsafe_xml"),
}


def mutate(seed: int, count: int, seconds: float) -> dict[str, Any]:
    """The outcomes of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.durable_imports.readers.mutations", str(seed), str(count), str(MEGABYTES)],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


@needs_published_figures
def test_of_five_hundred_damaged_files_none_does_harm():
    outcome = mutate(seed=1, count=500, seconds=60)

    assert sum(outcome["outcomes"].values()) == 500
    assert set(outcome["outcomes"]) <= CODES
    assert outcome["outcomes"]["read"] > 20
    assert outcome["outcomes"]["damaged"] > 20


@needs_published_figures
@pytest.mark.stress
@pytest.mark.timeout(3_600)
def test_of_a_hundred_thousand_damaged_files_none_does_harm():
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(lambda seed: mutate(seed, 5_000, 3_000), range(1_000, 1_020)))

    total = sum((Counter(outcome["outcomes"]) for outcome in outcomes), Counter[str]())
    assert total.total() == 100_000
    assert set(total) <= CODES
    assert max(outcome["peak_megabytes"] for outcome in outcomes) < 250

"""The host process is killed at random instants, again and again; nothing is lost and nothing happens twice."""

import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import SystemRandom

from devhost.events import EventType
from devhost.store import COMPLETED, Store
from tests.devhost.durable.crash_process import CHILDREN, INSTANCE, PAGES, ROWS, expected_output

KILLS = 5
LONGEST_LIFE_SECONDS = 0.12


def _launch(folder: Path, root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.devhost.durable.crash_process", str(folder)],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _life(folder: Path, root: Path, seconds: float) -> None:
    """Let a process work for some time, then kill it without warning."""
    process = _launch(folder, root)
    time.sleep(seconds)
    process.kill()
    process.communicate()


def test_an_import_killed_again_and_again_ends_exactly(tmp_path: Path, project_root: Path) -> None:
    lives = [SystemRandom().uniform(0, LONGEST_LIFE_SECONDS) for _ in range(KILLS)]
    interrupted = 0
    for seconds in lives:
        _life(tmp_path, project_root, seconds)
        with closing(Store(tmp_path / "durable.db")) as store:
            standing = store.instance(INSTANCE)
            interrupted += standing is not None and not standing.is_terminal
    with _launch(tmp_path, project_root) as last:
        output, _ = last.communicate(timeout=30)
    assert json.loads(output) == expected_output(), f"lives of {lives} seconds"
    assert interrupted >= KILLS // 2, "the import ended before it was killed often enough"
    _assert_history_is_whole(tmp_path / "durable.db")
    _assert_every_activity_ran(tmp_path / "activities.log")


def _assert_history_is_whole(path: Path) -> None:
    with closing(Store(path)) as store:
        history = store.history(INSTANCE)
        children = store.query_instances([], [], None, -1)
    completed = Counter(
        found["TaskScheduledId"]
        for found in history
        if found["EventType"] in {EventType.TASK_COMPLETED, EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED}
    )
    assert completed == Counter(range(ROWS + CHILDREN + 1))
    scheduled = Counter(found["EventId"] for found in history if found["EventId"] >= 0)
    assert scheduled == Counter(range(ROWS + CHILDREN + 2))
    assert Counter(found.status for found in children) == {COMPLETED: CHILDREN + 2}


def _assert_every_activity_ran(path: Path) -> None:
    ran = Counter(path.read_text().split("\n"))
    assert all(ran[f"row {row}"] >= 1 for row in range(ROWS))
    assert all(ran[f"same {page}"] >= 1 for page in range(PAGES))
    assert max(ran[f"row {row}"] for row in range(ROWS)) <= KILLS + 1

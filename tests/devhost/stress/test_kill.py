"""Hosts killed with SIGKILL again and again while imports run: every import ends, exactly once and exactly right."""

import os
import random
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import requests

from devhost.events import EventType
from devhost.store import COMPLETED, TERMINAL, Store
from tests.devhost.host.running_host import RunningHost, eventually, write_app
from tests.devhost.stress.import_app import SOURCE, expected_output

KILLS, IMPORTS = 20, 60
SHORTEST_LIFE, LONGEST_LIFE = 0.1, 1.6
FEWEST_INTERRUPTING = 14
SEED_SETTING = "DEVHOST_STRESS_SEED"
MAIN = [f"import-{run}" for run in range(IMPORTS)]
ENDS = {
    EventType.TASK_COMPLETED,
    EventType.TASK_FAILED,
    EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED,
}
BEGINNINGS = {EventType.TASK_SCHEDULED, EventType.SUB_ORCHESTRATION_INSTANCE_CREATED}


def start(folder: Path) -> RunningHost:
    durable = {"maxConcurrentActivityFunctions": 8, "maxConcurrentOrchestratorFunctions": 4}
    app = write_app(folder / "app", SOURCE, {"version": "2.0", "extensions": {"durableTask": durable}})
    return RunningHost(app, folder / "state", MARKERS=str(folder / "markers"))


def ask_for(host: RunningHost, runs: range) -> None:
    """Start imports as a client does; the host may die meanwhile, and whoever sees that asks again."""
    for run in runs:
        try:
            answer = host.post(f"/api/imports/{run}")
        except requests.ConnectionError:
            return
        assert answer.status_code == 202, answer.text


def standing(folder: Path) -> dict[str, str]:
    """The status of every main import, as the file says, whoever wrote it last."""
    with closing(Store(folder / "state" / "durable.db")) as store:
        found = [store.instance(instance_id) for instance_id in MAIN]
    return {instance.id: instance.status for instance in found if instance is not None}


def has_ended(statuses: dict[str, str]) -> bool:
    return len(statuses) == IMPORTS and set(statuses.values()) <= TERMINAL


def one_life(folder: Path, chance: random.Random, asked: range) -> int:
    """A host that is asked for imports and killed at some instant; how many imports it left unfinished."""
    host = start(folder)
    death = threading.Timer(chance.uniform(SHORTEST_LIFE, LONGEST_LIFE), host.process.kill)
    death.start()
    ask_for(host, asked)
    death.join()
    host.kill()
    return sum(status != COMPLETED for status in standing(folder).values())


def outputs_of_a_last_life(folder: Path) -> dict[str, object]:
    """What every import answers from a host that is left alone until all have ended."""
    host = start(folder)
    try:
        ask_for(host, range(IMPORTS))
        eventually(lambda: has_ended(standing(folder)), "every import ended", 60)
        return {name: host.get(f"/durabletask/instances/{name}").json()["output"] for name in MAIN}
    finally:
        assert host.stop() == 0


@pytest.mark.stress
@pytest.mark.timeout(170)
def test_imports_end_exactly_however_often_the_host_is_killed(tmp_path: Path) -> None:
    seed = int(os.environ.get(SEED_SETTING) or random.SystemRandom().randrange(10**6))
    print(f"{SEED_SETTING}={seed} repeats these lives")  # noqa: T201 (shown when the test fails, and with -s)
    chance = random.Random(seed)
    (tmp_path / "markers").mkdir()
    interrupted = []
    for life in range(KILLS):
        asked = range(IMPORTS * (life + 1) // KILLS)
        interrupted.append(one_life(tmp_path, chance, asked))
    assert sum(left > 0 for left in interrupted) >= FEWEST_INTERRUPTING, f"too few kills hit: {interrupted}"
    outputs = outputs_of_a_last_life(tmp_path)
    assert outputs == {f"import-{run}": expected_output(run) for run in range(IMPORTS)}
    assert_nothing_is_left_and_nothing_ended_twice(tmp_path)
    print(f"{KILLS} kills left {interrupted} imports to go on with")  # noqa: T201 (as above)


def assert_nothing_is_left_and_nothing_ended_twice(folder: Path) -> None:
    with closing(Store(folder / "state" / "durable.db")) as store:
        instances = store.query_instances([], [], None, -1)
        histories = [store.history(instance.id) for instance in instances]
        assert store.due_instances(time.time()) == []
        assert store.activities(0, 1) == []
        assert store.waiting_entities() == []
    assert Counter(instance.status for instance in instances) == {COMPLETED: len(instances)}
    assert Counter(instance.name for instance in instances) == {
        "import_run": IMPORTS,
        "import_chunk": 3 * IMPORTS,
        "page_through": IMPORTS,
    }
    for history in histories:
        ended = Counter(found["TaskScheduledId"] for found in history if found["EventType"] in ENDS)
        begun = Counter(found["EventId"] for found in history if found["EventType"] in BEGINNINGS)
        assert set(ended.values()) <= {1}
        assert ended == begun

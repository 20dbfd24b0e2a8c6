"""Rule 4 with the real SDK: activities and children that are tried again."""

import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest

from tests.devhost.durable.hub import App, outcome_of

Orchestration = Generator[Any, Any, Any]
Context = df.DurableOrchestrationContext


@pytest.fixture
def app() -> App:
    """An app without functions."""
    return App()


@pytest.mark.parametrize(("failures", "outcome"), [(0, "Completed"), (2, "Completed"), (3, "Failed")])
def test_a_retry_ends_with_success_or_its_last_attempt(app: App, tmp_path: Path, failures: int, outcome: str) -> None:
    @app.activity
    def shaky(_value: object) -> int:
        if len(app.invoked["shaky"]) <= failures:
            raise ValueError(f"attempt {len(app.invoked['shaky'])}")
        return len(app.invoked["shaky"])

    @app.orchestrator
    def stubborn(context: Context) -> Orchestration:
        return (yield context.call_activity_with_retry("shaky", df.RetryOptions(50, 3)))

    began = time.monotonic()
    status, output = outcome_of(tmp_path, app, "stubborn")
    assert status == outcome
    assert len(app.invoked["shaky"]) == min(failures + 1, 3)
    assert time.monotonic() - began >= 0.05 * min(failures, 2)
    assert output == failures + 1 if outcome == "Completed" else "attempt 3" in output


def test_children_are_retried_under_new_ids(app: App, tmp_path: Path) -> None:
    ids = []

    @app.orchestrator
    def child(context: Context) -> Orchestration:
        ids.append(context.instance_id)
        if len(ids) == 1:
            raise ValueError("first time")
        return "fine"
        yield

    @app.orchestrator
    def parent(context: Context) -> Orchestration:
        return (yield context.call_sub_orchestrator_with_retry("child", df.RetryOptions(10, 2)))

    assert outcome_of(tmp_path, app, "parent") == ("Completed", "fine")
    assert [found.rpartition(":")[2] for found in ids] == ["0", "2"]

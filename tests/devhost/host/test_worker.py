"""What Microsoft's worker library must go on doing for us: an upgrade that changes the seam fails here."""

import importlib.metadata
import json
import subprocess
import sys
from typing import Any

import pytest

from devstack.bootstrap import WORKER_RUNTIME
from tests.devhost.host.running_host import host_environment, write_app

pytestmark = pytest.mark.xdist_group("devhost-worker")  # one host for them all

APP = """
class WordedError(Exception):
    def __str__(self):
        return "its own\\nwords"

@app.activity_trigger(input_name="value")
def plain(value: int) -> int:
    return value + 1

@app.activity_trigger(input_name="value")
async def awaited(value: int):
    await asyncio.sleep(0)
    return {"value": [value, "ä", None]}

@app.activity_trigger(input_name="value")
def nothing(value: int):
    return None

def failing(name, error):
    def fail(value: int):
        raise error
    fail.__name__ = name
    app.activity_trigger(input_name="value")(fail)

failing("one_line", ValueError("no such row"))
failing("many_lines", RuntimeError("first\\nsecond: third\\n"))
failing("wordless", KeyError())
failing("quoted", KeyError("a 'key'"))
failing("worded_by_itself", WordedError(1, 2))

@app.activity_trigger(input_name="value")
def leaves(value: int):
    raise SystemExit(3)

@app.activity_trigger(input_name="value")
def circular(value: int):
    found = []
    found.append(found)
    return found

@app.route(route="start")
@app.durable_client_input(client_name="client")
async def starter(req: func.HttpRequest, client) -> func.HttpResponse: ...

@app.orchestration_trigger(context_name="context")
def walk(context: df.DurableOrchestrationContext):
    yield context.call_activity("plain", 1)

@app.entity_trigger(context_name="context")
def counter(context: df.DurableEntityContext): ...

@app.timer_trigger(arg_name="timer", schedule="0 0 6 * * *")
async def daily(timer: func.TimerRequest) -> None: ...
"""


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    app = write_app(tmp_path_factory.mktemp("seam"), APP)
    command = [sys.executable, "-m", "tests.devhost.host.worker_process", str(app)]
    answer = subprocess.run(command, env=host_environment(), capture_output=True, text=True, timeout=30, check=False)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_the_library_is_the_one_that_is_pinned() -> None:
    name, version = WORKER_RUNTIME.split("==")
    assert importlib.metadata.version(name) == version


def test_every_function_is_indexed_with_its_trigger_and_bindings(findings: dict[str, Any]) -> None:
    functions = findings["functions"]
    assert findings["defects"] == []
    assert {name: found["kind"] for name, found in functions.items() if found["kind"] != "activityTrigger"} == {
        "starter": "httpTrigger",
        "walk": "orchestrationTrigger",
        "counter": "entityTrigger",
        "daily": "timerTrigger",
    }
    assert sorted(functions["starter"]["bindings"]) == [
        ["durableClient", "client"],
        ["http", "$return"],
        ["httpTrigger", "req"],
    ]
    assert len({found["id"] for found in functions.values()}) == len(functions)


@pytest.mark.parametrize(
    ("name", "is_async"),
    [("plain", False), ("awaited", True), ("starter", True), ("walk", False), ("counter", False), ("daily", True)],
)
def test_whether_the_apps_own_function_is_async_is_seen_through_the_sdks_wrappers(
    findings: dict[str, Any], name: str, is_async: bool
) -> None:
    assert findings["functions"][name]["is_async"] is is_async


@pytest.mark.parametrize(("name", "value"), [("plain", 8), ("awaited", {"value": [7, "ä", None]}), ("nothing", None)])
def test_an_answer_is_json_text(findings: dict[str, Any], name: str, value: object) -> None:
    answer = findings["answers"][name]
    assert (answer["ok"], answer["error"]) == (True, None)
    assert json.loads(answer["value"] or "null") == value


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("one_line", "ValueError: no such row"),
        ("many_lines", "RuntimeError: first\nsecond: third\n"),
        ("wordless", "KeyError: "),
        ("quoted", "KeyError: \"a 'key'\""),
        ("worded_by_itself", "WordedError: its own\nwords"),
        ("leaves", "SystemExit: 3"),
    ],
)
def test_an_error_is_worded_as_type_and_message(findings: dict[str, Any], name: str, error: str) -> None:
    assert findings["answers"][name] == {"ok": False, "value": None, "error": error}


def test_what_cannot_be_serialised_is_an_error_of_the_function(findings: dict[str, Any]) -> None:
    answer = findings["answers"]["circular"]
    assert not answer["ok"]
    assert "Circular reference" in answer["error"]

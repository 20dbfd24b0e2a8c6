"""Stubs are to the worker what the rooms' own functions are, and import a room once, whoever calls first."""

import asyncio
import inspect
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import azure.durable_functions as df
import azure.functions as func
import pytest
from azure.functions.decorators.function_app import Function

from shared.web.function_index import Entry, RoomError, read_index
from shared.web.stubs import make_stub, register_functions

ENTRY = {
    "room": "http_metrics.unmatched",
    "handler": "yield_unmatched",
    "is_async": False,
    "annotations": {"req": "azure.functions:HttpRequest", "return": "azure.functions:HttpResponse"},
    "bindings": ({"type": "httpTrigger", "name": "req", "direction": "IN"},),
}
CROWD = """
import json, sys, threading
import azure.functions as func
import function_app

stubs = {found.get_function_name(): found.get_user_function() for found in function_app.app.get_functions()}
before = [name for name in sys.modules if name.startswith("http_metrics")]
asked = 4 * ["list_companies", "list_metrics", "list_fx_rates", "read_import_report", "put_input", "yield_unmatched"]
gate, answers = threading.Barrier(len(asked)), []


def call(name):
    gate.wait()
    request = func.HttpRequest("PATCH", "https://x/" + name, body=b"", route_params={"path": "v1/companies"})
    answers.append((name, stubs[name](request).status_code))


threads = [threading.Thread(target=call, args=[name]) for name in asked]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps({"before": before, "answers": sorted(answers), "asked": len(asked)}))
"""


def told(function: Function) -> dict[str, Any]:
    """Everything the worker library reads of a function."""
    user = function.get_user_function()
    return {
        "bindings": [json.loads(text) for text in function.get_raw_bindings()],
        "trigger": function.get_trigger().type,
        "parameters": list(inspect.signature(user).parameters),
        "types": get_type_hints(user),
        "is_async": inspect.iscoroutinefunction(user),
        "is_http": (function.is_http_function(), function.http_type),
        "script": function.function_script_file,
        "retries": function.get_settings_dict("retry_policy"),
    }


def functions_of(app: df.DFApp) -> dict[str, Function]:
    return {found.get_function_name(): found for found in app.get_functions()}


def test_a_stub_tells_the_worker_what_its_room_would():
    lazy, eager = df.DFApp(func.AuthLevel.ANONYMOUS), df.DFApp(func.AuthLevel.ANONYMOUS)
    register_functions(lazy)
    for room in {entry.room for entry in read_index().values()}:
        eager.register_functions(import_module(room).blueprint)

    stubs, own = functions_of(lazy), functions_of(eager)
    assert {name: told(found) for name, found in stubs.items()} == {name: told(found) for name, found in own.items()}
    assert len(stubs) > 70
    assert {told(found)["trigger"] for found in stubs.values()} == {
        *("httpTrigger", "timerTrigger", "blobTrigger", "orchestrationTrigger", "activityTrigger")
    }


def test_first_calls_from_many_threads_are_all_served(project_root: Path):
    command = [sys.executable, "-c", CROWD]
    ran = subprocess.run(command, cwd=project_root, capture_output=True, text=True, check=False, timeout=100)

    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["before"] == []
    assert len(found["answers"]) == found["asked"]
    assert all(status == (405 if name == "yield_unmatched" else 401) for name, status in found["answers"])


def test_a_room_that_cannot_be_imported_is_logged_and_answered_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "broken_room.py").write_text("import a_library_that_is_missing")
    stub = make_stub(Entry("yield_unmatched", **{**ENTRY, "room": "broken_room"}))
    request = func.HttpRequest("OPTIONS", "https://x/v1/health", body=b"", route_params={"path": "v1/health"})

    refused = stub(req=request)
    (tmp_path / "broken_room.py").write_text("from http_metrics.unmatched import yield_unmatched\n\nMENDED = True\n")
    served = stub(req=request)

    assert (refused.status_code, refused.mimetype) == (500, "application/problem+json")
    problem = json.loads(refused.get_body())
    assert problem["code"] == "internal_error"
    assert problem["correlation_id"] == refused.headers["X-Correlation-Id"]
    assert "library" not in refused.get_body().decode()
    assert "yield_unmatched is not served: its room broken_room cannot be imported" in caplog.text
    assert "No module named 'a_library_that_is_missing'" in caplog.text
    assert (served.status_code, served.headers["Allow"]) == (204, "GET, OPTIONS")


@pytest.mark.parametrize("is_async", [False, True])
def test_what_the_host_retries_fails_when_its_room_cannot_be_imported(is_async: bool):
    activity = {"type": "activityTrigger", "name": "payload", "direction": "IN"}
    entry = {**ENTRY, "room": "no_such_room", "is_async": is_async, "bindings": (activity,)}
    stub = make_stub(Entry("apply_chunks", **{**entry, "annotations": {"payload": "builtins:dict", "return": None}}))

    with pytest.raises(RoomError, match="apply_chunks is not served: its room no_such_room cannot be imported"):
        asyncio.run(stub(payload={})) if is_async else stub(payload={})

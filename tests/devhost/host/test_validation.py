"""What the real host refuses is refused at start: each fault named, with its function, before anything is served."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from devhost.host_json import HostSettings, load_host_json, read_host_json
from devhost.indexing import Function, index_app
from devhost.validation import function_defects
from tests.devhost.host.running_host import STORAGE, refusal, write_app

MANY_FAULTS = """
@app.timer_trigger(arg_name="timer", schedule="0 61 * * * *")
def bad_schedule(timer: func.TimerRequest) -> None: ...

@app.timer_trigger(arg_name="timer", schedule="%NOT_SET%")
def unset_schedule(timer: func.TimerRequest) -> None: ...

@app.route(route="x/{id:integer}")
def bad_constraint(req: func.HttpRequest) -> str: ...

@app.route(route="administrators")
def reserved_route(req: func.HttpRequest) -> str: ...

@app.route(route="Same/{id}", methods=["GET", "PUT"])
def first_of_a_route(req: func.HttpRequest) -> str: ...

@app.route(route="same/{id}/", methods=["POST", "GET"])
def second_of_a_route(req: func.HttpRequest) -> str: ...

@app.function_name("host")
@app.route(route="fine")
def wrongly_named(req: func.HttpRequest) -> str: ...

@app.blob_trigger(arg_name="blob", path="drop/{name}", connection="NoSuchSetting", source="EventGrid")
def unconnected(blob: func.InputStream) -> None: ...

@app.blob_trigger(arg_name="blob", path="drop/{name}", connection="AzureWebJobsStorage")
def polling(blob: func.InputStream) -> None: ...

@app.route(route="start")
@app.durable_client_input(client_name="client")
def plain_starter(req: func.HttpRequest, client) -> str: ...

@app.orchestration_trigger(context_name="context")
async def async_orchestrator(context: df.DurableOrchestrationContext): ...
"""


def test_every_fault_of_an_app_is_named_at_once(tmp_path: Path) -> None:
    app = write_app(tmp_path / "app", MANY_FAULTS, {"version": "1.0", "functionTimeout": "soon"})
    said = refusal(app, tmp_path / "state").splitlines()
    assert said[0] == "The app is refused, as Azure would refuse it:"
    expected = [
        ("host.json: version", '"2.0"'),
        ("host.json: functionTimeout", "no TimeSpan"),
        ("bad_schedule", "outside the minute field's 0 to 59"),
        ("unset_schedule", "NOT_SET"),
        ("bad_constraint", "no route constraint 'integer'"),
        ("reserved_route", "keeps for itself"),
        ("second_of_a_route", "first_of_a_route has the route"),
        ("host", "cannot be a function's name"),
        ("unconnected", "NoSuchSetting is not set"),
        ("polling", "source=EventGrid"),
        ("plain_starter", "must be an `async def`"),
        ("async_orchestrator", "plain generator"),
    ]
    for subject, fault in expected:
        assert [line for line in said if line.startswith(f"  - {subject}") and fault in line], (subject, said)
    assert len(said) == 1 + len(expected)
    assert not (tmp_path / "state" / "keys.json").exists()


TWINS = """
@app.route(route="a")
def twin(req: func.HttpRequest) -> str: ...

@app.route(route="b")
def twin(req: func.HttpRequest) -> str: ...
"""
UNBOUND = """
@app.route(route="a")
def f(request: func.HttpRequest) -> str: ...
"""


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (TWINS, "twin: a function is named twin already"),
        (UNBOUND, "cannot load the f function"),
        ("import no_such_module\n", "No module named 'no_such_module'"),
        ("raise SystemExit(0)\n", "importing it ends the process"),
    ],
    ids=["the same name", "an unbound parameter", "an import", "an exit"],
)
def test_what_the_worker_library_refuses_is_told_too(tmp_path: Path, source: str, fault: str) -> None:
    assert fault in refusal(write_app(tmp_path / "app", source), tmp_path / "state")


def test_a_folder_without_an_app_is_refused(tmp_path: Path) -> None:
    (defect,) = asyncio.run(index_app(tmp_path)).defects
    assert defect.startswith("there is no function_app.py")


def function(name: str = "f", *others: dict[str, Any], **trigger: Any) -> Function:
    return Function(name, name, ({"name": "x", **trigger}, *others))


def http(name: str, **more: Any) -> Function:
    return function(name, **{"type": "httpTrigger", "route": name, "authLevel": "anonymous", **more})


def blob(**more: Any) -> Function:
    return function("f", **{"type": "blobTrigger", "source": "EventGrid", "path": "drop/{name}", **more})


def timer(schedule: str) -> Function:
    return function("f", type="timerTrigger", schedule=schedule)


NO_NAME = "cannot be a function's name"


@pytest.mark.parametrize(
    ("functions", "faults"),
    [
        ([http("a"), http("b")], []),
        ([http("a", methods=["GET"]), http("b", route="a", methods=["POST"])], []),
        ([http("a"), http("b", route="A", methods=["POST"])], ["b: a has the route"]),
        ([http("a-b_9"), http("x" * 128)], []),
        ([http("x" * 129)], [NO_NAME]),
        ([http("9a")], [NO_NAME]),
        ([http("a.b")], [NO_NAME]),
        ([http("Host")], [NO_NAME]),
        ([http("Twin"), http("twin", route="other")], ["twin: a function is named Twin already"]),
        ([http("runtimes")], ["keeps for itself"]),
        ([http("a", authLevel="everyone")], ["authorization level 'everyone'"]),
        ([timer("0 0 6 * * *")], []),
        ([timer("%SCHEDULE%")], []),
        ([timer("%OTHER%")], ["OTHER, which is not set"]),
        ([timer("0 0 6 * *")], []),
        ([timer("every day")], ["2 fields"]),
        ([blob()], []),
        ([blob(path="Drop/{name}")], ["names no container"]),
        ([blob(path="drop/{name}/{name}")], ["a parameter twice"]),
        ([blob(path="%DROP%/{name}")], ["DROP, which is not set"]),
        ([blob(connection="Broken")], ["Broken is no connection string"]),
        ([blob(connection="ByIdentity")], ["given as an identity"]),
        ([function(type="queueTrigger")], ["'queueTrigger' is not known"]),
        ([function("f", {"type": "timerTrigger", "schedule": "0 0 6 * * *"}, type="httpTrigger")], ["this one has 2"]),
        ([function("f", type="http")], ["this one has 0"]),
        (
            [function("a", type="activityTrigger"), function("b", type="activityTrigger", activity="A")],
            ["b: orchestrations know a"],
        ),
        ([Function("f", "f", (http("f").trigger,), has_retry_policy=True)], ["retry policies are not served"]),
    ],
)
def test_functions_are_refused_for_what_the_real_host_refuses(functions: list[Function], faults: list[str]) -> None:
    settings = {
        "AzureWebJobsStorage": STORAGE,
        "SCHEDULE": "00:05:00",
        "Broken": "nonsense",
        "ByIdentity__blobServiceUri": "https://account.blob.core.windows.net",
    }
    found = list(function_defects(functions, settings))
    assert len(found) == len(faults), found
    for defect, fault in zip(found, faults, strict=True):
        assert fault in defect


def test_only_http_functions_run_without_the_hosts_storage() -> None:
    assert list(function_defects([http("a")], {})) == []
    (defect,) = function_defects([timer("0 0 6 * * *")], {})
    assert "AzureWebJobsStorage is not set" in defect


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ([], "must be a JSON object"),
        ({}, 'version is None; it must be "2.0"'),
        ({"version": "3.0"}, "version is '3.0'"),
        ({"extensions": []}, "extensions is []"),
        ({"extensions": {"http": {"routePrefix": 1}}}, "extensions.http.routePrefix is 1"),
        ({"functionTimeout": "10"}, "functionTimeout is refused"),
        ({"functionTimeout": "00:00:00"}, "must be positive"),
        ({"extensionBundle": {"id": "x"}}, "extensionBundle"),
        ({"extensions": {"durableTask": {"hubName": "no-dashes"}}}, "hubName is 'no-dashes'"),
        ({"extensions": {"durableTask": {"hubName": "%NOT_SET_ANYWHERE%"}}}, "NOT_SET_ANYWHERE, which is not set"),
        ({"extensions": {"durableTask": {"maxConcurrentActivityFunctions": 0}}}, "is 0; it must be a whole number"),
        ({"extensions": {"durableTask": {"maxConcurrentOrchestratorFunctions": True}}}, "is True"),
        ({"extensions": {"blobs": {"maxDegreeOfParallelism": "8"}}}, "is '8'"),
        ({"extensions": {"blobs": {"poisonBlobThreshold": -1}}}, "is -1"),
    ],
)
def test_a_host_json_is_refused_where_it_is_wrong(content: Any, fault: str) -> None:
    versioned = {"version": "2.0", **content} if content else content
    _, (defect,) = read_host_json(versioned)
    assert fault in defect


@pytest.mark.parametrize(
    ("text", "fault"), [(None, "host.json: there is none"), ('{"version": "2.0",}', "host.json: it is no JSON")]
)
def test_a_host_json_is_there_and_is_json(tmp_path: Path, text: str | None, fault: str) -> None:
    if text is not None:
        (tmp_path / "host.json").write_text(text)
    _, (defect,) = load_host_json(tmp_path)
    assert defect.startswith(fault)


def test_a_host_json_sets_what_the_host_does() -> None:
    durable = {"hubName": "Hub2", "maxConcurrentActivityFunctions": 3, "maxConcurrentOrchestratorFunctions": 2}
    blobs = {"maxDegreeOfParallelism": 4, "poisonBlobThreshold": 2}
    extensions = {"http": {"routePrefix": ""}, "durableTask": durable, "blobs": blobs}
    content = {"version": "2.0", "functionTimeout": "00:10:00", "extensions": extensions}
    found, defects = read_host_json(json.loads(json.dumps(content)))
    assert (found, defects) == (HostSettings("", 600.0, "Hub2", 3, 2, 4, 2), [])


def test_minus_one_is_no_timeout() -> None:
    found, _ = read_host_json({"version": "2.0", "functionTimeout": "-1"})
    assert found.timeout_seconds is None

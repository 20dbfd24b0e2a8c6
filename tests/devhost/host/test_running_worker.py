"""The worker on a running host: blocking functions, durable clients, timeouts that restart it, and the end."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.devhost.host.running_host import MASTER, RunningHost, eventually, write_app

pytestmark = pytest.mark.xdist_group("devhost-running-worker")  # one host for them all

APP = """
@app.route(route="quick")
async def quick(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("quick")

@app.route(route="stalls")
async def stalls(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(0.6)
    return func.HttpResponse("stalled")

@app.route(route="sleeps/{seconds}")
def sleeps(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(float(req.route_params["seconds"]))
    return func.HttpResponse("slept")

@app.route(route="waits/{seconds}")
async def waits(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(float(req.route_params["seconds"]))
    return func.HttpResponse("waited")

@app.route(route="leaves")
def leaves(req: func.HttpRequest) -> func.HttpResponse:
    raise SystemExit(3)

@app.route(route="binding")
@app.durable_client_input(client_name="client")
async def binding(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    given = client._orchestration_bindings
    return func.HttpResponse(json.dumps({
        "hub": given.task_hub_name, "creation": given.creation_urls, "management": given.management_urls,
        "rpc": given.rpc_base_url, "payload": client.create_http_management_payload("an-id"),
    }))

@app.route(route="run/{name}")
@app.durable_client_input(client_name="client")
async def run(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    instance_id = await client.start_new(req.route_params["name"], None, {"limit": 3})
    return await client.wait_for_completion_or_create_check_status_response(req, instance_id, 9000, 50)

@app.orchestration_trigger(context_name="context")
def count(context: df.DurableOrchestrationContext):
    total = 0
    for _ in range(context.get_input()["limit"]):
        total = yield context.call_activity("increment", total)
    return total

@app.activity_trigger(input_name="value")
def increment(value: int) -> int:
    return value + 1

@app.orchestration_trigger(context_name="context")
def survives(context: df.DurableOrchestrationContext):
    try:
        yield context.call_activity("never_ends", "")
    except Exception as error:
        return str(error)

@app.activity_trigger(input_name="name")
def never_ends(name: str) -> str:
    time.sleep(60)

@app.orchestration_trigger(context_name="context")
def stuck_once(context: df.DurableOrchestrationContext):
    if not os.path.exists(os.environ["MARKER"]):
        open(os.environ["MARKER"], "w").close()
        time.sleep(60)
    return (yield context.call_activity("increment", 41))
"""


def start(folder: Path, **host_json: Any) -> RunningHost:
    extensions = {"http": {"routePrefix": ""}, "durableTask": {"hubName": "WorkerTests"}}
    app = write_app(folder / "app", APP, {"version": "2.0", "extensions": extensions, **host_json})
    return RunningHost(app, folder / "state", MARKER=str(folder / "marker"))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    running = start(tmp_path_factory.mktemp("worker"))
    yield running
    assert running.stop() == 0
    assert "Unclosed" not in running.said


def beside(host: RunningHost, path: str) -> "Future[requests.Response]":
    """Begin a request in a thread of its own; it has reached the function when this returns."""
    pool = ThreadPoolExecutor(1)
    asked = pool.submit(host.get, path)
    pool.shutdown(wait=False)
    time.sleep(0.15)
    return asked


def test_a_function_that_stalls_its_loop_does_not_stall_the_host(host: RunningHost) -> None:
    asked = beside(host, "/stalls")
    status = host.get("/admin/host/status", headers={"x-functions-key": MASTER})
    assert status.json()["state"] == "Running"
    assert not asked.done()
    assert asked.result().text == "stalled"


def test_a_plain_function_that_blocks_does_not_stall_the_others(host: RunningHost) -> None:
    asked = beside(host, "/sleeps/0.6")
    assert host.get("/quick").text == "quick"
    assert not asked.done()
    assert asked.result().text == "slept"


def test_a_function_that_would_end_the_process_fails_alone(host: RunningHost) -> None:
    assert host.get("/leaves").status_code == 500
    assert host.get("/quick").text == "quick"


def test_the_client_binding_has_what_the_sdk_reads(host: RunningHost) -> None:
    found = host.get("/binding").json()
    assert found["hub"] == "WorkerTests"
    assert found["rpc"] == f"{host.url}/durabletask/"
    assert found["management"].pop("id") == "INSTANCEID"
    assert set(found["creation"]) == {"createNewInstancePostUri", "createAndWaitOnNewInstancePostUri"}
    key = host.keys()["system"]["durabletask_extension"]
    for url in [*found["creation"].values(), *found["management"].values()]:
        assert url.startswith(f"{host.url}/runtime/webhooks/durabletask/")
        assert f"code={key}" in url
    assert all("INSTANCEID" in url for url in found["management"].values())
    assert found["payload"].pop("id") == "an-id"
    assert all("/instances/an-id" in url for url in found["payload"].values())


def test_a_client_starts_orchestrations_and_its_links_need_the_key(host: RunningHost) -> None:
    answer = host.get("/run/count")
    assert (answer.status_code, answer.json()) == (200, 3)
    (instance,) = host.get("/durabletask/instances/").json()[:1]
    assert (instance["runtimeStatus"], instance["output"]) == ("Completed", 3)
    public = f"/runtime/webhooks/durabletask/instances/{instance['instanceId']}"
    assert host.get(public).status_code == 401
    key = host.keys()["system"]["durabletask_extension"]
    assert host.get(public, params={"code": key}).json()["output"] == 3


def test_running_functions_end_before_the_host_does(tmp_path: Path) -> None:
    running = start(tmp_path)
    assert running.get("/run/count").json() == 3
    asked = beside(running, "/sleeps/0.8")
    stopping = threading.Thread(target=running.stop)
    stopping.start()
    assert asked.result().text == "slept"
    stopping.join()
    assert (running.process.returncode, running.said) == (0, "")


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """A host whose functions may run for a second; it ends in time although threads of it never do."""
    running = start(tmp_path_factory.mktemp("impatient"), functionTimeout="00:00:01")
    assert running.get("/run/count").json() == 3
    yield running
    began = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - began < 10


def test_a_timeout_takes_everything_down_that_runs_and_the_worker_begins_anew(impatient: RunningHost) -> None:
    first, second = beside(impatient, "/sleeps/60"), beside(impatient, "/waits/60")
    for asked in (first, second):
        assert (asked.result().status_code, asked.result().content) == (500, b"")
    assert "sleeps timed out: the timeout value of 0:00:01 was exceeded" in impatient.said
    assert "the worker is restarted, 2 invocations end with it" in impatient.said
    assert impatient.get("/quick").text == "quick"
    assert impatient.get("/sleeps/0").text == "slept"
    assert impatient.get("/run/count").json() == 3


def ended(host: RunningHost, orchestrator: str) -> object:
    """The output of an orchestration, started without a function of the app, once it completed."""
    instance_id = host.post(f"/durabletask/orchestrators/{orchestrator}").json()["id"]

    def completed() -> list[object]:
        found = host.get(f"/durabletask/instances/{instance_id}").json()
        return [found["output"]] if found["runtimeStatus"] == "Completed" else []

    return eventually(completed, "it completed")[0]


def test_an_activity_that_timed_out_has_failed(impatient: RunningHost) -> None:
    answer = str(ended(impatient, "survives"))
    assert answer.startswith("Activity function 'never_ends' failed:  FunctionTimeoutException: ")


def test_an_orchestrator_that_timed_out_is_tried_again(impatient: RunningHost) -> None:
    assert ended(impatient, "stuck_once") == 42
    assert "stuck_once timed out" in impatient.said

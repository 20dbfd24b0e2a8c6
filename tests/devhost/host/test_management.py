"""The durable management API over HTTP, as the extension answers it and as the SDK's client reads it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.devhost.host.running_host import RunningHost, eventually, write_app

pytestmark = pytest.mark.xdist_group("devhost-management")  # one host for them all

APP = """
@app.orchestration_trigger(context_name="context")
def waits(context: df.DurableOrchestrationContext):
    context.set_custom_status("waiting")
    return (yield context.wait_for_external_event("go"))

@app.orchestration_trigger(context_name="context")
def answers(context: df.DurableOrchestrationContext):
    return (yield context.call_activity("double", context.get_input()["value"]))

@app.orchestration_trigger(context_name="context")
def fails(context: df.DurableOrchestrationContext):
    return (yield context.call_activity("mended", context.get_input()["marker"]))

@app.activity_trigger(input_name="value")
def double(value: int) -> int:
    return 2 * value

@app.activity_trigger(input_name="marker")
def mended(marker: str) -> str:
    if not os.path.exists(marker):
        open(marker, "x").close()
        raise ValueError("broken at first")
    return "mended"

@app.entity_trigger(context_name="context")
def counter(context: df.DurableEntityContext):
    if context.operation_name == "delete":
        context.destruct_on_exit()
    else:
        context.set_state(context.get_state(lambda: 0) + context.get_input())

@app.route(route="client/{name}")
@app.durable_client_input(client_name="client")
async def by_client(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    found = await client.get_status(req.route_params["name"])
    shown = {"found": bool(found), "status": found.runtime_status.name if found else None, "output": found.output}
    return func.HttpResponse(json.dumps(shown))
"""
API = "/durabletask"
UTC_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    folder = tmp_path_factory.mktemp("management")
    running = RunningHost(write_app(folder / "app", APP), folder / "state")
    yield running
    assert running.stop() == 0


def begin(host: RunningHost, name: str, instance_id: str, value: object = None) -> None:
    answer = host.post(f"{API}/orchestrators/{name}/{instance_id}", json=value)
    assert answer.status_code == 202, answer.text


def ended(host: RunningHost, instance_id: str) -> dict[str, Any]:
    answer = eventually(
        lambda: (found := host.get(f"{API}/instances/{instance_id}")).status_code == 200 and found, "it ended"
    )
    found: dict[str, Any] = answer.json()
    return found


def test_a_start_is_answered_with_the_instances_links(host: RunningHost) -> None:
    answer = host.post(f"{API}/orchestrators/Waits")
    links = answer.json()
    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Location"] == links["statusQueryGetUri"]
    assert len(links) == 9
    assert all(f"/instances/{links['id']}" in url for name, url in links.items() if name != "id")


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("no_such", "", "doesn't exist, is disabled, or is not an orchestrator function"),
        ("double", "", "is not an orchestrator function"),
        ("waits/@x", "", "does not begin with @"),
        ("waits/a%23b", "", "none of / \\ # ?"),
        (f"waits/{'x' * 101}", "", "at most 100 characters"),
        ("waits/y", "{", "Invalid JSON"),
    ],
)
def test_a_start_that_cannot_be_is_refused_with_what_the_sdk_reads(
    host: RunningHost, path: str, body: str, said: str
) -> None:
    answer = host.post(f"{API}/orchestrators/{path}", data=body)
    assert answer.status_code == 400
    assert said in answer.json()["ExceptionMessage"]


def test_an_id_that_runs_is_not_begun_again_and_one_that_ended_is(host: RunningHost) -> None:
    begin(host, "waits", "taken")
    answer = host.post(f"{API}/orchestrators/answers/taken")
    assert answer.status_code == 409
    assert "already exists" in answer.json()["ExceptionMessage"]
    host.post(f"{API}/instances/taken/raiseEvent/go", json=1)
    assert ended(host, "taken")["output"] == 1
    begin(host, "answers", "taken", {"value": 4})
    assert ended(host, "taken")["output"] == 8


def test_a_start_may_wait_for_the_end(host: RunningHost) -> None:
    path = f"{API}/orchestrators/answers?timeout=10&pollingInterval=0.02"
    assert host.post(path, json={"value": 21}).json() == 42
    assert host.post(f"{API}/orchestrators/waits?timeout=0.1&pollingInterval=0.02").status_code == 202


def test_a_running_instance_is_202_and_an_ended_one_200(host: RunningHost) -> None:
    begin(host, "waits", "shown", {"a": 1})
    path = f"{API}/instances/shown"
    eventually(lambda: host.get(path).json()["customStatus"], "it runs")
    answer = host.get(path)
    body = answer.json()
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "5")
    assert answer.headers["Location"].startswith(host.url + path)
    assert body["input"] == {"a": 1}
    assert {key: body[key] for key in ("name", "instanceId", "runtimeStatus", "customStatus", "output")} == {
        "name": "waits",
        "instanceId": "shown",
        "runtimeStatus": "Running",
        "customStatus": "waiting",
        "output": None,
    }
    assert all(UTC_SECONDS.fullmatch(body[key]) for key in ("createdTime", "lastUpdatedTime"))
    assert host.get(f"{path}?showInput=false").json()["input"] is None
    assert host.post(f"{path}/raiseEvent/go", json={"b": 2}).status_code == 202
    assert ended(host, "shown")["output"] == {"b": 2}
    shown = host.get(f"{path}?showHistory=true&showHistoryOutput=true").json()["historyEvents"]
    assert [found["EventType"] for found in shown] == ["ExecutionStarted", "EventRaised", "ExecutionCompleted"]
    assert shown[-1]["Result"] == {"b": 2}


def test_an_unknown_instance_is_an_empty_404_and_falsy_to_the_client(host: RunningHost) -> None:
    answer = host.get(f"{API}/instances/nobody")
    assert (answer.status_code, answer.content) == (404, b"")
    assert host.get("/api/client/nobody").json() == {"found": False, "status": None, "output": None}


def test_a_failed_instance_is_500_only_when_asked(host: RunningHost) -> None:
    begin(host, "fails", "failed", {"marker": "/no/such/folder/marker"})
    assert ended(host, "failed")["runtimeStatus"] == "Failed"
    path = f"{API}/instances/failed"
    assert host.get(f"{path}?returnInternalServerErrorOnFailure=true").status_code == 500
    assert host.get("/api/client/failed").json()["status"] == "Failed"


CONTROLS = ("raiseEvent/go", "terminate", "suspend", "resume", "rewind")


@pytest.mark.parametrize("control", CONTROLS)
def test_what_is_sent_to_nobody_is_404_and_to_one_that_ended_410(host: RunningHost, control: str) -> None:
    begin(host, "answers", "over", {"value": 1})
    ended(host, "over")
    assert host.post(f"{API}/instances/nobody/{control}", json=1).status_code == 404
    assert host.post(f"{API}/instances/over/{control}", json=1).status_code == 410


@pytest.mark.parametrize(("body", "content_type"), [("1", "text/plain"), ("{", "application/json")])
def test_an_event_is_json_or_refused(host: RunningHost, body: str, content_type: str) -> None:
    begin(host, "waits", f"strict-{len(body)}-{content_type[:4]}")
    path = f"{API}/instances/strict-{len(body)}-{content_type[:4]}/raiseEvent/go"
    assert host.post(path, data=body, headers={"Content-Type": content_type}).status_code == 400


def test_an_instance_is_suspended_resumed_and_terminated(host: RunningHost) -> None:
    begin(host, "waits", "held")
    path = f"{API}/instances/held"

    def status() -> object:
        return host.get(path).json()["runtimeStatus"]

    assert host.post(f"{path}/suspend?reason=x").status_code == 202
    eventually(lambda: status() == "Suspended", "it is suspended")
    assert host.get(path).status_code == 202
    assert host.post(f"{path}/resume?reason=x").status_code == 202
    eventually(lambda: status() == "Running", "it runs again")
    assert host.post(f"{path}/terminate?reason=enough").status_code == 202
    found = ended(host, "held")
    assert (found["runtimeStatus"], found["output"]) == ("Terminated", "enough")


def test_a_failed_instance_is_rewound(host: RunningHost) -> None:
    begin(host, "fails", "again", {"marker": str(host.state / "marker")})
    assert "broken at first" in ended(host, "again")["output"]
    assert host.post(f"{API}/instances/again/rewind?reason=mended").status_code == 202
    eventually(lambda: ended(host, "again")["output"] == "mended", "it ran again")


def test_an_instance_is_restarted_under_a_new_id_or_its_own(host: RunningHost) -> None:
    begin(host, "answers", "model", {"value": 5})
    ended(host, "model")
    anew = host.post(f"{API}/instances/model/restart").json()["id"]
    assert anew != "model"
    assert ended(host, anew)["output"] == 10
    same = host.post(f"{API}/instances/model/restart?restartWithNewInstanceId=false")
    assert (same.status_code, same.json()["id"]) == (202, "model")
    assert host.post(f"{API}/instances/nobody/restart").status_code == 404


def test_instances_are_found_by_status_prefix_and_page(host: RunningHost) -> None:
    for number in range(3):
        begin(host, "answers", f"listed-{number}", {"value": number})
        ended(host, f"listed-{number}")
    path = f"{API}/instances/?instanceIdPrefix=listed-&runtimeStatus=Completed,Failed&top=2"
    first = host.get(path)
    second = host.get(path, headers={"x-ms-continuation-token": first.headers["x-ms-continuation-token"]})
    names = [[found["instanceId"] for found in page.json()] for page in (first, second)]
    assert names == [["listed-0", "listed-1"], ["listed-2"]]
    assert "x-ms-continuation-token" not in second.headers
    assert host.get(f"{API}/instances?instanceIdPrefix=listed-&runtimeStatus=Running").json() == []
    assert host.get(f"{API}/instances?createdTimeFrom=2999-01-01T00:00:00Z").json() == []
    assert host.get(f"{API}/instances?createdTimeFrom=soon").status_code == 400


def test_only_instances_that_ended_are_purged(host: RunningHost) -> None:
    begin(host, "answers", "old-1", {"value": 1})
    begin(host, "waits", "old-2")
    ended(host, "old-1")
    assert host.call("DELETE", f"{API}/instances/old-2").status_code == 404
    assert host.call("DELETE", f"{API}/instances/?instanceIdPrefix=old-").status_code == 400
    path = f"{API}/instances/?instanceIdPrefix=old-&createdTimeFrom=2000-01-01T00:00:00Z"
    assert host.call("DELETE", path).json() == {"instancesDeleted": 1}
    assert host.call("DELETE", path).status_code == 404
    assert host.get(f"{API}/instances/old-1").status_code == 404


def test_an_entity_is_signalled_read_and_deleted(host: RunningHost) -> None:
    path = f"{API}/entities/Counter/one"
    assert host.get(path).status_code == 404
    for _ in range(2):
        assert host.post(f"{path}?op=add", json="3").status_code == 202
    eventually(lambda: host.get(path).text == "6", "it added")
    assert host.call("DELETE", path).status_code == 202
    eventually(lambda: host.get(path).status_code == 404, "it is gone")
    assert host.post(f"{API}/entities/no_such/one?op=add", json="1").status_code == 400

"""The whole host killed with SIGKILL at random instants: every orchestration still ends with its exact output."""

import json
from pathlib import Path
from random import Random
from time import sleep

import pytest

from tests.devhost.host.running_host import RunningHost, eventually, free_port, write_app

pytestmark = pytest.mark.stress
SEED, KILLS, PER_KILL, WIDTH = 20261124, 16, 2, 6
APP = """
from datetime import timedelta

@app.route(route="start/{id}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client):
    number = int(req.route_params["id"])
    await client.start_new("gather", instance_id=f"run-{number}", client_input=number)
    return func.HttpResponse(status_code=202)

@app.orchestration_trigger(context_name="context")
def gather(context: df.DurableOrchestrationContext):
    number = context.get_input()
    squares = yield context.task_all([context.call_activity("square", number * 100 + n) for n in range(6)])
    yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=500))
    retried = yield context.call_activity_with_retry("flaky", df.RetryOptions(100, 5), number)
    child = yield context.call_sub_orchestrator("double", sum(squares))
    return {"number": number, "squares": squares, "retried": retried, "child": child}

@app.orchestration_trigger(context_name="context")
def double(context: df.DurableOrchestrationContext):
    value = context.get_input()
    first = yield context.call_activity("square", value)
    second = yield context.call_activity("square", first % 1000)
    return [first, second]

@app.activity_trigger(input_name="value")
def square(value: int) -> int:
    time.sleep(0.02)
    return value * value

@app.activity_trigger(input_name="value")
def flaky(value: int) -> str:
    mark = os.path.join(os.environ["MARKS"], str(value))
    with open(mark, "a") as file:
        file.write("x")
    if os.path.getsize(mark) < 3:
        raise ValueError("not yet")
    return f"at last {value}"
"""


def expected(number: int) -> dict[str, object]:
    squares = [(number * 100 + n) ** 2 for n in range(WIDTH)]
    first = sum(squares) ** 2
    return {
        "number": number,
        "squares": squares,
        "retried": f"at last {number}",
        "child": [first, (first % 1000) ** 2],
    }


@pytest.mark.timeout(400)
def test_kills_at_random_instants_change_no_output(tmp_path: Path):
    rng = Random(SEED)  # noqa: S311 (the seed makes a failure repeatable)
    marks = tmp_path / "marks"
    marks.mkdir()
    app, port = write_app(tmp_path / "app", APP, {"version": "2.0"}), free_port()
    host = RunningHost(app, tmp_path / "state", port, MARKS=str(marks))
    running = 0
    for number in range(KILLS):
        for place in range(PER_KILL):
            assert host.post(f"/api/start/{number * PER_KILL + place}").status_code == 202
        sleep(rng.uniform(0, 0.7))
        running += any(status["runtimeStatus"] != "Completed" for status in statuses(host).values())
        host.kill()
        host = RunningHost(app, tmp_path / "state", port, MARKS=str(marks))

    eventually(lambda: {found["runtimeStatus"] for found in statuses(host).values()} == {"Completed"}, "all ended", 120)
    outputs = {name: found["output"] for name, found in statuses(host).items()}

    assert running >= KILLS // 2, "most kills must hit orchestrations that run"
    assert outputs == {f"run-{number}": expected(number) for number in range(KILLS * PER_KILL)}
    assert host.stop() == 0


def statuses(host: RunningHost) -> dict[str, dict[str, object]]:
    """Every orchestration that was started from outside, by its instance id."""
    key = host.keys()["system"]["durabletask_extension"]
    answer = host.get("/runtime/webhooks/durabletask/instances", params={"code": key, "instanceIdPrefix": "run-"})
    return {found["instanceId"]: found for found in json.loads(answer.text)}

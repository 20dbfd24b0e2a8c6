"""What the real host would refuse is refused at start, every defect at once."""

import subprocess
from pathlib import Path

import pytest

from tests.devhost.host.running_host import free_port, host_command, host_environment, write_app

OK = {"version": "2.0"}


def refusal(folder: Path, source: str, host_json: object = OK, **settings: str) -> str:
    """What the host says when it will not start."""
    app = write_app(folder / "app", source, host_json)  # type: ignore[arg-type]  # what is no object is a case too
    result = subprocess.run(  # noqa: S603 (the interpreter and our own module)
        host_command(app, folder / "state", free_port()),
        env=host_environment(**settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode not in {0, None}, result.stdout
    return result.stderr


def route(decorator: str, name: str = "act", signature: str = "req: func.HttpRequest") -> str:
    return f"{decorator}\ndef {name}({signature}):\n    return func.HttpResponse('')\n"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (route("@app.route(route='admin/things')"), ["act", "admin"]),
        (route("@app.route(route='administrators')"), ["act", "admin"]),
        (route("@app.route(route='runtime/x')"), ["act", "runtime"]),
        (route("@app.route(route='a/{id:whole}')"), ["act", "whole"]),
        (route("@app.route(route='a/{id')"), ["act", "{id"]),
        (route("@app.route(route='a')", "first") + route("@app.route(route='a')", "second"), ["second", "first"]),
        (route("@app.function_name('1act')\n@app.route(route='a')"), ["1act"]),
        (route("@app.function_name('host')\n@app.route(route='a')"), ["host"]),
        (route("@app.timer_trigger(arg_name='t', schedule='* * *')", signature="t: func.TimerRequest"), ["schedule"]),
        (
            route("@app.timer_trigger(arg_name='t', schedule='0 61 * * * *')", signature="t: func.TimerRequest"),
            ["schedule", "61"],
        ),
        (
            route("@app.timer_trigger(arg_name='t', schedule='%NO_SETTING%')", signature="t: func.TimerRequest"),
            ["NO_SETTING"],
        ),
        (
            route(
                "@app.blob_trigger(arg_name='b', path='c/{name}', connection='NoStorage', source='EventGrid')",
                signature="b: func.InputStream",
            ),
            ["NoStorage", "not set"],
        ),
        (
            route(
                "@app.blob_trigger(arg_name='b', path='c/{name}', connection='AzureWebJobsStorage')",
                signature="b: func.InputStream",
            ),
            ["EventGrid"],
        ),
        (
            route(
                "@app.route(route='s')\n@app.durable_client_input(client_name='client')",
                signature="req: func.HttpRequest, client",
            ),
            ["act", "async def"],
        ),
        (
            "@app.orchestration_trigger(context_name='context')\nasync def act(context):\n    return 1\n",
            ["act", "plain generator"],
        ),
        ("import no_such_module_anywhere\n", ["no_such_module_anywhere"]),
    ],
)
def test_a_defect_of_the_app_keeps_the_host_from_starting(tmp_path: Path, source: str, words: list[str]):
    said = refusal(tmp_path, source)

    assert [word for word in words if word not in said] == [], said


@pytest.mark.parametrize(
    ("host_json", "words"),
    [
        ("{", ["host.json", "no JSON"]),
        ("[]", ["host.json", "object"]),
        ({}, ["version"]),
        ({"version": "2.0", "functionTimeout": "soon"}, ["functionTimeout"]),
        ({"version": "2.0", "extensions": {"durableTask": {"hubName": "a-b"}}}, ["hubName", "a-b"]),
        ({"version": "2.0", "extensions": {"durableTask": {"hubName": "%HUB_UNSET%"}}}, ["HUB_UNSET"]),
        (
            {"version": "2.0", "extensions": {"durableTask": {"maxConcurrentActivityFunctions": 0}}},
            ["maxConcurrentActivityFunctions"],
        ),
    ],
)
def test_a_defect_of_host_json_keeps_the_host_from_starting(tmp_path: Path, host_json: object, words: list[str]):
    said = refusal(tmp_path, route("@app.route(route='a')"), host_json)

    assert [word for word in words if word not in said] == [], said


def test_every_defect_is_named_at_once(tmp_path: Path):
    source = route("@app.route(route='admin')", "one") + route("@app.route(route='b/{x:nope}')", "two")
    said = refusal(tmp_path, source, {"version": "1.0"})

    assert all(word in said for word in ("one", "two", "nope", "version"))


def test_a_trigger_other_than_http_needs_the_host_s_storage(tmp_path: Path):
    source = route("@app.timer_trigger(arg_name='t', schedule='0 0 * * * *')", signature="t: func.TimerRequest")

    assert "AzureWebJobsStorage" in refusal(tmp_path, source, AzureWebJobsStorage="")

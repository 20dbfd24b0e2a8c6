"""HTTP functions through a real host: the real host's rules, over real sockets."""

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.devhost.host.running_host import MASTER, RunningHost, eventually, write_app

APP = """
def said(value):
    return func.HttpResponse(json.dumps(value), mimetype="application/json")

@app.route(route="items/{id}", methods=["GET"])
def get_item(req: func.HttpRequest):
    return said({"by": "get_item", "id": req.route_params["id"]})

@app.route(route="items/special", methods=["GET"])
def list_special(req: func.HttpRequest):
    return said({"by": "list_special"})

@app.route(route="numbers/{id:int}", methods=["GET"])
def a_number(req: func.HttpRequest):
    return said({"by": "a_number"})

@app.route(route="numbers/{word}", methods=["GET"])
def b_word(req: func.HttpRequest):
    return said({"by": "b_word"})

@app.route(route="echo")
def echo(req: func.HttpRequest):
    return said({"method": req.method, "url": req.url, "headers": dict(req.headers), "params": dict(req.params),
                 "body": req.get_body().decode()})

@app.route(route="guarded", auth_level=func.AuthLevel.FUNCTION)
def guarded(req: func.HttpRequest):
    return said("in")

@app.route(route="ruled", auth_level=func.AuthLevel.ADMIN)
def ruled(req: func.HttpRequest):
    return said("in")

@app.route(route="off")
def switched_off(req: func.HttpRequest):
    return said("on")

@app.route(route="text")
def text(req: func.HttpRequest) -> str:
    return req.params["say"]

@app.route(route="nothing")
def nothing(req: func.HttpRequest):
    return None

@app.route(route="fails")
def fails(req: func.HttpRequest):
    raise ValueError("the secret reason")

@app.route(route="teapot")
def teapot(req: func.HttpRequest):
    return func.HttpResponse(b"\\x00\\xff", status_code=418, headers={"X-Kind": "pot"}, mimetype="image/x-pot")

@app.route(route="block")
def block(req: func.HttpRequest):
    time.sleep(1.5)
    return said("done")

@app.route(route="stall")
async def stall(req: func.HttpRequest):
    time.sleep(float(req.params.get("seconds", "60")))
    return said("done")
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    folder = tmp_path_factory.mktemp("http")
    settings = {"extensions": {"http": {"routePrefix": "api"}}, "version": "2.0", "functionTimeout": "00:00:04"}
    app = write_app(folder / "app", APP, settings)
    running = RunningHost(app, folder / "state", **{"AzureWebJobs.switched_off.Disabled": "true"})
    yield running
    assert running.stop() == 0


def test_of_two_matching_routes_the_function_first_in_the_alphabet_answers(host: RunningHost):
    assert host.get("/api/items/special").json() == {"by": "get_item", "id": "special"}


def test_a_constraint_keeps_a_route_out_of_the_way(host: RunningHost):
    assert host.get("/api/numbers/12").json() == {"by": "a_number"}
    assert host.get("/api/numbers/twelve").json() == {"by": "b_word"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/items/1"),
        ("HEAD", "/api/items/1"),
        ("OPTIONS", "/api/items/1"),
        ("GET", "/items/1"),
        ("GET", "/api/unknown"),
        ("GET", "/api/off"),
    ],
)
def test_what_no_route_and_method_fits_is_404_and_never_405(host: RunningHost, method: str, path: str):
    assert host.call(method, path, headers={"x-functions-key": "wrong"}).status_code == 404


def test_a_route_without_methods_serves_every_one(host: RunningHost):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert host.call(method, "/api/echo").json()["method"] == method


def test_the_worker_sees_lower_case_headers_joined_values_and_no_empty_queries(host: RunningHost):
    seen = host.get("/api/echo?a=1&a=2&b=&c=x", headers={"X-Mixed-Case": "yes"}).json()

    assert seen["params"] == {"a": "1,2", "c": "x"}
    assert seen["headers"]["x-mixed-case"] == "yes"
    assert all(name == name.lower() for name in seen["headers"])
    assert seen["url"] == f"{host.url}/api/echo?a=1&a=2&b=&c=x"


def test_a_chunked_body_arrives_empty_and_a_measured_one_whole(host: RunningHost):
    def pieces() -> Iterator[bytes]:
        yield b"in "
        yield b"pieces"

    assert host.post("/api/echo", data=pieces()).json()["body"] == ""
    assert host.post("/api/echo", data="whole").json()["body"] == "whole"


def test_a_body_beyond_the_limit_is_413_before_it_is_sent(host: RunningHost):
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    connection.putrequest("POST", "/api/echo")
    connection.putheader("Content-Length", str(104_857_601))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize(
    ("path", "opening"), [("/api/guarded", ("guarded", "host", "master")), ("/api/ruled", ("master",))]
)
def test_each_level_is_opened_by_its_keys_and_by_no_others(host: RunningHost, path: str, opening: tuple[str, ...]):
    kept = host.keys()
    keys = {"guarded": kept["functions"]["guarded"], "host": kept["host"], "master": MASTER, "other": "guess"}
    for name, key in keys.items():
        by_header = host.get(path, headers={"x-functions-key": key})
        by_query = host.get(path, params={"code": key})
        expected = 200 if name in opening else 401
        assert (name, by_header.status_code, by_query.status_code) == (name, expected, expected)
    refused = host.get(path)
    assert (refused.status_code, refused.text) == (401, "")


@pytest.mark.parametrize(
    ("said", "status", "content_type", "body"),
    [
        ("plain words", 200, "text/plain", "plain words"),
        ('{"a": 1}', 200, "application/json", '{"a":1}'),
        ("[1, 2]", 200, "application/json", "[1,2]"),
        ('{"body": "made", "status": 201, "headers": {"X-A": "b"}}', 201, "text/plain", "made"),
        ('{"body": {"a": 1}}', 200, "application/json", '{"a":1}'),
    ],
)
def test_a_returned_text_is_a_response_when_it_reads_as_one(
    host: RunningHost, said: str, status: int, content_type: str, body: str
):
    answer = host.get("/api/text", params={"say": said})

    assert (answer.status_code, answer.text) == (status, body)
    assert answer.headers["Content-Type"].startswith(content_type)
    assert answer.headers.get("X-A") == ("b" if "X-A" in said else None)


def test_a_response_object_is_sent_as_it_is(host: RunningHost):
    answer = host.get("/api/teapot")

    assert (answer.status_code, answer.content, answer.headers["X-Kind"]) == (418, b"\x00\xff", "pot")
    assert answer.headers["Content-Type"].startswith("image/x-pot")


def test_a_failing_function_is_a_500_without_a_word_and_its_reason_is_in_the_log(host: RunningHost):
    answer = host.get("/api/fails")

    assert (answer.status_code, answer.content) == (500, b"")
    assert "ValueError: the secret reason" in host.said


def test_returning_nothing_is_a_500(host: RunningHost):
    assert host.get("/api/nothing").status_code == 500


def test_blocking_code_stalls_neither_the_host_nor_other_functions(host: RunningHost):
    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(host.get, "/api/block")
        time.sleep(0.3)
        assert host.get("/api/echo").ok
        assert not blocked.done()
        assert blocked.result().json() == "done"


def test_a_function_past_the_timeout_ends_and_the_host_serves_on(host: RunningHost):
    assert host.get("/api/stall?seconds=30").status_code == 500

    assert "FunctionTimeoutException: stall timed out" in host.said
    assert eventually(lambda: host.get("/api/echo").ok, "the fresh worker answered")


def test_the_admin_endpoint_runs_functions_for_the_master_only(host: RunningHost):
    body = json.dumps({"input": "x"})
    key = {"x-functions-key": MASTER}

    assert host.post("/admin/functions/echo", data=body).status_code == 401
    assert host.post("/admin/functions/none", data=body, headers=key).status_code == 404
    assert host.post("/admin/functions/echo", headers=key).status_code == 400
    assert host.post("/admin/functions/ECHO", data=body, headers=key).status_code == 202
    assert host.get("/admin/host/status", headers=key).json()["state"] == "Running"
    assert host.get("/admin/host/status").status_code == 401

"""HTTP functions as they are served: precedence, methods, keys, what the function is given, and what is answered."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.devhost.host.running_host import MASTER, RunningHost, write_app

pytestmark = pytest.mark.xdist_group("devhost-http")  # one host for them all

APP = """
@app.route(route="items/{id}", methods=["GET"])
def get_item(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("item " + req.route_params["id"])

@app.route(route="items/special", methods=["GET"])
def list_special(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never served")

@app.route(route="numbers/{id:int}", methods=["GET"])
def get_number(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("number " + req.route_params["id"])

@app.route(route="numbers/special", methods=["GET"])
def list_special_numbers(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("special")

@app.route(route="numbers/{name}", methods=["POST"])
def a_post(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("posted " + req.route_params["name"])

@app.route(route="declared", methods=["GET", "HEAD", "OPTIONS"])
def declared(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("declared", headers={"X-Method": req.method})

@app.route(route="function_level", auth_level=func.AuthLevel.FUNCTION)
def function_level(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("opened")

@app.route(route="master/only", auth_level=func.AuthLevel.ADMIN)
def needs_master(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("opened")

@app.route(route="switched_off")
def switched_off(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("never served")

@app.route(route="echo/{word?}")
def echo(req: func.HttpRequest) -> func.HttpResponse:
    found = {"method": req.method, "url": req.url, "headers": dict(req.headers), "params": dict(req.params),
             "route": dict(req.route_params), "body": req.get_body().decode()}
    return func.HttpResponse(json.dumps(found), mimetype="application/json")

@app.route(route="say")
def say(req: func.HttpRequest) -> str:
    return req.get_body().decode()

@app.route(route="nothing")
def nothing(req: func.HttpRequest) -> func.HttpResponse:
    return None

@app.route(route="broken")
def broken(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("a secret reason")

@app.route(route="whole")
def whole(req: func.HttpRequest) -> func.HttpResponse:
    headers = {"X-Two": "2", "Content-Length": "99", "Content-Type": "text/csv"}
    return func.HttpResponse(b"a,b", status_code=418, headers=headers)
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    folder = tmp_path_factory.mktemp("http")
    app = write_app(folder / "app", APP, {"version": "2.0", "extensions": {"http": {"routePrefix": "v1"}}})
    running = RunningHost(app, folder / "state", **{"AzureWebJobs.switched_off.Disabled": "true"})
    yield running
    assert running.stop() == 0


def echoed(host: RunningHost, path: str = "", method: str = "POST", **options: Any) -> dict[str, Any]:
    answer = host.call(method, f"/v1/echo{path}", **options)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/v1/items/special", 200, "item special"),
        ("GET", "/v1/numbers/special", 200, "special"),
        ("GET", "/v1/numbers/7", 200, "number 7"),
        ("POST", "/v1/numbers/7", 200, "posted 7"),
        ("POST", "/v1/numbers/two%0Alines", 200, "posted two\nlines"),
        ("GET", "/v1/numbers/other", 404, ""),
        ("DELETE", "/v1/items/7", 404, ""),
        ("POST", "/v1/items/7", 404, ""),
        ("HEAD", "/v1/items/7", 404, ""),
        ("OPTIONS", "/v1/items/7", 404, ""),
        ("HEAD", "/v1/declared", 200, ""),
        ("OPTIONS", "/v1/declared", 200, "declared"),
        ("POST", "/v1/declared", 404, ""),
        ("GET", "/v1/switched_off", 404, ""),
        ("GET", "/items/7", 404, ""),
        ("GET", "/v1/unknown", 404, ""),
        ("GET", "/admin/unknown", 404, ""),
        ("GET", "/runtime/unknown", 404, ""),
    ],
)
def test_a_request_goes_to_the_first_function_by_name_that_takes_it(
    host: RunningHost, method: str, path: str, status: int, text: str
) -> None:
    answer = host.call(method, path)
    assert (answer.status_code, answer.text) == (status, text)


def test_head_is_served_by_the_function_that_declares_it(host: RunningHost) -> None:
    assert host.call("HEAD", "/v1/declared").headers["X-Method"] == "HEAD"


@pytest.mark.parametrize(
    ("path", "key", "status"),
    [
        ("function_level", None, 401),
        ("function_level", "wrong", 401),
        ("function_level", "of another function", 401),
        ("function_level", "its own", 200),
        ("function_level", "the host's", 200),
        ("function_level", "the master", 200),
        ("master/only", None, 401),
        ("master/only", "its own", 401),
        ("master/only", "the host's", 401),
        ("master/only", "the master", 200),
        ("unknown", "wrong", 404),
        ("items/7", "wrong", 200),
    ],
)
@pytest.mark.parametrize("carried", ["header", "query"])
def test_a_key_opens_what_it_may(host: RunningHost, path: str, key: str | None, status: int, carried: str) -> None:
    keys = host.keys()
    name = "function_level" if path == "function_level" else "needs_master"
    known = {
        "its own": keys["functions"][name],
        "of another function": keys["functions"]["echo"],
        "the host's": keys["host"],
        "the master": MASTER,
    }
    given = known.get(key or "", key)
    where = {"headers": {"x-functions-key": given}} if carried == "header" else {"params": {"code": given}}
    answer = host.get(f"/v1/{path}", **where if given else {})
    assert answer.status_code == status
    assert (answer.content == b"") is (status != 200)


def test_the_header_goes_before_the_query(host: RunningHost) -> None:
    wrong = {"x-functions-key": "wrong"}
    assert host.get(f"/v1/function_level?code={MASTER}", headers=wrong).status_code == 401


def test_a_function_is_told_the_whole_request(host: RunningHost) -> None:
    found = echoed(host, "/a%20word?x=1", method="PUT", data="ä body".encode(), headers={"X-MiXed": "Kept As It Is"})
    assert found["method"] == "PUT"
    assert found["url"] == f"{host.url}/v1/echo/a%20word?x=1"
    assert found["route"] == {"word": "a word"}
    assert found["body"] == "ä body"
    assert found["headers"]["x-mixed"] == "Kept As It Is"
    assert all(name == name.lower() for name in found["headers"])


@pytest.mark.parametrize(
    ("query", "params"),
    [
        ("?a=&b=2", {"b": "2"}),
        ("?a", {}),
        ("?a=1&a=2&b=3", {"a": "1,2", "b": "3"}),
        ("?a=1&A=2", {"a": "1,2"}),
        ("?a=x%2By%26z", {"a": "x+y&z"}),
    ],
)
def test_a_query_arrives_joined_and_without_what_is_empty(
    host: RunningHost, query: str, params: dict[str, str]
) -> None:
    assert echoed(host, query)["params"] == params


def test_an_absent_route_parameter_is_not_told(host: RunningHost) -> None:
    assert echoed(host)["route"] == {}


def test_headers_given_twice_are_joined(host: RunningHost) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    connection.putrequest("GET", "/v1/echo")
    connection.putheader("X-Twice", "one")
    connection.putheader("x-twice", "two")
    connection.endheaders()
    assert json.loads(connection.getresponse().read())["headers"]["x-twice"] == "one,two"
    connection.close()


def test_a_chunked_body_arrives_empty(host: RunningHost) -> None:
    assert echoed(host, data=iter([b"never ", b"seen"]))["body"] == ""
    assert echoed(host, data=b"seen")["body"] == "seen"


def test_a_body_beyond_the_limit_is_refused_unread(host: RunningHost) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=10)
    connection.putrequest("POST", "/v1/echo")
    connection.putheader("Content-Length", str(104_857_600 + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


JSON, TEXT = "application/json; charset=utf-8", "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("said", "status", "content_type", "text"),
    [
        ("plain words", 200, TEXT, "plain words"),
        ("", 204, None, ""),
        ("null", 204, None, ""),
        ('{ "a" :  1 }', 200, JSON, '{"a":1}'),
        ("[1, 2]", 200, JSON, "[1,2]"),
        ("42", 200, JSON, "42"),
        ('"quoted"', 200, TEXT, "quoted"),
        ('{"body": "made", "status": 201}', 201, TEXT, "made"),
        ('{"Body": {"b": 1}, "statusCode": "202"}', 202, JSON, '{"b":1}'),
        ('{"body": null, "status": 200}', 204, None, ""),
        ('{"body": "x", "status": "many"}', 500, None, ""),
    ],
)
def test_a_text_that_parses_as_json_is_read_as_json(
    host: RunningHost, said: str, status: int, content_type: str | None, text: str
) -> None:
    answer = host.post("/v1/say", data=said.encode())
    assert (answer.status_code, answer.text) == (status, text)
    if content_type:
        assert answer.headers["Content-Type"] == content_type


def test_an_object_with_a_body_sets_headers(host: RunningHost) -> None:
    said = {"body": "x", "headers": {"X-Made": "by text", "Content-Type": "text/html"}}
    answer = host.post("/v1/say", json=said)
    assert (answer.headers["X-Made"], answer.headers["Content-Type"]) == ("by text", "text/html")


def test_a_response_object_is_answered_as_it_is(host: RunningHost) -> None:
    answer = host.get("/v1/whole")
    assert (answer.status_code, answer.content) == (418, b"a,b")
    assert (answer.headers["X-Two"], answer.headers["Content-Type"]) == ("2", "text/csv")
    assert answer.headers["Content-Length"] == "3"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("broken", "the function broken failed: ValueError: a secret reason"),
        ("nothing", "the function nothing"),
    ],
)
def test_what_fails_is_an_empty_500_and_a_line_in_the_log(host: RunningHost, path: str, logged: str) -> None:
    answer = host.get(f"/v1/{path}")
    assert (answer.status_code, answer.content) == (500, b"")
    assert logged in host.said


def test_the_root_says_that_the_app_is_up(host: RunningHost) -> None:
    answer = host.get("/")
    assert (answer.status_code, answer.text) == (200, "Your Functions app is up and running.\n")

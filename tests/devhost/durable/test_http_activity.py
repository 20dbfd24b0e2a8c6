"""`call_http` against a real server on this machine."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import pytest
from aiohttp import web

from devhost.http_activity import call_http
from tests.devhost.durable.hub import App, Hub, run_hub

Context = df.DurableOrchestrationContext


async def _echo(request: web.Request) -> web.Response:
    body = {"method": request.method, "body": await request.text(), "token": request.headers.get("x-token")}
    response = web.json_response(body, status=201)
    response.headers.add("x-twice", "1")
    response.headers.add("x-twice", "2")
    return response


@asynccontextmanager
async def _server(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> Any:
    app = web.Application()
    app.router.add_route("*", "/", handler)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.fixture
def app() -> App:
    """An app that calls what its input names."""
    app = App()

    @app.orchestrator
    def calls(context: Context) -> Generator[Any, Any, Any]:
        asked = context.get_input()
        try:
            return (yield context.call_http(asked["method"], asked["uri"], asked.get("content"), asked.get("headers")))
        except Exception as error:  # noqa: BLE001 (the SDK raises Exception itself)
            return str(error)

    return app


def test_a_call_answers_status_headers_and_content(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[str, Any]:
        async with _server(_echo) as uri:
            asked = {"method": "POST", "uri": uri, "content": {"a": 1}, "headers": {"x-token": "t"}}
            return await hub.outcome(hub.start("calls", asked))

    status, found = run_hub(tmp_path, app, scenario)
    assert status == "Completed"
    assert found["statusCode"] == 201
    assert found["content"] == '{"method": "POST", "body": "{\\"a\\": 1}", "token": "t"}'
    assert found["headers"]["Content-Type"] == "application/json; charset=utf-8"
    assert found["headers"]["x-twice"] == ["1", "2"]


def test_an_error_status_is_an_answer_and_no_failure(app: App, tmp_path: Path) -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=503, text="later")

    async def scenario(hub: Hub) -> tuple[str, Any]:
        async with _server(refuse) as uri:
            return await hub.outcome(hub.start("calls", {"method": "GET", "uri": uri}))

    _, found = run_hub(tmp_path, app, scenario)
    assert (found["statusCode"], found["content"]) == (503, "later")


def test_a_server_that_is_not_there_fails_the_call(app: App, tmp_path: Path) -> None:
    async def scenario(hub: Hub) -> tuple[str, Any]:
        async with _server(_echo) as uri:
            gone = uri
        return await hub.outcome(hub.start("calls", {"method": "GET", "uri": gone}))

    _, text = run_hub(tmp_path, app, scenario)
    assert text.startswith("Activity function 'BuiltIn::HttpActivity' failed:  ClientConnectorError: ")


def test_a_managed_identity_s_token_is_refused_in_words() -> None:
    request = '{"method": "GET", "uri": "http://127.0.0.1:1/", "tokenSource": {"resource": "r"}}'
    answer = asyncio.run(call_http(request))
    assert not answer.ok
    assert answer.error == "NotSupportedException: there is no managed identity on this machine"

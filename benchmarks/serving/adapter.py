"""The app's HTTP functions behind an ASGI server, as its peer is: `uvicorn benchmarks.serving.adapter:app`.

A request becomes what the Functions worker hands to a handler, the handler runs in the server's thread pool as a plain
`def` of the peer does, and its answer is sent as it is. The Functions host and its worker are in no figure.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterator

import azure.functions as func
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import function_app
from shared.web import freshness
from shared.web.kept_answers import KeptAnswers

_CATCH_ALL = re.compile(r"\{\*(\w+)\}")
_DETAILS = re.compile(r"\{(\w+)[:?=][^}]*\}")
Handler = Callable[[func.HttpRequest], func.HttpResponse]


def find_routes() -> Iterator[Route]:
    """A route per HTTP function that needs no durable client; what would take any path comes last."""
    found = []
    for function in function_app.app.get_functions():
        trigger, handler = function.get_trigger(), function.get_user_function()
        if trigger.type == "httpTrigger" and not inspect.iscoroutinefunction(handler):
            path = _DETAILS.sub(r"{\1}", _CATCH_ALL.sub(r"{\1}", trigger.route))
            whole = path if path == trigger.route else _CATCH_ALL.sub(r"{\1:path}", trigger.route)
            methods = trigger.get_dict_repr().get("methods")
            found.append(Route(f"/{whole}", _answering(handler), methods=methods))
    yield from sorted(found, key=lambda route: ":path}" in route.path)


def _answering(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        call = func.HttpRequest(
            method=request.method,
            url=str(request.url),
            headers=dict(request.headers),
            params=dict(request.query_params),
            route_params=dict(request.path_params),
            body=await request.body(),
        )
        found = await run_in_threadpool(handler, call)
        headers = {"content-type": found.mimetype, **{name.lower(): value for name, value in found.headers.items()}}
        return Response(found.get_body(), found.status_code, headers)

    return answer


# Every call is read anew: what an answer from memory is worth has a case of its own.
freshness.KEPT = KeptAnswers(max_answer_bytes=-1)
app = Starlette(routes=list(find_routes()))

"""An HTTP function as a span: under the host's own, or the caller's `traceparent`; joined to the correlation id."""

from collections.abc import Awaitable, Callable

import azure.functions as func

from shared import telemetry
from shared.telemetry import SpanKind
from shared.telemetry.business import count_refused_call
from shared.telemetry.functions import invocation_parent
from shared.telemetry.trace_context import read_traceparent
from shared.web.correlation import HEADER

TURNED_AWAY = {401, 403, 429}
OUR_FAULT = 500


def observed_answer(
    request: func.HttpRequest, function: str, path: str, context: object, serve: Callable[[], func.HttpResponse]
) -> func.HttpResponse:
    """What `serve` answers, and a span of it where telemetry is on."""
    if not telemetry.is_on():
        return serve()
    with _begin(request, function, path, context) as span:
        return _tell(span, serve())


async def observed_answer_async(
    request: func.HttpRequest,
    function: str,
    path: str,
    context: object,
    serve: Callable[[], Awaitable[func.HttpResponse]],
) -> func.HttpResponse:
    """As `observed_answer`, where serving waits."""
    if not telemetry.is_on():
        return await serve()
    with _begin(request, function, path, context) as span:
        return _tell(span, await serve())


def _begin(request: func.HttpRequest, function: str, path: str, context: object) -> telemetry.AnySpan:
    method = request.method.upper()
    parent = invocation_parent(context) or read_traceparent(request.headers.get("traceparent"))
    told: dict[str, str | int | float | bool] = {"function": function, "http.method": method, "http.route": path}
    return telemetry.span(f"{method} {path}", SpanKind.SERVER, told, parent=parent)


def _tell(span: telemetry.AnySpan, answer: func.HttpResponse) -> func.HttpResponse:
    span.set("http.status_code", answer.status_code)
    span.set("correlation_id", answer.headers.get(HEADER, ""))
    if answer.status_code in TURNED_AWAY:
        count_refused_call(answer.status_code)
    if answer.status_code >= OUR_FAULT:
        span.fail()
    return answer

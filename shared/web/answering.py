"""From whatever serving a request comes to, to its answer: errors as problems, and the headers every answer has."""

from collections.abc import Awaitable, Callable, Mapping

import azure.functions as func

from shared.domain.media_types import JSON
from shared.web.accept import require_acceptable
from shared.web.compression import compress_answer
from shared.web.correlation import HEADER, correlated
from shared.web.problems import as_platform_error, problem

MIN_ERROR_STATUS = 400
UNLESS_SAID = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer says to a browser: keep nothing, run nothing, frame nothing, guess no type, come by HTTPS."""
Told = dict[str, str]
"""Headers that the answer is to have, whether it goes well or not; filled while the request is served."""


def answer_request(request: func.HttpRequest, serve: Callable[[Told], func.HttpResponse]) -> func.HttpResponse:
    """The answer of `serve`, or the problem it met, under the request's correlation id."""
    told: Told = {}
    with correlated(request.headers.get(HEADER)) as correlation_id:
        try:
            _refuse_early(request)
            answer = _checked(request, serve(told))
        except Exception as error:  # noqa: BLE001 (the one place where every error becomes an answer)
            answer = problem(as_platform_error(error), request.url)
        return _finish(request, answer, {**told, HEADER: correlation_id})


async def answer_request_async(
    request: func.HttpRequest, serve: Callable[[Told], Awaitable[func.HttpResponse]]
) -> func.HttpResponse:
    """As `answer_request`, where serving waits."""
    told: Told = {}
    with correlated(request.headers.get(HEADER)) as correlation_id:
        try:
            _refuse_early(request)
            answer = _checked(request, await serve(told))
        except Exception as error:  # noqa: BLE001 (as in answer_request)
            answer = problem(as_platform_error(error), request.url)
        return _finish(request, answer, {**told, HEADER: correlation_id})


def _refuse_early(request: func.HttpRequest) -> None:
    """A write whose answer could not be read is refused before it has an effect."""
    if request.method.upper() not in {"GET", "HEAD", "OPTIONS"}:
        require_acceptable(request.headers.get("accept"), JSON)


def _checked(request: func.HttpRequest, answer: func.HttpResponse) -> func.HttpResponse:
    """A read's answer, which the caller must be able to read; who names a `format` has said what is wanted."""
    is_read = request.method.upper() == "GET" and "format" not in request.params
    if is_read and answer.status_code < MIN_ERROR_STATUS and answer.get_body():
        require_acceptable(request.headers.get("accept"), answer.mimetype.partition(";")[0].strip())
    return answer


def _finish(request: func.HttpRequest, answer: func.HttpResponse, headers: Mapping[str, str]) -> func.HttpResponse:
    answer = compress_answer(request, answer)
    said = {name.lower() for name, _ in answer.headers.items()}
    for name, value in (*UNLESS_SAID.items(), *headers.items()):
        if name.lower() not in said:
            answer.headers.add(name, value)
    return answer

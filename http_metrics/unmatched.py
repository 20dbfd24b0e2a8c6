"""What no other function serves: a problem that says so, with `Allow` where the address exists for other methods.

The host tries functions in the order of their names, so this one's begins with the last verb there is.
"""

import re
from functools import lru_cache
from http import HTTPStatus

import azure.functions as func

from shared.domain.errors import NotFound, PlatformError
from shared.web.answering import answer_request
from shared.web.function_index import served_routes
from shared.web.problems import problem

blueprint = func.Blueprint()
_PARAMETER = re.compile(r"\\\{\w+\\\}")


@blueprint.function_name("yield_unmatched")
@blueprint.route(route="{*path}", auth_level=func.AuthLevel.ANONYMOUS)
def yield_unmatched(req: func.HttpRequest) -> func.HttpResponse:
    """404 for an address nothing is at, 405 for another method than those of the address, 204 for OPTIONS."""
    return answer_request(req, lambda _told: _answer(req))


def _answer(request: func.HttpRequest) -> func.HttpResponse:
    path = request.route_params.get("path", "")
    allowed = allowed_methods(path)
    if not allowed:
        raise NotFound(f"Nothing is at /{path}; the routes are listed in the documentation.")
    allow = {"Allow": ", ".join(sorted({*allowed, "OPTIONS"}))}
    if request.method.upper() == "OPTIONS":
        return func.HttpResponse(status_code=HTTPStatus.NO_CONTENT.value, headers=allow)
    refused = PlatformError(
        f"/{path} does not serve {request.method.upper()}, but {', '.join(sorted(allowed))}.", code="method_not_allowed"
    )
    answer = problem(refused, request.url)
    answer.headers.update(allow)
    return answer


def allowed_methods(path: str) -> set[str]:
    """The methods that an address is served for."""
    return {method for method, pattern in _patterns() if pattern.fullmatch(path)}


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every route's method and what its address looks like."""
    return [
        (method, re.compile(_PARAMETER.sub("[^/]+", re.escape(path)), re.IGNORECASE))
        for method, path in served_routes()
    ]

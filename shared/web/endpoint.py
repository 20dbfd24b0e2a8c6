"""How a handler becomes an HTTP function: authentication, permission, problems; the same for every route.

A route states its permission or that it is open to all; there is no third way.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, cast

import azure.functions as func

from shared.auth.tokens import authenticate
from shared.clock import utc_now
from shared.domain.errors import NotAllowed
from shared.domain.permissions import Permission, Principal
from shared.web.answering import answer_request, answer_request_async
from shared.web.correlation import install_record_factory
from shared.web.request import ApiRequest

Handler = Callable[[ApiRequest], func.HttpResponse]
Starter = Callable[[ApiRequest, Any], Awaitable[func.HttpResponse]]
"""A handler that is given the durable client too."""
OPEN_TO_ALL = None
"""In place of a permission: no token is asked for. Health and documentation only."""
NOBODY = Principal("", "anonymous", frozenset())


@dataclass(frozen=True, slots=True)
class Route:
    """One registered route, for documentation and for the check that every route names its permission."""

    function: str
    method: str
    path: str
    permission: Permission | None
    meaning: str


ROUTES: dict[str, Route] = {}
install_record_factory()


def endpoint(
    blueprint: Any,  # noqa: ANN401 (azure's Blueprint and its durable subclass share no typed base)
    method: str,
    path: str,
    permission: Permission | None,
) -> Callable[[Handler], Any]:
    """Register the handler below as the HTTP function of its own name, for one method and path."""

    def register(handler: Handler | Starter) -> Any:  # noqa: ANN401 (what azure's decorators answer)
        name = handler.__name__
        ROUTES[name] = Route(name, method, path, permission, inspect.cleandoc(handler.__doc__ or ""))
        guarded = (
            _guarded_starter(cast("Starter", handler), permission)
            if inspect.iscoroutinefunction(handler)
            else _guarded(cast("Handler", handler), permission)
        )
        routed = blueprint.route(route=path, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)(guarded)
        return blueprint.function_name(name)(routed)

    return register


def _admit(request: func.HttpRequest, permission: Permission | None) -> ApiRequest:
    if permission is None:
        return ApiRequest(request, NOBODY)
    principal = authenticate(request.headers.get("authorization"), utc_now())
    if permission not in principal.permissions:
        held = ", ".join(sorted(principal.roles)) or "none that this platform knows"
        raise NotAllowed(f"This needs the permission to {permission.value}; your roles: {held}.")
    return ApiRequest(request, principal.acting_for(permission))


def _guarded(handler: Handler, permission: Permission | None) -> Callable[..., func.HttpResponse]:
    def answer(req: func.HttpRequest) -> func.HttpResponse:
        return answer_request(req, lambda: handler(_admit(req, permission)))

    return _named(answer, handler)


def _guarded_starter(handler: Starter, permission: Permission | None) -> Callable[..., Awaitable[func.HttpResponse]]:
    async def answer(req: func.HttpRequest, client: Any) -> func.HttpResponse:  # noqa: ANN401 (the durable client)
        async def serve() -> func.HttpResponse:
            return await handler(_admit(req, permission), client)

        return await answer_request_async(req, serve)

    return _named(answer, handler)


def _named(answer: Callable[..., Any], handler: Handler | Starter) -> Callable[..., Any]:
    """The wrapper under the handler's name; the worker binds by the wrapper's own parameter names."""
    answer.__name__ = answer.__qualname__ = handler.__name__
    answer.__doc__, answer.__module__ = handler.__doc__, handler.__module__
    return answer

"""How a handler becomes an HTTP function: authentication, quota, permission, problems; the same for every route.

A route states its permission or that it is open to all; there is no third way.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import azure.functions as func

from shared.auth.tokens import authenticate
from shared.clock import utc_now
from shared.data.origins import acting
from shared.data.reading import one_reader
from shared.domain.errors import NotAllowed, PlatformError
from shared.domain.permissions import Permission, Principal
from shared.web.answering import Told, answer_request, answer_request_async
from shared.web.correlation import install_record_factory
from shared.web.function_index import import_rooms
from shared.web.limits import Charge, Classify, classify_by_method
from shared.web.observing import observed_answer, observed_answer_async
from shared.web.recording import origin_of, record_denial
from shared.web.request import ApiRequest

Handler = Callable[[ApiRequest], func.HttpResponse]
Starter = Callable[[ApiRequest, Any], Awaitable[func.HttpResponse]]
"""A handler that is given the durable client too."""
OPEN_TO_ALL = None
"""In place of a permission: no token is asked for. Health and documentation only."""
NOBODY = Principal("", "anonymous", frozenset())
NO_CONTEXT: Any = None
"""Where a function is called by something else than the worker, which gives every invocation its context."""


@dataclass(frozen=True, slots=True)
class Route:
    """One registered route, for documentation and for the check that every route names its permission."""

    function: str
    method: str
    path: str
    permission: Permission | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a call of one function has to pass."""

    function: str
    path: str
    permission: Permission | None
    limited_as: Classify


ROUTES: dict[str, Route] = {}
"""Those of the rooms that are imported; `all_routes` imports them all."""
install_record_factory()


def endpoint(
    blueprint: Any,
    method: str,
    path: str,
    permission: Permission | None,
    limited_as: Classify = classify_by_method,
) -> Callable[[Handler], Any]:
    """Register the handler below as the HTTP function of its own name, for one method and path.

    `limited_as` says against which of the principal's quotas a call counts.
    """

    def register(handler: Handler | Starter) -> Any:
        name = handler.__name__
        ROUTES[name] = Route(name, method, path, permission, inspect.cleandoc(handler.__doc__ or ""))
        rules = Rules(name, path, permission, limited_as)
        guarded = (
            _guarded_starter(cast("Starter", handler), rules)
            if inspect.iscoroutinefunction(handler)
            else _guarded(cast("Handler", handler), rules)
        )
        routed = blueprint.route(route=path, methods=[method], auth_level=func.AuthLevel.ANONYMOUS)(guarded)
        return blueprint.function_name(name)(routed)

    return register


def all_routes() -> Mapping[str, Route]:
    """Every route of the app, by its function's name."""
    import_rooms()
    return ROUTES


def _admit(request: func.HttpRequest, rules: Rules, told: Told) -> tuple[ApiRequest, Charge]:
    """The call with its bearer, and how it counts against the bearer's quota."""
    bearer = authenticate(request.headers.get("authorization"), utc_now())
    charge = Charge(bearer, rules.limited_as(request), told)
    charge.levy(request)
    return ApiRequest(request, bearer, charge), charge


def _require(request: ApiRequest, permission: Permission) -> ApiRequest:
    """The call in those of its bearer's roles that carry the permission."""
    bearer = request.bearer
    if permission not in bearer.permissions:
        held = ", ".join(sorted(bearer.roles)) or "none that this platform knows"
        raise NotAllowed(f"This needs the permission to {permission.value}; your roles: {held}.")
    acting_for = bearer.acting_for(permission)
    return request if acting_for is bearer else replace(request, bearer=acting_for)


def _guarded(handler: Handler, rules: Rules) -> Callable[..., func.HttpResponse]:
    def serve(req: func.HttpRequest, told: Told) -> func.HttpResponse:
        if rules.permission is None:
            return handler(ApiRequest(req, NOBODY))
        with one_reader():
            request, charge = _admit(req, rules, told)
            with acting(origin_of(req, rules.function)):
                try:
                    with charge:
                        request = _require(request, rules.permission)
                        return handler(request)
                except PlatformError as error:
                    record_denial(request, error)
                    raise

    def answer(req: func.HttpRequest, context: func.Context = NO_CONTEXT) -> func.HttpResponse:
        return observed_answer(
            req, rules.function, rules.path, context, lambda: answer_request(req, lambda told: serve(req, told))
        )

    return _named(answer, handler)


def _guarded_starter(handler: Starter, rules: Rules) -> Callable[..., Awaitable[func.HttpResponse]]:
    async def serve(req: func.HttpRequest, client: Any, told: Told) -> func.HttpResponse:
        if rules.permission is None:
            return await handler(ApiRequest(req, NOBODY), client)
        request, _ = await asyncio.to_thread(_admit, req, rules, told)  # where no reader waits, it is counted at once
        with acting(origin_of(req, rules.function)):
            try:
                request = _require(request, rules.permission)
                return await handler(request, client)
            except PlatformError as error:
                await asyncio.to_thread(record_denial, request, error)
                raise

    async def answer(req: func.HttpRequest, client: Any, context: func.Context = NO_CONTEXT) -> func.HttpResponse:
        return await observed_answer_async(
            req,
            rules.function,
            rules.path,
            context,
            lambda: answer_request_async(req, lambda told: serve(req, client, told)),
        )

    return _named(answer, handler)


def _named(answer: Callable[..., Any], handler: Handler | Starter) -> Callable[..., Any]:
    """The wrapper under the handler's name; the worker binds by the wrapper's own parameter names."""
    answer.__name__ = answer.__qualname__ = handler.__name__
    answer.__doc__, answer.__module__ = handler.__doc__, handler.__module__
    return answer

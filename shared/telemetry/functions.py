"""How functions become spans: timers, blob triggers, activities, orchestrations.

The worker passes an invocation's context to whatever function has a parameter `context`; its `trace_context` is the
host's own request, under which the function's span is put. What an orchestration causes carries its own
`traceparent` in the payload, and that goes before: a whole import is one operation, whoever runs which part of it.
"""

import inspect
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from shared import telemetry
from shared.telemetry.trace_context import Parent, read_traceparent, span_id_of, write_traceparent

CARRIED = "traceparent"
"""Under which name a payload carries it."""

Steps = Generator[Any, Any, Any]


def invocation_parent(context: Any) -> Parent | None:
    """The host's span of this invocation; None where the host tells of none."""
    traced = getattr(context, "trace_context", None)
    return read_traceparent(getattr(traced, "trace_parent", None))


def observe(name: str, payload: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let the function below be a span of that name; it is given the invocation's context besides.

    Args:
        name: The function's name.
        payload: Its parameter that may carry a `traceparent`, of an activity.
    """

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        def begin(context: Any, given: Mapping[str, Any]) -> Any:
            parent = _carried(given.get(payload)) or invocation_parent(context)
            return telemetry.span(name, parent=parent)

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def observed_async(*args: Any, context: Any = None, **given: Any) -> Any:
                with begin(context, given):
                    return await function(*args, **given)

            return _taking_context(observed_async, function)

        @wraps(function)
        def observed(*args: Any, context: Any = None, **given: Any) -> Any:
            with begin(context, given):
                return function(*args, **given)

        return _taking_context(observed, function)

    return wrap


def _taking_context(observed: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """The wrapper with the function's own parameters and, for the worker to see, `context`."""
    stated = inspect.signature(function)
    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, default=None)
    observed.__signature__ = stated.replace(parameters=[*stated.parameters.values(), context])  # type: ignore[attr-defined]  # what inspect looks for first
    return observed


def _carried(payload: Any) -> Parent | None:
    return read_traceparent(payload.get(CARRIED)) if isinstance(payload, Mapping) else None


def orchestration_traceparent(started_by: str | None, instance_id: str) -> str | None:
    """What an orchestration's steps are told, from what it was told itself; the same in every replay."""
    parent = read_traceparent(started_by)
    return None if parent is None else write_traceparent(Parent(parent.trace_id, span_id_of(instance_id)))


def observe_orchestration(
    name: str, told: Callable[[Any], str | None]
) -> Callable[[Callable[[Any], Steps]], Callable[[Any], Steps]]:
    """Let the orchestration below be one span, however often it is replayed.

    Its id and its times come from the history, and it is handed over when the last step ends for the first time.

    Args:
        name: The orchestration's name.
        told: Takes the `traceparent` out of its input; without one it is no span.
    """

    def wrap(orchestrator: Callable[[Any], Steps]) -> Callable[[Any], Steps]:
        @wraps(orchestrator)
        def observed(context: Any) -> Steps:
            began, parent = context.current_utc_datetime, read_traceparent(told(context.get_input()))
            try:
                answer = yield from orchestrator(context)
            except Exception:
                _end_orchestration(name, context, parent, began, is_ok=False)
                raise
            _end_orchestration(name, context, parent, began, is_ok=True)
            return answer

        return observed

    return wrap


def _end_orchestration(name: str, context: Any, parent: Parent | None, began: datetime, *, is_ok: bool) -> None:
    if parent is not None and not context.is_replaying:
        span_id, ended = span_id_of(context.instance_id), context.current_utc_datetime
        telemetry.record_span(name, parent, span_id, _ns(began), _ns(ended), is_ok=is_ok)


def _ns(instant: datetime) -> int:
    """Nanoseconds since 1970; the durable library's instants are UTC with or without saying so."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return int(aware.timestamp() * 1_000_000) * 1_000

"""Where an act comes from: the function of the app that runs, the call's correlation id and its client's address.

It lives in a context variable, so it follows `asyncio.to_thread` and never meets another call's; what is recorded of a
write names it without every use case carrying it along.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act comes from.

    Attributes:
        action: The name of the function that acts: of an HTTP route, a timer, an activity.
        correlation_id: Of the call; None: it is none.
        address: The client's, where it is known.
    """

    action: str
    correlation_id: str | None = None
    address: str | None = None


_NOBODY = Origin("run_service")
"""What no function of the app started: a person's script."""
_current: ContextVar[Origin] = ContextVar("origin", default=_NOBODY)


def current_origin() -> Origin:
    """Where what is done here comes from."""
    return _current.get()


@contextmanager
def acting(origin: Origin) -> Iterator[None]:
    """Let what is done in the block come from `origin`."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)

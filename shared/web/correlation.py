"""The correlation id of a request: taken from the caller or made, and in every log line written while it is served.

The id lives in a context variable, so it follows `asyncio.to_thread` and never meets another request's. The record
factory is the one place through which every logger's lines pass, whoever handles them; a filter on a logger would miss
those of its children.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from os import urandom
from typing import Any

HEADER = "X-Correlation-Id"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
_current: ContextVar[str | None] = ContextVar("correlation_id", default=None)


def correlation_id() -> str | None:
    """The id of the request that is being served here; None: none is."""
    return _current.get()


@contextmanager
def correlated(given: str | None) -> Iterator[str]:
    """Serve a request under the id it came with, or, where that is none that can be logged, under a new one."""
    token = _current.set(given if given and _SANE.fullmatch(given) else urandom(16).hex())
    try:
        yield _current.get() or ""
    finally:
        _current.reset(token)


def install_record_factory() -> None:
    """Let every log record carry the id, in its text and as `correlation_id`; installing it twice changes nothing."""
    inner = logging.getLogRecordFactory()
    if getattr(inner, "is_correlated", False):
        return

    def make_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = inner(*args, **kwargs)
        found = _current.get()
        record.correlation_id = found
        if found is not None:
            record.msg = f"{record.msg} [{found}]"
        return record

    make_record.is_correlated = True  # type: ignore[attr-defined]  # a mark on our own function
    logging.setLogRecordFactory(make_record)

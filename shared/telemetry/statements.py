"""Statements as spans: how long the database took for what kind of statement on which table; never its values.

A statement's text holds none, for every value is bound, but it is not sent either: its verb and its first table are,
and a digest by which the same statement is told from others.
"""

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Engine, event

from shared import telemetry
from shared.telemetry.records import SpanKind

SYSTEM = "postgresql"
_SPAN = "telemetry_span"
_VERB = r"\s*(\w+)"
_RELATION = r"\b(?:from|into|update|join)\s+\"?([a-z_][a-z0-9_]*)"
_FUNCTION = r"^\s*select\s+([a-z_][a-z0-9_]*)\("
_HOW = re.IGNORECASE | re.ASCII


def watch_statements(engine: Engine) -> None:
    """Let every statement of the engine that is run for a span be one itself; nothing where telemetry is off."""
    if telemetry.is_on():
        event.listen(engine, "before_cursor_execute", _begin)
        event.listen(engine, "after_cursor_execute", _end)
        event.listen(engine, "handle_error", _fail)


def statement_span(statement: str) -> telemetry.AnySpan:
    """What is told of a statement while it runs."""
    name, digest = name_statement(statement)
    return telemetry.span(name, SpanKind.CLIENT, {"statement": digest}, system=SYSTEM, target="portfolio")


@lru_cache(maxsize=512)
def name_statement(statement: str) -> tuple[str, str]:
    """A statement's name, `select companies`, and its digest."""
    verb = re.match(_VERB, statement, _HOW)
    found = re.search(_RELATION, statement, _HOW) or re.search(_FUNCTION, statement, _HOW)
    words = (verb[1].lower() if verb else "?", found[1].lower() if found else "")
    return " ".join(word for word in words if word), blake2b(statement.encode(), digest_size=4).hexdigest()


def _begin(_connection: Any, _cursor: Any, statement: str, _values: Any, context: Any, is_many: bool) -> None:
    began = statement_span(statement)
    if is_many:
        began.set("is_many", is_many)
    began.__enter__()
    if context is not None:
        setattr(context, _SPAN, began)


def _take_span(context: Any) -> Any:
    """The statement's span, once: an error of a later moment, in fetching, names the same context."""
    began = getattr(context, _SPAN, None)
    if began is not None:
        setattr(context, _SPAN, None)
    return began


def _end(_connection: Any, _cursor: Any, _statement: str, _values: Any, context: Any, _is_many: bool) -> None:
    began = _take_span(context)
    if began is not None:
        began.__exit__(None, None, None)


def _fail(failure: Any) -> None:
    began = _take_span(failure.execution_context)
    if began is not None:
        began.fail()
        began.__exit__(None, None, None)

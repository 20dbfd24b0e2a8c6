"""Spans: what is going on in this context, from its beginning to its record.

The current span lives in a context variable: it follows `asyncio.to_thread`, and calls side by side never meet.
"""

from contextvars import ContextVar, Token
from traceback import extract_tb
from types import TracebackType
from typing import Self

from shared.clock import stopwatch_ns, wall_ns
from shared.telemetry.pipeline import Pipeline
from shared.telemetry.records import Attribute, NoteRecord, Place, Severity, SpanKind, SpanRecord
from shared.telemetry.trace_context import Parent, is_kept, make_span_id, make_trace_id, write_traceparent

DEEPEST = 40
"""So many places of a stack are sent at most, the innermost."""


class Span:
    """Something that takes time; use it by `with`.

    An error that leaves the block marks it as failed, and is noted by kind and place where the span is the outermost
    of its process. What an error says stays here: it may hold what was sent.
    """

    __slots__ = (
        "_attributes", "_began", "_is_ok", "_is_outermost", "_kind", "_name", "_parent", "_pipeline", "_share",
        "_started", "_system", "_target", "_token", "is_kept", "span_id", "trace_id",
    )  # fmt: skip

    trace_id: str
    span_id: str

    def __init__(
        self,
        pipeline: Pipeline,
        share: float,
        name: str,
        kind: SpanKind,
        attributes: dict[str, Attribute],
        parent: Parent | None,
        system: str,
        target: str,
    ) -> None:
        around = _current.get()
        self._pipeline, self._share, self._name, self._kind = pipeline, share, name, kind
        self._attributes, self._system, self._target = attributes, system, target
        self._is_outermost = around is None
        self._parent = parent or (Parent(around.trace_id, around.span_id) if around is not None else None)
        self._is_ok = True
        self.trace_id = self._parent.trace_id if self._parent else make_trace_id()
        self.span_id = make_span_id()
        self.is_kept = is_kept(self.trace_id, share)

    def set(self, name: str, value: Attribute) -> None:
        """Say something more about it: names, counts and ids, never a value that was submitted."""
        self._attributes[name] = value

    def fail(self) -> None:
        """It did not go well, though no error leaves it."""
        self._is_ok = False

    @property
    def traceparent(self) -> str:
        """What a span that it causes elsewhere is told."""
        return write_traceparent(Parent(self.trace_id, self.span_id))

    def note(
        self, text: str, severity: Severity, attributes: dict[str, Attribute], error: BaseException | None = None
    ) -> None:
        """Put a note under it; what is no information is kept of every trace."""
        if self.is_kept or severity is not Severity.INFO:
            self._pipeline.put(make_note(text, severity, attributes, error, Parent(self.trace_id, self.span_id)))

    def __enter__(self) -> Self:
        self._token: Token[Span | None] = _current.set(self)
        self._started, self._began = wall_ns(), stopwatch_ns()
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        took = stopwatch_ns() - self._began
        _current.reset(self._token)
        if error is not None:
            self._is_ok = False
            if self._is_outermost:
                self.note(type(error).__name__, Severity.ERROR, {}, error)
        if self.is_kept or not self._is_ok:
            self._pipeline.put(self._record(took))

    def _record(self, took: int) -> SpanRecord:
        parent_id = self._parent.span_id if self._parent else ""
        share = self._share if self.is_kept else 1.0
        return SpanRecord(
            self._name, self._kind, self.trace_id, self.span_id, parent_id, self._started, took,
            self._attributes, self._is_ok, share, self._system, self._target,
        )  # fmt: skip


_current: ContextVar[Span | None] = ContextVar("telemetry_span", default=None)


def current_span() -> Span | None:
    """The span that is going on here."""
    return _current.get()


def make_note(
    text: str,
    severity: Severity,
    attributes: dict[str, Attribute],
    error: BaseException | None,
    parent: Parent | None,
) -> NoteRecord:
    """A note under a span, or under none."""
    trace_id, span_id = parent or ("", "")
    kind = type(error).__name__ if error is not None else ""
    return NoteRecord(text, severity, trace_id, span_id, wall_ns(), attributes, kind, _places_of(error))


def _places_of(error: BaseException | None) -> tuple[Place, ...]:
    if error is None or error.__traceback__ is None:
        return ()
    stack = extract_tb(error.__traceback__, limit=-DEEPEST)
    return tuple(Place(frame.filename, frame.lineno or 0, frame.name) for frame in stack)

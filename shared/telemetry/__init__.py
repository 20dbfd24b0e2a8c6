"""The app's own telemetry: spans, notes and measures, behind functions that know no vendor.

Off unless there is a connection string and the setting `TELEMETRY` names an adapter; then every function here is a
comparison and nothing else. Nothing of it is attached to Python's logging: log lines are the Functions host's, which
exports them already. Nothing that was submitted is ever given to it: no figure, no name of a company or a person.
"""

import logging
from typing import Self

from shared.telemetry import ending
from shared.telemetry.pipeline import Pipeline
from shared.telemetry.records import Attribute, Exporter, MeasureKind, Severity, SpanKind, SpanRecord
from shared.telemetry.spans import Span, current_span, make_note
from shared.telemetry.trace_context import Parent, is_kept

__all__ = [
    "AnySpan",
    "Severity",
    "SpanKind",
    "count",
    "current_traceparent",
    "flush",
    "flush_before_the_end",
    "forget_telemetry",
    "gauge",
    "is_on",
    "note",
    "record_duration",
    "record_span",
    "span",
]

PREFIX = "portfolio."
"""What every measure's name begins with."""


class _Way:
    """The process's pipeline, found when it is first needed; None: telemetry is off."""

    def __init__(self) -> None:
        self.is_found = False
        self.pipeline: Pipeline | None = None
        self.share = 1.0

    def find(self) -> Pipeline | None:
        if not self.is_found:
            self._find()
        return self.pipeline

    def _find(self) -> None:
        from shared.settings import get_telemetry_settings  # noqa: PLC0415 (the settings' own imports: cold start)

        self.is_found = True
        try:
            settings = get_telemetry_settings()
        except ValueError as error:
            _log.error("telemetry is off, a setting cannot be used: %s", error)
            return
        if settings.adapter is not None:
            self.share = settings.kept_share
            self.pipeline = Pipeline(_make_exporter)
            ending.flush_at_exit(flush)


class NoSpan:
    """A span where telemetry is off."""

    __slots__ = ()
    traceparent = None

    def set(self, name: str, value: Attribute) -> None:
        """Nothing."""

    def fail(self) -> None:
        """Nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None


_log = logging.getLogger(__name__)
_way = _Way()
_NOTHING = NoSpan()
AnySpan = Span | NoSpan


def is_on() -> bool:
    """Whether anything is sent."""
    return _way.find() is not None


def span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: dict[str, Attribute] | None = None,
    *,
    parent: Parent | None = None,
    system: str = "",
    target: str = "",
) -> AnySpan:
    """Something that takes time, for `with`; what a client asks belongs to a span that goes on, or is not told.

    Args:
        name: What it is, of few different words: a route, a step, a statement's kind; never a value.
        kind: What it is to this process.
        attributes: More about it, of the same sort.
        parent: What caused it elsewhere; without it, the span that goes on here.
        system: Of a client's span, what is asked.
        target: And which one.
    """
    pipeline = _way.find()
    if pipeline is None or (kind is SpanKind.CLIENT and current_span() is None):
        return _NOTHING
    return Span(pipeline, _way.share, name, kind, attributes or {}, parent, system, target)


def record_span(name: str, parent: Parent, span_id: str, started_ns: int, ended_ns: int, *, is_ok: bool) -> None:
    """A span of one's own work that is over and whose times are known; what is there is sent at once."""
    pipeline = _way.find()
    if pipeline is None:
        return
    if is_kept(parent.trace_id, _way.share) or not is_ok:
        took = max(ended_ns - started_ns, 0)
        pipeline.put(
            SpanRecord(
                name, SpanKind.INTERNAL, parent.trace_id, span_id, parent.span_id, started_ns, took, {}, is_ok,
                _way.share if is_ok else 1.0, "", "",
            )
        )  # fmt: skip
    pipeline.flush(0)


def note(
    text: str, severity: Severity = Severity.INFO, error: BaseException | None = None, **attributes: Attribute
) -> None:
    """A line about what happened, joined to the span that goes on; of an error its kind and place, not what it says."""
    pipeline = _way.find()
    if pipeline is None:
        return
    around = current_span()
    if around is not None:
        around.note(text, severity, attributes, error)
    else:
        pipeline.put(make_note(text, severity, attributes, error, None))


def count(name: str, amount: int = 1, **labels: Attribute) -> None:
    """Add to a counter; labels are of few different words. Never sampled."""
    _measure(name, MeasureKind.COUNTER, amount, labels)


def gauge(name: str, value: float, **labels: Attribute) -> None:
    """Say how a quantity stands now. Never sampled."""
    _measure(name, MeasureKind.GAUGE, value, labels)


def record_duration(name: str, seconds: float, **labels: Attribute) -> None:
    """Say how long something took. Never sampled."""
    _measure(name, MeasureKind.DURATION, seconds, labels)


def _measure(name: str, kind: MeasureKind, value: float, labels: dict[str, Attribute]) -> None:
    pipeline = _way.find()
    if pipeline is not None:
        pipeline.measure(PREFIX + name, kind, value, labels)


def current_traceparent() -> str | None:
    """What is to be handed on so that work elsewhere belongs to what goes on here; None: nothing does."""
    around = current_span()
    return None if around is None else around.traceparent


def flush(seconds: float) -> bool:
    """Send what is there, waiting so long at most; 0 begins it and does not wait. Answers whether all of it is sent."""
    pipeline = _way.pipeline
    return pipeline is None or pipeline.flush(seconds)


def flush_before_the_end() -> None:
    """See to it that a process which is asked to end sends what is there first; to be called on its main thread."""
    if is_on():
        ending.flush_at_sigterm(flush)


def forget_telemetry() -> None:
    """Send what is there and forget the way; the next use reads the settings anew."""
    from shared.settings import get_telemetry_settings  # noqa: PLC0415 (as in _find)

    flush(ending.PATIENCE)
    if _way.pipeline is not None:
        _way.pipeline.close()
        ending.forget_flush(flush)
    get_telemetry_settings.cache_clear()
    _way.is_found, _way.pipeline = False, None


def _make_exporter() -> Exporter:
    """The adapter that the settings name; called by the sending thread, so that nobody waits for its imports."""
    from shared.settings import TelemetryAdapter, get_telemetry_settings, quiet_exporters  # noqa: PLC0415 (as in _find)

    settings = get_telemetry_settings()
    quiet_exporters()
    if settings.adapter is TelemetryAdapter.OPENTELEMETRY:
        from shared.telemetry.open_telemetry import OpenTelemetryExporter  # noqa: PLC0415 (a second: cold start)

        return OpenTelemetryExporter(settings)
    from shared.telemetry.open_census import OpenCensusExporter  # noqa: PLC0415 (half a second: cold start)

    return OpenCensusExporter(settings)

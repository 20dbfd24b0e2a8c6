"""The adapter of OpenCensus: its Azure exporters put records into Application Insights' envelopes and send them.

Their own queues and threads are not used, nor their spooling to disk and their reports about themselves; what is
gathered under one call is one request to the collector. Faults of a library that nobody mends any more are mended here:
its log handler has no lock, which Python 3.13 needs; a request that is no HTTP's has no name; and a collector that
cannot be reached is told from one that refuses only while the library counts for its reports about itself.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from opencensus.ext.azure.common.protocol import Data, DataPoint, MetricData
from opencensus.ext.azure.common.transport import TransportStatusCode
from opencensus.ext.azure.log_exporter import AzureLogHandler
from opencensus.ext.azure.metrics_exporter import MetricsExporter
from opencensus.ext.azure.trace_exporter import AzureExporter
from opencensus.trace.span import SpanKind as CensusKind
from opencensus.trace.span_context import SpanContext
from opencensus.trace.span_data import SpanData
from opencensus.trace.status import Status

from shared.settings import TelemetrySettings
from shared.telemetry.origin import ROLE, instance_name, sending_options
from shared.telemetry.records import MeasureKind, MeasureRecord, NoteRecord, Record, SpanKind, SpanRecord

TIMEOUT_SECONDS = 5.0
KINDS = {SpanKind.SERVER: CensusKind.SERVER, SpanKind.CLIENT: CensusKind.CLIENT}
FAILED = 2
"""The status code `unknown`."""
NAME, MESSAGE, INFO = "portfolio", "%s", logging.INFO


class OpenCensusExporter:
    """Sends records by OpenCensus."""

    def __init__(self, settings: TelemetrySettings) -> None:
        options = {"enable_local_storage": False, "timeout": TIMEOUT_SECONDS, **sending_options(settings)}
        self._spans = SpanWriter(**options)
        self._notes = NoteHandler(**options)
        self._measures = MeasureWriter(**options)
        self._tags = {"ai.cloud.role": ROLE, "ai.cloud.roleInstance": instance_name()}

    def send(self, records: list[Record]) -> list[Record]:
        """Send them in one request; answers all of them where that failed and may go well later."""
        envelopes = [envelope for record in records for envelope in self._envelopes(record)]
        for envelope in envelopes:
            envelope.tags.update(self._tags)
        return records if self._spans.transmit(envelopes) == TransportStatusCode.RETRY else []

    def _envelopes(self, record: Record) -> Iterator[Any]:
        if isinstance(record, SpanRecord):
            for envelope in self._spans.span_data_to_envelope(as_span_data(record)):
                yield _complete_span(envelope, record)
        elif isinstance(record, NoteRecord):
            yield self._notes.as_envelope(record)
        else:
            yield from self._measures.metric_to_envelopes(record)


class SpanWriter(AzureExporter):  # type: ignore[misc]  # the library has no types
    """The trace exporter, without its thread."""

    def __init__(self, **options: Any) -> None:
        self._counts = False
        super().__init__(**options)
        self._stop(timeout=1)
        self._counts = True

    def _check_stats_collection(self) -> bool:
        """Whether the library counts its requests: not when it is made, or it would send them; then always."""
        return self._counts

    def transmit(self, envelopes: Sequence[Any]) -> int:
        """Send them; answers how that went, as a `TransportStatusCode`."""
        status: int = self._transmit(list(envelopes))
        return status


class NoteHandler(AzureLogHandler):  # type: ignore[misc]  # the library has no types
    """The log handler, attached to no logger: what it knows is how a record becomes an envelope."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.close()

    def createLock(self) -> None:  # noqa: N802 (logging's name)
        """A lock, as every handler has: the library's has none, and Python 3.13 enters it."""
        logging.Handler.createLock(self)

    def as_envelope(self, note: NoteRecord) -> Any:
        """A note as its envelope, joined to its span."""
        level = logging.getLevelName(note.severity.value)
        made = logging.LogRecord(NAME, level, "", 0, MESSAGE, (note.text,), None)
        made.created = note.at_ns / 1e9
        envelope = self.log_record_to_envelope(made)
        data = envelope.data.baseData
        data.properties = dict(note.attributes)
        if note.error_type:
            envelope.name = "Microsoft.ApplicationInsights.Exception"
            envelope.data = Data(baseType="ExceptionData", baseData=_as_exception(note, data.severityLevel))
        envelope.tags.pop("ai.operation.id")
        envelope.tags.pop("ai.operation.parentId")
        if note.trace_id:
            envelope.tags.update({"ai.operation.id": note.trace_id, "ai.operation.parentId": note.span_id})
        return envelope


class MeasureWriter(MetricsExporter):  # type: ignore[misc]  # the library has no types
    """The metrics exporter; it would send bare values, and is taught numbers, least and greatest."""

    def metric_to_envelopes(self, metric: MeasureRecord) -> list[Any]:
        """A measure as its envelope."""
        point = DataPoint(ns="", name=metric.name, value=metric.total, count=1)
        if metric.kind is MeasureKind.DURATION:
            point.count, point.min, point.max = metric.number, metric.least, metric.greatest
        envelope = self._create_envelope(point, datetime.fromtimestamp(metric.at_ns / 1e9, tz=UTC), {})
        envelope.data = Data(
            baseType="MetricData", baseData=MetricData(metrics=[point], properties=dict(metric.labels))
        )
        return [envelope]


def as_span_data(record: SpanRecord) -> SpanData:
    """A span in the library's words."""
    return SpanData(
        name=record.name,
        context=SpanContext(trace_id=record.trace_id),
        span_id=record.span_id,
        parent_span_id=record.parent_id or None,
        attributes=dict(record.attributes) | ({"component": record.system} if record.system else {}),
        start_time=_instant(record.started_ns),
        end_time=_instant(record.started_ns + record.duration_ns),
        child_span_count=0,
        stack_trace=None,
        annotations=None,
        message_events=None,
        links=[],
        status=Status(0 if record.is_ok else FAILED),
        same_process_as_parent_span=None,
        span_kind=KINDS.get(record.kind, CensusKind.UNSPECIFIED),
    )


def _complete_span(envelope: Any, record: SpanRecord) -> Any:
    """What the library leaves out: a name, the target, whether work of one's own went well, the part that is kept."""
    data = envelope.data.baseData
    data.properties = {name: value for name, value in record.attributes.items() if not name.startswith("http.")}
    if record.kind is SpanKind.SERVER:
        data.name = data.name or record.name
    else:
        data.success = record.is_ok
        data.target = record.target or None
    if record.kind is SpanKind.INTERNAL:
        data.type = "InProc"
    envelope.tags["ai.operation.name"] = data.name
    envelope.sampleRate = round(100 * record.kept_share, 3)
    return envelope


def _as_exception(note: NoteRecord, level: int) -> Any:
    stack = [
        {"level": number, "method": place.function, "fileName": place.file, "line": place.line}
        for number, place in enumerate(reversed(note.places))
    ]
    stated = {
        "id": 1,
        "outerId": 0,
        "typeName": note.error_type,
        "message": note.text,
        "hasFullStack": bool(stack),
        "parsedStack": stack,
    }
    return {"ver": 2, "exceptions": [stated], "severityLevel": level, "properties": dict(note.attributes)}


def _instant(nanoseconds: int) -> str:
    return datetime.fromtimestamp(nanoseconds / 1e9, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

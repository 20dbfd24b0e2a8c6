"""The adapter of OpenTelemetry: Azure Monitor's exporters put records into envelopes and send them.

Of the SDK only its values are used, not its providers, processors and threads: the pipeline is the app's own, and
nothing is registered as the process's tracer. Spooling to disk, retries with their pauses, the library's reports about
itself and its remote configuration are off.
"""

from collections.abc import Iterable
from typing import Any

from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.monitor.opentelemetry.exporter import (
    AzureMonitorLogExporter,
    AzureMonitorMetricExporter,
    AzureMonitorTraceExporter,
)
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from shared.settings import TelemetrySettings
from shared.telemetry import records as ours
from shared.telemetry.origin import ROLE, instance_name, sending_options

TIMEOUT_SECONDS = 5
KINDS = {
    ours.SpanKind.SERVER: SpanKind.SERVER,
    ours.SpanKind.CLIENT: SpanKind.CLIENT,
    ours.SpanKind.INTERNAL: SpanKind.INTERNAL,
}
SEVERITIES = {
    ours.Severity.INFO: SeverityNumber.INFO,
    ours.Severity.WARNING: SeverityNumber.WARN,
    ours.Severity.ERROR: SeverityNumber.ERROR,
}
KEPT = TraceFlags(TraceFlags.SAMPLED)
SCOPE = InstrumentationScope("portfolio")
SAMPLE_RATE = "_MS.sampleRate"


class OpenTelemetryExporter:
    """Sends records by Azure Monitor's exporters."""

    def __init__(self, settings: TelemetrySettings) -> None:
        options: dict[str, Any] = {
            "disable_offline_storage": True,
            "retry_total": 0,
            "timeout": TIMEOUT_SECONDS,
            "read_timeout": TIMEOUT_SECONDS,
            "http_logging_policy": SansIOHTTPPolicy(),
            "credential": None,
            **sending_options(settings),
        }
        self._spans = AzureMonitorTraceExporter(**options)
        self._notes = AzureMonitorLogExporter(**options)
        self._measures = AzureMonitorMetricExporter(**options)
        self._resource = Resource({"service.name": ROLE, "service.instance.id": instance_name()})

    def send(self, records: list[ours.Record]) -> list[ours.Record]:
        """Send them, a request for each kind; answers those of a kind that failed."""
        spans = [record for record in records if isinstance(record, ours.SpanRecord)]
        notes = [record for record in records if isinstance(record, ours.NoteRecord)]
        measures = [record for record in records if isinstance(record, ours.MeasureRecord)]
        left: list[ours.Record] = []
        if spans and not _went_well(self._spans.export([self._span(record) for record in spans])):
            left += spans
        if notes and not _went_well(self._notes.export([self._note(record) for record in notes])):
            left += notes
        if measures and not _went_well(self._measures.export(self._metrics(measures))):
            left += measures
        return left

    def _span(self, record: ours.SpanRecord) -> ReadableSpan:
        parent = _context(record.trace_id, record.parent_id) if record.parent_id else None
        return ReadableSpan(
            name=record.name,
            context=_context(record.trace_id, record.span_id),
            parent=parent,
            resource=self._resource,
            attributes={**record.attributes, **_peer(record), SAMPLE_RATE: round(100 * record.kept_share, 3)},
            kind=KINDS[record.kind],
            status=Status(StatusCode.UNSET if record.is_ok else StatusCode.ERROR),
            start_time=record.started_ns,
            end_time=record.started_ns + record.duration_ns,
            instrumentation_scope=SCOPE,
        )

    def _note(self, record: ours.NoteRecord) -> ReadableLogRecord:
        attributes: dict[str, Any] = dict(record.attributes)
        if record.error_type:
            attributes["exception.type"] = record.error_type
            attributes["exception.message"] = record.text
            attributes["exception.stacktrace"] = "".join(
                f'  File "{place.file}", line {place.line}, in {place.function}\n' for place in record.places
            )
        made = LogRecord(
            timestamp=record.at_ns,
            trace_id=int(record.trace_id or "0", 16),
            span_id=int(record.span_id or "0", 16),
            trace_flags=KEPT,
            severity_number=SEVERITIES[record.severity],
            body=record.text,
            attributes=attributes,
        )
        return ReadableLogRecord(made, self._resource, SCOPE)

    def _metrics(self, measures: Iterable[ours.MeasureRecord]) -> MetricsData:
        metrics = [_metric(measure) for measure in measures]
        return MetricsData([ResourceMetrics(self._resource, [ScopeMetrics(SCOPE, metrics, "")], "")])


def _metric(measure: ours.MeasureRecord) -> Metric:
    labels, since, at = dict(measure.labels), measure.since_ns, measure.at_ns
    data: Sum | Gauge | Histogram
    if measure.kind is ours.MeasureKind.DURATION:
        point = HistogramDataPoint(
            attributes=labels, start_time_unix_nano=since, time_unix_nano=at, count=measure.number, sum=measure.total,
            bucket_counts=[measure.number], explicit_bounds=[], min=measure.least, max=measure.greatest,
        )  # fmt: skip
        data = Histogram([point], AggregationTemporality.DELTA)
    else:
        number = NumberDataPoint(labels, since, at, measure.total)
        is_counter = measure.kind is ours.MeasureKind.COUNTER
        data = Sum([number], AggregationTemporality.DELTA, is_monotonic=True) if is_counter else Gauge([number])
    return Metric(measure.name, None, None, data)


def _peer(record: ours.SpanRecord) -> dict[str, str]:
    """What a client asked, in the attributes from which the exporter takes a dependency's type and target."""
    if not record.system:
        return {}
    kind = "db.system.name" if record.system == "postgresql" else "az.namespace"
    return {kind: record.system, "peer.service": record.target}


def _context(trace_id: str, span_id: str) -> SpanContext:
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=False, trace_flags=KEPT)


def _went_well(result: Any) -> bool:
    return bool(result.name == "SUCCESS")

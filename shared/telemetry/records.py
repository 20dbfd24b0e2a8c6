"""What is sent, in nobody's dialect: spans, notes and measures. The adapters put them into their vendor's words."""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, Protocol

Attribute = str | int | float | bool
Attributes = Mapping[str, Attribute]


class SpanKind(Enum):
    """What a span is to the process it ran in."""

    SERVER = "server"
    """An HTTP request it served."""
    CLIENT = "client"
    """Something it asked of another: the database, storage, a provider."""
    INTERNAL = "internal"
    """A piece of its own work: a timer's run, an activity, an orchestration."""


class Severity(Enum):
    """How grave a note is."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class MeasureKind(Enum):
    """How a measure's values come together."""

    COUNTER = "counter"
    """They add up; what is sent is what came since the last time."""
    GAUGE = "gauge"
    """The newest counts; it is sent once for each time it was set."""
    DURATION = "duration"
    """Seconds; their sum, number, least and greatest since the last time."""


class SpanRecord(NamedTuple):
    """A span that is over.

    Attributes:
        trace_id: 32 hexadecimal digits, the same for all that belongs to one operation.
        span_id: 16 hexadecimal digits.
        parent_id: The span that caused it; empty: none is known.
        started_ns: Nanoseconds since 1970.
        duration_ns: How long it took.
        kept_share: The part of all traces that is kept; 1 where it was kept whatever the part.
        system: Of a client's span, what was asked: `postgresql`, `Azure blob` …
        target: And which one.
    """

    name: str
    kind: SpanKind
    trace_id: str
    span_id: str
    parent_id: str
    started_ns: int
    duration_ns: int
    attributes: Attributes
    is_ok: bool
    kept_share: float
    system: str
    target: str


class Place(NamedTuple):
    """A line of code in a stack."""

    file: str
    line: int
    function: str


class NoteRecord(NamedTuple):
    """Something worth a line, or an error.

    Attributes:
        trace_id: As of a span; empty: it belongs to none.
        span_id: The span it was written in.
        at_ns: Nanoseconds since 1970.
        error_type: The kind of the error, when it is one.
        places: Where it was raised, outermost first; never what it says.
    """

    text: str
    severity: Severity
    trace_id: str
    span_id: str
    at_ns: int
    attributes: Attributes
    error_type: str
    places: tuple[Place, ...]


class MeasureRecord(NamedTuple):
    """Values of one measure under one set of labels, gathered since the last time.

    Attributes:
        total: Their sum; of a gauge the newest.
        number: How many there were.
        since_ns: Since when they were gathered.
        at_ns: When it was sent off, in nanoseconds since 1970.
    """

    name: str
    kind: MeasureKind
    labels: Attributes
    total: float
    number: int
    least: float
    greatest: float
    since_ns: int
    at_ns: int


Record = SpanRecord | NoteRecord | MeasureRecord


class Exporter(Protocol):
    """Sends records to a collector, in a vendor's words."""

    def send(self, records: list[Record]) -> list[Record]:
        """Send them; answers those that are to be sent again later."""

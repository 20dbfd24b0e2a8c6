"""From the threads that serve to the collector: a bounded queue, and one thread that sends what lies in it.

Whoever serves only appends. The vendor's libraries are imported by the sending thread when there is something to send,
and whatever goes wrong there is logged and ends there: a collector that is away, slow or refuses costs a call nothing.
Without it records wait, as many as the queue holds; what came too much is counted.
"""

import logging
from collections import deque
from collections.abc import Callable
from threading import Condition, Event, Lock, Thread
from typing import TypeVar

from shared.clock import stopwatch_ns
from shared.telemetry.measures import Measures
from shared.telemetry.records import Attribute, Exporter, MeasureKind, MeasureRecord, Record

CAPACITY = 4_096
BATCH = 256
SPANS_EVERY = 5.0
"""Seconds after which spans and notes are sent, unless a batch is full before."""
MEASURES_EVERY = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 120.0
"""Seconds without an attempt after one that failed; doubled by each further one."""
ATTEMPTS = 5
"""After so many in vain a batch is dropped, so that one the collector chokes on does not hold up the rest."""
DROPPED = "portfolio.telemetry_dropped"

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Pipeline:
    """One process's way to its collector.

    Args:
        make_exporter: Imports the vendor's library and answers what sends; called once, by the sending thread.
        capacity: How many records wait at most.
    """

    def __init__(self, make_exporter: Callable[[], Exporter], capacity: int = CAPACITY) -> None:
        self._make_exporter = make_exporter
        self._exporter: Exporter | None = None
        self._capacity = capacity
        self._waiting: deque[Record] = deque()
        self._measures = Measures()
        self._dropped = 0
        self._failures = 0
        self._not_before = 0.0
        self._measures_due = _seconds() + MEASURES_EVERY
        self._wake = Event()
        self._asked = self._answered = 0
        self._done = Condition(Lock())
        self._starting = Lock()
        self._thread: Thread | None = None
        self._is_closed = False

    def put(self, record: Record) -> None:
        """Let a record be sent, soon; one too many is dropped and counted."""
        if len(self._waiting) >= self._capacity:
            self._dropped += 1
            return
        self._waiting.append(record)
        if self._thread is None:
            self._start()
        if len(self._waiting) == BATCH:
            self._wake.set()

    def measure(self, name: str, kind: MeasureKind, value: float, labels: dict[str, Attribute]) -> None:
        """Gather a value; measures are sent every minute."""
        if not self._measures.add(name, kind, value, labels):
            self._dropped += 1
        if self._thread is None:
            self._start()

    def flush(self, seconds: float) -> bool:
        """Send what is there now; waits so long at most. Answers whether it was all sent off by then."""
        if self._thread is None:
            return True
        with self._done:
            self._asked += 1
            asked = self._asked
        self._wake.set()
        with self._done:
            answered = self._done.wait_for(lambda: self._answered >= asked, seconds)
        return answered and not self._waiting

    def close(self) -> None:
        """Send nothing any more; the thread ends by itself."""
        self._is_closed = True
        self._wake.set()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="telemetry", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._is_closed:
            self._wake.wait(SPANS_EVERY)
            self._wake.clear()
            asked = self._asked
            self._send(at_once=asked > self._answered)
            with self._done:
                self._answered = asked
                self._done.notify_all()

    def _send(self, *, at_once: bool) -> None:
        """Send batch by batch, until nothing waits or one fails."""
        if not at_once and _seconds() < self._not_before:
            return
        if at_once or _seconds() >= self._measures_due:
            self._measures_due = _seconds() + MEASURES_EVERY
            self._gather_measures()
        while batch := _take(self._waiting, BATCH):
            left = self._try(batch)
            if left:
                self._keep(left)
                return
            self._failures = 0

    def _gather_measures(self) -> None:
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            self._measures.add(DROPPED, MeasureKind.COUNTER, dropped, {})
        self._waiting.extend(self._measures.take())

    def _try(self, batch: list[Record]) -> list[Record]:
        """What of the batch is to be sent again."""
        try:
            if self._exporter is None:
                self._exporter = self._make_exporter()
            return self._exporter.send(batch)
        except Exception as error:  # noqa: BLE001 (whatever a vendor's library raises must end here)
            if not self._failures:
                _log.warning("telemetry cannot be sent: %s", type(error).__name__, exc_info=error)
            return batch

    def _keep(self, left: list[Record]) -> None:
        """Put a batch back in front, after a pause; after too many attempts, or without room, drop it.

        Measures are gathered again instead: they take no more room, and none is lost.
        """
        self._failures += 1
        pause = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        self._not_before = _seconds() + pause
        told: list[Record] = []
        for record in left:
            if isinstance(record, MeasureRecord):
                self._measures.put_back(record)
            else:
                told.append(record)
        room = max(self._capacity - len(self._waiting), 0) if self._failures % ATTEMPTS else 0
        self._waiting.extendleft(reversed(told[:room]))
        self._dropped += len(told) - len(told[:room])


def _take(waiting: deque[_T], most: int) -> list[_T]:
    taken: list[_T] = []
    while waiting and len(taken) < most:
        taken.append(waiting.popleft())
    return taken


def _seconds() -> float:
    return stopwatch_ns() / 1e9

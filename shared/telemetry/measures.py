"""Measures of this process: gathered in memory by name and labels, handed out and forgotten when they are sent."""

from threading import Lock

from shared.clock import wall_ns
from shared.telemetry.records import Attribute, MeasureKind, MeasureRecord

MOST_SERIES = 500
"""So many series are gathered at most; labels are words of ours, so that more would be a fault."""

_Key = tuple[str, MeasureKind, tuple[tuple[str, Attribute], ...]]


class Measures:
    """What was counted, set and timed since the last time it was taken."""

    def __init__(self) -> None:
        self._gathered: dict[_Key, list[float]] = {}
        self._since = wall_ns()
        self._lock = Lock()

    def add(self, name: str, kind: MeasureKind, value: float, labels: dict[str, Attribute]) -> bool:
        """Gather a value; False: there are too many series already."""
        key = (name, kind, tuple(sorted(labels.items())))
        with self._lock:
            found = self._gathered.get(key)
            if found is None:
                if len(self._gathered) >= MOST_SERIES:
                    return False
                self._gathered[key] = [value, 1, value, value]
            elif kind is MeasureKind.GAUGE:
                found[:] = [value, 1, value, value]
            else:
                found[:] = [found[0] + value, found[1] + 1, min(found[2], value), max(found[3], value)]
        return True

    def put_back(self, record: MeasureRecord) -> None:
        """Gather again what could not be sent; a gauge that was set since stays as it is."""
        key = (record.name, record.kind, tuple(sorted(record.labels.items())))
        with self._lock:
            found = self._gathered.get(key)
            if found is None:
                self._gathered[key] = [record.total, record.number, record.least, record.greatest]
            elif record.kind is not MeasureKind.GAUGE:
                least, greatest = min(found[2], record.least), max(found[3], record.greatest)
                found[:] = [found[0] + record.total, found[1] + record.number, least, greatest]
            self._since = min(self._since, record.since_ns)

    def take(self) -> list[MeasureRecord]:
        """Everything gathered, which begins anew."""
        now = wall_ns()
        with self._lock:
            gathered, self._gathered = self._gathered, {}
            since, self._since = self._since, now
        return [
            MeasureRecord(name, kind, dict(labels), total, int(count), least, greatest, since, now)
            for (name, kind, labels), (total, count, least, greatest) in gathered.items()
        ]

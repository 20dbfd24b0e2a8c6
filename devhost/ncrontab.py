"""Timer schedules: six-field NCRONTAB expressions and TimeSpans, in UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from devhost.timespans import parse_timespan

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = (
    ("second", 0, 59, ()),
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _DAYS),
)
_HORIZON_DAYS = 366 * 8


class ScheduleError(ValueError):
    """A schedule the real host refuses."""


class Schedule(Protocol):
    """Something that knows its next occurrence."""

    def next_after(self, moment: datetime) -> datetime:
        """The first occurrence after `moment`."""
        ...


@dataclass(frozen=True)
class Every:
    """A fixed interval."""

    interval: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """One interval later."""
        return moment + self.interval


@dataclass(frozen=True)
class Cron:
    """A six-field expression as the values each field admits; a day must match both the day and the weekday field."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next_after(self, moment: datetime) -> datetime:
        """The first matching second after `moment`.

        Raises:
            ScheduleError: there is none within eight years (31 February).
        """
        start = moment.replace(microsecond=0) + timedelta(seconds=1)
        day = start.replace(hour=0, minute=0, second=0)
        for _ in range(_HORIZON_DAYS):
            if day.month in self.months and day.day in self.days and (day.weekday() + 1) % 7 in self.weekdays:
                found = self._time_on(day, max(start, day))
                if found:
                    return found
            day += timedelta(days=1)
        raise ScheduleError("the schedule never occurs")

    def _time_on(self, day: datetime, earliest: datetime) -> datetime | None:
        for hour in self.hours:
            if hour < earliest.hour:
                continue
            for minute in self.minutes:
                if (hour, minute) < (earliest.hour, earliest.minute):
                    continue
                for second in self.seconds:
                    found = day.replace(hour=hour, minute=minute, second=second)
                    if found >= earliest:
                        return found
        return None


def parse_schedule(text: str) -> Schedule:
    """A schedule from its text.

    Raises:
        ScheduleError: it is neither a six-field expression nor a TimeSpan.
    """
    fields = text.split()
    if len(fields) == 1 and ":" in text:
        try:
            interval = parse_timespan(text)
        except ValueError as error:
            raise ScheduleError(str(error)) from None
        if interval <= timedelta():
            raise ScheduleError(f"the interval {text} is not positive")
        return Every(interval)
    if len(fields) == len(_FIELDS) - 1:
        fields = ["0", *fields]
    if len(fields) != len(_FIELDS):
        raise ScheduleError(f"{text!r} has {len(fields)} fields; write six: second minute hour day month weekday")
    parsed = [_field(field, *rules) for field, rules in zip(fields, _FIELDS, strict=True)]
    second, minute, hour, day, month, weekday = parsed
    found = Cron(
        tuple(sorted(second)),
        tuple(sorted(minute)),
        tuple(sorted(hour)),
        frozenset(day),
        frozenset(month),
        frozenset(value % 7 for value in weekday),
    )
    found.next_after(datetime(2000, 1, 1))  # noqa: DTZ001 (only whether it ever occurs)
    return found


def _field(text: str, name: str, low: int, high: int, names: tuple[str, ...]) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        first, dash, last = span.partition("-")
        try:
            step = int(step_text) if slash else 1
            start = low if first == "*" else _value(first, low, names)
            end = high if first == "*" else _value(last, low, names) if dash else high if slash else start
        except ValueError:
            raise ScheduleError(f"{part!r} is nothing the {name} field understands") from None
        if step < 1 or not low <= start <= high or not low <= end <= high or start > end:
            raise ScheduleError(f"{part!r} lies outside the {name} field's {low}–{high}")
        found.update(range(start, end + 1, step))
    return found


def _value(text: str, low: int, names: tuple[str, ...]) -> int:
    lowered = text.lower()[:3]
    if names and lowered in names:
        return names.index(lowered) + (low if names is _MONTHS else 0)
    return int(text)


def is_frequent(schedule: Schedule, moment: datetime) -> bool:
    """Whether it occurs more than once a minute: then no status is kept and nothing is past due."""
    first = schedule.next_after(moment)
    return schedule.next_after(first) - first < timedelta(minutes=1)

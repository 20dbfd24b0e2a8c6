"""Timer schedules: NCRONTAB expressions and TimeSpans, in UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from devhost.timespans import parse_timespan

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_HORIZON_DAYS = 366 * 8
_A_MINUTE = timedelta(minutes=1)


class ScheduleError(ValueError):
    """A schedule the real host refuses."""


class Schedule(Protocol):
    """Something that knows its next occurrence."""

    def next_after(self, moment: datetime) -> datetime:
        """The first occurrence after `moment`."""
        ...

    @property
    def is_frequent(self) -> bool:
        """Whether it may occur more than once a minute: then no status is kept and nothing is past due."""
        ...


@dataclass(frozen=True)
class Every:
    """A fixed interval."""

    interval: timedelta

    def next_after(self, moment: datetime) -> datetime:
        """One interval later."""
        return moment + self.interval

    @property
    def is_frequent(self) -> bool:
        """Whether the interval is under a minute."""
        return self.interval < _A_MINUTE


@dataclass(frozen=True)
class _Field:
    """One field of an expression: its range and the names of its values."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    @property
    def all(self) -> frozenset[int]:
        return frozenset(range(self.low, self.high + 1))


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 6, _DAYS),
)


@dataclass(frozen=True)
class Cron:
    """An expression as the values each field admits; a day must match both the day and the weekday field."""

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
        raise ScheduleError("it never occurs; give it a day that its month has")

    @property
    def is_frequent(self) -> bool:
        """Whether every minute counts, and more than one of its seconds."""
        fields = (self.minutes, self.hours, self.days, self.months, self.weekdays)
        every_minute = all(frozenset(found) == field.all for found, field in zip(fields, _FIELDS[1:], strict=True))
        return every_minute and len(self.seconds) > 1

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
    """A schedule from its text: six fields (five: the seconds are 0), or a TimeSpan.

    Raises:
        ScheduleError: it is neither.
    """
    words = text.split()
    if len(words) == 1 and ":" in text:
        return _parse_interval(text)
    if len(words) == len(_FIELDS) - 1:
        words = ["0", *words]
    if len(words) != len(_FIELDS):
        raise ScheduleError(f"{text!r} has {len(words)} fields; write six: second minute hour day month weekday")
    second, minute, hour, day, month, weekday = (
        _parse_field(word, field) for word, field in zip(words, _FIELDS, strict=True)
    )
    found = Cron(
        tuple(sorted(second)),
        tuple(sorted(minute)),
        tuple(sorted(hour)),
        frozenset(day),
        frozenset(month),
        frozenset(weekday),
    )
    found.next_after(datetime(2000, 1, 1))  # noqa: DTZ001 (only whether it ever occurs)
    return found


def _parse_interval(text: str) -> Every:
    try:
        interval = parse_timespan(text)
    except ValueError as error:
        raise ScheduleError(str(error)) from None
    if interval <= timedelta():
        raise ScheduleError(f"the interval {text!r} is not positive")
    return Every(interval)


def _parse_field(text: str, field: _Field) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        first, dash, last = span.partition("-")
        try:
            step = int(step_text) if slash else 1
            start = field.low if first == "*" else _value(first, field)
            end = field.high if first == "*" or (slash and not dash) else _value(last, field) if dash else start
        except ValueError:
            raise ScheduleError(f"{part!r} is nothing the {field.name} field understands") from None
        if not field.low <= start <= field.high or not field.low <= end <= field.high or step < 1:
            raise ScheduleError(f"{part!r} lies outside the {field.name} field's {field.low} to {field.high}")
        if start > end:
            raise ScheduleError(
                f"{part!r} runs backwards, and the real host would read it as {last}-{first}: write a list instead"
            )
        found.update(range(start, end + 1, step))
    return found


def _value(text: str, field: _Field) -> int:
    """A number, or a name of which the beginning suffices."""
    if text[:1].isalpha():
        matching = [number for number, name in enumerate(field.names) if name.startswith(text.lower())]
        return matching[0] + field.low if matching else int(text)
    return int(text)

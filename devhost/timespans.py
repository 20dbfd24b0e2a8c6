"""Instants and durations as the durable extension writes them: ISO with seven fraction digits, and .NET TimeSpans."""

from datetime import UTC, datetime, timedelta

TICKS_PER_SECOND = 10_000_000


def utc_now() -> datetime:
    """The present instant in UTC."""
    return datetime.now(UTC)


def instant_text(moment: datetime) -> str:
    """`2026-01-31T12:00:00.0000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def seconds_text(moment: datetime) -> str:
    """`2026-01-31T12:00:00Z`, as status answers carry it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime:
    """An ISO instant, of which microseconds are kept; without a zone it is UTC.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def parse_timespan(text: str) -> timedelta:
    """A .NET TimeSpan: `[-][d.]hh:mm:ss[.fffffff]`.

    Raises:
        ValueError: it is none.
    """
    sign = -1 if text.startswith("-") else 1
    parts = text.lstrip("-").split(":")
    if len(parts) != 3:  # noqa: PLR2004 (hours, minutes, seconds)
        raise ValueError(f"{text!r} is no TimeSpan; write hh:mm:ss or d.hh:mm:ss")
    days, dot, hours = parts[0].rpartition(".")
    whole, _, fraction = parts[2].partition(".")
    numbers = [days or "0", hours, parts[1], whole]
    if not all(part.isdecimal() for part in numbers) or (dot and not days) or not (fraction or "0").isdecimal():
        raise ValueError(f"{text!r} is no TimeSpan; write hh:mm:ss or d.hh:mm:ss")
    ticks = int(fraction.ljust(7, "0")[:7]) if fraction else 0
    day, hour, minute, second = (int(part) for part in numbers)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 (a day's hours, an hour's minutes)
        raise ValueError(f"{text!r} is no TimeSpan; hours end at 23, minutes and seconds at 59")
    return sign * timedelta(days=day, hours=hour, minutes=minute, seconds=second, microseconds=ticks // 10)

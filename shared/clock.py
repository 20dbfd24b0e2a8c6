"""The only place that reads the clock; everything else is told the time by argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)

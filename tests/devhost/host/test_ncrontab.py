"""Schedules: what they mean and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from devhost.ncrontab import Every, ScheduleError, parse_schedule

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * * *", ["2026-11-25 12:00:01", "2026-11-25 12:00:02"]),
        ("0 * * * * *", ["2026-11-25 12:01:00", "2026-11-25 12:02:00"]),
        ("0 */5 * * * *", ["2026-11-25 12:05:00", "2026-11-25 12:10:00"]),
        ("0 7/20 * * * *", ["2026-11-25 12:07:00", "2026-11-25 12:27:00", "2026-11-25 12:47:00"]),
        ("0 10-50/20 * * * *", ["2026-11-25 12:10:00", "2026-11-25 12:30:00", "2026-11-25 12:50:00"]),
        (
            "0 30 16 * * 1-5",
            ["2026-11-25 16:30:00", "2026-11-26 16:30:00", "2026-11-27 16:30:00", "2026-11-30 16:30:00"],
        ),
        ("0 30 16 * * MON-FRI", ["2026-11-25 16:30:00", "2026-11-26 16:30:00", "2026-11-27 16:30:00"]),
        ("0 0 0 * * Sunday", ["2026-11-29 00:00:00", "2026-12-06 00:00:00"]),
        ("0 0 0 * * 0", ["2026-11-29 00:00:00"]),
        ("0 0 6 1 jan,jul *", ["2027-01-01 06:00:00", "2027-07-01 06:00:00"]),
        ("0 0 6 1 January *", ["2027-01-01 06:00:00"]),
        ("5,10 0,30 12 * * *", ["2026-11-25 12:00:05", "2026-11-25 12:00:10", "2026-11-25 12:30:05"]),
        ("0 0 0 29 2 *", ["2028-02-29 00:00:00", "2032-02-29 00:00:00"]),
        ("0 0 0 31 * *", ["2026-12-31 00:00:00", "2027-01-31 00:00:00", "2027-03-31 00:00:00"]),
        ("0 0 0 13 * FRI", ["2027-08-13 00:00:00"]),
        ("0 0 12 * * *", ["2026-11-26 12:00:00"]),
        ("*/15 * * * *", ["2026-11-25 12:15:00", "2026-11-25 12:30:00"]),
        ("00:00:30", ["2026-11-25 12:00:30", "2026-11-25 12:01:00"]),
        ("1.02:00:00", ["2026-11-26 14:00:00"]),
    ],
)
def test_a_schedule_occurs_when_it_says(text: str, expected: list[str]) -> None:
    schedule, moment = parse_schedule(text), NOON
    for occurrence in expected:
        moment = schedule.next_after(moment)
        assert f"{moment:%Y-%m-%d %H:%M:%S}" == occurrence


def test_the_next_occurrence_is_never_the_moment_itself() -> None:
    half_past = NOON.replace(minute=30)
    assert parse_schedule("0 30 * * * *").next_after(half_past) == half_past + timedelta(hours=1)
    just_before = half_past - timedelta(microseconds=1)
    assert parse_schedule("0 30 * * * *").next_after(just_before) == half_past


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "0 fields"),
        ("* * *", "3 fields"),
        ("* * * * * * *", "7 fields"),
        ("60 * * * * *", "second field's 0 to 59"),
        ("0 60 * * * *", "minute field's 0 to 59"),
        ("0 0 24 * * *", "hour field's 0 to 23"),
        ("0 0 0 0 * *", "day field's 1 to 31"),
        ("0 0 0 32 * *", "day field's 1 to 31"),
        ("0 0 0 1 13 *", "month field's 1 to 12"),
        ("0 0 0 * * 7", "weekday field's 0 to 6"),
        ("0 0 0 * * montag", "nothing the weekday field understands"),
        ("0 0 0 * * fri-mon", "mon-fri"),
        ("0 x * * * *", "nothing the minute field understands"),
        ("0 */0 * * * *", "outside"),
        ("0 ? * * * *", "nothing the minute field understands"),
        ("0 0 0 30 2 *", "never occurs"),
        ("25:00:00", "TimeSpan"),
        ("00:00:00", "not positive"),
        ("-00:01:00", "not positive"),
        ("1:2", "TimeSpan"),
    ],
)
def test_what_is_no_schedule_is_refused_with_the_reason(text: str, fault: str) -> None:
    with pytest.raises(ScheduleError, match=fault):
        parse_schedule(text)


@pytest.mark.parametrize(
    ("text", "frequent"),
    [
        ("*/5 * * * * *", True),
        ("10,20,45 * * * * *", True),
        ("00:00:59", True),
        ("0 */5 * * * *", False),
        ("* 30 * * * *", False),
        ("* */30 * * * *", False),
        ("0 * * * * *", False),
        ("* 1-5 * * * *", False),
        ("* * 12 * * Mon", False),
        ("00:01:00", False),
    ],
)
def test_only_what_may_occur_more_than_once_a_minute_is_frequent(text: str, frequent: bool) -> None:
    assert parse_schedule(text).is_frequent is frequent


def test_a_timespan_is_an_interval() -> None:
    assert parse_schedule("00:10:00") == Every(timedelta(minutes=10))

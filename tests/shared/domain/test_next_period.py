"""Which quarter comes next, for every sort of calendar."""

from datetime import date

import pytest

from shared.domain.next_period import choose_next_end, ends_after, plausible_ends
from shared.domain.periods import FiscalCalendar
from shared.domain.scenarios import Scenario

TODAY = date(2026, 2, 10)


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("year_end", "recorded", "expected"),
    [
        ("12-31", ["2025-06-30", "2025-09-30"], "2025-12-31"),
        ("12-31", ["2025-12-31"], "2026-03-31"),
        ("08-31", ["2025-11-30"], "2026-02-28"),
        ("02-29", ["2023-11-30"], "2024-02-29"),
        ("06-15", ["2025-09-15"], "2025-12-15"),
        ("12-31", ["2025-09-30", "2024-12-31"], "2025-12-31"),
        # Apple's ends: the last Saturday of September and the Saturdays 13 weeks apart, 14 in a year of 53 weeks
        ("09-30", ["2022-09-24", "2022-06-25", "2022-03-26"], "2022-12-31"),
        ("09-30", ["2022-12-31", "2022-09-24"], "2023-04-01"),
        ("09-30", ["2023-04-01", "2022-12-31"], "2023-07-01"),
        # Cisco's: the last Saturday of July
        ("07-31", ["2023-10-28", "2023-07-29"], "2024-01-27"),
        ("07-31", ["2024-01-27", "2023-10-28"], "2024-04-27"),
    ],
)
def test_the_next_quarter_follows_the_last_one_on_record(year_end: str, recorded: list[str], expected: str):
    calendar = FiscalCalendar.parse(year_end)

    found = choose_next_end(calendar, days(*recorded), Scenario.ACTUAL, TODAY)

    assert found.isoformat() == expected
    assert calendar.quarter_ending(found) is not None


@pytest.mark.parametrize(
    ("year_end", "scenario", "today", "expected"),
    [
        ("12-31", Scenario.ACTUAL, "2026-02-10", "2025-12-31"),
        ("12-31", Scenario.ACTUAL, "2025-12-31", "2025-12-31"),
        ("12-31", Scenario.ACTUAL, "2026-01-01", "2025-12-31"),
        ("08-31", Scenario.ACTUAL, "2026-02-10", "2025-11-30"),
        ("08-31", Scenario.ACTUAL, "2026-02-28", "2026-02-28"),
        ("12-31", Scenario.BUDGET, "2026-02-10", "2026-03-31"),
        ("08-31", Scenario.FORECAST, "2026-02-10", "2026-02-28"),
    ],
)
def test_the_first_quarter_is_the_last_ended_one_and_a_plan_s_the_running_one(
    year_end: str, scenario: Scenario, today: str, expected: str
):
    found = choose_next_end(FiscalCalendar.parse(year_end), [], scenario, date.fromisoformat(today))

    assert found.isoformat() == expected


def test_a_company_of_weeks_may_choose_13_weeks_14_weeks_or_the_calendar_s_day():
    calendar = FiscalCalendar.parse("12-31")

    assert ends_after(calendar, days("2022-09-24", "2022-06-25")) == tuple(days("2022-12-31", "2022-12-24"))
    assert ends_after(calendar, days("2025-09-27", "2025-06-28")) == tuple(
        days("2025-12-27", "2026-01-03", "2025-12-31")
    )
    assert ends_after(calendar, days("2025-09-30", "2025-06-30")) == tuple(days("2025-12-31"))


def test_the_ends_to_choose_from_are_the_last_the_next_and_those_that_follow():
    calendar = FiscalCalendar.parse("12-31")
    recorded = days("2025-09-30")

    found = plausible_ends(calendar, recorded, date(2025, 12, 31))

    assert found == tuple(days("2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30"))
    assert plausible_ends(calendar, [], date(2025, 12, 31)) == found[1:]


def test_no_quarter_is_proposed_beyond_the_last_year_there_is():
    calendar = FiscalCalendar.parse("12-31")
    last = days("2100-12-31")

    assert choose_next_end(calendar, last, Scenario.ACTUAL, TODAY) == last[0]
    assert plausible_ends(calendar, last, last[0]) == tuple(last)

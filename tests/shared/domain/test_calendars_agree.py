"""The fiscal calendar in Python and in SQL, day by day, and against the domain's words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.fx import target_holidays
from shared.domain.periods import FiscalCalendar, reporting_quarter

YEAR_ENDS = ("12-31", "01-31", "02-28", "02-29", "03-31", "04-05", "06-30", "09-30", "10-15", "11-30", "12-25")


def test_both_name_every_quarter_of_a_century_alike(database_url: str):
    assert database_url
    query = text(
        "select nominal_end(i, :month, :day) as nominal_end, fiscal_year(i, :month) as year,"
        " fiscal_quarter(i, :month) as quarter from generate_series(7960, 8360) as i order by i"
    )
    with transaction() as session:
        for year_end in YEAR_ENDS:
            calendar = FiscalCalendar.parse(year_end)
            rows = session.execute(query, {"month": calendar.month, "day": calendar.day}).all()
            ours = [calendar.quarter(index) for index in range(7960, 8361)]
            assert [tuple(row) for row in rows] == [(q.nominal_end, q.fiscal_year, q.fiscal_quarter) for q in ours]


def test_the_database_counts_the_days_the_ecb_publishes(database_url: str):
    assert database_url
    spans = [
        (date(1999, 1, 1), date(1999, 12, 31)),
        (date(2024, 1, 1), date(2024, 3, 31)),
        (date(2025, 4, 17), date(2025, 4, 22)),
    ]
    with transaction() as session:
        query = text("select business_days('ecb', :start, :end)")
        counted = [session.execute(query, {"start": start, "end": end}).scalar() for start, end in spans]

    assert counted == [259, 63, 2]
    assert date(2024, 3, 29) in target_holidays(2024)


@given(
    st.dates(date(1995, 1, 1), date(2095, 12, 31)),
    st.sampled_from([text for text in YEAR_ENDS if text != "02-29"]),
)
def test_a_day_ends_a_quarter_if_and_only_if_a_nominal_end_lies_within_a_week(day: date, year_end: str):
    calendar = FiscalCalendar.parse(year_end)
    index = 4 * day.year
    near = [calendar.quarter(i) for i in range(index - 8, index + 12) if abs((calendar.nominal_end(i) - day).days) <= 7]

    assert calendar.quarter_ending(day) == (near[0] if near else None)
    before, after = calendar.ends_around(day)
    assert before <= day < after
    assert (after - before) <= timedelta(days=92)


@pytest.mark.parametrize(
    ("year_end", "period_end", "named"),
    [
        ("12-31", "2024-03-31", (2024, 1)),
        ("01-31", "2026-01-25", (2026, 4)),
        ("01-31", "2025-04-27", (2026, 1)),
        ("09-30", "2023-12-30", (2024, 1)),
        ("03-31", "2024-03-31", (2024, 4)),
        ("02-28", "2024-02-29", (2024, 4)),
        ("12-31", "2025-01-03", (2024, 4)),
    ],
)
def test_quarters_are_named_in_the_company_s_own_year(year_end: str, period_end: str, named: tuple[int, int]):
    quarter = FiscalCalendar.parse(year_end).quarter_ending(date.fromisoformat(period_end))

    assert quarter is not None
    assert (quarter.fiscal_year, quarter.fiscal_quarter) == named


def test_a_period_is_filed_under_the_calendar_quarter_of_its_midpoint():
    assert reporting_quarter(date(2025, 11, 1), date(2026, 1, 31)) == (2025, 4)
    assert reporting_quarter(date(2024, 2, 1), date(2024, 4, 30)) == (2024, 1)
    assert reporting_quarter(date(2024, 3, 1), date(2024, 5, 31)) == (2024, 2)


@pytest.mark.parametrize("bad", ["13-01", "1-31", "02-30", "12/31", "", "ab-cd", "00-10"])
def test_what_is_no_year_end_is_refused_with_an_example(bad: str):
    with pytest.raises(ValueError, match="12-31"):
        FiscalCalendar.parse(bad)

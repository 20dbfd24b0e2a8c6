"""The days on which the ECB publishes: the domain's rule, the database's table, and what was published."""

from datetime import date, timedelta

from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.fx import easter_sunday, target_holidays
from tests.oracle.calendar import is_target_day
from tests.oracle.ecb import read_ecb_history

EASTERS = {
    1961: "04-02",
    2000: "04-23",
    2008: "03-23",
    2011: "04-24",
    2024: "03-31",
    2025: "04-20",
    2038: "04-25",
    2285: "03-22",
}
"""As printed in almanacs; the last two years are the rule's latest and earliest."""
RULE_SINCE = 2002
"""Since then the closing days are the same every year."""


def days(year: int) -> list[date]:
    return [day for n in range(366) if (day := date(year, 1, 1) + timedelta(days=n)).year == year]


def test_easter_is_where_almanacs_have_it():
    assert {year: f"{easter_sunday(year):%m-%d}" for year in EASTERS} == EASTERS


def test_the_closing_days_are_the_weekdays_on_which_nothing_was_published():
    published = {day for _, day in read_ecb_history()}
    years = range(RULE_SINCE, max(published).year)

    silent = {year: [day for day in days(year) if day.weekday() < 5 and day not in published] for year in years}

    assert len(silent) > 20
    assert silent == {year: sorted(target_holidays(year)) for year in years}


def test_the_database_has_the_closing_days_of_every_year_to_come(database_url: str):
    assert database_url
    with transaction() as session:
        query = text("select holiday from fx_holidays where provider = 'ecb' order by holiday")
        stored = list(session.execute(query).scalars())
        counted = session.execute(text("select business_days('ecb', date '1999-01-01', date '2100-12-31')")).scalar()

    years = range(1999, 2101)
    assert stored == sorted(day for year in years for day in target_holidays(year))
    assert counted == sum(is_target_day(day) for year in years for day in days(year))

"""The oracle's calendar against days known from elsewhere, and its rates against published averages and closings."""

from datetime import date
from decimal import Decimal

import pytest

from tests.oracle.calendar import (
    FiscalCalendar,
    count_target_days,
    easter_sunday,
    is_target_day,
    reporting_quarter,
)
from tests.oracle.ecb import ecb_book, read_ecb_history
from tests.oracle.fx import FxBook
from tests.oracle.published import needs_published_figures, read_records

D = Decimal
DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("fiscal_year_end", "period_end", "nominal", "fiscal_year", "quarter"),
    [
        ("12-31", "2024-03-31", "2024-03-31", 2024, 1),
        ("01-31", "2024-04-30", "2024-04-30", 2025, 1),
        ("01-31", "2024-01-31", "2024-01-31", 2024, 4),
        ("02-28", "2024-02-29", "2024-02-29", 2024, 4),
        ("02-29", "2023-02-28", "2023-02-28", 2023, 4),
        ("02-28", "2024-05-31", "2024-05-31", 2025, 1),
        ("11-30", "2023-02-28", "2023-02-28", 2023, 1),
        ("10-30", "2023-01-30", "2023-01-30", 2023, 1),
        ("09-30", "2022-12-31", "2022-12-31", 2023, 1),
        ("09-30", "2023-09-30", "2023-09-30", 2023, 4),
        ("12-31", "2021-01-03", "2020-12-31", 2020, 4),
        ("12-31", "2021-04-04", "2021-03-31", 2021, 1),
    ],
)
def test_a_period_end_belongs_to_the_quarter_whose_nominal_end_is_nearest(
    fiscal_year_end: str, period_end: str, nominal: str, fiscal_year: int, quarter: int
):
    calendar = FiscalCalendar.ending(fiscal_year_end)
    index = calendar.index_of(DAY(period_end))
    assert calendar.nominal_end(index) == DAY(nominal)
    assert calendar.fiscal_year_and_quarter(index) == (fiscal_year, quarter)


def test_a_date_eight_days_from_every_quarter_end_is_refused():
    calendar = FiscalCalendar.ending("12-31")
    assert calendar.index_of(DAY("2024-04-07")) == calendar.index_of(DAY("2024-03-31"))
    with pytest.raises(ValueError, match="not within 7 days"):
        calendar.index_of(DAY("2024-04-08"))


def test_a_quarter_to_the_end_of_january_is_filed_under_the_quarter_of_its_midpoint():
    assert reporting_quarter(DAY("2023-11-01"), DAY("2024-01-31")) == (2023, 4)
    assert reporting_quarter(DAY("2023-12-01"), DAY("2024-02-29")) == (2024, 1)
    assert reporting_quarter(DAY("2023-11-16"), DAY("2024-02-15")) == (2023, 4)


@pytest.mark.parametrize("easter", ["2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2024-03-31", "2038-04-25"])
def test_easter_falls_where_the_almanac_has_it(easter: str):
    assert easter_sunday(int(easter[:4])) == DAY(easter)


def test_the_ecb_has_published_dollars_on_every_target_day_since_1999_and_on_no_other():
    published = {day for quote, day in read_ecb_history() if quote == "USD"}
    assert {day for day in published if not is_target_day(day)} == set()
    assert count_target_days(min(published), max(published)) == len(published)


BOOK = FxBook(
    {
        ("USD", DAY("2024-03-27")): D("1.10"),
        ("USD", DAY("2024-03-28")): D("1.20"),
        ("GBP", DAY("2024-03-27")): D("0.80"),
        ("GBP", DAY("2024-03-26")): D("0.70"),
    }
)


def test_a_cross_exists_only_on_days_on_which_both_are_observed():
    rates = BOOK.period("GBP", "USD", DAY("2024-01-01"), DAY("2024-03-31"))
    assert (rates.observations, rates.average, rates.closing_date) == (1, D("1.375"), DAY("2024-03-27"))
    assert rates.flags == {"fx_incomplete", "provisional"}


def test_the_average_is_the_mean_of_the_days_crosses_not_the_inverse_of_a_mean():
    rates = BOOK.period("USD", "EUR", DAY("2024-01-01"), DAY("2024-03-31"))
    assert rates.average == D("0.87121212121212")
    assert BOOK.period("EUR", "USD", DAY("2024-01-01"), DAY("2024-03-31")).average == D("1.15")


def test_a_closing_rate_is_at_most_seven_days_old():
    assert BOOK.closing("EUR", "USD", DAY("2024-04-04")) == (D("1.20"), DAY("2024-03-28"))
    assert BOOK.closing("EUR", "USD", DAY("2024-04-05")) == (None, None)


def test_a_spread_of_more_than_a_tenth_is_flagged_and_one_of_a_tenth_is_not():
    def flags_between(low: str, high: str) -> frozenset[str]:
        days = (DAY("2024-03-27"), DAY("2024-03-28"))
        book = FxBook({("USD", day): D(rate) for day, rate in zip(days, (low, high), strict=True)})
        return book.period("EUR", "USD", *days).flags

    assert flags_between("1.00", "1.10") == frozenset()
    assert flags_between("1.00", "1.1001") == {"fx_wide_spread"}


def test_a_whole_past_quarter_of_ecb_rates_raises_no_flag_and_a_hole_in_them_does():
    quarter = (DAY("2023-01-01"), DAY("2023-03-31"))
    assert ecb_book().period("USD", "CAD", *quarter).flags == frozenset()
    hole = ecb_book().period("ISK", "USD", DAY("2015-01-01"), DAY("2015-03-31"))
    assert (hole.average, hole.closing, hole.observations) == (None, None, 0)
    assert "fx_incomplete" in hole.flags


@needs_published_figures
def test_published_averages_and_closings_are_ours_exactly_or_by_the_deviation_on_record():
    asked = 0
    for record in read_records("known_fx_rates.csv"):
        if not record["ecb_mean_of_daily_cross"]:
            continue
        start, end = DAY(record["period_start"]), DAY(record["period_end"])
        rates = ecb_book().period(record["base"], record["quote"], start, end)
        ours = rates.average if record["kind"] == "average" else rates.closing
        assert abs(ours / D(record["ecb_mean_of_daily_cross"]) - 1) < D("1e-11"), record
        deviation = (ours / D(record["published"]) - 1) * 100
        assert abs(deviation - D(record["dev_pct"])) < D("1e-8"), record
        asked += 1
    assert asked == 1542

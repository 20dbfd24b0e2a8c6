"""Days as people write them: read where they can mean one day, refused by name where they cannot."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.days import DayError, parse_day


def answer(text: str, locale: str | None = None) -> str:
    """The day in ISO's form, or the code of the refusal."""
    try:
        return parse_day(text, locale).isoformat()
    except DayError as error:
        return error.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-12-31", "2025-12-31"),
        (" 2025/12/31\u00a0", "2025-12-31"),
        ("2025.1.2", "2025-01-02"),
        ("20251231", "2025-12-31"),
        ("2025-12-31T00:00:00", "2025-12-31"),
        ("2025-12-31 00:00:00.000", "2025-12-31"),
        ("31.12.2025", "2025-12-31"),
        ("31. 12. 2025", "2025-12-31"),
        ("12/31/2025", "2025-12-31"),
        ("31-12-2025", "2025-12-31"),
        ("04/04/2025", "2025-04-04"),
        ("31 Dec 2025", "2025-12-31"),
        ("31-Dec-2025", "2025-12-31"),
        ("31. Dezember 2025", "2025-12-31"),
        ("31 décembre 2025", "2025-12-31"),
        ("31 de diciembre de 2025", "2025-12-31"),
        ("1st March 2025", "2025-03-01"),
        ("Dec. 31, 2025", "2025-12-31"),
        ("Mar. 29, 2025", "2025-03-29"),
        ("Dec 31 2025", "2025-12-31"),
        ("DECEMBER 31,2025", "2025-12-31"),
        ("03/04/2025", "ambiguous_date"),
        ("3.4.2025", "ambiguous_date"),
        ("31/12/25", "two_digit_year"),
        ("31 Dec 25", "two_digit_year"),
        ("Dec 31, 25", "two_digit_year"),
        ("46022", "excel_serial"),
        ("46022.5", "excel_serial"),
        ("2025", "excel_serial"),
        ("31.02.2025", "no_such_day"),
        ("2025-13-01", "no_such_day"),
        ("31/31/2025", "no_such_day"),
        ("Feb 30, 2025", "no_such_day"),
        ("0000-01-01", "no_such_day"),
        ("2025-12-31 12:00", "time_of_day"),
        ("2025-12-31T00:00:01", "time_of_day"),
        ("Q4 2025", "not_a_date"),
        ("Foo 31, 2025", "not_a_date"),
        ("31.12/2025", "not_a_date"),
        ("\u0663\u0661.12.2025", "not_a_date"),
        ("", "not_a_date"),
        ("x" * 100, "not_a_date"),
    ],
)
def test_without_a_locale_only_what_means_one_day_is_read(text: str, expected: str):
    assert answer(text) == expected


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("03/04/2025", "en-US", "2025-03-04"),
        ("03/04/2025", "en_GB", "2025-04-03"),
        ("03.04.2025", "de", "2025-04-03"),
        ("03/04/2025", "en", "ambiguous_date"),
        ("03/04/2025", "en-CA", "ambiguous_date"),
        ("31/12/2025", "en", "2025-12-31"),
        ("31/12/2025", "en-US", "no_such_day"),
        ("12/31/2025", "fr", "no_such_day"),
        ("2025-03-04", "en-US", "2025-03-04"),
        ("03/04/2025", "xx", "unknown_locale"),
    ],
)
def test_a_locale_settles_the_order_and_is_held_to_it(text: str, locale: str, expected: str):
    assert answer(text, locale) == expected


FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%b. %d, %Y", "%d %B %Y", "%d-%m-%Y", "%Y%m%d")


@given(st.integers(0, 80_000), st.sampled_from(FORMS))
def test_a_day_however_written_is_read_as_that_day_or_called_ambiguous(after: int, form: str):
    day = date(1900, 1, 1) + timedelta(days=after)

    assert answer(day.strftime(form)) in {day.isoformat(), "ambiguous_date"}


@given(st.text("0123456789./- decDEC,TQ:", max_size=14))
def test_whatever_is_written_is_a_day_or_refused_by_name(text: str):
    assert answer(text)

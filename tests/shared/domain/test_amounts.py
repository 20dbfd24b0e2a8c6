"""Amounts as people write them: read where they can mean one thing, refused by name where they cannot."""

import csv
import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.amounts import LOCALES, AmountError, Scale, parse_amount
from shared.domain.number_marks import Marks
from tests.oracle.published import FOLDER, needs_published_figures

CODES = {
    *("ambiguous_number", "foreign_digits", "not_a_number", "percent", "scaled_number", "two_currencies"),
    *("unknown_locale", "wrong_grouping"),
}


def answer(text: str, locale: str | None = None, scale: Scale = Scale.UNITS) -> str:
    """The amount as text, or the code of the refusal."""
    try:
        return f"{parse_amount(text, locale, scale):f}"
    except AmountError as error:
        return error.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1250000.50", "1250000.50"),
        ("-3", "-3"),
        ("+3", "3"),
        ("0", "0"),
        ("007", "7"),
        ("1.", "1"),
        (".5", "0.5"),
        ("1.5e6", "1500000"),
        ("1E-3", "0.001"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1,234.567", "1234.567"),
        ("12,34,567.89", "1234567.89"),
        ("12,34,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1'234'567.50", "1234567.50"),
        ("1\u2019234.50", "1234.50"),
        ("1 234 567,8", "1234567.8"),
        ("1\u00a0234\u202f567", "1234567"),
        ("1\u2009234", "1234"),
        ("1,5", "1.5"),
        ("1.2345", "1.2345"),
        ("1234,567", "1234.567"),
        ("0,125", "0.125"),
        ("(1,234.50)", "-1234.50"),
        ("(5)", "-5"),
        ("$(5)", "-5"),
        ("(€ 5)", "-5"),
        ("-5", "-5"),
        ("5-", "-5"),
        ("\u22125", "-5"),
        ("-$5.00", "-5.00"),
        ("$-5.00", "-5.00"),
        ("€ 1.234,50", "1234.50"),
        ("1.234,50\u00a0€", "1234.50"),
        ("EUR 5", "5"),
        ("5 chf", "5"),
        ("US$5", "5"),
        ("NZD $100.70", "100.70"),
        ("£94.50 GBP", "94.50"),
        ("5 kr.", "5"),
        ("\u200f5\u200e", "5"),
        ("34,50 € *", "34.50"),
        ("1,234", "ambiguous_number"),
        ("1.234", "ambiguous_number"),
        ("$699,000", "ambiguous_number"),
        ("(1,000)", "ambiguous_number"),
        ("-12.345", "ambiguous_number"),
        ("1,5e3", "ambiguous_number"),
        ("1,23,456.7.8", "wrong_grouping"),
        ("12,34", "12.34"),
        ("1.23.456", "wrong_grouping"),
        ("1 23", "wrong_grouping"),
        ("1.234,567,8", "wrong_grouping"),
        ("0,123,456", "wrong_grouping"),
        ("12 %", "percent"),
        ("0.5 percent", "percent"),
        ("€1,2m", "scaled_number"),
        ("3k", "scaled_number"),
        ("1.2bn", "scaled_number"),
        ("5 Mio. €", "scaled_number"),
        ("K€ 5", "scaled_number"),
        ("5 million", "scaled_number"),
        ("€5 $", "two_currencies"),
        ("USD 5 EUR", "two_currencies"),
        ("\u0661\u0662", "foreign_digits"),
        ("\uff11\uff12", "foreign_digits"),
        ("5\u00b2", "foreign_digits"),
        ("\u00bd", "foreign_digits"),
        ("", "not_a_number"),
        ("-", "not_a_number"),
        ("\u2014", "not_a_number"),
        ("n/a", "not_a_number"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("1_000", "not_a_number"),
        ("0x1F", "not_a_number"),
        ("--5", "not_a_number"),
        ("-(5)", "not_a_number"),
        ("(5", "not_a_number"),
        ("- $44.99", "not_a_number"),
        ("5 - 7", "not_a_number"),
        ("5 7 apples", "not_a_number"),
        ("15.08.2017", "wrong_grouping"),
        ("1e9999", "not_a_number"),
        ("9" * 300, "not_a_number"),
    ],
)
def test_without_a_locale_only_what_means_one_thing_is_read(text: str, expected: str):
    assert answer(text) == expected


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("1,234", "en", "1234"),
        ("1,234", "de", "1.234"),
        ("1.234", "de", "1234"),
        ("1.234", "en_us", "1.234"),
        ("(1,000)", "en-GB", "-1000"),
        ("12,34,567.5", "hi", "1234567.5"),
        ("12,34,567.5", "en", "wrong_grouping"),
        ("1'234.50", "de-CH", "1234.50"),
        ("1.234.567", "pt-BR", "1234567"),
        ("1 234,5", "sv", "1234.5"),
        ("1.234,5", "es", "1234.5"),
        ("1 234,5", "es", "1234.5"),
        ("1 234.567,5", "es", "wrong_grouping"),
        ("1.5", "de", "wrong_grouping"),
        ("1250000.50", "de", "wrong_grouping"),
        ("1,5", "en", "wrong_grouping"),
        ("1'234", "en", "wrong_grouping"),
        ("1,5E+3", "de", "1500"),
        ("1.5E+3", "de", "wrong_grouping"),
        (",5", "fr", "0.5"),
        ("€ 1.234,50", "it", "1234.50"),
        ("5", "xx", "unknown_locale"),
    ],
)
def test_with_a_locale_its_marks_count_and_no_others(text: str, locale: str, expected: str):
    assert answer(text, locale) == expected


@pytest.mark.parametrize(
    ("text", "scale", "expected"),
    [
        ("3k", Scale.THOUSANDS, "3"),
        ("€1,2m", Scale.MILLIONS, "1.2"),
        ("1.5 Mio. €", Scale.MILLIONS, "1.5"),
        ("1.2bn", Scale.MILLIONS, "scaled_number"),
        ("3k", Scale.MILLIONS, "scaled_number"),
        ("3", Scale.MILLIONS, "3"),
    ],
)
def test_a_word_of_scale_must_say_what_is_declared_and_is_never_multiplied_here(text: str, scale: Scale, expected: str):
    assert answer(text, scale=scale) == expected
    assert (Scale.UNITS.factor, Scale.THOUSANDS.factor, Scale.MILLIONS.factor) == (1, 1_000, 1_000_000)


def written(number: Decimal, marks: Marks, group: str, sign: str) -> str:
    """The number as a locale writes it."""
    whole, _, rest = f"{abs(number):f}".partition(".")
    groups, size = [whole[-3:]], 2 if marks.indian else 3
    whole = whole[:-3]
    while whole:
        groups.insert(0, whole[-size:])
        whole = whole[:-size]
    text = group.join(groups) + (marks.decimal + rest if rest else "")
    return text if number >= 0 else {"-": f"-{text}", "after": f"{text}-", "(": f"({text})"}[sign]


AMOUNTS = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**15), max_value=10**15
) | st.integers(-(10**12), 10**12).map(Decimal)


@given(AMOUNTS, st.sampled_from(sorted(LOCALES)), st.booleans(), st.sampled_from(["-", "after", "("]))
def test_what_a_locale_writes_it_reads_and_without_it_nothing_is_read_wrong(
    number: Decimal, locale: str, grouped: bool, sign: str
):
    for group in LOCALES[locale].groups if grouped else ("",):
        text = written(number, LOCALES[locale], group, sign)

        assert parse_amount(text, locale) == number
        guessed = answer(text)
        assert guessed == "ambiguous_number" or Decimal(guessed) == number


@given(st.text("0123456789.,' -+()$€kmeE\u00a0", max_size=12), st.sampled_from([None, *sorted(LOCALES)]))
def test_whatever_is_written_is_an_amount_of_its_digits_or_refused_by_name(text: str, locale: str | None):
    got = answer(text, locale)

    if got.lstrip("-")[:1].isdigit():
        written_digits = re.sub("[^0-9]", "", re.split("[eE]", text)[0])
        read_digits = "".join(map(str, parse_amount(text, locale).as_tuple().digits))
        assert read_digits.lstrip("0") == written_digits.lstrip("0")
    else:
        assert got in CODES


@needs_published_figures
def test_of_real_price_strings_none_is_read_wrong():
    outcome: Counter[str] = Counter()
    with (FOLDER / "messy" / "price_strings_known_answers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            got, expected = answer(row["raw"]), row["expected_amount"]
            if got.lstrip("-")[0].isdigit():
                assert expected, row
                assert Decimal(got) == Decimal(expected), row
                outcome["read"] += 1
            else:
                outcome[got] += 1

    assert outcome["read"] >= 265
    assert outcome["ambiguous_number"] <= 20
    assert sum(outcome.values()) == 368

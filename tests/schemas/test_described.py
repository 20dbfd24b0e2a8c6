"""What the description says of a value is what is read: no more is promised, and nothing refused is promised."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.schemas.described import CLOSE, CURRENCY, FILE_NAME, LINE, LISTED, REPORTING_QUARTER, TEXT, YEAR_END
from shared.schemas.fields import Amount, Currency, Line, NotNegative, Text, YearEnd
from shared.schemas.imports import DropLink
from shared.schemas.queries import AsOf, ExplainQuery, VarianceQuery
from shared.schemas.rates import RateOverride
from shared.schemas.reporting import MetricsQuery, Quarter, Texts


def written(kind: Any) -> str:
    """The pattern of an amount that is written as a text."""
    number, text = TypeAdapter(kind).json_schema()["anyOf"]
    assert number["type"] == "number"
    return str(text["pattern"])


RATE = RateOverride.model_json_schema()["properties"]["rate"]["anyOf"][1]["pattern"]
READERS: dict[str, tuple[str, Any]] = {
    "currency": (CURRENCY, TypeAdapter(Currency).validate_python),
    "year end": (YEAR_END, TypeAdapter(YearEnd).validate_python),
    "quarter": (REPORTING_QUARTER, TypeAdapter(Quarter).validate_python),
    "close": (CLOSE, TypeAdapter(AsOf).validate_python),
    "text": (TEXT, TypeAdapter(Text).validate_python),
    "line": (LINE, TypeAdapter(Line).validate_python),
    "listed": (LISTED, TypeAdapter(Texts).validate_python),
    "amount": (written(Amount), TypeAdapter(Amount).validate_python),
    "not negative": (written(NotNegative), TypeAdapter(NotNegative).validate_python),
    "rate": (RATE, lambda text: RateOverride(rate=text, reason="r")),
}
REFUSED = {
    "currency": ("", "EU", "EURO", "E1R", "€€€"),
    "year end": ("", "02-30", "13-01", "00-10", "4-1", "04-31", "12-00"),
    "quarter": ("1969Q4", "2101Q1", "2025Q5", "2025q1", ""),
    "close": ("2025Q5-close", "2025Q1", "close", ""),
    "text": ("a\0",),
    "line": ("", " ", "\x1c", "\x85", "\u2003", "\0"),
    "listed": ("", " ", ",", " , ,", "\0"),
    "amount": ("", ".", "+", "1,0", "1" * 17, "x", "1.2.3"),
    "not negative": ("", "-1", "--1", "-0.5", "1" * 17),
    "rate": ("", "0", "0.000", "-1", "+0"),
}


@pytest.mark.parametrize("name", sorted(READERS))
@given(data=st.data())
@settings(max_examples=60, deadline=None, database=None)
def test_a_text_that_is_as_described_is_read(name: str, data: st.DataObject):
    pattern, read = READERS[name]

    read(data.draw(st.from_regex(pattern, fullmatch=True).filter(storable)))


def storable(text: str) -> bool:
    return not re.search("[\ud800-\udfff]", text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts])
def test_a_text_that_is_refused_is_not_as_described(name: str, text: str):
    pattern, read = READERS[name]

    with pytest.raises(ValidationError):
        read(text)
    assert not re.search(pattern, text)


@pytest.mark.parametrize("name", ["a/b.csv", "..", ".", "a\\b", "a\nb", " ", "a\x7f"])
def test_a_name_with_a_path_is_neither_described_nor_read(name: str):
    assert not re.search(FILE_NAME, name)
    with pytest.raises(ValidationError):
        DropLink(file_name=name)


@pytest.mark.parametrize("name", ["acme-2024Q1.csv", "Zahlen für März.xlsx", " spaced.csv"])
def test_a_plain_file_name_is_described_and_read(name: str):
    assert re.search(FILE_NAME, name)
    assert DropLink(file_name=name)


def test_every_column_and_plan_that_is_described_is_taken():
    described = MetricsQuery.model_json_schema()["properties"]
    for parameter in ("sort", "metrics"):
        for name in described[parameter]["anyOf"][0]["items"]["enum"]:
            MetricsQuery(**{parameter: name})
    for metric in ExplainQuery.model_json_schema()["properties"]["metric"]["enum"]:
        ExplainQuery(metric=metric)
    assert VarianceQuery.model_json_schema()["properties"]["scenario"]["enum"] == ["budget", "forecast"]


@given(data=st.data())
@settings(max_examples=100, deadline=None, database=None)
def test_a_condition_that_is_as_described_is_taken(data: st.DataObject):
    patterns = MetricsQuery.model_json_schema()["properties"]["[]"]["patternProperties"]
    pattern = data.draw(st.sampled_from(sorted(patterns)))
    values = {"format": lambda _: st.dates().map(str), "enum": st.sampled_from, "pattern": full_match}
    (value,) = (make(patterns[pattern][word]) for word, make in values.items() if word in patterns[pattern])

    MetricsQuery(**{data.draw(full_match(pattern)): data.draw(value)})


def full_match(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)

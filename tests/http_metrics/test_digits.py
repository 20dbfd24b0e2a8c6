"""Numbers keep their digits from the request's text to the answer's, and what is no number is none."""

import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.domain.fields import INPUT_FIELDS
from tests.http_metrics.client import Client

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
JSON = {"content-type": "application/json"}
SOMEWHERE = "/v1/companies/6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10/inputs/2024-03-31"


def amounts(lowest: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(lowest, 10**16 - 1, places=8) | st.integers(lowest, 10**16 - 1).map(Decimal)


QUARTERS = st.fixed_dictionaries(
    {field.name: amounts(-(10**16) + 1 if field.may_be_negative else 0) for field in INPUT_FIELDS}
)


@pytest.fixture
def path(api: Client) -> str:
    return f"/v1/companies/{api.call('POST', '/v1/companies', COMPANY).json['id']}/inputs/2024-03-31"


@given(QUARTERS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_field_comes_back_with_every_digit(api: Client, path: str, quarter: dict[str, Decimal]):
    body = "{" + ",".join(f'"{name}": {value:f}' for name, value in quarter.items()) + "}"

    put = api.call("PUT", path, body.encode(), JSON)
    assert put.status in {200, 201}, put.text

    text = api.get(path).text
    shown = {name: re.search(rf'"{name}"\s*:\s*(-?[0-9.]+)[,}}]', text)[1] for name in quarter}
    assert {name: Decimal(digits) for name, digits in shown.items()} == quarter
    listed = api.get("/v1/inputs").json["items"][0]
    assert {name: listed[name] for name in quarter} == quarter
    assert api.call("PUT", path, body.encode(), JSON).json["outcome"] == "unchanged"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.1", "0.1"),
        ("9999999999999999.99999999", "9999999999999999.99999999"),
        ("-0.00000001", "-0.00000001"),
        ("1E3", "1000"),
        ("1.5e-3", "0.0015"),
        ("-0", "0"),
        ('"1250000.50"', "1250000.50"),
        ('" +7. "', "7"),
    ],
)
def test_a_number_may_be_written_in_json_s_ways_or_as_plain_text(api: Client, path: str, written: str, value: str):
    answer = api.call("PUT", path, f'{{"ebitda": {written}}}'.encode(), JSON)

    assert answer.json["ebitda"] == Decimal(value), answer.text


@pytest.mark.parametrize(
    "written",
    [
        *("true", "[]", "{}", "1e16", "1e400", "0.123456789", "1e-9"),
        *(
            '""',
            '"1_000"',
            '"1,000"',
            '"1.234,56"',
            '"(5)"',
            '"\u0661\u0662"',
            '"\uff11"',
            '"NaN"',
            '"-Infinity"',
            '"0x1"',
        ),
    ],
)
def test_what_is_no_number_that_can_be_held_is_refused(offline_api: Client, written: str):
    answer = offline_api.call("PUT", SOMEWHERE, f'{{"ebitda": {written}, "employees": {written}}}'.encode(), JSON)

    assert answer.status == 400
    assert {error["pointer"] for error in answer.json["errors"]} == {"/ebitda", "/employees"}


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "01", ".5", "5.", "+1", "1_000"])
def test_what_is_no_json_is_no_number(offline_api: Client, written: str):
    answer = offline_api.call("PUT", SOMEWHERE, f'{{"ebitda": {written}}}'.encode(), JSON)

    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [("", "invalid_json")]


def test_a_round_s_and_a_rate_s_digits_are_kept_too(api: Client, path: str):
    rounds = path.replace("/inputs/2024-03-31", "/rounds")
    sent = b'{"closed_on": "2024-01-31", "round": "A", "currency": "EUR", "post_money_valuation": 215000000.10}'

    made = api.call("POST", rounds, sent, JSON)
    (stands,) = api.items(rounds)
    rate = api.call("PUT", "/v1/fx-rates/EUR/USD/2024-01-02", b'{"rate": 1.09560001, "reason": "a fix"}', JSON)

    assert (made.json["post_money_valuation"], stands["post_money_valuation"]) == (Decimal("215000000.10"),) * 2
    assert '"post_money_valuation" : 215000000.10' in made.text
    assert rate.json["rate"] == Decimal("1.09560001")
    assert [item["rate"] for item in api.items("/v1/fx-rates?base=EUR&quote=USD")] == [Decimal("1.09560001")]

"""Whatever is sent, the answer names what is wrong with it: no request makes the app fail.

What can be refused by looking at it is refused while the database does not answer.
"""

from datetime import date
from typing import Any

import pytest

from tests.http_metrics.client import Answer, Client

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
ROUND = {"closed_on": "2024-01-31", "round": "A", "currency": "EUR", "post_money_valuation": 1}
JSON = {"content-type": "application/json"}
SOMEWHERE = "/v1/companies/6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10"
NUL, HALF = "a\0b", "\ud800"


def named(answer: Answer) -> set[str]:
    """Where the errors of a refused request stand."""
    problem = answer.json
    assert (answer.status, problem["status"], problem["code"]) == (400, 400, "invalid_input"), answer.text
    assert all(error["message"] and error["code"] for error in problem["errors"])
    return {error.get("pointer", error.get("parameter", "?")) for error in problem["errors"]}


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({"name": NUL}, {"/name"}),
        ({"external_id": HALF, "location_country": NUL}, {"/external_id", "/location_country"}),
        ({"funds": ["Fund", NUL, HALF]}, {"/funds/1", "/funds/2"}),
        (
            {"reporting_currency": "E\0R", "reporting_currency_from": 20250101},
            {"/reporting_currency", "/reporting_currency_from"},
        ),
        (
            {"name": " ", "fiscal_year_end": "13-01", "funds": "Fund", "extra": 1},
            {"/name", "/fiscal_year_end", "/funds", "/extra"},
        ),
    ],
)
def test_texts_that_cannot_be_held_are_all_named(offline_api: Client, fields: dict[str, Any], places: set[str]):
    assert named(offline_api.call("POST", "/v1/companies", {**COMPANY, **fields})) == places


@pytest.mark.parametrize("written", ["\\ud800", "\\u0000", " "])
def test_half_a_character_and_no_character_are_no_reason(offline_api: Client, written: str):
    body = f'{{"reason": "{written}"}}'.encode()

    assert named(offline_api.call("PUT", f"{SOMEWHERE}/inputs/2024-03-31", body, JSON)) == {"/reason"}


@pytest.mark.parametrize(
    ("target", "parameter"),
    [
        ("/v1/companies?fund=a%00", "fund"),
        ("/v1/companies?external_id=%00b", "external_id"),
        ("/v1/inputs?fund=%00b", "fund"),
        ("/v1/metrics?fund=a%00", "fund/0"),
        ("/v1/imports?file_name=a%00", "file_name"),
        ("/v1/metrics?as_of=0001-01-01T00:00:00%2B23:59", "as_of"),
        ("/v1/metrics?as_of=9999-12-31T23:59:59-23:59", "as_of"),
        ("/v1/metrics?as_of=2025-01-01T00:00:00", "as_of"),
        ("/v1/inputs?start_reporting_date=20250101", "start_reporting_date"),
        ("/v1/inputs?end_reporting_date=2025-W01-1", "end_reporting_date"),
        ("/v1/inputs?limit=1001", "limit"),
        ("/v1/fx-rates/period?base=EUR&quote=USD&period_start=2020-01-01&period_end=2024-12-31", "period_end"),
        ("/v1/fx-rates/period?base=EUR&quote=EUR&period_start=2024-10-01&period_end=2024-12-31", "quote"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(offline_api: Client, target: str, parameter: str):
    assert named(offline_api.get(target)) == {parameter}


@pytest.mark.parametrize(
    ("target", "parameter"),
    [
        ("/v1/metrics?start_reporting_date=2025-01-01&end_reporting_date=2024-12-31", "end_reporting_date"),
        ("/v1/fx-rates?base=EUR&quote=USD&start=2025-01-01&end=2024-12-31", "end"),
        ("/v1/fx-rates/period?base=EUR&quote=USD&period_start=2025-01-01&period_end=2024-12-31", "period_end"),
    ],
)
def test_a_span_that_ends_before_it_starts_is_named_by_its_end(offline_api: Client, target: str, parameter: str):
    answer = offline_api.get(target)

    assert named(answer) == {parameter}
    assert "2025-01-01" in answer.json["errors"][0]["message"]


@pytest.mark.parametrize(
    "target",
    [
        "/v1/imports/none",
        "/v1/imports/%00",
        "/v1/imports/..%2F..%2Fetc",
        "/v1/companies/%00",
        "/v1/companies/not-a-uuid/rounds",
        "/v1/periods/2024/5",
        "/v1/periods/%00/1",
    ],
)
def test_what_can_be_no_name_names_nothing(api: Client, target: str):
    answer = api.get(target)

    assert (answer.status, answer.json["code"]) == (404, "not_found"), answer.text


@pytest.mark.parametrize("day", ["20240331", "2024-W13-7", "2024-3-31", "2024-02-30", "31.03.2024", "%00"])
def test_a_day_in_a_path_has_one_spelling(offline_api: Client, day: str):
    for method, body in (("GET", None), ("PUT", {}), ("DELETE", None)):
        assert named(offline_api.call(method, f"{SOMEWHERE}/inputs/{day}", body)) == {"period_end"}


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[" * 100_000, b'{"total_revenue": ' + b"9" * 5000 + b"}", b"{} {}", b"null", b'{"a": 1,}'],
)
def test_a_body_that_is_no_json_object_is_refused(offline_api: Client, body: bytes):
    answer = offline_api.call("PUT", f"{SOMEWHERE}/inputs/2024-03-31", body, JSON)

    assert named(answer) == {""}
    assert answer.json["errors"][0]["code"] == "invalid_json"


def test_a_round_is_refused_whole(offline_api: Client):
    sent = {**ROUND, "closed_on": "20240131", "round": NUL, "post_money_valuation": -1, "equity_raised_to_date": True}

    assert named(offline_api.call("POST", f"{SOMEWHERE}/rounds", sent)) == {
        "/closed_on",
        "/round",
        "/post_money_valuation",
        "/equity_raised_to_date",
    }


def test_a_rate_of_a_day_to_come_is_refused(api: Client):
    tomorrow = date.fromordinal(date.today().toordinal() + 2)  # noqa: DTZ011 (two days on, whatever the zone)

    answer = api.call("PUT", f"/v1/fx-rates/EUR/USD/{tomorrow}", {"rate": 1, "reason": "a guess"})

    assert named(answer) == {"date"}


def test_a_period_of_another_age_is_a_slip_of_the_year(api: Client):
    path = f"/v1/companies/{api.call('POST', '/v1/companies', COMPANY).json['id']}"

    for day in ("0001-03-31", "1969-12-31", "2101-03-31", "9999-12-31"):
        answer = api.call("PUT", f"{path}/inputs/{day}", {"total_revenue": 1})
        assert named(answer) == {"/period_end"}
        assert answer.json["errors"][0]["code"] == "out_of_range"
    assert list(api.items("/v1/inputs")) == []

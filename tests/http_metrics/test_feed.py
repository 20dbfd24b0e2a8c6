"""`/v1/change-feed` over HTTP: its items, its numbers, and what it refuses."""

import pytest

from tests.http_metrics.client import Client
from tests.http_metrics.conftest import ClientFor

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
ROUND = {"closed_on": "2024-01-31", "round": "A", "currency": "EUR", "post_money_valuation": 7}


def test_items_carry_what_changed_in_the_order_of_the_writes(api: Client):
    company = api.call("POST", "/v1/companies", COMPANY).json["id"]
    path = f"/v1/companies/{company}/inputs/2024-03-31"
    api.call("PUT", path, {"total_revenue": "1.50"})
    api.call("POST", f"/v1/companies/{company}/rounds", ROUND)
    api.call("DELETE", path)
    page = api.get("/v1/change-feed").json
    told = [(item["kind"], item["version"], item["deleted"]) for item in page["items"]]

    assert told == [
        ("company", None, False),
        ("company", None, False),
        ("input", 1, False),
        ("derived", None, False),
        ("round", 1, False),
        ("derived", None, False),
        ("input", 2, True),
        ("derived", None, False),
    ]
    assert [item["sequence"] for item in page["items"]] == list(range(1, 9))
    assert (page["next"], page["up_to_date"]) == (8, True)
    stored, span, a_round = page["items"][2], page["items"][3], page["items"][4]
    assert (stored["data"]["total_revenue"], stored["key"]["period_end"]) == (1.5, "2024-03-31")
    assert span["key"] == {"scenario": "actual", "from": "2024-03-24", "to": "2026-04-07"}
    assert a_round["data"]["post_money_valuation"] == 7
    assert page["items"][6]["data"] is None


def test_pages_follow_one_another_and_an_end_is_told(api: Client):
    for _ in range(3):
        api.call("POST", "/v1/companies", COMPANY)
    first = api.get("/v1/change-feed?limit=4").json
    second = api.get(f"/v1/change-feed?limit=4&after={first['next']}").json
    third = api.get(f"/v1/change-feed?limit=4&after={second['next']}").json

    assert [item["sequence"] for page in (first, second, third) for item in page["items"]] == list(range(1, 7))
    assert [page["up_to_date"] for page in (first, second, third)] == [False, True, True]
    assert (third["items"], third["next"]) == ([], 6)


def test_a_company_s_own_user_is_told_of_that_company_only(api: Client, client_for: ClientFor):
    own, other = (api.call("POST", "/v1/companies", COMPANY).json["id"] for _ in range(2))
    api.call("PUT", f"/v1/companies/{other}/inputs/2024-03-31", {"total_revenue": 1})
    page = client_for("Company.Submit", companies=[own]).get("/v1/change-feed").json

    assert {item["company_id"] for item in page["items"]} == {own}
    assert page["next"] == api.get("/v1/change-feed").json["next"]


@pytest.mark.parametrize("after", ["1", "-1", "x", "9223372036854775808", "9223372036854775807"])
def test_a_number_that_is_none_of_this_data_is_named(api: Client, after: str):
    answer = api.get(f"/v1/change-feed?after={after}")

    assert (answer.status, answer.json["errors"][0]["parameter"]) == (400, "after")

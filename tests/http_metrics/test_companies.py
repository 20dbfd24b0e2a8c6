"""Companies: what counts as a change, and what becomes of their quarters when the calendar or currency changes."""

from typing import Any

import pytest

from tests.http_metrics.client import Client

COMPANY = {
    "name": "Acme",
    "external_id": "acme",
    "reporting_currency": "EUR",
    "fiscal_year_end": "12-31",
    "funds": ["b fund", "A Fund"],
    "location_country": "DE",
}


@pytest.fixture
def path(api: Client) -> str:
    return f"/v1/companies/{api.call('POST', '/v1/companies', COMPANY).json['id']}"


def put_quarters(api: Client, path: str, *ends: str) -> None:
    for place, end in enumerate(ends):
        answer = api.call("PUT", f"{path}/inputs/{end}", {"total_revenue": 100 + place})
        assert answer.status == 201, answer.text


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"name": "Acme"},
        {"name": "  Acme "},
        {"funds": ["A Fund", "b fund"]},
        {"funds": ["b fund", "A Fund", "b fund"]},
        {"reporting_currency": "eur"},
        {"external_id": "acme", "fiscal_year_end": "12-31"},
    ],
)
def test_what_says_the_same_makes_no_version(api: Client, path: str, change: dict[str, Any]):
    before = api.get(path).json

    assert api.call("PATCH", path, change).json == before
    assert api.call("PUT", path, {**COMPANY, **change}).json == before
    assert before["version"] == 1


def test_every_change_counts_one_version_and_says_who(api: Client, path: str):
    changes = (
        {"name": "B"},
        {"funds": None},
        {"external_id": None},
        {"location_country": None},
        {"reporting_currency": "USD"},
    )

    bodies = [api.call("PATCH", path, change).json for change in changes]

    assert [body["version"] for body in bodies] == [2, 3, 4, 5, 6]
    assert (bodies[1]["funds"], bodies[2]["external_id"], bodies[3]["location_country"]) == ([], None, None)
    assert {body["updated_by"] for body in bodies} == {"local.developer@firm.example"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", None), ("reporting_currency", None), ("fiscal_year_end", None), ("reporting_status", None)],
)
def test_what_a_company_cannot_be_without_is_not_cleared(api: Client, path: str, field: str, value: None):
    answer = api.call("PATCH", path, {field: value})

    assert [error["pointer"] for error in answer.json["errors"]] == [f"/{field}"]


@pytest.mark.parametrize(
    ("ends", "year_end", "named"),
    [
        (
            ["2024-03-30", "2024-06-29", "2024-09-28", "2024-12-28"],
            "01-04",
            [(2025, 1), (2025, 2), (2025, 3), (2025, 4)],
        ),
        (
            ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"],
            "06-30",
            [(2024, 3), (2024, 4), (2025, 1), (2025, 2)],
        ),
        (["2025-01-02", "2025-04-03", "2025-07-03"], "12-31", [(2024, 4), (2025, 1), (2025, 2)]),
    ],
)
def test_a_changed_year_end_renames_the_quarters_and_keeps_their_figures(
    api: Client, path: str, ends: list[str], year_end: str, named: list[tuple[int, int]]
):
    first = "01-04" if year_end == "12-31" else "12-31"
    assert api.call("PATCH", path, {"fiscal_year_end": first}).status == 200
    put_quarters(api, path, *ends)
    before = [row["ltm_total_revenue"] for row in api.items("/v1/metrics")]

    answer = api.call("PATCH", path, {"fiscal_year_end": year_end})

    assert answer.status == 200, answer.text
    rows = list(api.items("/v1/metrics"))
    assert [(row["fiscal_year"], row["fiscal_quarter"]) for row in rows] == named
    assert [row["ltm_total_revenue"] for row in rows] == before
    assert [row["revenue_growth_qoq"] is None for row in rows] == [True] + [False] * (len(ends) - 1)


def test_a_year_end_that_quarters_on_record_do_not_fit_is_refused_and_names_them(api: Client, path: str):
    put_quarters(api, path, "2024-03-31", "2024-06-30")

    answer = api.call("PATCH", path, {"fiscal_year_end": "01-31", "name": "Half done"})

    assert (answer.status, answer.json["code"]) == (409, "periods_do_not_fit")
    assert "2024-03-31, 2024-06-30" in answer.json["detail"]
    assert api.get(path).json["name"] == "Acme"


def test_a_later_currency_leaves_earlier_quarters_and_a_put_may_name_its_own(api: Client, path: str):
    put_quarters(api, path, "2023-12-31")
    change = {"reporting_currency": "USD", "reporting_currency_from": "2024-01-01"}
    body = api.call("PATCH", path, change).json
    put_quarters(api, path, "2024-03-31")
    api.call("PUT", f"{path}/inputs/2024-06-30", {"total_revenue": 1, "currency": "gbp"})
    late = api.call("PUT", f"{path}/inputs/2023-09-30", {"total_revenue": 1})

    assert body["currencies"] == [
        {"currency": "EUR", "valid_from": None},
        {"currency": "USD", "valid_from": "2024-01-01"},
    ]
    assert late.json["currency"] == "EUR"
    rows = [(row["period_end"], row["currency"]) for row in api.items("/v1/inputs")]
    assert rows == [("2023-09-30", "EUR"), ("2023-12-31", "EUR"), ("2024-03-31", "USD"), ("2024-06-30", "GBP")]

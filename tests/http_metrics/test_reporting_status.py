"""`GET /v1/portfolio/reporting-status`: who owes a quarter, what is missing from it, and what came late."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.domain.as_of import ReportingQuarter
from shared.domain.expected_periods import CORE_FIELDS, expected_end
from shared.domain.periods import FiscalCalendar
from tests.http_metrics.client import Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.portfolio import MINE

PATH = "/v1/portfolio/reporting-status?reporting_quarter=2024Q1"
FULL = dict.fromkeys(CORE_FIELDS, 1)


@pytest.fixture
def ids(api: Client) -> dict[str, str]:
    """One complete, one incomplete, one restated, one silent, one that never has recurring revenue, one that left."""
    quarters: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "complete": [("2024-03-31", FULL)],
        "partial": [("2024-03-31", {"total_revenue": 1, "employees": 0})],
        "restated": [("2024-03-31", FULL), ("2024-03-31", {**FULL, "ebitda": 2})],
        "silent": [("2023-12-31", FULL)],
        "shop": [("2024-03-31", {**FULL, "recurring_revenue": None})],
        "gone": [("2023-12-31", FULL)],
        "withdrawn": [("2023-12-31", FULL), ("2024-03-31", FULL)],
        "april": [("2024-04-30", FULL)],
    }
    found = {}
    for name, inputs in quarters.items():
        sent = {
            "name": name,
            "external_id": name,
            "reporting_currency": "EUR",
            "funds": [MINE] if name == "partial" else [],
        }
        sent |= {"fiscal_year_end": "04-30" if name == "april" else "12-31"}
        sent |= {"revenue_type": "Marketplace"} if name == "shop" else {}
        found[name] = api.call("POST", "/v1/companies", sent).json["id"]
        for end, figures in inputs:
            assert api.call("PUT", f"/v1/companies/{found[name]}/inputs/{end}", figures).status in {200, 201}
    assert api.call("DELETE", f"/v1/companies/{found['withdrawn']}/inputs/2024-03-31").status == 204
    assert api.call("PATCH", f"/v1/companies/{found['gone']}", {"reporting_status": "exited"}).status == 200
    return found


def test_each_company_stands_where_its_figures_put_it(api: Client, ids: dict[str, str]):
    answer = api.get(PATH).json
    found = {item["name"]: item for item in answer["companies"]}

    assert (answer["reporting_quarter"], answer["due_days"]) == ("2024Q1", 45)
    assert {name: item["status"] for name, item in found.items()} == {
        "complete": "received",
        "restated": "received",
        "shop": "received",
        "april": "received",
        "partial": "incomplete",
        "silent": "late",
        "withdrawn": "late",
    }
    assert answer["counts"] == {
        "expected": 7,
        "received": 4,
        "incomplete": 1,
        "late": 2,
        "outstanding": 0,
        "received_late": 5,
        "restated": 1,
    }
    assert found["partial"]["missing_fields"] == [
        name for name in CORE_FIELDS if name not in {"total_revenue", "employees"}
    ]
    assert (found["silent"]["period_end"], found["silent"]["due_on"]) == ("2024-03-31", "2024-05-15")
    assert (found["april"]["period_end"], found["april"]["due_on"]) == ("2024-04-30", "2024-06-14")
    restated = found["restated"]
    assert (restated["version"], restated["restated"], restated["principal"]) == (2, True, restated["received_from"])
    assert restated["received_at"] < restated["recorded_at"]
    assert (found["silent"]["received_at"], found["silent"]["version"]) == (None, None)
    assert found["complete"]["company_id"] == ids["complete"]


def test_a_quarter_that_is_not_yet_due_is_outstanding_and_one_received_in_time_is_not_late(
    api: Client, ids: dict[str, str]
):
    this_year = datetime.now(UTC).year
    end = date(this_year, 12, 31)
    assert api.call("PUT", f"/v1/companies/{ids['complete']}/inputs/{end}", FULL).status == 201

    counts = api.get(f"/v1/portfolio/reporting-status?reporting_quarter={this_year}Q4").json["counts"]

    assert counts == {
        "expected": 7,
        "received": 1,
        "incomplete": 0,
        "late": 0,
        "outstanding": 6,
        "received_late": 0,
        "restated": 0,
    }


def test_counts_are_of_all_while_one_status_or_fund_narrows_the_list(api: Client, ids: dict[str, str]):
    late = api.get(f"{PATH}&status=late").json
    assert [item["company_id"] for item in late["companies"]] == [ids["silent"], ids["withdrawn"]]
    assert late["counts"]["received"] == 4
    fund = api.get(f"{PATH}&fund={MINE.replace(' ', '%20')}").json
    assert ([item["name"] for item in fund["companies"]], fund["counts"]["expected"]) == (["partial"], 1)
    assert api.get(f"{PATH}&due_days=-1").status == 400


def test_a_company_that_came_after_the_quarter_was_due_owes_nothing_for_it(api: Client, ids: dict[str, str]):
    assert ids
    asked = [
        api.get(f"/v1/portfolio/reporting-status?reporting_quarter={quarter}").json for quarter in ("2023Q4", "1990Q1")
    ]

    assert {item["name"] for item in asked[0]["companies"]} == {"silent", "withdrawn"}
    assert asked[1]["companies"] == []


def test_a_company_s_user_sees_itself_only(client_for: ClientFor, ids: dict[str, str]):
    own = client_for("Company.Submit", companies=[ids["silent"]])
    for query in ("", f"&company_id={ids['complete']},{ids['silent']}", "&status=late"):
        answer = own.get(f"{PATH}{query}").json
        assert [item["name"] for item in answer["companies"]] == ["silent"]
        assert answer["counts"]["expected"] == 1


@pytest.mark.parametrize(
    ("year_end", "quarter", "recorded", "end"),
    [
        ("12-31", (2024, 1), [], date(2024, 3, 31)),
        ("01-31", (2024, 1), [], date(2024, 4, 30)),
        ("02-29", (2024, 1), [], date(2024, 2, 29)),
        ("11-17", (2024, 1), [], date(2024, 2, 17)),
        ("11-15", (2024, 1), [], date(2024, 5, 15)),
        ("11-15", (2023, 1), [], date(2023, 5, 15)),
        ("11-13", (2024, 1), [], date(2024, 5, 13)),
        ("12-31", (2024, 1), [date(2023, 12, 30)], date(2024, 3, 30)),
        ("12-31", (2024, 1), [date(2023, 9, 30)], date(2024, 3, 31)),
    ],
)
def test_the_quarter_owed_is_the_one_whose_middle_lies_in_the_firm_s(
    year_end: str, quarter: tuple[int, int], recorded: list[date], end: date
):
    assert expected_end(FiscalCalendar.parse(year_end), ReportingQuarter(*quarter), recorded) == end

"""`GET /v1/portfolio/summary`: against figures worked out by hand and by plain Decimal arithmetic over the lists."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import quote

import pytest

from shared.domain.portfolio_figures import MIDDLED, SUMMED, WEIGHTED
from tests.http_metrics.client import Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.portfolio import MINE, OTHER, publish

PATH = "/v1/portfolio/summary?reporting_quarter=2024Q1"
NOW, BEFORE, YEAR_AGO = "2024-03-31", "2023-12-31", "2023-03-31"
FULL = {"recurring_revenue": 80, "gross_profit": 60, "sales_marketing_expense": 20, "total_operating_expense": 90}
FULL |= {"ebitda": -30, "net_income": -35, "cash_balance": 300, "debt_outstanding": 5, "customers": 4, "employees": 3}


def add(api: Client, name: str, currency: str, funds: list[str], quarters: dict[str, dict[str, Any]]) -> str:
    sent = {"name": name, "external_id": name, "reporting_currency": currency, "fiscal_year_end": "12-31"}
    company = api.call("POST", "/v1/companies", {**sent, "funds": funds}).json["id"]
    for end, figures in quarters.items():
        assert api.call("PUT", f"/v1/companies/{company}/inputs/{end}", figures).status == 201
    return str(company)


@pytest.fixture
def ids(api: Client) -> dict[str, str]:
    """The euro was 1.00 dollars in the first quarter of 2023, and is 1.25 since."""
    publish({"USD": "1.00"}, date(2023, 1, 1), 91)
    publish({"USD": "1.25"}, date(2023, 9, 20), 200)
    euro = {YEAR_AGO: {"total_revenue": 100}, BEFORE: {"total_revenue": 160, **FULL}}
    euro |= {NOW: {"total_revenue": 200, "cash_burn": -30, **FULL}}
    dollar = {YEAR_AGO: {"total_revenue": 50}, BEFORE: {"total_revenue": 0}, NOW: {"total_revenue": 40, "cash_burn": 6}}
    dollar[NOW] |= {**FULL, "debt_outstanding": None, "gross_profit": 30}
    return {
        "euro": add(api, "euro", "EUR", [MINE, OTHER], euro),
        "dollar": add(api, "dollar", "USD", [MINE], dollar),
        "new": add(api, "new", "USD", [OTHER], {NOW: {"total_revenue": 10, "cash_burn": -1, **FULL}}),
        "silent": add(api, "silent", "USD", [MINE], {}),
    }


def test_the_total_and_each_fund_are_as_worked_out_by_hand(api: Client, ids: dict[str, str]):
    answer = api.get(f"{PATH}&currency=USD").json
    total, (mine, other) = answer["total"], answer["funds"]

    assert (total["companies"], total["reported"]) == (4, 3)
    assert [(fund["name"], fund["companies"], fund["reported"]) for fund in (mine, other)] == [
        (MINE, 3, 2),
        (OTHER, 2, 2),
    ]
    # 200 × 1.25 + 40 + 10; the company of both funds counts in each
    assert [part["sums"]["total_revenue"]["sum"] for part in (total, mine, other)] == [300, 290, 260]
    assert total["sums"]["debt_outstanding"] == {
        "sum": Decimal("11.25"),
        "companies": 2,
        "excluded": {"missing_input:debt_outstanding": [ids["dollar"]], "not_reported": [ids["silent"]]},
    }
    # margins 0.3, 0.75, 6: the middle one; and (60 × 1.25 + 30 + 60) / 300
    assert total["ratios"]["gross_margin"] | {"excluded": None} == {
        "median": Decimal("0.75"),
        "weighted": Decimal("0.55"),
        "weighted_null": None,
        "companies": 3,
        "excluded": None,
    }
    # months of cash 30 and 900: the mean of the two; (300 × 1.25 + 300) / (10 × 1.25 + 1/3)
    runway = total["ratios"]["runway_months"]
    assert (runway["median"], runway["companies"]) == (465, 2)
    assert half_up(runway["weighted"], 4) == Decimal("52.5975")
    assert runway["excluded"] == {"cash_generating": [ids["dollar"]], "not_reported": [ids["silent"]]}


def test_growth_is_over_the_same_companies_at_the_later_quarter_s_rate(api: Client, ids: dict[str, str]):
    growth = api.get(f"{PATH}&currency=USD").json["total"]["growth"]

    # (200 × 1.25 + 40) / (100 × 1.25 + 50) − 1: the rate of a year ago, 1.00, has no part in it
    assert growth["total_revenue_yoy"] == {
        "growth": Decimal("0.6571428571"),
        "growth_null": None,
        "current": 290,
        "prior": 175,
        "companies": 2,
        "excluded": {f"missing_quarter:{YEAR_AGO}": [ids["new"]], "not_reported": [ids["silent"]]},
    }
    assert (growth["total_revenue_qoq"]["current"], growth["total_revenue_qoq"]["prior"]) == (290, 200)
    recurring = growth["recurring_revenue_yoy"]
    assert (recurring["growth"], recurring["growth_null"], recurring["companies"]) == (None, "no_company", 0)
    assert sorted(recurring["excluded"][f"missing_input:recurring_revenue@{YEAR_AGO}"]) == sorted(
        [ids["euro"], ids["dollar"]]
    )


def half_up(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def test_every_figure_is_that_of_the_lists(api: Client, ids: dict[str, str]):
    assert ids
    publish({"CAD": "1.5"}, date(2022, 12, 20), 500)
    for currency in ("USD", "EUR", "CAD"):
        for as_of in ("", "&as_of=2099-01-01T00:00:00Z"):
            assert_the_total_is_that_of_the_lists(api, currency, as_of)


def assert_the_total_is_that_of_the_lists(api: Client, currency: str, as_of: str) -> None:
    total = api.get(f"{PATH}&currency={currency}{as_of}").json["total"]
    lists = [
        {row["company_id"]: row for row in api.items(f"/v1/{name}?reporting_quarter=2024Q1&currency={currency}{as_of}")}
        for name in ("financials", "metrics")
    ]
    rows = {key: {**lists[0][key], **lists[1][key]} for key in lists[0]}

    assert set(total["sums"]) == set(SUMMED)
    assert set(total["ratios"]) == set(MIDDLED)
    for name in (*SUMMED, *MIDDLED):
        values = sorted(Decimal(row[name]) for row in rows.values() if row[name] is not None)
        found = total["sums"].get(name) or total["ratios"][name]
        assert found["companies"] == len(values), name
        assert sum(map(len, found["excluded"].values())) == 4 - len(values), name
        if name in SUMMED:
            assert found["sum"] == (sum(values) if values else None), name
        elif values:
            middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
            assert found["median"] == half_up(middle, 10), name
        if name in WEIGHTED and values:
            parts = WEIGHTED[name]
            of = [row for row in rows.values() if row[name] is not None]
            below = sum(Decimal(row[parts.denominator]) for row in of)
            above = parts.factor * sum(Decimal(row[parts.numerator]) for row in of)
            assert found["weighted"] == half_up(above / below, 10), name


def test_one_sees_the_sum_of_what_one_may_see(api: Client, client_for: ClientFor, ids: dict[str, str]):
    own = client_for("Company.Submit", companies=[ids["new"]])
    for query in ("", f"&fund={quote(MINE)}", f"&company_id={ids['euro']}", f"&fund={quote(OTHER)}"):
        answer = own.get(f"{PATH}&currency=USD{query}")
        assert not any(ids[name] in answer.text for name in ("euro", "dollar", "silent"))
        seen = answer.json["total"]
        assert seen is None or (seen["companies"], seen["sums"]["total_revenue"]["sum"]) == (1, 10)
    one = api.get(f"{PATH}&currency=USD&fund={quote(OTHER)}").json
    assert [fund["name"] for fund in one["funds"]] == [OTHER]
    assert one["total"]["sums"] == one["funds"][0]["sums"]


def test_a_changed_currency_and_a_quarter_nobody_reported_are_told(api: Client, ids: dict[str, str]):
    change = {"reporting_currency": "EUR", "reporting_currency_from": "2024-01-01"}
    switched = add(api, "switched", "USD", [], {YEAR_AGO: {"total_revenue": 5}})
    assert api.call("PATCH", f"/v1/companies/{switched}", change).status == 200
    assert api.call("PUT", f"/v1/companies/{switched}/inputs/{NOW}", {"total_revenue": 6}).status == 201

    growth = api.get(f"{PATH}&currency=USD").json["total"]["growth"]["total_revenue_yoy"]
    assert growth["excluded"]["currency_changed"] == [switched]
    nobody = api.get("/v1/portfolio/summary?reporting_quarter=2030Q1&currency=USD").json["total"]
    assert (nobody["companies"], nobody["reported"], nobody["sums"]["arr"]["sum"]) == (5, 0, None)
    assert nobody["sums"]["arr"]["excluded"] == {"not_reported": sorted([*ids.values(), switched])}

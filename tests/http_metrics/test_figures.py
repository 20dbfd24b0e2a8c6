"""`/v1/metrics` and `/v1/financials` as one asks: columns, conditions, orders, latest quarters, matrices."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest

from tests.http_metrics.client import Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.portfolio import MINE, OTHER, publish

Row = dict[str, Any]
ENDS = ("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31", "2024-03-31")
YEAR_ENDS = {"alpha": "12-31", "beta": "12-31", "gamma": "12-31", "delta": "11-30"}


@pytest.fixture
def ids(api: Client) -> dict[str, str]:
    """Four companies of two funds and three currencies; some burn cash, one reports little, one in other months."""
    publish({"USD": "1.25", "CAD": "1.5"}, date(2022, 11, 20), 500)
    found = {}
    for place, (name, year_end) in enumerate(YEAR_ENDS.items()):
        currency = ("EUR", "USD", "CAD", "EUR")[place]
        sent = {"name": name.title(), "external_id": name, "reporting_currency": currency, "fiscal_year_end": year_end}
        funds = [[MINE], [OTHER], [MINE, OTHER], []][place]
        found[name] = api.call("POST", "/v1/companies", {**sent, "funds": funds}).json["id"]
        for number, end in enumerate(ENDS[: 5 - place]):
            month = end if year_end == "12-31" else {3: "02-28", 6: "05-31", 9: "08-31", 12: "11-30"}[int(end[5:7])]
            figures = {"total_revenue": 1000 * (number + 1) + place, "recurring_revenue": 900, "gross_profit": 300}
            figures |= {"cash_balance": 500 - 70 * number, "cash_burn": (-190, 10, -230, -233)[place], "employees": 7}
            day = month if len(month) == 10 else f"{end[:4]}-{month}"
            put = api.call("PUT", f"/v1/companies/{found[name]}/inputs/{day}", figures)
            assert put.status == 201, put.text
    return found


def rows(client: Client, query: str, path: str = "/v1/metrics") -> list[Row]:
    return list(client.items(f"{path}?{query}"))


def test_only_the_columns_asked_for_and_their_reasons_are_shown(api: Client, ids: dict[str, str]):
    (row,) = rows(api, f"metrics=runway_months,arr&company_id={ids['beta']}&latest=true")
    whole = rows(api, f"company_id={ids['beta']}")[-1]

    assert list(row)[-4:] == ["flags", "runway_months", "arr", "nulls"]
    assert row == {**{name: whole[name] for name in row if name != "nulls"}, "nulls": row["nulls"]}
    assert (row["arr"], row["nulls"]) == (3600, {"runway_months": "cash_generating"})
    assert list(rows(api, "fields=employees", "/v1/financials")[0])[-2:] == ["employees", "nulls"]


HOLDS: list[tuple[str, Callable[[Row], bool]]] = [
    ("runway_months[lt]=6", lambda row: row["runway_months"] is not None and row["runway_months"] < 6),
    ("runway_months[null]=true", lambda row: row["runway_months"] is None),
    ("arr[gte]=3600&arr[ne]=4500.0", lambda row: row["arr"] is not None and row["arr"] >= 3600 and row["arr"] != 4500),
    ("gross_margin[eq]=0.3", lambda row: row["gross_margin"] == Decimal("0.3")),
    ("cash_out_date[lte]=2024-12-31", lambda row: row["cash_out_date"] and row["cash_out_date"] <= "2024-12-31"),
    (
        "reporting_quarter=2023Q4,2023Q1",
        lambda row: (row["reporting_year"], row["reporting_quarter"] % 3) == (2023, 1),
    ),
    (
        "start_reporting_date=2023-05-31&end_reporting_date=2023-11-30",
        lambda row: "2023-05-31" <= row["period_end"] <= "2023-11-30",
    ),
]


def test_conditions_keep_the_rows_of_the_whole_for_which_they_hold(api: Client, ids: dict[str, str]):
    assert ids
    for currency in ("currency=USD&", "currency=GBP&", ""):
        whole = rows(api, f"{currency}limit=1000")
        for query, holds in HOLDS:
            kept = [row for row in whole if holds(row)]
            assert rows(api, f"{currency}{query}") == kept, (currency, query)
            assert 0 < len(kept) < len(whole) or "USD" not in currency, query


ORDERS = [
    "-arr",
    "runway_months,-period_end",
    "-runway_months",
    "cash_out_date,company_id",
    "-company_id,-cash_out_date",
]


def test_any_order_is_the_same_in_pages_of_any_size_and_puts_nulls_last(api: Client, ids: dict[str, str]):
    assert ids
    for currency in ("USD", "GBP"):
        plain = rows(api, f"currency={currency}&metrics=arr,runway_months,cash_out_date")
        for sort in ORDERS:
            target = f"currency={currency}&metrics=arr,runway_months,cash_out_date&sort={sort}"
            whole = rows(api, f"{target}&limit=1000")
            assert whole == sorted_by(plain, sort), sort
            assert len({row["runway_months"] is None for row in whole}) == 2
            for limit in (1, 3, 13):
                assert rows(api, f"{target}&limit={limit}") == whole, (sort, limit)


def sorted_by(found: list[Row], sort: str) -> list[Row]:
    keys = [*sort.split(","), "period_end", "company_id"]
    for key in reversed(keys):
        name, down = key.removeprefix("-"), key.startswith("-")
        known = [row for row in found if row[name] is not None]
        found = sorted(known, key=lambda row: row[name], reverse=down) + [row for row in found if row[name] is None]
    return found


def test_latest_is_each_company_s_last_quarter_among_those_named_and_conditions_come_after(
    api: Client, ids: dict[str, str]
):
    for query in ("", "currency=CAD&", "currency=GBP&", "as_of=2099-01-01T00:00:00Z&"):
        target = f"{query}end_reporting_date=2023-12-31"
        last = {row["company_id"]: row for row in rows(api, target)}

        assert set(last) == set(ids.values())
        assert rows(api, f"{target}&latest=true&sort=company_id") == [last[key] for key in sorted(last)], query
        kept = {key for key, row in last.items() if row["runway_months"] is not None and row["runway_months"] < 8}
        assert {row["company_id"] for row in rows(api, f"{target}&latest=true&runway_months[lt]=8")} == kept
        assert 0 < len(kept) < len(last)


def test_companies_are_chosen_by_several_funds_and_ids_and_never_beyond_one_s_sight(
    api: Client, client_for: ClientFor, ids: dict[str, str]
):
    seen = {
        query: {row["company_id"] for row in rows(api, f"latest=true&{query}")}
        for query in (
            f"fund={quote(MINE)}",
            f"fund={quote(MINE)},{quote(OTHER)}",
            f"company_id={ids['beta']},{ids['delta']}",
        )
    }
    assert [sorted(found) for found in seen.values()] == [
        sorted(ids[name] for name in names)
        for names in (("alpha", "gamma"), ("alpha", "beta", "gamma"), ("beta", "delta"))
    ]
    own = client_for("Company.Submit", companies=[ids["beta"]])
    for query in ("", f"company_id={ids['alpha']},{ids['beta']}", f"fund={quote(OTHER)}", "sort=-arr"):
        for form in ("shape=rows", "shape=matrix&metrics=arr", "format=csv"):
            if "matrix" not in form or "sort" not in query:
                text = own.get(f"/v1/metrics?{query}&{form}").text
                assert [name for name in ids if ids[name] in text] == ["beta"]


def test_a_matrix_holds_the_values_and_reasons_of_the_rows(api: Client, ids: dict[str, str]):
    assert ids
    for currency in ("currency=USD&", "", "currency=GBP&"):
        for by in ("period_end", "reporting_quarter"):
            assert_matrix_of_rows(api, currency, by)


def assert_matrix_of_rows(api: Client, currency: str, by: str) -> None:
    answer = api.get(f"/v1/metrics?{currency}metrics=runway_months,arr&shape=matrix&by={by}")
    matrix = json.loads(answer.text, parse_float=Decimal)
    found = rows(api, f"{currency}metrics=runway_months,arr&limit=1000")
    titles = {
        row["period_end"]: row["period_end"]
        if by == "period_end"
        else f"{row['reporting_year']}Q{row['reporting_quarter']}"
        for row in found
    }
    where = {(row["company_id"], titles[row["period_end"]]): row for row in found}

    assert matrix["periods"] == sorted(set(titles.values()))
    assert [company["name"] for company in matrix["companies"]] == ["Alpha", "Beta", "Delta", "Gamma"]
    reasons = {}
    for y, company in enumerate(matrix["companies"]):
        for x, period in enumerate(matrix["periods"]):
            row = where.get((company["id"], period), {"nulls": {}})
            assert matrix["currencies"][y][x] == row.get("currency")
            for name in ("runway_months", "arr"):
                assert matrix["values"][name][y][x] == row.get(name)
                if name in row["nulls"]:
                    reasons.setdefault(name, []).append([y, x, row["nulls"][name]])
    assert matrix["nulls"] == reasons
    assert reasons


REFUSED: list[tuple[str, dict[str, str]]] = [
    ("metrics=runway_month,arrr,arr", {"metrics": "runway_months"}),
    (
        "runway_month[lt]=6&arr[less]=1&arr[lt]=x&gross_margin[null]=2&cash_out_date[lt]=1",
        {
            "runway_month[lt]": "runway_months",
            "arr[less]": "lte",
            "arr[lt]": "number",
            "gross_margin[null]": "true or false",
            "cash_out_date[lt]": "YYYY-MM-DD",
        },
    ),
    ("sort=-ar", {"sort": "arr"}),
    ("sort=arr,-arr", {"sort": "twice"}),
    ("reporting_quarter=2025Q5", {"reporting_quarter/0": "2025Q4"}),
    ("shape=matrix&limit=3&sort=arr", {"limit": "whole", "sort": "whole"}),
    ("format=csv&cursor=AAA", {"cursor": "whole"}),
    ("[]=1", {"[]": "not known"}),
    ("fields=arr", {"fields": "not known"}),
]


def test_what_cannot_be_asked_is_named_all_at_once(api: Client):
    for query, named in REFUSED:
        answer = api.get(f"/v1/metrics?{query}")

        assert answer.status == 400, answer.text
        found = {error["parameter"]: error["message"] for error in answer.json["errors"]}
        assert found.keys() == named.keys()
        assert all(word in found[name] for name, word in named.items()), found


def test_a_cursor_of_another_order_is_refused_and_a_link_header_repeats_next(api: Client, ids: dict[str, str]):
    assert ids
    page = api.get("/v1/metrics?sort=-arr&limit=1")
    following = page.json["next"]

    assert page.headers["Link"] == f'<{following}>; rel="next"'
    assert "Link" not in api.get("/v1/metrics").headers
    assert api.get(following).status == 200
    other = api.get(following.replace("sort=-arr", "sort=-gross_margin"))
    assert (other.status, other.json["errors"][0]["parameter"]) == (400, "cursor")

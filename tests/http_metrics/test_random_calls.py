"""Calls put together at random from what callers get wrong: each is answered, and none by a fault of the app."""

import inspect
import json
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from pydantic import BaseModel

from shared.domain.catalogue import METRICS
from shared.schemas import closes, companies, grants, import_queries, imports, inputs, queries, rates, reporting
from shared.web.endpoint import Route
from tests.http_metrics.client import Client
from tests.http_metrics.portfolio import ENDS, MINE, build
from tests.rooms import ROUTES

CALLS = 1_800
TEXTS = (
    *(
        "",
        " ",
        "a",
        "A" * 300,
        "ü€😀",
        "a\0",
        "\ud800",
        "null",
        "NaN",
        "';--",
        "%",
        "-1",
        "0",
        "1",
        "1000",
        "1e400",
        "x,y",
    ),
    *(
        "EUR",
        "USD",
        "usd",
        "ZZZ",
        "actual",
        "budget",
        "dream",
        "active",
        "12-31",
        "02-29",
        "apply",
        "true",
        "matrix",
        "csv",
        "xlsx",
        "2023Q4",
        "-arr,company_id",
        "gross_margin",
    ),
    *(METRICS[-1].name, MINE, *ENDS, "2024-02-30", "0001-01-01", "9999-12-31", "2100-12-31", "1970-01-01"),
    *("2024-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2023Q4-close", "1000Q1-close"),
    "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10",
)
VALUES = (*TEXTS, None, True, 0, -1, 1, 0.5, 10**15, 10**17, -(10**400), [], {}, ["a"], [None], {"a": 1})


def fields(*modules: Any) -> list[str]:
    """Every name by which some schema of these modules takes a value."""
    models = [
        model
        for module in modules
        for _, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, BaseModel)
    ]
    return sorted({field.alias or name for model in models for name, field in model.model_fields.items()})


IN_QUERIES = [
    *fields(import_queries, queries, reporting),
    *("runway_months[lt]", "arr[null]", "cash_out_date[gte]", "employees[eq]"),
]
IN_BODIES = fields(closes, companies, grants, imports, inputs, rates)


def random_target(route: Route, rng: Random, companies_on_record: tuple[str, ...], upload: str) -> str:
    values = {
        "company_id": rng.choice(companies_on_record),
        "period_end": rng.choice((*ENDS, *ENDS, "2024-06-30", "2100-12-31", "1970-03-31")),
        "import_id": rng.choice((upload, upload, "0" * 32, "x")),
        "grant_id": rng.choice(("0" * 32, "x")),
        "reporting_year": rng.choice(("2023", "2024", "0000", "9999", "x")),
        "reporting_quarter": rng.choice("12345"),
        "base": rng.choice(("EUR", "USD", "eur", "x")),
        "quote": rng.choice(("USD", "CAD", "EUR", "ZZZ", "x")),
        "date": rng.choice(("2024-01-02", "2024-01-06", "1970-01-01", "0001-01-01", "x")),
    }
    asked = rng.sample(IN_QUERIES, rng.choice((0, 1, 1, 2, 3))) if route.method in {"GET", "DELETE"} else []
    query = urlencode({name: rng.choice(TEXTS) for name in asked}, errors="surrogatepass")
    return f"/{route.path.format(**values)}?{query}"


def random_body(route: Route, rng: Random) -> bytes | None:
    if route.method not in {"POST", "PUT", "PATCH"}:
        return None
    good = {
        "put_input": {"total_revenue": rng.randrange(100)},
        "create_company": {"name": "N", "reporting_currency": "EUR", "fiscal_year_end": "12-31"},
        "record_round": {"closed_on": "2024-01-02", "round": "A", "currency": "USD", "post_money_valuation": 1},
        "put_fx_rate": {"rate": "1.5", "reason": "r"},
        "reopen_period": {"reason": "r"},
        "create_grant": {"holder_kind": "user", "holder_id": str(UUID(int=rng.randrange(5))), "fund": MINE},
    }.get(route.function, {})
    if route.function == "replace_company":
        good = {"name": "N", "reporting_currency": "EUR", "fiscal_year_end": "12-31", "funds": [MINE]}
    wrong = {name: rng.choice(VALUES) for name in rng.sample(IN_BODIES, rng.choice((0, 1, 1, 2)))}
    return json.dumps({**good, **wrong}).encode()


@pytest.mark.parametrize("seed", range(3))
def test_no_call_makes_the_app_fail(api: Client, seed: int):
    portfolio = build(api)
    rng = Random(seed)
    routes = [route for route in ROUTES.values() if route.permission and route.function != "post_import"]
    seen: dict[str, set[int]] = {}
    for _ in range(CALLS):
        route = rng.choice(routes)
        on_record = (portfolio.mine, portfolio.mine, portfolio.other, "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10", "x")
        target, body = random_target(route, rng, on_record, portfolio.upload), random_body(route, rng)

        answer = api.call(route.method, target, body, {"content-type": "application/json"} if body else None)

        assert answer.status in {200, 201, 202, 204, 400, 404, 409}, (route.method, target, body, answer.text)
        if answer.status >= 400:
            assert answer.json["status"] == answer.status
            assert answer.json["detail"]
        seen.setdefault(route.function, set()).add(answer.status // 100)
    assert {name for name, statuses in seen.items() if 2 in statuses} > {"put_input", "list_metrics", "update_company"}
    assert all(len(statuses) == 2 for name, statuses in seen.items() if name in {"put_input", "update_company"})

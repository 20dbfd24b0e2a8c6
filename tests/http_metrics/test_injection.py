"""Statements hidden in every parameter, path and body of every route: none is run, none changes or stalls anything."""

import json
import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from sqlalchemy import text

from shared.web.endpoint import Route
from tests.data.owner import owner_transaction
from tests.http_metrics.client import Client
from tests.http_metrics.described import operation_of
from tests.http_metrics.portfolio import build
from tests.rooms import ROUTES

HOSTILE = (
    "'; drop table companies; --",
    "' or '1'='1",
    "1) union select hash from audit_log --",
    "'; select pg_sleep(3); --",
    "\\'; update companies set name = 'taken' --",
    "$$; delete from funding_rounds; $$",
    ":scope_everything",
    "{0}%s%(company_id)s",
)
NOT_COMPARED = {"audit_log", "audit_chain", "rate_counts", "idempotency_keys"}
"""What a call, or its refusal, may leave."""
LONGEST_SECONDS = 2.0
ABSENT = "00000000-0000-4000-8000-000000000000"
FIELDS = ("name", "external_id", "reason", "currency", "round", "fund", "holder_name", "file_name", "total_revenue")


def content() -> dict[str, str]:
    """A digest of every table."""
    with owner_transaction() as session:
        tables = session.execute(text("select relname from pg_class where relkind = 'r' and relnamespace = 2200"))
        return {
            name: session.execute(
                text(f"select coalesce(md5(string_agg(t::text, '' order by t::text)), '') from {name} as t")
            ).scalar_one()
            for name in sorted(set(tables.scalars()) - NOT_COMPARED)
        }


def calls(route: Route, company: str) -> Iterator[tuple[str, bytes | None]]:
    """(target, body) for every place of a route that takes a text; what is written is about a company not there."""
    told = operation_of(route.function).get("parameters", [])
    good = {each["name"]: str(each.get("example", "")) for each in told if each["in"] == "path"}
    good["company_id"] = company if route.method == "GET" else ABSENT
    path = "/" + route.path
    for hostile in HOSTILE:
        for name in good if "{" in path else ():
            values = {**good, name: quote(hostile, safe="")}
            yield path.format(**values), None
        for each in told:
            if each["in"] == "query":
                yield f"{path.format(**good)}?{urlencode({each['name']: hostile})}", None
        if route.method in {"POST", "PUT", "PATCH"}:
            body = dict.fromkeys(FIELDS, hostile)
            yield path.format(**good), json.dumps(body).encode()
            yield path.format(**good), json.dumps([body]).encode()


def test_no_statement_hidden_in_a_call_is_run(api: Client):
    portfolio = build(api)
    before, count = content(), 0
    for route in ROUTES.values():
        if route.permission is None or route.function == "post_import":
            continue
        for target, body in calls(route, portfolio.mine):
            began = time.monotonic()
            answer = api.call(route.method, target, body, {"content-type": "application/json"} if body else None)
            count += 1
            assert answer.status in {200, 400, 403, 404, 409}, (route.method, target, body, answer.text)
            assert answer.status < 300 or "error" in answer.text or "detail" in answer.text
            assert time.monotonic() - began < LONGEST_SECONDS, target
    assert content() == before
    assert count > 1_500

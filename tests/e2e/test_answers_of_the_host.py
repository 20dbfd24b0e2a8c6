"""Through the running host: what nothing serves is a problem, requests keep their name, large lists travel packed."""

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")


def test_what_nothing_serves_is_a_problem_and_other_routes_go_before_it(stack: RunningStack):
    named = {"X-Correlation-Id": "seen-7"}
    nowhere = stack.get("/v1/nowhere/at/all", headers=named)
    refused = stack.delete("/v1/companies", headers=named)

    assert problem_of(nowhere, 404, "not_found")["correlation_id"] == nowhere.headers["X-Correlation-Id"] == "seen-7"
    assert problem_of(refused, 405, "method_not_allowed")["correlation_id"] == "seen-7"
    assert refused.headers["Allow"] == "GET, OPTIONS, POST"
    assert stack.get("/v1/health").json()["status"] == "ok"


def test_a_repeated_post_and_a_list_that_has_not_changed_are_answered_so(stack: RunningStack):
    sent = {"name": "Once", "reporting_currency": "EUR", "fiscal_year_end": "12-31", "external_id": "only once"}
    first, again = (stack.post("/v1/companies", json=sent, headers={"Idempotency-Key": "once"}) for _ in range(2))
    listed = stack.get("/v1/companies?external_id=only+once")
    same = stack.get("/v1/companies?external_id=only+once", headers={"If-None-Match": listed.headers["ETag"]})

    assert (first.status_code, again.status_code, again.text) == (201, 201, first.text)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(listed.json()["items"]) == 1
    assert (same.status_code, same.text, same.headers["ETag"]) == (304, "", listed.headers["ETag"])


def test_a_large_list_travels_packed(stack: RunningStack):
    company = new_company(stack)
    for end in ("2024-03-31", "2024-06-30", "2024-09-30"):
        assert put_input(stack, company, end, total_revenue=1).status_code == 201
    packed = stack.get(f"/v1/inputs?company_id={company['id']}")
    plain = stack.get(f"/v1/inputs?company_id={company['id']}", headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.json() == plain.json()
    assert "Content-Encoding" not in plain.headers

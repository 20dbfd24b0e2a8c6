"""Who gets in: every route against every role, every way a token can be wrong, every narrowing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from devstack.issuer import KEY_FILE
from devstack.signing import AUDIENCE, CLIENT, SCOPE, KeyRing, key_id
from shared.domain.permissions import ROLE_PERMISSIONS, Role
from tests.architecture.test_routes import registered_routes
from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")
NOBODY_S = {
    "company_id": "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10",
    "period_end": "2024-03-31",
    "import_id": "none",
    "grant_id": "00000000-0000-4000-8000-000000000000",
    "base": "EUR",
    "quote": "USD",
    "date": "1980-01-01",
    "reporting_year": "1980",
    "reporting_quarter": "1",
    "name": "swagger-ui.css",
}
ROUTES = registered_routes()
GUARDED = sorted(name for name, route in ROUTES.items() if route.permission is not None)


def call(stack: RunningStack, name: str, token: str) -> requests.Response:
    """The route's function, on things that do not exist."""
    route = ROUTES[name]
    path = "/" + route.path.format(**NOBODY_S)
    return stack.request(route.method, path, token=token, json={} if route.method in {"POST", "PUT", "PATCH"} else None)


@pytest.mark.parametrize("name", GUARDED)
def test_without_a_token_no_route_says_anything_but_that_it_wants_one(stack: RunningStack, name: str):
    answer = call(stack, name, "")

    problem_of(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("name", GUARDED)
def test_a_route_is_open_to_the_roles_that_carry_its_permission_and_closed_to_others(
    stack: RunningStack, name: str, role: Role
):
    answer = call(stack, name, stack.token(role.value))

    if ROUTES[name].permission in ROLE_PERMISSIONS[role]:
        assert answer.status_code not in {401, 403, 500}, answer.text
    else:
        assert ROUTES[name].permission.value in problem_of(answer, 403, "not_allowed")["detail"]


@pytest.mark.parametrize("name", sorted(set(ROUTES) - set(GUARDED)))
def test_what_is_open_to_all_asks_for_no_token(stack: RunningStack, name: str):
    assert call(stack, name, "").ok


def claims(stack: RunningStack, **changes: Any) -> dict[str, Any]:
    """Those of a good token, changed; a claim changed to None is left out."""
    now = datetime.now(UTC)
    good = {
        "iss": stack.connection["issuer_url"],
        "aud": AUDIENCE,
        "ver": "2.0",
        "tid": stack.connection["issuer_url"].split("/")[-2],
        "azp": CLIENT,
        "sub": "someone",
        "oid": "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a11",
        "scp": SCOPE,
        "roles": ["Portfolio.Read"],
        "nbf": now,
        "iat": now,
        "exp": now + timedelta(minutes=5),
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(stack: RunningStack, **changes: Any) -> str:
    key = KeyRing(stack.data_dir / KEY_FILE).signing_key
    return jwt.encode(claims(stack, **changes), key, algorithm="RS256", headers={"kid": key_id(key)})


def test_the_forged_tokens_below_are_good_but_for_what_is_wrong_with_them(stack: RunningStack):
    assert stack.get("/v1/companies", token=signed(stack)).ok


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": datetime.now(UTC) - timedelta(minutes=5)}, "token_expired"),
        ({"nbf": datetime.now(UTC) + timedelta(minutes=30)}, "token_not_yet_valid"),
        ({"aud": "api://another-app"}, "wrong_audience"),
        ({"iss": "https://login.example/other/v2.0"}, "wrong_issuer"),
        ({"exp": None}, "claim_missing"),
        ({"sub": None}, "claim_missing"),
        ({"company_ids": ["not-a-uuid"]}, "invalid_claims"),
        ({"roles": "Admin"}, "invalid_claims"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused_with_the_rule_it_breaks(
    stack: RunningStack, changes: dict[str, Any], code: str
):
    problem_of(stack.get("/v1/companies", token=signed(stack, **changes)), 401, code)


def test_a_token_signed_by_a_stranger_or_not_at_all_is_refused(stack: RunningStack):
    ring = KeyRing(stack.data_dir / KEY_FILE)
    stranger = generate_private_key(public_exponent=65537, key_size=2048)
    kid = {"kid": key_id(ring.signing_key)}
    good = signed(stack)
    public = str(ring.published("x")["keys"][0]["n"])
    forged = {
        "stranger's key": jwt.encode(claims(stack), stranger, algorithm="RS256", headers=kid),
        "no signature": jwt.encode(claims(stack), None, algorithm="none", headers=kid),
        "public key as secret": jwt.encode(claims(stack), public, algorithm="HS256", headers=kid),
        "changed payload": ".".join([good.split(".")[0], good.split(".")[1][:-2] + "AA", good.split(".")[2]]),
        "garbage": "not.a.token",
    }

    for what, token in forged.items():
        answer = stack.get("/v1/companies", token=token)
        assert (what, answer.status_code, answer.json()["code"]) == (what, 401, "invalid_token")
    unknown = jwt.encode(claims(stack), stranger, algorithm="RS256", headers={"kid": key_id(stranger)})
    problem_of(stack.get("/v1/companies", token=unknown), 401, "unknown_key")


def test_roles_of_other_apps_open_nothing(stack: RunningStack):
    problem_of(stack.get("/v1/companies", token=signed(stack, roles=["Global.Admin"])), 403, "not_allowed")


@pytest.fixture(scope="module")
def two_companies(stack: RunningStack) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two companies of different funds, each with a quarter."""
    mine, other = new_company(stack, funds=["Narrow Fund"]), new_company(stack, funds=["Other Fund"])
    for company in (mine, other):
        assert put_input(stack, company, "2024-03-31", total_revenue=7).ok
    return mine, other


def narrowed(stack: RunningStack, mine: dict[str, Any]) -> list[str]:
    """Tokens narrowed to the one company, by company and by fund."""
    return [
        stack.token("Company.Submit", company=mine["id"]),
        stack.token("Portfolio.Write", company=mine["id"]),
        stack.token("Portfolio.Write", fund="Narrow Fund"),
    ]


def test_a_narrowed_principal_sees_its_own_and_lists_leak_nothing(
    stack: RunningStack, two_companies: tuple[dict[str, Any], dict[str, Any]]
):
    mine, other = two_companies
    for token in narrowed(stack, mine):
        assert stack.get(f"/v1/companies/{mine['id']}", token=token).ok
        for path in ("", "/inputs/2024-03-31", "/rounds"):
            problem_of(stack.get(f"/v1/companies/{other['id']}{path}", token=token), 404, "not_found")
        listed = stack.get("/v1/companies", token=token).json()["items"]
        assert [item["id"] for item in listed] == [mine["id"]]
        for path in ("inputs", "financials", "metrics"):
            for query in ({}, {"company_id": other["id"]}, {"fund": "Other Fund"}):
                rows = stack.get(f"/v1/{path}", params=query, token=token).json()["items"]
                assert {row["company_id"] for row in rows} == (set() if query else {mine["id"]})


def test_a_narrowed_principal_writes_its_own_only(
    stack: RunningStack, two_companies: tuple[dict[str, Any], dict[str, Any]]
):
    mine, other = two_companies
    for token in narrowed(stack, mine):
        path = "/v1/companies/{}/inputs/2024-06-30"
        assert stack.put(path.format(mine["id"]), json={"total_revenue": 8}, token=token).ok
        problem_of(stack.put(path.format(other["id"]), json={"total_revenue": 8}, token=token), 404, "not_found")
        problem_of(stack.delete(path.format(other["id"]), token=token), 404, "not_found")
    assert len(stack.items("/v1/inputs", company_id=other["id"])) == 1


def test_a_narrowed_upload_stores_its_own_rows_and_rejects_the_others(
    stack: RunningStack, two_companies: tuple[dict[str, Any], dict[str, Any]]
):
    mine, other = two_companies
    token = stack.token("Company.Submit", company=mine["id"], name="Own User")
    rows = f"company_id,period_end,total_revenue\n{mine['id']},2023-12-31,5\n{other['id']},2023-12-31,5\n"
    posted = stack.post("/v1/imports", data=rows, headers={"Content-Type": "text/csv"}, token=token)
    report = stack.finished_import(posted.json()["id"])

    assert report["counts"] == {"rows": 2, "new": 1, "unchanged": 0, "restated": 0, "rejected": 1}
    assert [error["code"] for error in report["errors"]] == ["company_not_found"]
    stranger = stack.token("Company.Submit", company=other["id"], name="Other User")
    problem_of(stack.get(f"/v1/imports/{posted.json()['id']}", token=stranger), 404, "not_found")


def test_a_company_s_user_without_a_company_sees_nothing(stack: RunningStack):
    lost = stack.token("Company.Submit", name="Lost User")

    for path in ("companies", "inputs", "financials", "metrics", "imports"):
        assert stack.get(f"/v1/{path}", token=lost).json()["items"] == []

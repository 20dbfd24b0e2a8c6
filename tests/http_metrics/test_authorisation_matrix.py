"""Every route for every kind of caller: who is let in, who is not, and for whom a thing does not exist.

The table below is written by hand from what the law of access says; routes and answers come from the app. A route
without a line fails, and so does a line without a route.
"""

from typing import Any

import pytest

import durable_imports.blobs
from devstack.issuer import IssuerServer
from devstack.signing import Bearer, sign_token
from shared.services.imports import hash_content
from tests.http_metrics.client import Answer, Client
from tests.http_metrics.conftest import TENANT, ClientFor
from tests.http_metrics.documented_calls import example_call
from tests.http_metrics.portfolio import MINE, OTHER, build
from tests.rooms import ROUTES

ROLES = {
    "read": {"Portfolio.Read", "Portfolio.Write", "Company.Submit", "Admin"},
    "submit": {"Portfolio.Write", "Company.Submit", "Admin"},
    "manage": {"Portfolio.Write", "Admin"},
    "administer": {"Admin"},
}
LINES = """
approve_import manage import
cancel_import submit import
close_period administer firm
create_company manage part
create_drop_link submit company
create_grant administer firm
delete_company manage company
delete_fx_rate administer firm
delete_grant administer firm
delete_input submit company
give_import_template submit part
give_page_asset open part
give_redoc_page open part
give_swagger_page open part
list_audit_log administer firm
list_changes read part
list_closes read part
list_companies read part
list_financials read part
list_findings read part
list_fx_rates read part
list_grants administer firm
list_import_issues read import
list_import_moves read import
list_import_rows read import
list_imports read part
list_inputs read part
list_metric_definitions read part
list_metrics read part
list_rounds read company
list_variances read part
patch_input submit company
post_import submit part
put_fx_rate administer firm
put_input submit company
put_inputs submit part
read_change_feed read part
read_close read part
read_company read company
read_explanation read company
read_health open part
read_import read import
read_import_report read import
read_input read company
read_input_history read company
read_openapi_document open part
read_period_rate read part
read_portfolio_status read part
read_portfolio_summary read part
record_round manage company
reject_import manage import
reopen_period administer firm
replace_company manage company
retry_import submit import
update_company manage company
"""
"""Function, permission (`open`: none), and reach: `company` and `import`, another's does not exist; `firm`, only for
who is not narrowed; `part`, everyone gets their part."""
TABLE = {name: (permission, reach) for name, permission, reach in map(str.split, LINES.split("\n")[1:-1])}
GUARDED = sorted(name for name, (permission, _) in TABLE.items() if permission != "open")
WITHOUT_COMPANY = {"company_id": "00000000-0000-4000-8000-000000000000"}


def test_every_route_has_its_line_and_its_permission():
    registered = {name: route.permission.value if route.permission else "open" for name, route in ROUTES.items()}

    assert registered == {name: permission for name, (permission, _) in TABLE.items()}


@pytest.fixture
def ids(api: Client, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """Ids for the calls: of what is the callers' own, and of what is another's."""
    monkeypatch.setattr(durable_imports.blobs, "save_content", hash_content)
    portfolio = build(api)
    grant = "b6a7f3a8-6f0e-4e52-9c55-0d9b9b6b7a10"
    return {
        "own": {"company_id": portfolio.mine, "import_id": portfolio.upload, "grant_id": grant},
        "foreign": {"company_id": portfolio.other, "import_id": portfolio.upload, "grant_id": grant},
    }


def send(client: Client, name: str, ids: dict[str, str]) -> Answer:
    method, target, body, headers = example_call(name, ids)
    return client.call(method, target, body, headers)


def said(answer: Answer) -> tuple[int, Any]:
    return answer.status, answer.json["code"] if answer.status >= 400 else None


def faulty(issuer: IssuerServer) -> dict[str, tuple[Client, str]]:
    """Callers whose token does not hold, and what they are told."""
    key, bearer = issuer.keys.signing_key, Bearer(("Admin",))
    expired = sign_token(key, bearer, issuer=issuer.issuer, tenant=TENANT, minutes=-10)
    elsewhere = sign_token(key, bearer, issuer="https://elsewhere.example/v2.0", tenant=TENANT, minutes=5)
    return {
        "without a token": (Client(""), "not_authenticated"),
        "with no token": (Client("a.b.c"), "invalid_token"),
        "too late": (Client(expired), "token_expired"),
        "from elsewhere": (Client(elsewhere), "wrong_issuer"),
    }


def test_a_token_that_does_not_hold_opens_nothing(
    client_for: ClientFor, issuer: IssuerServer, ids: dict[str, dict[str, str]]
):
    assert client_for()
    for who, (client, code) in faulty(issuer).items():
        told = {name: said(send(client, name, ids["own"])) for name in GUARDED}
        assert told == dict.fromkeys(GUARDED, (401, code)), who


@pytest.mark.parametrize("role", sorted({*ROLES["read"], "Unknown.Role"}))
def test_a_role_opens_what_its_permissions_name_and_nothing_else(
    client_for: ClientFor, ids: dict[str, dict[str, str]], role: str
):
    companies = [ids["own"]["company_id"]] if role == "Company.Submit" else None
    client = client_for(role, companies=companies) if companies else client_for(role)
    for name in GUARDED:
        permission, reach = TABLE[name]
        status, code = said(send(client, name, ids["own"]))
        if role not in ROLES[permission]:
            assert (status, code) == (403, "not_allowed"), name
        elif role == "Company.Submit" and reach == "import":
            assert (status, code) == (404, "not_found"), name
        else:
            assert status not in {401, 403, 500, 503} or code == "own_import", (name, status, code)


@pytest.mark.parametrize("role", ["Portfolio.Read", "Portfolio.Write", "Company.Submit", "Admin"])
def test_for_who_is_narrowed_another_s_things_do_not_exist(
    client_for: ClientFor, ids: dict[str, dict[str, str]], role: str
):
    by_company = client_for(role, companies=[ids["own"]["company_id"]])
    callers = [by_company] if role == "Company.Submit" else [by_company, client_for(role, funds=[MINE])]
    for name in GUARDED:
        permission, reach = TABLE[name]
        if role not in ROLES[permission]:
            continue
        for client in callers:
            status, code = said(send(client, name, ids["foreign"]))
            if reach in {"company", "import"}:
                assert (status, code) == (404, "not_found"), name
            elif reach == "firm":
                assert (status, code) == (403, "not_allowed"), name
            else:
                assert status not in {401, 403, 500, 503} or name == "create_company", (name, status, code)


def test_a_role_reaches_no_further_beside_another_role(client_for: ClientFor, ids: dict[str, dict[str, str]]):
    company, other = ids["own"]["company_id"], ids["foreign"]["company_id"]
    both = client_for("Company.Submit", "Portfolio.Read", funds=[MINE, OTHER], companies=[company])

    assert send(both, "read_company", ids["foreign"]).status == 200, "as a reader of both funds"
    assert send(both, "put_input", ids["own"]).status in {200, 201}, "as the user of the company named"
    assert said(send(both, "put_input", {"company_id": other})) == (404, "not_found")
    assert said(send(both, "put_inputs", {"company_id": other})) == (400, "invalid_input")

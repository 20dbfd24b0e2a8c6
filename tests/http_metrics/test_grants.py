"""Grants: what they narrow, how they are given and withdrawn, and what can not happen by accident."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import pytest

from devstack.issuer import IssuerServer
from devstack.signing import Bearer, sign_token
from shared.services import grants
from tests.http_metrics.client import Client
from tests.http_metrics.conftest import TENANT, ClientFor
from tests.http_metrics.described import CheckedClient
from tests.http_metrics.portfolio import MINE, OTHER, Portfolio, build


@dataclass(frozen=True)
class Named(Bearer):
    """A bearer with further claims, or others."""

    extra: Mapping[str, object] = field(default_factory=dict)

    def claims(self) -> dict[str, object]:
        """As Bearer's, with what `extra` says."""
        return {**super().claims(), **self.extra}


@pytest.fixture
def portfolio(api: Client) -> Portfolio:
    return build(api)


@pytest.fixture
def analyst(issuer: IssuerServer, portfolio: Portfolio) -> "Analysts":
    assert portfolio
    return Analysts(issuer)


class Analysts:
    """Makes clients of one person, with other claims each time."""

    def __init__(self, issuer: IssuerServer) -> None:
        self.issuer, self.oid = issuer, str(uuid4())

    def client(self, role: str = "Portfolio.Read", **extra: object) -> Client:
        bearer = Named((role,), extra={"oid": self.oid, **extra})
        key, issuer = self.issuer.keys.signing_key, self.issuer.issuer
        return CheckedClient(sign_token(key, bearer, issuer=issuer, tenant=TENANT, minutes=30))


def names(client: Client) -> set[str]:
    grants._remembered.forget()
    return {item["external_id"] for item in client.get("/v1/companies").json["items"]}


def give(api: Client, holder: str, kind: str = "user", **what: object) -> str:
    answer = api.call("POST", "/v1/grants", {"holder_kind": kind, "holder_id": holder, **what})
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def test_who_was_never_granted_anything_sees_what_the_token_says(portfolio: Portfolio, analyst: Analysts):
    assert names(analyst.client()) == {"mine", portfolio.secret}
    assert names(analyst.client(fund_ids=[MINE])) == {"mine"}


def test_grants_of_companies_and_funds_add_up(api: Client, portfolio: Portfolio, analyst: Analysts):
    give(api, analyst.oid, company_id=portfolio.mine)
    assert names(analyst.client()) == {"mine"}
    give(api, analyst.oid, fund=OTHER)
    assert names(analyst.client()) == {"mine", portfolio.secret}


def test_who_loses_the_last_grant_sees_nothing_rather_than_everything(
    api: Client, portfolio: Portfolio, analyst: Analysts
):
    grant = give(api, analyst.oid, company_id=portfolio.mine)
    assert api.call("DELETE", f"/v1/grants/{grant}").status == 204
    assert names(analyst.client()) == set()
    assert api.call("DELETE", f"/v1/grants/{grant}").status == 404
    give(api, analyst.oid, whole_portfolio=True)
    assert names(analyst.client()) == {"mine", portfolio.secret}


def test_a_grant_of_a_company_that_is_removed_still_narrows(api: Client, portfolio: Portfolio, analyst: Analysts):
    assert portfolio
    sent = {"name": "Passing", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
    passing = api.call("POST", "/v1/companies", sent).json["id"]
    give(api, analyst.oid, company_id=passing)
    assert api.call("DELETE", f"/v1/companies/{passing}").status == 204
    assert names(analyst.client()) == set()


def test_a_token_s_own_narrowing_and_the_grants_hold_together(api: Client, portfolio: Portfolio, analyst: Analysts):
    give(api, analyst.oid, fund=MINE)
    give(api, analyst.oid, company_id=portfolio.other)
    assert names(analyst.client(fund_ids=[OTHER])) == {portfolio.secret}
    assert names(analyst.client(company_ids=[portfolio.mine])) == {"mine"}
    assert names(analyst.client(company_ids=[str(uuid4())])) == set()


def test_what_is_granted_to_a_group_counts_for_its_members(api: Client, portfolio: Portfolio, analyst: Analysts):
    group = str(uuid4())
    assert names(analyst.client(_claim_names={"groups": "src1"})) == {"mine", portfolio.secret}
    give(api, group, "group", fund=MINE)
    assert names(analyst.client(groups=[group])) == {"mine"}
    assert names(analyst.client(groups=[str(uuid4())])) == {"mine", portfolio.secret}
    grants._remembered.forget()
    unlisted = analyst.client(_claim_names={"groups": "src1"}).get("/v1/companies")
    assert (unlisted.status, unlisted.json["code"]) == (403, "groups_not_listed")


def test_a_company_s_user_gets_the_company_by_a_grant_and_nothing_by_a_fund(
    api: Client, portfolio: Portfolio, analyst: Analysts
):
    give(api, analyst.oid, fund=OTHER)
    assert names(analyst.client("Company.Submit")) == set()
    give(api, analyst.oid, company_id=portfolio.mine)
    user = analyst.client("Company.Submit")
    assert names(user) == {"mine"}
    sent = {"total_revenue": 5, "reason": "late"}
    assert user.call("PUT", f"/v1/companies/{portfolio.mine}/inputs/2024-03-31", sent).status == 200
    assert user.call("PUT", f"/v1/companies/{portfolio.other}/inputs/2024-03-31", sent).status == 404


def test_a_withdrawal_counts_at_once_here_and_soon_elsewhere(api: Client, portfolio: Portfolio, analyst: Analysts):
    grant = give(api, analyst.oid, company_id=portfolio.mine)
    client = analyst.client()
    assert client.get(f"/v1/companies/{portfolio.mine}").status == 200
    api.call("DELETE", f"/v1/grants/{grant}")
    assert client.get(f"/v1/companies/{portfolio.mine}").status == 404
    assert grants.REMEMBERED_FOR.total_seconds() <= 10


def test_the_same_grant_again_is_the_one_that_stands(api: Client, portfolio: Portfolio):
    sent = {"holder_kind": "application", "holder_id": str(uuid4()), "company_id": portfolio.mine}
    first, second = api.call("POST", "/v1/grants", sent), api.call("POST", "/v1/grants", sent)

    assert (first.status, second.status) == (201, 200)
    assert first.json == {**second.json, "outcome": "new"}
    listed = api.get(f"/v1/grants?holder_id={sent['holder_id']}").json["items"]
    assert [item["id"] for item in listed] == [first.json["id"]]


@pytest.mark.parametrize(
    ("what", "place"),
    [
        ({}, ""),
        ({"fund": MINE, "whole_portfolio": True}, ""),
        ({"fund": "Fund nobody made"}, "/fund"),
        ({"company_id": "00000000-0000-4000-8000-000000000000"}, "/company_id"),
        ({"whole_portfolio": False}, "/whole_portfolio"),
    ],
)
def test_a_grant_is_of_one_thing_that_is_there(api: Client, portfolio: Portfolio, what: dict[str, object], place: str):
    assert portfolio
    answer = api.call("POST", "/v1/grants", {"holder_kind": "user", "holder_id": str(uuid4()), **what})

    assert answer.status == 400
    assert [error["pointer"] for error in answer.json["errors"]] == [place]


def test_an_administrator_of_a_part_gives_no_grants(client_for: ClientFor, portfolio: Portfolio):
    part = client_for("Admin", funds=[MINE])
    sent = {"holder_kind": "user", "holder_id": str(uuid4()), "company_id": portfolio.mine}

    assert part.call("POST", "/v1/grants", sent).json["code"] == "not_allowed"
    assert part.get("/v1/grants").json["code"] == "not_allowed"

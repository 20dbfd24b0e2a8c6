"""Tokens that an attacker would send to a write: each is refused for what it is, has no effect, and is not repeated."""

import json
import logging
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from devstack.issuer import IssuerServer
from devstack.signing import AUDIENCE, CLIENT, SCOPE
from shared.domain.errors import NotAuthenticated
from shared.settings import get_settings
from shared.web.challenges import challenge_of
from tests.http_metrics.client import Answer, Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.crafted_tokens import CRAFTED
from tests.http_metrics.described import CheckedClient
from tests.http_metrics.forge import LEFT_OUT, OBJECT_ID, Forge

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
REGISTRATION = "9c4f0a52-77d1-4d0b-8f5a-5f2b0c6d7e10"
"""The app registration's client id, which version 2.0 tokens carry as audience."""


class Trap(ThreadingHTTPServer):
    """Counts who follows a header to a key of the attacker's."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), BaseHTTPRequestHandler)
        self.visits = 0

    def process_request(self, *arguments: object) -> None:
        """Count, and serve as ever."""
        self.visits += 1
        super().process_request(*arguments)


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    server = Trap()
    serving = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    serving.start()
    yield server
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture
def forge(issuer: IssuerServer, trap: Trap, offline_api: Client, monkeypatch: pytest.MonkeyPatch) -> Forge:
    """Tokens for an app whose database is not there: what is refused is refused before it is asked."""
    assert offline_api
    return _forge(issuer, trap, monkeypatch)


@pytest.fixture
def forge_and_database(
    issuer: IssuerServer, trap: Trap, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> Forge:
    """Tokens for an app that could write."""
    assert client_for
    return _forge(issuer, trap, monkeypatch)


def _forge(issuer: IssuerServer, trap: Trap, monkeypatch: pytest.MonkeyPatch) -> Forge:
    monkeypatch.setenv("AUTH_CLIENTS", f"11111111-0000-4000-8000-000000000000, {CLIENT}")
    monkeypatch.setenv("AUTH_AUDIENCE", f"{AUDIENCE}, {REGISTRATION}")
    get_settings.cache_clear()
    return Forge(issuer, f"http://127.0.0.1:{trap.server_port}/keys.json")


def post(token: str, **headers: str) -> Answer:
    return CheckedClient(token).call("POST", "/v1/companies", COMPANY, headers)


def names(forge: Forge) -> list[str]:
    return [item["name"] for item in CheckedClient(forge.token()).items("/v1/companies")]


def test_a_forged_token_is_good_but_for_what_is_wrong_with_it(forge_and_database: Forge):
    forge = forge_and_database
    assert post(forge.token()).status == 201
    assert post(forge.program_token()).status == 201
    assert post(forge.program_token(idtyp=LEFT_OUT)).status == 201
    assert post(forge.headed(typ="at+JWT")).status == 201
    assert post(forge.token(exp=forge.now - 5, nbf=forge.now + 25)).status == 201, "clocks differ"
    assert post(forge.token(aud=REGISTRATION)).status == 201
    assert post(forge.token(scp=f"other {SCOPE}", unknown={"a": [1.5]})).status == 201
    assert names(forge) == ["Acme"] * 7


@pytest.mark.timeout(300)
def test_every_crafted_token_is_refused_for_what_it_is_and_changes_nothing(
    forge_and_database: Forge, trap: Trap, caplog: pytest.LogCaptureFixture
):
    forge = forge_and_database
    caplog.set_level(logging.DEBUG)
    tokens = {name: craft(forge) for name, (craft, _, _) in CRAFTED.items()}
    answers = {name: post(token) for name, token in tokens.items()}

    assert len(CRAFTED) >= 120
    told = {name: (answer.status, answer.json["code"]) for name, answer in answers.items()}
    assert told == {name: (status, code) for name, (_, status, code) in CRAFTED.items()}
    assert names(forge) == []
    assert trap.visits == 0
    said = caplog.text + "".join(f"{answer.headers} {answer.text}" for answer in answers.values())
    assert [name for name, token in tokens.items() if token[-40:] in said or token[60:100] in said] == []


def test_a_refusal_says_in_the_header_what_is_wrong(forge: Forge):
    said = {
        (name, answer.status): answer.headers["WWW-Authenticate"]
        for name, answer in {
            "none": post(""),
            "expired": post(forge.token(exp=forge.now - 60)),
            "other scope": post(forge.token(scp="User.Read")),
            "reader": post(forge.token(roles=["Portfolio.Read"])),
        }.items()
    }

    realm, about = 'Bearer realm="portfolio-metrics"', "error_description"
    assert said == {
        ("none", 401): realm,
        ("expired", 401): f'{realm}, error="invalid_token", {about}="token_expired: The token has expired;'
        ' ask the issuer for a new one."',
        ("other scope", 403): f'{realm}, error="insufficient_scope", {about}="scope_missing: The token lacks the scope'
        f' {SCOPE}; let the client ask for it.", scope="{AUDIENCE}/{SCOPE}"',
        ("reader", 403): f'{realm}, error="insufficient_scope", {about}="not_allowed: This needs the permission to'
        ' manage; your roles: Portfolio.Read."',
    }


def test_a_challenge_is_one_header_whatever_the_detail_says():
    told = challenge_of(NotAuthenticated('a "role" of\\\r\nSet-Cookie: é', code="invalid_claims"))

    assert told == (
        'Bearer realm="portfolio-metrics", error="invalid_token",'
        ' error_description="invalid_claims: a  role  of   Set-Cookie:  "'
    )


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "issuer_not_configured"),
        ("https://login.microsoftonline.com/common/v2.0", "issuer_not_configured"),
        (f"http://127.0.0.1:1/{OBJECT_ID}/v2.0", "issuer_unavailable"),
        (f"http://login.example/{OBJECT_ID}/v2.0", "issuer_unavailable"),
    ],
)
def test_an_issuer_that_was_never_reached_is_our_fault_for_now_and_says_when_to_ask_again(
    forge: Forge, monkeypatch: pytest.MonkeyPatch, address: str, code: str
):
    token = forge.token()
    monkeypatch.setenv("AUTH_ISSUER", address)
    get_settings.cache_clear()

    answer = post(token)

    assert (answer.status, answer.json["code"], answer.headers["Retry-After"]) == (503, code, "5")
    assert "WWW-Authenticate" not in answer.headers


def test_what_a_proxy_says_of_the_caller_is_not_believed(forge: Forge):
    admin = {"auth_typ": "aad", "claims": [{"typ": "roles", "val": "Admin"}], "role_typ": "roles"}
    forged = {
        "x-ms-client-principal": b64encode(json.dumps(admin).encode()).decode(),
        "x-ms-client-principal-id": OBJECT_ID,
        "x-ms-client-principal-name": "admin@firm.example",
        "x-ms-client-principal-idp": "aad",
        "x-ms-token-aad-access-token": forge.token(),
        "x-forwarded-authorization": f"Bearer {forge.token()}",
    }

    assert post("", **forged).json["code"] == "not_authenticated"
    assert post(forge.token(roles=["Portfolio.Read"]), **forged).json["code"] == "not_allowed"


@pytest.mark.parametrize("name", ["access_token", "token", "code"])
def test_a_token_in_the_query_is_not_read(forge: Forge, name: str):
    answer = Client("").call("POST", f"/v1/companies?{name}={forge.token()}", COMPANY)

    assert (answer.status, answer.json["code"]) == (401, "not_authenticated")


def test_a_company_s_user_who_may_read_the_portfolio_writes_for_the_company_only(forge_and_database: Forge):
    forge = forge_and_database
    mine, other = (CheckedClient(forge.token()).call("POST", "/v1/companies", COMPANY).json["id"] for _ in range(2))
    both = CheckedClient(forge.token(roles=["Company.Submit", "Portfolio.Read"], company_ids=LEFT_OUT))
    own = CheckedClient(forge.token(roles=["Company.Submit"], company_ids=[mine]))

    assert {item["id"] for item in both.items("/v1/companies")} == {mine, other}
    for client, company, status in ((both, mine, 404), (both, other, 404), (own, mine, 201), (own, other, 404)):
        path = f"/v1/companies/{company}/inputs/2024-03-31"
        assert client.call("PUT", path, {"total_revenue": 1}).status == status

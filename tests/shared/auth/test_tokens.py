"""Tokens of a real issuer over HTTP: whom they make, when its keys change, and while it does not answer."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
import requests

from devstack.issuer import IssuerServer
from devstack.signing import Bearer, KeyRing, sign_token
from shared.auth.envelope import read_key_id
from shared.auth.tokens import authenticate, principal_of, whose_tokens
from shared.domain.errors import NotAllowed, NotAuthenticated, Unavailable
from shared.domain.permissions import Permission, Principal, Role, Scope
from shared.settings import get_settings

TENANT = "5f6b1f4e-1111-4c3c-9a52-7f0e3f6c2d10"
ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.fixture
def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[IssuerServer]:
    server = IssuerServer(0, TENANT, KeyRing(tmp_path / "keys.json"))
    serving = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    serving.start()
    monkeypatch.setenv("AUTH_ISSUER", server.issuer)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    get_settings.cache_clear()
    yield server
    get_settings.cache_clear()
    server.shutdown()
    server.server_close()
    serving.join()


PERSON = Bearer(["Portfolio.Read"], "A Person")


def token(issuer: IssuerServer, now: datetime, bearer: Bearer = PERSON) -> str:
    return sign_token(issuer.keys.signing_key, bearer, issuer=issuer.issuer, tenant=TENANT, minutes=60 * 24, now=now)


def control(issuer: IssuerServer, what: str) -> None:
    requests.post(f"http://127.0.0.1:{issuer.server_port}/control/{what}", timeout=5).raise_for_status()


def test_a_good_token_makes_a_principal_by_directory_id_and_name(issuer: IssuerServer):
    now = datetime.now(UTC)

    principal = authenticate(f"bearer  {token(issuer, now)} ", now)

    assert (principal.name, principal.roles) == ("a.person@firm.example", {Role.PORTFOLIO_READ})
    assert UUID(principal.subject)


def test_an_application_is_its_own_principal_and_none_without_a_role(issuer: IssuerServer):
    now = datetime.now(UTC)

    principal = authenticate(f"Bearer {token(issuer, now, Bearer(['Portfolio.Read'], is_program=True))}", now)
    assert (principal.name, principal.roles) == (principal.subject, {Role.PORTFOLIO_READ})
    with pytest.raises(NotAllowed):
        authenticate(f"Bearer {token(issuer, now, Bearer(['Other.Role'], is_program=True))}", now)


def test_another_algorithm_is_refused_before_any_key_is_looked_up():
    other = jwt.encode({}, "s" * 64, algorithm="HS256", headers={"kid": "key"})

    with pytest.raises(NotAuthenticated, match="not signed with RS256"):
        read_key_id(other)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "token", "Bearer\ttoken"])
def test_what_is_no_bearer_header_is_no_authentication(issuer: IssuerServer, header: str | None):
    assert issuer
    with pytest.raises(NotAuthenticated) as refused:
        authenticate(header, datetime.now(UTC))
    assert refused.value.code == "not_authenticated"


@pytest.mark.parametrize("text", ["x", "a.b.c", "é.é.é", "..", "\x7f.\x7f.\x7f", "A" * 100_000])
def test_garbage_is_an_invalid_token(issuer: IssuerServer, text: str):
    assert issuer
    with pytest.raises(NotAuthenticated) as refused:
        authenticate(f"Bearer {text}", datetime.now(UTC))
    assert refused.value.code == "invalid_token"


def test_a_new_signing_key_is_found_and_the_last_one_stays_good(issuer: IssuerServer):
    now = datetime.now(UTC)
    old = token(issuer, now)
    authenticate(f"Bearer {old}", now)
    control(issuer, "rotate")
    new = token(issuer, now)

    with pytest.raises(NotAuthenticated):
        authenticate(f"Bearer {new}", now + timedelta(minutes=4))
    assert authenticate(f"Bearer {new}", now + timedelta(minutes=5)) == authenticate(f"Bearer {old}", now)


def test_tokens_are_checked_while_the_issuer_is_out_and_a_cold_start_then_says_so(issuer: IssuerServer):
    now = datetime.now(UTC)
    good = token(issuer, now)
    authenticate(f"Bearer {good}", now)
    control(issuer, "outage?seconds=60")

    assert authenticate(f"Bearer {good}", now + timedelta(hours=2)).roles
    issuer.tenant = "another"
    get_settings.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTH_ISSUER", f"{issuer.issuer}")
        with pytest.raises(Unavailable):
            authenticate(f"Bearer {good}", now)


def claims(**changes: Any) -> dict[str, Any]:
    return {"oid": str(ONE), "roles": ["Company.Submit"], **changes}


@pytest.mark.parametrize(
    ("changes", "scope"),
    [
        ({}, Scope(frozenset())),
        ({"fund_ids": ["Fund"]}, Scope(frozenset())),
        ({"company_ids": [str(ONE)], "fund_ids": ["Fund"]}, Scope(frozenset({ONE}))),
        ({"company_ids": [str(ONE), str(TWO)]}, Scope(frozenset({ONE, TWO}))),
        ({"roles": ["Company.Submit", "Portfolio.Read"], "fund_ids": ["Fund"]}, Scope(None, frozenset({"Fund"}))),
        ({"roles": ["Portfolio.Read"]}, Scope()),
        ({"roles": ["Admin"], "company_ids": []}, Scope(frozenset())),
        ({"roles": ["Admin"], "fund_ids": []}, Scope(None, frozenset())),
        ({"roles": []}, Scope(frozenset())),
    ],
)
def test_a_token_s_claims_narrow_and_never_widen(changes: dict[str, Any], scope: Scope):
    principal = principal_of(claims(**changes))

    assert principal.scope == scope
    assert principal.scope.is_everything == (scope == Scope())


@pytest.mark.parametrize(
    "changes",
    [
        {"roles": "Admin"},
        {"roles": [1]},
        {"roles": {"Admin": True}},
        {"company_ids": ["x"]},
        {"company_ids": str(ONE)},
        {"company_ids": [None]},
        {"fund_ids": "Fund"},
        {"fund_ids": ["Fund\0"]},
        {"name": ["A Person"]},
        {"preferred_username": "a" * 1000},
    ],
)
def test_a_claim_of_another_shape_makes_no_principal(changes: dict[str, Any]):
    with pytest.raises(NotAuthenticated) as refused:
        principal_of(claims(**changes))
    assert refused.value.code == "invalid_claims"


def test_roles_of_other_apps_and_other_spellings_carry_nothing():
    principal = principal_of(claims(roles=["admin", "Portfolio.read", "Global.Admin", "Portfolio.Read"]))

    assert principal.permissions == {Permission.READ}
    assert Principal("", "", frozenset()).permissions == frozenset()


def test_a_name_that_could_not_be_stored_is_shown_without_what_is_wrong_with_it():
    principal = principal_of(claims(name="A\0 Per\nson\ud800"))

    assert principal.name == "A\N{REPLACEMENT CHARACTER} Per\N{REPLACEMENT CHARACTER}son\N{REPLACEMENT CHARACTER}"


def test_an_issuer_that_does_not_tell_its_tenant_is_not_configured(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    for issuer, tenant, found in (
        ("https://login.microsoftonline.com/common/v2.0", "", None),
        ("https://login.microsoftonline.com/common/v2.0", TENANT, TENANT),
        (f"https://login.microsoftonline.com/{TENANT}/v2.0", "", TENANT),
    ):
        monkeypatch.setenv("AUTH_ISSUER", issuer)
        monkeypatch.setenv("AUTH_TENANT", tenant)
        get_settings.cache_clear()
        if found:
            assert whose_tokens().tenant == found
        else:
            with pytest.raises(Unavailable) as refused:
                whose_tokens()
            assert refused.value.code == "issuer_not_configured"
    get_settings.cache_clear()

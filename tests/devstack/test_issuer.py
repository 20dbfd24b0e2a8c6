"""The local issuer: tokens of Entra's shape that a standard library accepts, rotation and outage on command."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import jwt
import pytest
import requests

from devstack.issuer import KEY_FILE, issuer_service
from devstack.processes import free_port
from devstack.service import Service
from devstack.signing import AUDIENCE, CLIENT, SCOPE, Bearer, KeyRing, issuer_url, sign_token

TENANT = "5f0c1b7e-6c1f-4a55-9b4e-0d6c3a0a8f11"


class LocalIssuer:
    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = issuer_url(self.port, TENANT)
        self.service: Service = issuer_service(
            root, data_dir=folder, port=self.port, tenant=TENANT, log=folder / "issuer.log"
        )

    def control(self, what: str) -> requests.Response:
        return requests.post(f"http://127.0.0.1:{self.port}/control/{what}", timeout=5)

    def token(self, bearer: Bearer, minutes: int = 5) -> str:
        key = KeyRing(self.folder / KEY_FILE).signing_key
        return sign_token(key, bearer, issuer=self.url, tenant=TENANT, minutes=minutes)

    def discovery(self) -> requests.Response:
        return requests.get(f"{self.url}/.well-known/openid-configuration", timeout=5)

    def verify(self, token: str) -> dict[str, object]:
        """As a relying party does: discovery, then keys, then the token."""
        keys = jwt.PyJWKClient(self.discovery().json()["jwks_uri"])
        signing_key = keys.get_signing_key_from_jwt(token)
        return jwt.decode(token, signing_key, algorithms=["RS256"], audience=AUDIENCE, issuer=self.url)


@pytest.fixture
def issuer(tmp_path: Path, project_root: Path) -> Iterator[LocalIssuer]:
    local = LocalIssuer(project_root, tmp_path)
    local.service.launch()
    local.service.wait(30)
    yield local
    local.service.stop()


def test_a_token_verifies_through_discovery_and_has_entras_claims(issuer: LocalIssuer):
    claims = issuer.verify(issuer.token(Bearer(roles=["Portfolio.Read", "Admin"], name="Ada Lovelace")))

    assert claims["iss"] == issuer.discovery().json()["issuer"] == issuer.url
    assert claims["roles"] == ["Portfolio.Read", "Admin"]
    assert (claims["tid"], claims["ver"], claims["name"]) == (TENANT, "2.0", "Ada Lovelace")
    assert claims["preferred_username"] == "ada.lovelace@firm.example"
    assert UUID(str(claims["oid"])).version == 5
    assert {"sub", "iat", "nbf", "exp"} <= claims.keys()
    assert not {"company_ids", "fund_ids"} & claims.keys()


def test_a_program_s_token_speaks_for_itself_and_a_person_s_for_its_client_too(issuer: LocalIssuer):
    person = issuer.verify(issuer.token(Bearer(roles=["Portfolio.Read"])))
    program = issuer.verify(issuer.token(Bearer(roles=["Portfolio.Read"], is_program=True)))

    assert (person["scp"], person["azp"], "idtyp" in person) == (SCOPE, CLIENT, False)
    assert (program["sub"], program["idtyp"], "scp" in program) == (program["oid"], "app", False)
    assert person["sub"] != person["oid"]


def test_narrowing_is_a_list_and_an_empty_list_is_not_an_absent_one(issuer: LocalIssuer):
    narrowed = issuer.verify(issuer.token(Bearer(roles=["Company.Submit"], companies=["c-1", "c-2"], funds=[])))
    assert (narrowed["company_ids"], narrowed["fund_ids"]) == (["c-1", "c-2"], [])


def test_the_same_bearer_keeps_its_object_id_and_another_has_its_own(issuer: LocalIssuer):
    reader, again = Bearer(roles=["Portfolio.Read"]), Bearer(roles=["Portfolio.Read"])
    narrowed = Bearer(roles=["Portfolio.Read"], companies=["c-1"])
    oids = [issuer.verify(issuer.token(bearer))["oid"] for bearer in (reader, again, narrowed)]
    assert oids[0] == oids[1] != oids[2]


def test_a_token_of_the_past_is_refused(issuer: LocalIssuer):
    with pytest.raises(jwt.ExpiredSignatureError):
        issuer.verify(issuer.token(Bearer(roles=[]), minutes=-1))


def test_after_one_rotation_both_keys_are_published_after_two_the_first_is_gone(issuer: LocalIssuer):
    first = issuer.token(Bearer(roles=["Portfolio.Read"]))
    new_kid = issuer.control("rotate").json()["kid"]
    second = issuer.token(Bearer(roles=["Portfolio.Read"]))
    assert jwt.get_unverified_header(second)["kid"] == new_kid != jwt.get_unverified_header(first)["kid"]
    assert issuer.verify(first)["sub"] == issuer.verify(second)["sub"]

    issuer.control("rotate")
    assert issuer.verify(second)
    with pytest.raises(jwt.PyJWKClientError, match="Unable to find a signing key"):
        issuer.verify(first)


def test_an_outage_answers_503_until_it_is_over(issuer: LocalIssuer):
    assert issuer.control("outage?seconds=60").ok
    assert issuer.discovery().status_code == 503
    assert issuer.control("outage?seconds=0").ok
    assert issuer.discovery().status_code == 200


def test_an_outage_without_a_length_is_a_bad_request_that_says_so(issuer: LocalIssuer):
    answer = issuer.control("outage")
    assert answer.status_code == 400
    assert "seconds=N" in answer.text


def test_the_keys_survive_a_restart_in_a_file_for_its_owner_only(issuer: LocalIssuer):
    token = issuer.token(Bearer(roles=[]))
    issuer.service.stop()
    issuer.service.launch()
    issuer.service.wait(30)
    assert issuer.verify(token)
    assert stat.S_IMODE((issuer.folder / KEY_FILE).stat().st_mode) == 0o600


def test_a_token_says_when_it_was_issued_and_ends(tmp_path: Path):
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    key = KeyRing(tmp_path / "keys").signing_key
    token = sign_token(key, Bearer(roles=[]), issuer="i", tenant="t", minutes=30, now=at)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["iat"] == claims["nbf"] == int(at.timestamp())
    assert claims["exp"] == int((at + timedelta(minutes=30)).timestamp())

"""Tokens that must not be taken, by name: how each is made, and what it is answered with."""

import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec_key

from devstack.signing import AUDIENCE, _public_jwk, key_id
from tests.http_metrics.forge import LEFT_OUT, OBJECT_ID, Forge, encode

Craft = tuple[Callable[[Forge], str], int, str]
INVALID = (401, "invalid_token")
OTHER_TENANT = "00000000-1111-4222-8333-444444444444"


def public_pem(forge: Forge) -> bytes:
    """The issuer's public key as everybody can write it."""
    return forge.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def rearranged(forge: Forge, change: Callable[[list[str]], list[str]]) -> str:
    """A good token's parts, changed."""
    return ".".join(change(forge.token().split(".")))


def said_twice(mapping: dict[str, Any], name: str, first: Any) -> bytes:
    """JSON that says one thing twice; most parsers take the last."""
    return f"{{{json.dumps(name)}: {json.dumps(first)}, {json.dumps(mapping)[1:]}".encode()


def unused_bits(signature: str) -> str:
    """The same bytes in other letters: bits of the last one that no byte uses, set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return signature[:-1] + alphabet[alphabet.index(signature[-1]) + 1]


def detached(forge: Forge) -> str:
    """RFC 7797: the payload is not encoded, and not there."""
    header = encode(json.dumps(forge.header(b64=False, crit=["b64"])).encode())
    return f"{header}..{forge.token().split('.')[2]}"


ALGORITHMS: dict[str, Callable[[Forge], str]] = {
    "alg none, no signature": lambda forge: rearranged(
        forge, lambda parts: [encode(json.dumps(forge.header(alg="none")).encode()), parts[1], ""]
    ),
    **{
        f"alg {alg!r}, a signature": lambda forge, alg=alg: forge.headed(alg=alg)
        for alg in ("none", "None", "nOnE", "", "rs256", "RS256 ", "HS256", "ES256", "dir", None, 256, ["RS256"])
    },
    "no alg": lambda forge: forge.headed(alg=LEFT_OUT),
    "HS256 over the public key's PEM": lambda forge: forge.keyed("HS256", public_pem(forge)),
    "HS256 over the PEM without its last line end": lambda forge: forge.keyed("HS256", public_pem(forge).strip()),
    "HS512 over the public key's PEM": lambda forge: forge.keyed("HS512", public_pem(forge)),
    "HS256 over the published key": lambda forge: forge.keyed(
        "HS256", json.dumps(_public_jwk(forge.key, forge.issuer.issuer)).encode()
    ),
    "HS256 over nothing": lambda forge: forge.keyed("HS256", b""),
    "RS384 by the issuer's key": lambda forge: forge.standard("RS384", forge.key),
    "RS512 by the issuer's key": lambda forge: forge.standard("RS512", forge.key),
    "PS256 by the issuer's key": lambda forge: forge.standard("PS256", forge.key),
    "ES256 by a key of one's own": lambda forge: forge.standard("ES256", generate_ec_key(SECP256R1())),
}
KEYS: dict[str, Callable[[Forge], str]] = {
    "a stranger's key under the issuer's key id": lambda forge: forge.seal(
        forge.header(), forge.claims(), forge.stranger
    ),
    "jku to a stranger's keys": lambda forge: forge.seal(forge.header(jku=forge.trap), forge.claims(), forge.stranger),
    "x5u to a stranger's certificate": lambda forge: forge.seal(
        forge.header(x5u=forge.trap), forge.claims(), forge.stranger
    ),
    "a stranger's jwk": lambda forge: forge.seal(
        forge.header(jwk=_public_jwk(forge.stranger, "me")), forge.claims(), forge.stranger
    ),
    "a stranger's x5c": lambda forge: forge.seal(forge.header(x5c=["MIIB"]), forge.claims(), forge.stranger),
    "the issuer's signature over a jku": lambda forge: forge.headed(jku=forge.trap),
    **{
        f"kid {what}": lambda forge, kid=kid: forge.headed(kid=kid)
        for what, kid in {
            "of a path": "../../../../dev/null",
            "of SQL": "x' union select 'secret' --",
            "of a URL": "http://127.0.0.1/keys",
            "of a command": "key|id",
            "with NUL": "key\0",
            "with a line end": "key\r\nX-Injected: 1",
            "of 9,000 letters": "k" * 9000,
            "of letters that look alike": "k\N{CYRILLIC SMALL LETTER IE}y",
            "empty": "",
            "null": None,
            "a number": 7,
            "a list": ["key"],
            "an object": {"kid": "key"},
            "absent": LEFT_OUT,
        }.items()
    },
}
HEADERS: dict[str, Callable[[Forge], str]] = {
    "crit of a claim": lambda forge: forge.headed(crit=["exp"]),
    "crit of what nobody knows": lambda forge: forge.headed(crit=["x-unknown"], **{"x-unknown": 1}),
    "crit empty": lambda forge: forge.headed(crit=[]),
    "b64 false, detached": detached,
    "b64 false, not critical": lambda forge: forge.headed(b64=False),
    "b64 true": lambda forge: forge.headed(b64=True),
    "zip": lambda forge: forge.headed(zip="DEF"),
    "enc": lambda forge: forge.headed(enc="A256GCM"),
    "typ of a logout token": lambda forge: forge.headed(typ="logout+jwt"),
    "typ of a proof": lambda forge: forge.headed(typ="dpop+jwt"),
    "typ a number": lambda forge: forge.headed(typ=7),
    "alg said twice": lambda forge: forge.seal(said_twice(forge.header(), "alg", "none"), forge.claims()),
    "kid said twice": lambda forge: forge.seal(said_twice(forge.header(), "kid", "another"), forge.claims()),
    "header a list": lambda forge: forge.seal(b'["RS256"]', forge.claims()),
    "header no JSON": lambda forge: forge.seal(b"RS256", forge.claims()),
    "header no UTF-8": lambda forge: forge.seal(b'{"alg": "RS256", "kid": "\xff"}', forge.claims()),
    "header nested 5,000 deep": lambda forge: forge.seal(b'{"alg": ' + b"[" * 5000, forge.claims()),
}
SHAPES: dict[str, Callable[[Forge], str]] = {
    "payload of another token": lambda forge: rearranged(
        forge, lambda parts: [parts[0], forge.token(roles=["Admin"]).split(".")[1], parts[2]]
    ),
    "header changed after signing": lambda forge: rearranged(
        forge, lambda parts: [encode(json.dumps(forge.header(x=1)).encode()), *parts[1:]]
    ),
    "signature empty": lambda forge: rearranged(forge, lambda parts: [*parts[:2], ""]),
    "signature cut short": lambda forge: rearranged(forge, lambda parts: [*parts[:2], parts[2][:-8]]),
    "signature lengthened": lambda forge: rearranged(forge, lambda parts: [*parts[:2], parts[2] + "AAAA"]),
    "signature spelled otherwise": lambda forge: rearranged(forge, lambda parts: [*parts[:2], unused_bits(parts[2])]),
    "padding": lambda forge: rearranged(forge, lambda parts: [*parts[:2], parts[2] + "=="]),
    "two parts": lambda forge: rearranged(forge, lambda parts: parts[:2]),
    "four parts": lambda forge: rearranged(forge, lambda parts: [*parts, parts[2]]),
    "five parts, as if encrypted": lambda forge: rearranged(forge, lambda parts: [*parts, *parts[:2]]),
    "a space within": lambda forge: rearranged(forge, lambda parts: [parts[0], " " + parts[1], parts[2]]),
    "two tokens": lambda forge: f"{forge.token()}, {forge.token()}",
    "Bearer twice": lambda forge: f"Bearer {forge.token()}",
    "JSON serialisation": lambda forge: json.dumps(
        dict(zip(("protected", "payload", "signature"), forge.token().split("."), strict=True))
    ),
    "huge, well signed": lambda forge: forge.token(groups=["x" * 36] * 500),
    "huge, nothing but letters": lambda _forge: "A" * 2_000_000,
    "payload a list": lambda forge: forge.seal(forge.header(), b'["Admin"]'),
    "payload no JSON": lambda forge: forge.seal(forge.header(), b"Admin"),
    "payload no UTF-8": lambda forge: forge.seal(forge.header(), json.dumps(forge.claims()).encode() + b"\xff"),
    "payload nested 5,000 deep": lambda forge: forge.seal(forge.header(), b'{"a": ' + b"[" * 5000),
    "roles said twice": lambda forge: forge.seal(
        forge.header(), said_twice(forge.claims(), "roles", ["Portfolio.Read"])
    ),
    "aud said twice": lambda forge: forge.seal(forge.header(), said_twice(forge.claims(), "aud", "api://another")),
    "a nested thing said twice": lambda forge: forge.seal(
        forge.header(), json.dumps(forge.claims(a=7)).encode().replace(b'"a": 7', b'"a": {"b": 1, "b": 2}')
    ),
    "exp NaN": lambda forge: forge.seal(forge.header(), json.dumps(forge.claims(exp=float("nan"))).encode()),
    "exp Infinity": lambda forge: forge.seal(forge.header(), json.dumps(forge.claims(exp=float("inf"))).encode()),
}


def _claims(status: int, code: str, **cases: Callable[[Forge], str]) -> dict[str, Craft]:
    return {name.replace("_", " "): (craft, status, code) for name, craft in cases.items()}


CLAIMS: dict[str, Craft] = {
    "no " + name: (lambda forge, name=name: forge.token(**{name: LEFT_OUT}), 401, "claim_missing")
    for name in ("ver", "iss", "tid", "aud", "azp", "oid", "sub", "exp", "nbf", "iat")
} | {
    **_claims(
        401,
        "claim_missing",
        oid_null=lambda forge: forge.token(oid=None),
        azp_empty=lambda forge: forge.token(azp=""),
    ),
    **_claims(
        401,
        "wrong_version",
        v1_token=lambda forge: forge.token(
            ver="1.0", iss=f"https://sts.windows.net/{forge.issuer.tenant}/", azp=LEFT_OUT, appid="x", upn="a@b.example"
        ),
        v1_token_of_this_issuer=lambda forge: forge.token(ver="1.0"),
        ver_a_number=lambda forge: forge.token(ver=2.0),
        ver_3=lambda forge: forge.token(ver="3.0"),
    ),
    **_claims(
        401,
        "wrong_issuer",
        another_issuer=lambda forge: forge.token(iss="https://login.example/x/v2.0"),
        issuer_with_a_slash=lambda forge: forge.token(iss=forge.issuer.issuer + "/"),
        issuer_of_another_tenant=lambda forge: forge.token(
            iss=forge.issuer.issuer.replace(forge.issuer.tenant, OTHER_TENANT), tid=OTHER_TENANT
        ),
    ),
    **_claims(401, "wrong_tenant", another_tenant=lambda forge: forge.token(tid=OTHER_TENANT)),
    **_claims(
        401,
        "wrong_audience",
        another_app=lambda forge: forge.token(aud="api://another-app"),
        directory_graph=lambda forge: forge.token(aud="00000003-0000-0000-c000-000000000000"),
        several_audiences=lambda forge: forge.token(aud=[AUDIENCE, "api://another-app"]),
        audience_in_a_list=lambda forge: forge.token(aud=[AUDIENCE]),
        audience_with_a_slash=lambda forge: forge.token(aud=AUDIENCE + "/"),
        audience_in_capitals=lambda forge: forge.token(aud=AUDIENCE.upper()),
    ),
    **_claims(401, "wrong_client", another_client=lambda forge: forge.token(azp=OTHER_TENANT)),
    **_claims(
        401,
        "token_expired",
        expired=lambda forge: forge.token(exp=forge.now - 31),
        of_1970=lambda forge: forge.token(exp=0, nbf=0, iat=0),
    ),
    **_claims(
        401,
        "token_not_yet_valid",
        not_yet_valid=lambda forge: forge.token(nbf=forge.now + 300),
        issued_tomorrow=lambda forge: forge.token(iat=forge.now + 86_400),
    ),
    **_claims(
        401,
        "invalid_claims",
        exp_a_text=lambda forge: forge.token(exp=str(forge.now + 600)),
        exp_a_fraction=lambda forge: forge.token(exp=forge.now + 600.5),
        exp_true=lambda forge: forge.token(exp=True),
        exp_below_zero=lambda forge: forge.token(exp=-1),
        exp_beyond_time=lambda forge: forge.token(exp=10**30),
        iss_a_list=lambda forge: forge.token(iss=[forge.issuer.issuer]),
        sub_an_object=lambda forge: forge.token(sub={"a": 1}),
        oid_no_id=lambda forge: forge.token(oid="' or 1=1 --"),
        oid_in_braces=lambda forge: forge.token(oid=f"{{{OBJECT_ID}}}"),
        scp_a_list=lambda forge: forge.token(scp=["access_as_user"]),
        roles_a_text=lambda forge: forge.token(roles="Admin"),
        roles_an_object=lambda forge: forge.token(roles={"Admin": True}),
        company_ids_no_ids=lambda forge: forge.token(company_ids=["*"]),
        a_device_s=lambda forge: forge.token(idtyp="device"),
        an_application_s_with_a_scope=lambda forge: forge.token(idtyp="app"),
    ),
    **_claims(
        403,
        "scope_missing",
        without_scp=lambda forge: forge.token(scp=LEFT_OUT),
        scp_empty=lambda forge: forge.token(scp=""),
        another_scope=lambda forge: forge.token(scp="User.Read"),
        a_scope_that_begins_alike=lambda forge: forge.token(scp="access_as_user2 access_as"),
        a_scope_in_capitals=lambda forge: forge.token(scp="ACCESS_AS_USER"),
        an_ID_token=lambda forge: forge.token(scp=LEFT_OUT, nonce="n-0S6", aio="x"),
        a_user_s_by_idtyp=lambda forge: forge.token(scp=LEFT_OUT, idtyp="user", sub=OBJECT_ID),
    ),
    **_claims(
        403,
        "not_allowed",
        an_application_without_roles=lambda forge: forge.program_token(roles=LEFT_OUT),
        an_application_with_none=lambda forge: forge.program_token(roles=[]),
        an_application_with_another_s_role=lambda forge: forge.program_token(roles=["Directory.Read.All"]),
        an_application_without_idtyp=lambda forge: forge.program_token(roles=LEFT_OUT, idtyp=LEFT_OUT),
        a_person_without_roles=lambda forge: forge.token(roles=LEFT_OUT),
        a_reader=lambda forge: forge.token(roles=["Portfolio.Read"]),
    ),
}
CRAFTED: dict[str, Craft] = {
    **{name: (craft, *INVALID) for name, craft in {**ALGORITHMS, **KEYS, **HEADERS, **SHAPES}.items()},
    "a key that is not published": (
        lambda forge: forge.seal(forge.header(kid=key_id(forge.stranger)), forge.claims(), forge.stranger),
        401,
        "unknown_key",
    ),
    **CLAIMS,
}

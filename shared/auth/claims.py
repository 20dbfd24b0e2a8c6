"""What the claims of a signed token must say: an access token of Entra ID's version 2.0, for this app, now.

Provenance that does not hold (version, issuer, tenant, audience, time, client) is a 401; a good token of somebody
without the authority (no scope, no role) is a 403.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.domain.errors import NotAllowed, NotAuthenticated

VERSION = "2.0"
LEEWAY_SECONDS = 30
MAX_TEXT = 512
TEXTS = ("iss", "tid", "sub", "oid", "azp")
TIMES = ("exp", "nbf", "iat")
_END_OF_TIME = 2**33
_OBJECT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose tokens are taken.

    Attributes:
        issuer: `iss`.
        tenant: `tid`, the directory's id.
        audiences: One of them is `aud`: the app registration's client id, or its `api://` URI.
        clients: One of them is `azp`, the client that asked for the token; empty: any client of the directory.
        scope: What a token for a person must carry in `scp`.
    """

    issuer: str
    tenant: str
    audiences: tuple[str, ...]
    clients: frozenset[str]
    scope: str


def check_provenance(claims: Mapping[str, Any], expected: Expected) -> None:
    """Pass claims of an access token for this app, whenever it holds.

    Raises:
        NotAuthenticated: it is none; the code says which rule it breaks.
    """
    _check_form(claims)
    _check_origin(claims, expected)


def check_times(claims: Mapping[str, Any], now: float) -> None:
    """Pass claims that hold now, in seconds since 1970.

    Raises:
        NotAuthenticated: they do not yet, or no longer; the code says which.
    """
    if claims["exp"] <= now - LEEWAY_SECONDS:
        raise NotAuthenticated("The token has expired; ask the issuer for a new one.", code="token_expired")
    if max(claims["nbf"], claims["iat"]) > now + LEEWAY_SECONDS:
        raise NotAuthenticated("The token is not valid yet.", code="token_not_yet_valid")


def check_authority(claims: Mapping[str, Any], expected: Expected) -> None:
    """Pass claims of an application, or of a person whose client may ask in the person's name.

    Raises:
        NotAllowed: the client was not given the scope.
    """
    if not is_application(claims) and expected.scope not in claims.get("scp", "").split():
        raise NotAllowed(
            f"The token lacks the scope {expected.scope}; let the client ask for it.",
            code="scope_missing",
            scope=f"{expected.audiences[0]}/{expected.scope}",
        )


def is_application(claims: Mapping[str, Any]) -> bool:
    """Whether a program speaks for itself, and not for a person.

    An ID token has no `scp` either; its `sub` is not its `oid`, as an application's is.
    """
    kind = claims.get("idtyp")
    return bool(kind == "app" or (kind is None and "scp" not in claims and claims["sub"] == claims["oid"]))


def _check_form(claims: Mapping[str, Any]) -> None:
    version = claims.get("ver")
    if version is not None and version != VERSION:
        raise NotAuthenticated(
            "The token has another version than 2.0; set requestedAccessTokenVersion to 2 in the app registration.",
            code="wrong_version",
        )
    for name in ("ver", "aud", *TEXTS, *TIMES):
        if claims.get(name) in (None, ""):
            raise NotAuthenticated(f"The token lacks the claim {name}.", code="claim_missing")
    scopes = claims.get("scp", "")
    if not all(is_short_text(claims[name]) for name in TEXTS) or not isinstance(scopes, str):
        raise NotAuthenticated("A claim that is a text is none, or a long one.", code="invalid_claims")
    if not all(type(claims[name]) is int and 0 <= claims[name] < _END_OF_TIME for name in TIMES):
        raise NotAuthenticated("exp, nbf and iat are seconds since 1970.", code="invalid_claims")
    if not _OBJECT_ID.fullmatch(claims["oid"]):
        raise NotAuthenticated("oid is the id of a directory object.", code="invalid_claims")
    if claims.get("idtyp") not in (None, "app", "user") or (claims.get("idtyp") == "app" and "scp" in claims):
        raise NotAuthenticated("The token is neither a person's nor an application's.", code="invalid_claims")


def is_short_text(value: object) -> bool:
    """Whether a claim is a text of a length that names have."""
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _check_origin(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims["iss"] != expected.issuer:
        raise NotAuthenticated("The token comes from another issuer.", code="wrong_issuer")
    if claims["tid"] != expected.tenant:
        raise NotAuthenticated("The token comes from another tenant.", code="wrong_tenant")
    # Of several audiences each could replay the token to the others.
    if not isinstance(claims["aud"], str) or claims["aud"] not in expected.audiences:
        raise NotAuthenticated("The token was issued for another audience.", code="wrong_audience")
    if expected.clients and claims["azp"] not in expected.clients:
        raise NotAuthenticated("The token was issued to a client that is not admitted here.", code="wrong_client")

"""What a bearer token means: from the Authorization header to a principal."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import jwt

from shared.auth.keys import KeyCache, fetch_keys
from shared.domain.errors import NotAuthenticated, Unavailable
from shared.domain.permissions import Principal, Role
from shared.settings import get_settings

ALGORITHMS = ["RS256"]
LEEWAY_SECONDS = 30
REQUIRED_CLAIMS = ["exp", "iss", "aud", "sub"]

_MEANINGS: dict[type[Exception], tuple[str, str]] = {
    jwt.ExpiredSignatureError: ("token_expired", "The token has expired; ask the issuer for a new one."),
    jwt.InvalidAudienceError: ("wrong_audience", "The token was issued for another audience."),
    jwt.InvalidIssuerError: ("wrong_issuer", "The token comes from another issuer."),
    jwt.ImmatureSignatureError: ("token_not_yet_valid", "The token is not valid yet."),
    jwt.MissingRequiredClaimError: ("claim_missing", "The token lacks a claim it must carry."),
}


@lru_cache(maxsize=4)
def _keys_of(issuer: str) -> KeyCache:
    return KeyCache(lambda: fetch_keys(issuer))


def authenticate(authorization: str | None, now: datetime) -> Principal:
    """The principal of an Authorization header.

    Raises:
        NotAuthenticated: no bearer token, or one that does not hold; the code says which rule it breaks.
        Unavailable: the issuer's keys were never reachable.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("Send a bearer token: Authorization: Bearer <token>.")
    settings = get_settings()
    if not settings.auth_issuer:
        raise Unavailable("No token issuer is configured; the setting is AUTH_ISSUER.", code="issuer_not_configured")
    token = token.strip()
    try:
        key_id = jwt.get_unverified_header(token).get("kid", "")
        claims = jwt.decode(
            token,
            _keys_of(settings.auth_issuer).key(key_id, now),
            algorithms=ALGORITHMS,
            audience=settings.auth_audience,
            issuer=settings.auth_issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED_CLAIMS},
        )
    except jwt.PyJWTError as error:
        code, detail = _MEANINGS.get(
            type(error), ("invalid_token", "The token cannot be read or its signature is wrong.")
        )
        raise NotAuthenticated(detail, code=code) from None
    return principal_of(claims)


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """The principal a token's claims describe; roles this app does not know are ignored.

    Raises:
        NotAuthenticated: a claim has the wrong shape.
    """
    try:
        return Principal(
            subject=str(claims.get("oid") or claims["sub"]),
            name=str(claims.get("preferred_username") or claims.get("name") or claims.get("oid") or claims["sub"]),
            roles=frozenset(Role(role) for role in _texts(claims, "roles") or () if role in set(Role)),
            company_ids=_company_ids(claims),
            funds=_texts(claims, "fund_ids"),
            groups=_groups(claims),
        )
    except ValueError as error:
        raise NotAuthenticated(f"The token's claims cannot be read: {error}.", code="invalid_claims") from None


def _groups(claims: Mapping[str, Any]) -> frozenset[str] | None:
    """The groups of the token; None: there are more than a token lists, and it only says where to ask."""
    groups = _texts(claims, "groups")
    if groups is None and "groups" in (claims.get("_claim_names") or {}):
        return None
    return groups or frozenset()


def _texts(claims: Mapping[str, Any], name: str) -> frozenset[str] | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} is a list of texts")
    return frozenset(value)


def _company_ids(claims: Mapping[str, Any]) -> frozenset[UUID] | None:
    texts = _texts(claims, "company_ids")
    return None if texts is None else frozenset(UUID(text) for text in texts)

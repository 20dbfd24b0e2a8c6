"""What a bearer token means: from the Authorization header, and from nothing else, to a principal."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

from jwt import PyJWK

from shared.auth.claims import Expected, check_authority, check_provenance, check_times, is_application, is_short_text
from shared.auth.envelope import open_token, read_key_id
from shared.auth.keys import KeyCache, fetch_keys
from shared.domain.errors import NotAllowed, NotAuthenticated, Unavailable
from shared.domain.permissions import Principal, Role
from shared.settings import get_settings

_TENANT_OF_ISSUER = re.compile(r"https?://[^/]+/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/v2\.0")


_making = Lock()


@lru_cache(maxsize=4)
def _keys_of(issuer: str, tenant: str) -> KeyCache:
    return KeyCache(lambda: fetch_keys(issuer), issuer, tenant)


def authenticate(authorization: str | None, now: datetime) -> Principal:
    """The principal of an Authorization header.

    Raises:
        NotAuthenticated: no bearer token, or one that does not hold; the code says which rule it breaks.
        NotAllowed: a token that holds, without the scope or the role that every call needs.
        Unavailable: the issuer's keys were never reachable, or no issuer is configured.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated("Send a bearer token: Authorization: Bearer <token>.")
    token, expected = token.strip(), whose_tokens()
    key_id = read_key_id(token)
    with _making:  # else the first calls of a new instance would each make a cache, and fetch
        keys = _keys_of(expected.issuer, expected.tenant)
    key = keys.key(key_id, now)
    check_times(_open_ours(token, key, expected), now.timestamp())
    return _bearer(token, key, expected)


@lru_cache(maxsize=512)
def _open_ours(token: str, key: PyJWK, expected: Expected) -> Mapping[str, Any]:
    """The claims of a token for this app; whether it holds now is for the caller to check at every call."""
    claims = open_token(token, key)
    check_provenance(claims, expected)
    return claims


@lru_cache(maxsize=512)
def _bearer(token: str, key: PyJWK, expected: Expected) -> Principal:
    """Whom a token describes, which its issuer let ask here; said once for as long as its key stands."""
    claims = _open_ours(token, key, expected)
    check_authority(claims, expected)
    principal = principal_of(claims)
    if is_application(claims) and not principal.roles:
        raise NotAllowed("An application needs an app role of this platform; its token carries none.")
    return principal


def whose_tokens() -> Expected:
    """What the settings say of the tokens to take.

    Raises:
        Unavailable: they name no issuer, or one that does not tell its tenant.
    """
    of = get_settings()
    return _expect(of.auth_issuer, of.auth_tenant, of.auth_audiences, of.auth_clients, of.auth_scope)


@lru_cache(maxsize=4)
def _expect(issuer: str, tenant: str, audiences: tuple[str, ...], clients: tuple[str, ...], scope: str) -> Expected:
    if not issuer:
        raise Unavailable("No token issuer is configured; the setting is AUTH_ISSUER.", code="issuer_not_configured")
    named = _TENANT_OF_ISSUER.fullmatch(issuer)
    whose = tenant or (named[1] if named else "")
    if not whose:
        raise Unavailable("The issuer's tenant is not configured: set AUTH_TENANT.", code="issuer_not_configured")
    return Expected(issuer, whose, audiences, frozenset(clients), scope)


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """The principal a token's claims describe; roles this app does not know are ignored.

    Raises:
        NotAuthenticated: a claim has the wrong shape.
    """
    try:
        return Principal(
            subject=claims["oid"],
            name=_name(claims),
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
    elsewhere = claims.get("_claim_names")
    if groups is None and isinstance(elsewhere, Mapping) and "groups" in elsewhere:
        return None
    return groups or frozenset()


def _name(claims: Mapping[str, Any]) -> str:
    """Whom records show; what could not be shown or stored is replaced."""
    found = claims.get("preferred_username") or claims.get("name") or claims["oid"]
    if not is_short_text(found):
        raise ValueError("a name is a text, and not a long one")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in found)


def _texts(claims: Mapping[str, Any], name: str) -> frozenset[str] | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(is_short_text(item) and item.isprintable() for item in value):
        raise ValueError(f"{name} is a list of texts")
    return frozenset(value)


def _company_ids(claims: Mapping[str, Any]) -> frozenset[UUID] | None:
    texts = _texts(claims, "company_ids")
    return None if texts is None else frozenset(UUID(text) for text in texts)

"""Who may call the peer: the same bearer tokens, checked by PyJWT and its key client as its documentation shows."""

import os
from functools import lru_cache
from typing import Annotated

import jwt
import requests
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

READERS = frozenset({"Portfolio.Read", "Portfolio.Write", "Admin"})


@lru_cache(maxsize=1)
def key_client() -> jwt.PyJWKClient:
    """The issuer's keys, kept by PyJWT."""
    discovery = requests.get(f"{os.environ['AUTH_ISSUER']}/.well-known/openid-configuration", timeout=5)
    return jwt.PyJWKClient(discovery.json()["jwks_uri"], cache_keys=True)


def require_reader(bearer: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> None:
    """Let a reader pass; what a reader may see is not narrowed."""
    try:
        key = key_client().get_signing_key_from_jwt(bearer.credentials)
        claims = jwt.decode(
            bearer.credentials,
            key,
            algorithms=["RS256"],
            audience=os.environ["AUTH_AUDIENCE"],
            issuer=os.environ["AUTH_ISSUER"],
        )
    except jwt.PyJWTError as error:
        raise HTTPException(401, str(error)) from None
    if not READERS.intersection(claims.get("roles", ())):
        raise HTTPException(403, "a role is missing")

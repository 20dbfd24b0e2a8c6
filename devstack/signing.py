"""The local issuer's keys and its tokens, of the shape that Entra ID's v2.0 endpoint gives an app's users."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from devstack.state import write_private

AUDIENCE = "api://portfolio-metrics"
CLIENT = "0c7e1f5a-3a52-4f0e-9d5b-2f6f0a1c9e77"
"""The client that asks for the tokens, as `azp` carries it."""
SCOPE = "access_as_user"
KEY_BITS = 2048
PUBLISHED_KEYS = 2
"""The signing key and the one before it."""


class KeyRing:
    """The issuer's keys, newest first, in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pems: list[str] = json.loads(path.read_text()) if path.exists() else []
        if not self._pems:
            self.rotate()

    def rotate(self) -> str:
        """Sign with a new key from now on; the last one stays published. Answers the new key's id."""
        pem = generate_private_key(public_exponent=65537, key_size=KEY_BITS).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._pems = [pem.decode(), *self._pems][:PUBLISHED_KEYS]
        write_private(self._path, json.dumps(self._pems))
        return key_id(self.signing_key)

    @property
    def signing_key(self) -> RSAPrivateKey:
        """The key that signs now."""
        return _load(self._pems[0])

    def withdraw(self) -> list[str]:
        """Publish the signing key only. Answers the ids of the keys that are withdrawn."""
        withdrawn = [key_id(_load(pem)) for pem in self._pems[1:]]
        self._pems = self._pems[:1]
        write_private(self._path, json.dumps(self._pems))
        return withdrawn

    def published(self, issuer: str) -> dict[str, list[dict[str, str]]]:
        """The JWKS document."""
        return {"keys": [_public_jwk(_load(pem), issuer) for pem in self._pems]}


@dataclass(frozen=True)
class Bearer:
    """Whom a token speaks for.

    Attributes:
        roles: App roles.
        name: The person's or program's name.
        companies: Narrowed to these companies' ids; None is not narrowed.
        funds: Narrowed to these funds' ids; None is not narrowed.
        is_program: A program that speaks for itself, not a person by way of a client.
    """

    roles: Sequence[str]
    name: str = "Local Developer"
    companies: Sequence[str] | None = None
    funds: Sequence[str] | None = None
    is_program: bool = False

    def claims(self) -> dict[str, object]:
        """The claims that say who this is; the same bearer is always the same `oid`."""
        identity = json.dumps([self.name, sorted(self.roles), self.companies, self.funds])
        who = str(uuid5(NAMESPACE_URL, f"portfolio-metrics:{identity}"))
        claims: dict[str, object] = {"oid": who, "roles": list(self.roles)}
        if self.is_program:
            claims.update(sub=who, idtyp="app")
        else:
            claims["sub"] = urlsafe_b64encode(sha256(who.encode()).digest()).decode().rstrip("=")
            claims["name"] = self.name
            claims["preferred_username"] = f"{self.name.lower().replace(' ', '.')}@firm.example"
            claims["scp"] = SCOPE
        if self.companies is not None:
            claims["company_ids"] = list(self.companies)
        if self.funds is not None:
            claims["fund_ids"] = list(self.funds)
        return claims


def issuer_url(port: int, tenant: str) -> str:
    """What tokens carry in `iss`."""
    return f"http://127.0.0.1:{port}/{tenant}/v2.0"


def sign_token(
    key: RSAPrivateKey, bearer: Bearer, *, issuer: str, tenant: str, minutes: int, now: datetime | None = None
) -> str:
    """A bearer token for the API, valid for `minutes` from now (negative: already over)."""
    issued = now or datetime.now(UTC)
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "azp": CLIENT,
        "azpacr": "1",
        "tid": tenant,
        "ver": "2.0",
        "iat": issued,
        "nbf": issued,
        "exp": issued + timedelta(minutes=minutes),
        **bearer.claims(),
    }
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": key_id(key)})


def key_id(key: RSAPrivateKey) -> str:
    """The key's id: its RFC 7638 thumbprint."""
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    canonical = json.dumps({name: numbers[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    return urlsafe_b64encode(sha256(canonical.encode()).digest()).decode().rstrip("=")


def _load(pem: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("the issuer's key file holds a key that is not RSA; delete it and start again")
    return key


def _public_jwk(key: RSAPrivateKey, issuer: str) -> dict[str, str]:
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"kty": "RSA", "use": "sig", "kid": key_id(key), "n": numbers["n"], "e": numbers["e"], "issuer": issuer}

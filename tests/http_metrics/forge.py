"""Makes tokens as an attacker would: any header, any payload, any key, byte by byte."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from devstack.issuer import IssuerServer
from devstack.signing import AUDIENCE, CLIENT, SCOPE, key_id

OBJECT_ID = "7d9c1a44-5a0e-4c58-9f0c-3f1f5f0e8b21"
LEFT_OUT = object()


def encode(part: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(part).decode().rstrip("=")


@dataclass(frozen=True)
class Forge:
    """Knows the issuer's private key, so that a token can be wrong in one thing only.

    Attributes:
        issuer: Whose tokens they are to be taken for.
        trap: A URL that counts who follows it.
    """

    issuer: IssuerServer
    trap: str

    @property
    def now(self) -> int:
        """Seconds since 1970."""
        return int(datetime.now(UTC).timestamp())

    @cached_property
    def key(self) -> RSAPrivateKey:
        """The issuer's signing key."""
        return self.issuer.keys.signing_key

    @cached_property
    def stranger(self) -> RSAPrivateKey:
        """The attacker's own key."""
        return generate_private_key(public_exponent=65537, key_size=2048)

    def header(self, **changes: Any) -> dict[str, Any]:
        """A good header, changed."""
        return _changed({"typ": "JWT", "alg": "RS256", "kid": key_id(self.key)}, changes)

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Claims of a person's good token, changed."""
        good = {
            "iss": self.issuer.issuer,
            "aud": AUDIENCE,
            "tid": self.issuer.tenant,
            "ver": "2.0",
            "azp": CLIENT,
            "oid": OBJECT_ID,
            "sub": "MzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
            "name": "A Person",
            "scp": SCOPE,
            "roles": ["Portfolio.Write"],
            "iat": self.now,
            "nbf": self.now,
            "exp": self.now + 600,
        }
        return _changed(good, changes)

    def program_claims(self, **changes: Any) -> dict[str, Any]:
        """Claims of an application's good token, changed."""
        return self.claims(**{"scp": LEFT_OUT, "name": LEFT_OUT, "sub": OBJECT_ID, "idtyp": "app", **changes})

    def token(self, **changes: Any) -> str:
        """A token of a person, its claims changed."""
        return self.seal(self.header(), self.claims(**changes))

    def program_token(self, **changes: Any) -> str:
        """A token of an application, its claims changed."""
        return self.seal(self.header(), self.program_claims(**changes))

    def headed(self, **changes: Any) -> str:
        """A token that is good but for its header, which is signed with it."""
        return self.seal(self.header(**changes), self.claims())

    def seal(
        self, header: Mapping[str, Any] | bytes, payload: Mapping[str, Any] | bytes, key: RSAPrivateKey | None = None
    ) -> str:
        """What is given, signed with RS256 whatever the header says."""
        parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)]
        signed = ".".join(encode(part) for part in parts)
        return f"{signed}.{encode((key or self.key).sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def keyed(self, algorithm: str, secret: bytes) -> str:
        """A token authenticated by a secret: the key that everybody knows, in some form."""
        signed = (
            f"{encode(json.dumps(self.header(alg=algorithm)).encode())}.{encode(json.dumps(self.claims()).encode())}"
        )
        mac = jwt.algorithms.HMACAlgorithm(getattr(jwt.algorithms.HMACAlgorithm, f"SHA{algorithm[2:]}"))
        return f"{signed}.{encode(mac.sign(signed.encode(), secret))}"

    def standard(self, algorithm: str, key: Any) -> str:
        """A token that a library makes with another algorithm."""
        return jwt.encode(self.claims(), key, algorithm=algorithm, headers={"kid": key_id(self.key)})


def _changed(good: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**good, **changes}.items() if value is not LEFT_OUT}

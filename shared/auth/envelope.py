"""A token before it is believed: its size, its shape, its header, its signature; only then is it opened.

Nothing a header says is followed: it names one of the issuer's keys, or the token is refused.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from jwt import PyJWK, PyJWTError
from jwt.api_jws import PyJWS

from shared.auth.keys import ALGORITHM
from shared.domain.errors import NotAuthenticated

MAX_TOKEN_LENGTH = 16_384
"""Entra ID keeps its tokens below half of that: past 200 groups it names none."""
_SHAPE = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
_KEY_ID = re.compile(r"[\w-]{1,128}", re.ASCII)
_TYPES = {"jwt", "at+jwt"}
_KEYS_OF_ITS_OWN = {"jku", "jwk", "x5u", "x5c"}
_MANNERS_OF_ITS_OWN = {"crit", "b64", "zip", "enc"}
_JWS = PyJWS(algorithms=[ALGORITHM])


@lru_cache(maxsize=512)
def read_key_id(token: str) -> str:
    """The id of the key that the token says it is signed with.

    Raises:
        NotAuthenticated: it is no token that this platform could accept, whoever signed it.
    """
    if len(token) > MAX_TOKEN_LENGTH:
        raise _invalid(f"The token is longer than {MAX_TOKEN_LENGTH:,} characters.")
    if not _SHAPE.fullmatch(token):
        raise _invalid("The token is not a signed JWT: three parts in base64url, joined by dots.")
    header = _parse_strictly(_decode(token.partition(".")[0]))
    if header.get("alg") != ALGORITHM:
        raise _invalid(f"The token is not signed with {ALGORITHM}.")
    if header.keys() & _KEYS_OF_ITS_OWN:
        raise _invalid("The token brings or points to a key of its own.")
    if header.keys() & _MANNERS_OF_ITS_OWN or str(header.get("typ", "JWT")).lower() not in _TYPES:
        raise _invalid("The token's header asks for what is not done here.")
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
        raise _invalid("The token does not say which of the issuer's keys it is signed with.")
    return key_id


def open_token(token: str, key: PyJWK) -> Mapping[str, Any]:
    """The claims of a token that is signed with this key; what they say, and of what time, is for the caller to check.

    Raises:
        NotAuthenticated: it is not, or they cannot be read in one way only.
    """
    try:
        payload = _JWS.decode_complete(token, key, algorithms=[ALGORITHM])["payload"]
    except PyJWTError:
        raise _invalid("The token's signature is wrong.") from None
    return MappingProxyType(_parse_strictly(payload))


def _decode(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise _invalid("The token's header cannot be read.") from None


def _parse_strictly(text: bytes) -> dict[str, Any]:
    """A JSON object that every parser reads alike: no name twice, no numbers that are none."""
    try:
        found = json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse_number)
    except (ValueError, RecursionError):
        raise _invalid("The token's JSON cannot be read, or says a thing twice.") from None
    if not isinstance(found, dict):
        raise _invalid("The token's JSON is not an object.")
    return found


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


def _invalid(detail: str) -> NotAuthenticated:
    return NotAuthenticated(detail, code="invalid_token")

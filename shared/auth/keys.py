"""The issuer's signing keys, cached by the rollover rules its directory documents.

Keys are fetched when first needed, again each hour, and at most once per five minutes for a key id not yet known. A
fetch that fails leaves the last known good keys in use, for a day; one fetch runs at a time. A key that is no longer
published is no longer accepted after the next fetch.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from shared.domain.errors import NotAuthenticated, Unavailable
from shared.kept import FetchError, Keeper, Kept
from shared.telemetry import SpanKind, span

ALGORITHM = "RS256"
MIN_KEY_BITS = 2048
REFRESH_AFTER = timedelta(hours=1)
KEYS_LAST = timedelta(hours=24)
UNKNOWN_KEY_PAUSE = timedelta(minutes=5)
RETRY_PAUSE = timedelta(minutes=1)
CONNECT_SECONDS = 2
READ_SECONDS = 5
"""Between two pieces of an answer."""
MAX_DOCUMENT_BYTES = 1_000_000
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

Keys = Mapping[str, PyJWK]


def fetch_keys(issuer: str) -> dict[str, Any]:
    """The issuer's key set, found through its discovery document; over TLS, unless the issuer is on this machine.

    Raises:
        OSError: it does not answer.
        ValueError: what it answers is not to be trusted.
        KeyError: the discovery document names no key set.
    """
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError("an issuer is asked over https only")
    discovery = _get_document(f"{issuer}/.well-known/openid-configuration")
    if discovery["issuer"] != issuer:
        raise ValueError("the discovery document is another issuer's")
    address = str(discovery["jwks_uri"])
    if urlsplit(address).scheme != parts.scheme:
        raise ValueError("the key set has an address of another scheme")
    return _get_document(address)


def _get_document(url: str) -> dict[str, Any]:
    """A JSON object by HTTP; by the standard library, since importing another client takes longer than asking."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    with (
        span("fetch the issuer's keys", SpanKind.CLIENT, system="HTTP", target=parts.netloc),
        closing(kind(parts.netloc, timeout=CONNECT_SECONDS)) as asked,
    ):
        try:
            asked.connect()
            asked.sock.settimeout(READ_SECONDS)
            asked.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
            answer = asked.getresponse()
            body = answer.read(MAX_DOCUMENT_BYTES + 1)
        except HTTPException as error:
            raise OSError(f"{url} answers no HTTP: {error!r}") from error
    if answer.status != HTTPStatus.OK:
        raise ValueError(f"{url} answers {answer.status}")
    if len(body) > MAX_DOCUMENT_BYTES:
        raise ValueError(f"{url} answers more than {MAX_DOCUMENT_BYTES:,} bytes")
    document: dict[str, Any] = json.loads(body)
    return document


def usable_keys(document: Mapping[str, Any], issuer: str, tenant: str) -> dict[str, PyJWK]:
    """The keys of a set that may sign the issuer's tokens: public RSA keys for signatures, long enough, its own."""
    found = {}
    for stated in document["keys"]:
        if not isinstance(stated, dict) or not _is_for_signing(stated):
            continue
        if str(stated.get("issuer", issuer)).replace("{tenantid}", tenant) != issuer:
            continue
        try:
            key = PyJWK(stated, algorithm=ALGORITHM)
        except PyJWTError:
            continue
        if key.key.key_size >= MIN_KEY_BITS:
            found[stated["kid"]] = key
    return found


def _is_for_signing(stated: Mapping[str, Any]) -> bool:
    return (
        isinstance(stated.get("kid"), str)
        and stated.get("kty") == "RSA"
        and stated.get("use", "sig") == "sig"
        and stated.get("alg", ALGORITHM) == ALGORITHM
        and "d" not in stated
    )


class KeyCache:
    """Signing keys by key id.

    Args:
        fetch: Answers the key set document; may raise what `fetch_keys` raises.
        issuer: Whose keys they are.
        tenant: Its directory's id.
    """

    def __init__(self, fetch: Callable[[], dict[str, Any]], issuer: str, tenant: str = "") -> None:
        self._fetch_document = fetch
        self._issuer = issuer
        self._tenant = tenant
        self._keeper: Keeper[Keys] = Keeper("the token issuer's keys", self._fetch, RETRY_PAUSE)

    def key(self, key_id: str, now: datetime) -> PyJWK:
        """The key with this id.

        Raises:
            NotAuthenticated: the issuer has no such key.
            Unavailable: the issuer does not answer and no keys are known, so nothing can be checked.
        """
        keys = self._keeper.value(now)
        if keys is not None and key_id not in keys:
            self._keeper.renew(now, UNKNOWN_KEY_PAUSE, wait=True)
            keys = self._keeper.value(now)
        if keys is None:
            raise Unavailable(
                "The token issuer does not answer; try again in a few seconds.", code="issuer_unavailable"
            )
        if key_id not in keys:
            raise NotAuthenticated("The token is signed with a key the issuer does not publish.", code="unknown_key")
        return keys[key_id]

    def _fetch(self, now: datetime) -> Kept[Keys]:
        try:
            keys = usable_keys(self._fetch_document(), self._issuer, self._tenant)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise FetchError(f"{type(error).__name__}: {error}") from error
        if not keys:
            raise FetchError("the set holds no key that could be used")
        return Kept(keys, now + REFRESH_AFTER, now + KEYS_LAST)

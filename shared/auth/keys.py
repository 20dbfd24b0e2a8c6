"""The issuer's signing keys, cached by the rollover rules its directory documents.

Keys are fetched when first needed, again each hour, and at most once per five minutes for a key id not yet known. A
fetch that fails leaves the last known good keys in use; one fetch runs at a time.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWKSetError

from shared.domain.errors import NotAuthenticated, Unavailable

REFRESH_AFTER = timedelta(hours=1)
UNKNOWN_KEY_PAUSE = timedelta(minutes=5)
RETRY_PAUSE = timedelta(minutes=1)
FETCH_TIMEOUT_SECONDS = 5

_log = logging.getLogger(__name__)


def fetch_keys(issuer: str) -> dict[str, Any]:
    """The issuer's key set, found through its discovery document."""
    import requests  # noqa: PLC0415 (only when keys are fetched: cold start)

    discovery = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=FETCH_TIMEOUT_SECONDS)
    discovery.raise_for_status()
    keys = requests.get(discovery.json()["jwks_uri"], timeout=FETCH_TIMEOUT_SECONDS)
    keys.raise_for_status()
    found: dict[str, Any] = keys.json()
    return found


class KeyCache:
    """Signing keys by key id.

    Args:
        fetch: Answers the key set document; may raise anything.
    """

    def __init__(self, fetch: Callable[[], dict[str, Any]]) -> None:
        self._fetch = fetch
        self._lock = Lock()
        self._keys: Mapping[str, PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None

    def key(self, key_id: str, now: datetime) -> PyJWK:
        """The key with this id.

        Raises:
            NotAuthenticated: the issuer has no such key.
            Unavailable: the issuer never answered, so nothing can be checked.
        """
        with self._lock:
            if self._is_due(key_id, now):
                self._refresh(now)
            if self._fetched_at is None:
                raise Unavailable("The token issuer does not answer; try again in a minute.", code="issuer_unavailable")
            found = self._keys.get(key_id)
        if found is None:
            raise NotAuthenticated("The token is signed with a key the issuer does not publish.", code="unknown_key")
        return found

    def _is_due(self, key_id: str, now: datetime) -> bool:
        if self._tried_at is None or self._fetched_at is None:
            return True
        since_try = now - self._tried_at
        if key_id not in self._keys:
            return since_try >= UNKNOWN_KEY_PAUSE
        return now - self._fetched_at >= REFRESH_AFTER and since_try >= RETRY_PAUSE

    def _refresh(self, now: datetime) -> None:
        self._tried_at = now
        try:
            document = self._fetch()
            keys = {key.key_id: key for key in PyJWKSet.from_dict(document).keys if key.key_id}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, PyJWKSetError) as error:
            _log.warning("the token issuer's keys could not be fetched: %s", error)
            return
        self._keys, self._fetched_at = keys, now

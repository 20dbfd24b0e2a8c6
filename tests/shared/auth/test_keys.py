"""The cache of signing keys: when it asks the issuer, and what it does when the issuer fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from devstack.signing import _public_jwk, key_id
from shared.auth.keys import KeyCache
from shared.domain.errors import NotAuthenticated, Unavailable

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST, SECOND = (generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Issuer:
    """Publishes keys, counts how often it is asked, fails when told to."""

    def __init__(self, *keys: RSAPrivateKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.answers: Callable[[], dict[str, Any]] = self.document

    def document(self) -> dict[str, Any]:
        return {"keys": [_public_jwk(key, "issuer") for key in self.keys]}

    def fetch(self) -> dict[str, Any]:
        self.asked += 1
        return self.answers()


def fail() -> dict[str, Any]:
    raise OSError("the issuer is down")


def after(**span: int) -> datetime:
    return NOON + timedelta(**span)


def test_keys_are_fetched_when_first_needed_and_again_each_hour():
    issuer = Issuer(FIRST)
    cache = KeyCache(issuer.fetch)

    assert [cache.key(key_id(FIRST), after(minutes=minutes)).key_id for minutes in (0, 1, 59)] == [key_id(FIRST)] * 3
    assert issuer.asked == 1
    cache.key(key_id(FIRST), after(minutes=60))
    assert issuer.asked == 2


def test_an_unknown_key_asks_at_most_once_in_five_minutes_and_is_then_found():
    issuer = Issuer(FIRST)
    cache = KeyCache(issuer.fetch)
    cache.key(key_id(FIRST), NOON)
    issuer.keys.append(SECOND)

    for seconds in (1, 60, 299):
        with pytest.raises(NotAuthenticated):
            cache.key(key_id(SECOND), after(seconds=seconds))
    assert issuer.asked == 1
    assert cache.key(key_id(SECOND), after(seconds=300)).key_id == key_id(SECOND)
    assert issuer.asked == 2


RUBBISH = [
    fail,
    dict,
    list,
    lambda: None,
    *(lambda keys=keys: {"keys": keys} for keys in ([], None, "x", [None], [{"kty": "what"}], [{"kty": "RSA"}])),
]


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_the_last_good_keys_stay_in_use_while_the_issuer_fails(rubbish: Callable[[], dict[str, Any]]):
    issuer = Issuer(FIRST)
    cache = KeyCache(issuer.fetch)
    cache.key(key_id(FIRST), NOON)
    issuer.answers = rubbish

    assert cache.key(key_id(FIRST), after(hours=30)).key_id == key_id(FIRST)
    assert issuer.asked == 2
    cache.key(key_id(FIRST), after(hours=30, seconds=30))
    assert issuer.asked == 2
    issuer.answers = issuer.document
    cache.key(key_id(FIRST), after(hours=30, minutes=2))
    assert issuer.asked == 3


def test_an_issuer_that_never_answered_makes_tokens_uncheckable_not_wrong():
    issuer = Issuer(FIRST)
    issuer.answers = fail

    with pytest.raises(Unavailable):
        KeyCache(issuer.fetch).key(key_id(FIRST), NOON)


def test_many_callers_at_once_make_one_fetch():
    issuer, go = Issuer(FIRST), Event()

    def slowly() -> dict[str, Any]:
        go.wait(5)
        return issuer.document()

    issuer.answers = slowly
    cache = KeyCache(issuer.fetch)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(cache.key, key_id(FIRST), NOON) for _ in range(8)]
        go.set()
        assert {found.result().key_id for found in waiting} == {key_id(FIRST)}
    assert issuer.asked == 1

"""The cache of signing keys: when it asks the issuer, and what it does when the issuer fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from devstack.signing import _public_jwk, key_id
from shared.auth.keys import KeyCache, usable_keys
from shared.domain.errors import NotAuthenticated, Unavailable

ISSUER = "https://issuer.example/tenant/v2.0"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST, SECOND = (generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Issuer:
    """Publishes keys, counts how often it is asked, fails when told to."""

    def __init__(self, *keys: RSAPrivateKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.answers: Callable[[], dict[str, Any]] = self.document

    def document(self) -> dict[str, Any]:
        return {"keys": [_public_jwk(key, ISSUER) for key in self.keys]}

    def fetch(self) -> dict[str, Any]:
        self.asked += 1
        return self.answers()


def fail() -> dict[str, Any]:
    raise OSError("the issuer is down")


def after(**span: int) -> datetime:
    return NOON + timedelta(**span)


def test_keys_are_fetched_when_first_needed_and_again_each_hour():
    issuer = Issuer(FIRST)
    cache = KeyCache(issuer.fetch, ISSUER)

    assert [cache.key(key_id(FIRST), after(minutes=minutes)).key_id for minutes in (0, 1, 59)] == [key_id(FIRST)] * 3
    assert issuer.asked == 1
    cache.key(key_id(FIRST), after(minutes=60))
    assert issuer.asked == 2


def test_an_unknown_key_asks_at_most_once_in_five_minutes_and_is_then_found():
    issuer = Issuer(FIRST)
    cache = KeyCache(issuer.fetch, ISSUER)
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
    cache = KeyCache(issuer.fetch, ISSUER)
    cache.key(key_id(FIRST), NOON)
    issuer.answers = rubbish

    assert cache.key(key_id(FIRST), after(hours=23)).key_id == key_id(FIRST)
    assert issuer.asked == 2
    cache.key(key_id(FIRST), after(hours=23, seconds=30))
    assert issuer.asked == 2
    issuer.answers = issuer.document
    cache.key(key_id(FIRST), after(hours=23, minutes=2))
    assert issuer.asked == 3


def test_keys_that_nobody_confirmed_for_a_day_are_trusted_no_longer():
    issuer = Issuer(FIRST)
    cache = KeyCache(issuer.fetch, ISSUER)
    cache.key(key_id(FIRST), NOON)
    issuer.answers = fail

    assert cache.key(key_id(FIRST), after(hours=23, minutes=59)).key_id == key_id(FIRST)
    with pytest.raises(Unavailable):
        cache.key(key_id(FIRST), after(hours=24))


def test_an_issuer_that_never_answered_makes_tokens_uncheckable_not_wrong():
    issuer = Issuer(FIRST)
    issuer.answers = fail
    cache = KeyCache(issuer.fetch, ISSUER)

    for seconds in range(10):
        with pytest.raises(Unavailable):
            cache.key(key_id(FIRST), after(seconds=seconds))
    assert issuer.asked == 2, "every five seconds while there is nothing to go on with"
    issuer.answers = issuer.document
    assert cache.key(key_id(FIRST), after(seconds=10)).key_id == key_id(FIRST)


def test_many_callers_at_once_make_one_fetch():
    issuer, go = Issuer(FIRST), Event()

    def slowly() -> dict[str, Any]:
        go.wait(5)
        return issuer.document()

    issuer.answers = slowly
    cache = KeyCache(issuer.fetch, ISSUER)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(cache.key, key_id(FIRST), NOON) for _ in range(8)]
        go.set()
        assert {found.result().key_id for found in waiting} == {key_id(FIRST)}
    assert issuer.asked == 1


def test_who_has_a_good_key_does_not_wait_for_a_fetch_under_way():
    issuer, begun, go = Issuer(FIRST), Event(), Event()
    cache = KeyCache(issuer.fetch, ISSUER)
    cache.key(key_id(FIRST), NOON)

    def slowly() -> dict[str, Any]:
        begun.set()
        go.wait(30)
        return issuer.document()

    issuer.answers = slowly
    with ThreadPoolExecutor(2) as pool:
        fetching = pool.submit(cache.key, key_id(FIRST), after(hours=1))
        assert begun.wait(30)
        assert pool.submit(cache.key, key_id(FIRST), after(hours=1)).result(10).key_id == key_id(FIRST)
        assert not fetching.done()
        go.set()
        assert fetching.result(30).key_id == key_id(FIRST)
    assert issuer.asked == 2


def test_a_key_that_is_withdrawn_is_refused_after_the_next_fetch():
    issuer = Issuer(FIRST, SECOND)
    cache = KeyCache(issuer.fetch, ISSUER)
    cache.key(key_id(FIRST), NOON)
    issuer.keys.remove(FIRST)

    assert cache.key(key_id(FIRST), after(minutes=59)).key_id == key_id(FIRST)
    assert cache.key(key_id(SECOND), after(hours=1)).key_id == key_id(SECOND)
    with pytest.raises(NotAuthenticated):
        cache.key(key_id(FIRST), after(hours=1))


def test_a_clock_that_is_set_back_does_not_hold_up_renewals():
    issuer = Issuer(FIRST)
    cache = KeyCache(issuer.fetch, ISSUER)
    cache.key(key_id(FIRST), after(days=300))
    issuer.keys.append(SECOND)

    assert cache.key(key_id(SECOND), NOON).key_id == key_id(SECOND)


GOOD = _public_jwk(FIRST, ISSUER)
SHORT = generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (too short, to be refused)


@pytest.mark.parametrize(
    "stated",
    [
        {**GOOD, "use": "enc"},
        {**GOOD, "alg": "RS512"},
        {**GOOD, "kty": "oct", "k": "c2VjcmV0"},
        {**GOOD, "kty": "EC"},
        {**RSAAlgorithm.to_jwk(FIRST, as_dict=True), "kid": GOOD["kid"]},
        {**GOOD, "n": 7},
        {**GOOD, "kid": 7},
        {**GOOD, "issuer": "https://issuer.example/another/v2.0"},
        {**GOOD, "issuer": "https://issuer.example/{tenantid}/v2.1"},
        _public_jwk(SHORT, ISSUER),
    ],
)
def test_a_published_key_that_may_not_sign_access_tokens_is_not_used(stated: dict[str, Any]):
    assert usable_keys({"keys": [stated, _public_jwk(SECOND, ISSUER)]}, ISSUER, "tenant").keys() == {key_id(SECOND)}


def test_a_key_of_every_tenant_is_this_tenant_s_too():
    stated = {**GOOD, "issuer": "https://issuer.example/{tenantid}/v2.0"}

    assert usable_keys({"keys": [stated]}, ISSUER, "tenant").keys() == {key_id(FIRST)}

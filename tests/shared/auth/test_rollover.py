"""Keys that change, are withdrawn or cannot be had, against an issuer that runs as a process of its own.

The instants at which tokens are checked are made up; what the issuer was asked stands in its log.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from devstack.issuer import KEY_FILE
from devstack.signing import Bearer, KeyRing, sign_token
from shared.auth.tokens import _keys_of, authenticate
from shared.domain.errors import NotAuthenticated, Unavailable
from shared.settings import get_settings
from tests.devstack.test_issuer import TENANT, LocalIssuer

NOON = datetime.now(UTC)


class WatchedIssuer(LocalIssuer):
    """Counts what it is asked, by its own log."""

    def asked(self) -> int:
        """How often the key set was fetched."""
        return self.service.log.read_text().count(f"GET /{TENANT}/discovery/v2.0/keys ")

    def day_token(self) -> str:
        """A token of the newest key, good for a day."""
        key = KeyRing(self.folder / KEY_FILE).signing_key
        return sign_token(key, Bearer(["Admin"]), issuer=self.url, tenant=TENANT, minutes=24 * 60 + 5, now=NOON)


@pytest.fixture
def issuer(tmp_path: Path, project_root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WatchedIssuer]:
    local = WatchedIssuer(project_root, tmp_path)
    local.service.launch()
    local.service.wait(60)
    monkeypatch.setenv("AUTH_ISSUER", local.url)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    get_settings.cache_clear()
    start_afresh()
    yield local
    get_settings.cache_clear()
    local.service.stop()


def start_afresh() -> None:
    """As a new instance, which knows no keys."""
    _keys_of.cache_clear()


def accepts(token: str, **after: float) -> bool:
    """Whether a token is taken some time after noon; an issuer that is out raises Unavailable."""
    try:
        return bool(authenticate(f"Bearer {token}", NOON + timedelta(**after)).roles)
    except NotAuthenticated as refused:
        if refused.code != "unknown_key":
            raise
        return False


def test_the_first_calls_of_a_new_instance_share_one_fetch(issuer: WatchedIssuer):
    token = issuer.day_token()

    with ThreadPoolExecutor(8) as pool:
        assert all(taken.result(60) for taken in [pool.submit(accepts, token) for _ in range(8)])
    assert issuer.asked() == 1


def test_a_rotation_is_noticed_within_five_minutes_and_both_keys_hold(issuer: WatchedIssuer):
    old = issuer.day_token()
    assert accepts(old)
    issuer.control("rotate")
    new = issuer.day_token()

    assert [accepts(new, minutes=minutes) for minutes in (0, 1, 4, 4.9)] == [False] * 4
    assert issuer.asked() == 1
    assert accepts(new, minutes=5)
    assert accepts(old, minutes=6)
    assert issuer.asked() == 2


def test_a_withdrawn_key_s_tokens_are_refused_within_the_hour(issuer: WatchedIssuer):
    issuer.control("rotate")
    rotated, withdrawn = issuer.day_token(), issuer.day_token()
    issuer.control("rotate")
    current = issuer.day_token()
    assert accepts(withdrawn)
    assert issuer.control("withdraw").json()["withdrawn"] == [jwt.get_unverified_header(rotated)["kid"]]

    assert accepts(withdrawn, minutes=59)
    assert not accepts(withdrawn, minutes=60)
    assert accepts(current, minutes=61)
    assert issuer.asked() == 2, "once in the beginning and once after an hour"


def test_an_outage_leaves_the_last_keys_for_a_day_and_a_new_instance_waiting(issuer: WatchedIssuer):
    token = issuer.day_token()
    assert accepts(token)
    issuer.control("outage?seconds=600")

    assert all(accepts(token, hours=hours) for hours in (1, 2, 12, 23.9))
    with pytest.raises(Unavailable) as out:
        accepts(token, hours=24)
    assert out.value.code == "issuer_unavailable"
    start_afresh()
    with pytest.raises(Unavailable):
        accepts(token)
    issuer.control("outage?seconds=0")
    with pytest.raises(Unavailable):
        accepts(token, seconds=4)
    assert accepts(token, seconds=5)


def test_an_issuer_that_is_gone_is_an_outage_too(issuer: WatchedIssuer):
    token = issuer.day_token()
    assert accepts(token)
    issuer.service.stop()

    assert accepts(token, hours=2)
    start_afresh()
    with pytest.raises(Unavailable):
        accepts(token)


def test_a_flood_of_unknown_keys_asks_once_in_five_minutes_and_keeps_nobody_out(issuer: WatchedIssuer):
    good = issuer.day_token()
    claims = jwt.decode(good, options={"verify_signature": False})
    key = KeyRing(issuer.folder / KEY_FILE).signing_key
    parts = jwt.encode(claims, key, algorithm="RS256").split(".")
    heads = [jwt.encode({}, key, algorithm="RS256", headers={"kid": f"flood-{n}"}).split(".")[0] for n in range(40)]
    flood = [".".join([head, *parts[1:]]) for head in heads]
    assert accepts(good)

    with ThreadPoolExecutor(8) as pool:
        for minute in range(20):
            moment = {"minutes": minute, "seconds": 30}
            taken = [pool.submit(accepts, token, **moment) for token in [*flood, good]]
            assert [answer.result(30) for answer in taken] == [False] * len(flood) + [True]
    assert issuer.asked() <= 1 + 20 // 5
    assert issuer.asked() > 1, "the keys are looked for, at that pace"

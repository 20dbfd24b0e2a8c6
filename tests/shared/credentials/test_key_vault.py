"""Secrets of Key Vault, read by its own client over TLS: kept, rotated, withdrawn, and while the vault is out."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from shared.credentials import secret
from shared.domain.errors import Unavailable
from shared.kept import Kept
from shared.settings import get_settings
from tests.shared.credentials.identity_endpoint import IdentityEndpoint
from tests.shared.credentials.key_vault import KeyVault

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIRST, SECOND = "planted-first-value", "planted-second-value"


def read(**after: float) -> str:
    return secret("webhook-key", NOON + timedelta(**after))


@pytest.fixture
def vault(key_vault: KeyVault) -> KeyVault:
    key_vault.secrets["webhook-key"] = FIRST
    return key_vault


def test_a_secret_is_read_once_by_the_app_s_identity(vault: KeyVault, identity: IdentityEndpoint):
    with ThreadPoolExecutor(4) as pool:
        assert {answer.result(60) for answer in [pool.submit(read) for _ in range(8)]} == {FIRST}
    assert read(minutes=4.9) == FIRST
    assert vault.read == ["webhook-key"]
    assert identity.asked == ["https://vault.azure.net"]


def test_a_rotated_secret_is_picked_up_within_five_minutes(vault: KeyVault):
    assert read() == FIRST
    vault.secrets["webhook-key"] = SECOND

    assert read(minutes=4) == FIRST
    assert read(minutes=5) == SECOND


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_while_the_vault_is_out_the_last_value_serves_for_some_hours_with_a_warning(
    vault: KeyVault, status: int, caplog: pytest.LogCaptureFixture
):
    assert read() == FIRST
    vault.status = status

    assert [read(hours=hours) for hours in (0.5, 2, 3.9)] == [FIRST] * 3
    assert "the secret webhook-key could not be fetched, the last one stands until 02 Mar 16:00 UTC" in caplog.text
    with pytest.raises(Unavailable) as refused:
        read(hours=4)
    assert refused.value.code == "secrets_unavailable"
    vault.status = 200
    assert read(hours=4.1) == FIRST


def test_a_secret_that_was_removed_is_not_used_from_the_cache(vault: KeyVault, caplog: pytest.LogCaptureFixture):
    assert read() == FIRST
    del vault.secrets["webhook-key"]

    with pytest.raises(Unavailable):
        read(minutes=5)
    assert "Key Vault has no secret of that name" in caplog.text


def test_neither_log_nor_error_tells_a_secret_or_a_token(
    vault: KeyVault, identity: IdentityEndpoint, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    errors = []
    assert read() == FIRST
    for minutes, status in ((10, 500), (20, 403), (60 * 5, 503)):
        vault.status = status
        try:
            read(minutes=minutes)
        except Unavailable as error:
            errors.append(repr(error) + str(error.__cause__) + str(error.__context__))

    assert len(errors) == 1
    assert len(caplog.records) > 10
    said = caplog.text + "".join(str(vars(record)) for record in caplog.records) + "".join(errors)
    assert [planted for planted in (FIRST, identity.token, identity.header) if planted in said] == []


def test_what_holds_a_secret_does_not_show_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", f"postgresql+psycopg2://app:{FIRST}@127.0.0.1/d")
    monkeypatch.setenv("ImportsStorage", f"AccountName=a;AccountKey={SECOND}")
    get_settings.cache_clear()
    shown = f"{get_settings()} {Kept(FIRST, NOON, NOON)}"
    get_settings.cache_clear()

    assert "environment=" in shown
    assert [value for value in (FIRST, SECOND) if value in shown] == []

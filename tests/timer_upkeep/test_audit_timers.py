"""The timers of the audit log: an anchor that the verifier takes, and a removal that is itself on record."""

import logging
from random import Random

import pytest
from sqlalchemy import text

from shared.data.verify_audit import main
from shared.settings import get_settings
from tests.data.audited import build_chain, remake_chain
from tests.data.owner import owner_transaction
from timer_upkeep.audit_log import record_audit_anchor, tend_audit_log


def test_the_anchor_that_is_logged_is_one_the_verifier_compares(
    database_url: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
):
    assert database_url
    build_chain(Random(1), 5)
    with caplog.at_level(logging.INFO):
        record_audit_anchor.build().get_user_function()(None)
    (said,) = [record.getMessage() for record in caplog.records if "anchor" in record.getMessage()]
    anchor = said.split()[3]

    assert main(["--anchor", anchor]) == 0
    with owner_transaction() as session:
        session.execute(text("update audit_log set kind = 'other' where number = 1"))
        remake_chain(session, 1)
    assert main([]) == 0
    assert main(["--anchor", anchor]) == 1
    assert "another hash than its anchor" in capsys.readouterr().out


def test_the_nightly_removal_keeps_to_the_setting_and_is_on_record(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert database_url
    count = build_chain(Random(1), 5)
    with owner_transaction() as session:
        remake_chain(session, 1, days_ago=800)
    tend_audit_log.build().get_user_function()(None)
    with owner_transaction() as session:
        assert session.execute(text("select count(*) from audit_log")).scalar_one() == count, "kept for seven years"
    monkeypatch.setenv("AUDIT_KEEP_DAYS", "730")
    get_settings.cache_clear()
    tend_audit_log.build().get_user_function()(None)

    with owner_transaction() as session:
        (left,) = session.execute(text("select number, action, subject, key from audit_log")).all()
    assert tuple(left) == (count + 1, "tend_audit_log", "system", {"keep_days": 730})
    assert main([]) == 0
    assert f"entries 1 to {count} were removed when their time was over" in capsys.readouterr().out

"""Uploads that wait for somebody's word: what makes them wait, who may say it, and what comes of it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from shared.clock import utc_now
from shared.data.engine import transaction
from shared.data.imports import stale_jobs
from shared.domain.as_of import ReportingQuarter
from shared.domain.errors import Conflict, NotAllowed, NotFound
from shared.domain.permissions import SYSTEM, Principal, Role
from shared.services import import_steps, imports
from shared.services.closes import close_period
from tests.durable_imports.upload import read_report, register, run_steps, run_upload, stage

COMPANIES = "external_id,name,reporting_currency,fiscal_year_end\none,One,GBP,12-31\ntwo,Two,SEK,12-31\n"
HEADER = "company_external_id,period_end,total_revenue,gross_profit\n"
ENDS = ("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31")
BOSS = Principal("boss", "Boss", frozenset({Role.PORTFOLIO_WRITE}))


@pytest.fixture(autouse=True)
def year(database_url: str) -> None:
    assert database_url
    run_upload(COMPANIES)
    run_upload(HEADER + "".join(f"one,{end},1000,700\n" for end in ENDS))


def close(year: int, quarter: int) -> None:
    with transaction() as session:
        close_period(session, SYSTEM, ReportingQuarter(year, quarter), None)


def revenues() -> list[Any]:
    with transaction() as session:
        query = "select total_revenue from metric_inputs where superseded_at is null order by period_end"
        return list(session.execute(text(query)).scalars())


def restate(*figures: tuple[str, int], **options: Any) -> dict[str, Any]:
    return run_upload(HEADER + "".join(f"one,{end},{figure},700\n" for end, figure in figures), **options)


def decide(import_id: str, principal: Principal = BOSS, *, approved: bool = True) -> None:
    with transaction() as session:
        imports.decide_approval(session, principal, import_id, "as agreed", approved=approved)


def test_restating_a_closed_quarter_waits_and_is_applied_once_another_person_approves():
    close(2023, 2)

    report = restate(("2023-06-30", 1200), reason="audit")

    assert (report["status"], revenues()) == ("pending_approval", [1000] * 4)
    assert report["counts"]["restated"] == 1
    (concern,) = report["approval"]["concerns"]
    assert (concern["code"], concern["quarter"], concern["row_number"]) == ("closed_quarter", "2023Q2", 2)
    decide(report["id"])
    assert run_steps(report["id"], 1) == "apply"
    done = read_report(report["id"])
    assert (done["status"], revenues()) == ("applied", [1000, 1200, 1000, 1000])
    assert (done["decision"]["by"], done["decision"]["reason"]) == ("Boss", "as agreed")


def test_replacing_more_than_the_set_share_of_a_company_s_figures_waits():
    assert restate((ENDS[0], 1100), (ENDS[1], 1100))["status"] == "applied"

    report = restate(*((end, 1200) for end in ENDS))

    assert report["status"] == "pending_approval"
    (concern,) = report["approval"]["concerns"]
    assert concern["code"] == "large_restatement"
    assert (concern["quarters"], concern["figures_restated"], concern["figures_on_record"]) == (4, 4, 8)


def test_new_quarters_and_one_corrected_quarter_do_not_wait():
    report = restate((ENDS[0], 5), ("2024-03-31", 7), ("2024-06-30", 7))

    assert (report["status"], report["approval"]) == ("applied", None)


def test_a_rejected_upload_stores_nothing_and_cannot_be_tried_again():
    close(2023, 2)
    report = restate(("2023-06-30", 1200), reason="audit")

    decide(report["id"], approved=False)

    assert run_steps(report["id"], 1) == "end"
    done = read_report(report["id"])
    assert (done["status"], done["failure"], revenues()) == ("rejected", "Boss rejected it: as agreed", [1000] * 4)
    with transaction() as session, pytest.raises(Conflict):
        imports.retry_import(session, BOSS, report["id"])


def test_nobody_approves_what_is_their_own_and_who_may_not_see_it_finds_nothing():
    close(2023, 2)
    content = HEADER + "one,2023-06-30,1200,700\n"
    own = register(content, BOSS, reason="audit")
    run_steps(own, stage(own, content))
    fund = Principal("fund", "Fund", frozenset({Role.PORTFOLIO_WRITE}), funds=frozenset({"Fund I"}))

    with pytest.raises(NotAllowed):
        decide(own)
    with pytest.raises(NotFound):
        decide(own, fund)
    decide(own, SYSTEM)
    decide(own, SYSTEM)
    with pytest.raises(Conflict):
        decide(own, SYSTEM, approved=False)


def test_when_the_time_is_over_it_is_turned_down(monkeypatch: pytest.MonkeyPatch):
    close(2023, 2)
    report = restate(("2023-06-30", 1200), reason="audit")
    later = utc_now() + timedelta(days=15)
    with transaction() as session:
        assert stale_jobs(session, later, utc_now()) == []
        assert stale_jobs(session, later, later) == [report["id"]]

    monkeypatch.setattr(import_steps, "utc_now", lambda: later)

    assert run_steps(report["id"], 1) == "end"
    done = read_report(report["id"])
    assert done["status"] == "rejected"
    assert "nobody approved it" in done["failure"]


def test_a_cancelled_upload_stores_nothing_more_and_goes_on_when_it_is_retried():
    close(2023, 2)
    report = restate(("2023-06-30", 1200), reason="audit")
    with transaction() as session:
        imports.cancel_import(session, BOSS, report["id"])
        imports.cancel_import(session, BOSS, report["id"])

    assert run_steps(report["id"], 1) == "end"
    assert read_report(report["id"])["status"] == "cancelled"
    with transaction() as session:
        imports.retry_import(session, BOSS, report["id"])
    assert run_steps(report["id"], 1) == "wait"
    assert read_report(report["id"])["status"] == "pending_approval"


def test_a_file_that_needed_a_fix_elsewhere_is_judged_anew_when_it_is_retried():
    content = HEADER + "three,2023-06-30,1200,700\n"
    report = run_upload(content)
    assert (report["status"], report["error_count"]) == ("needs_fix", 1)
    run_upload("external_id,name,reporting_currency,fiscal_year_end\nthree,Three,EUR,12-31\n")

    with transaction() as session:
        imports.retry_import(session, BOSS, report["id"])
    assert run_steps(report["id"], stage(report["id"], content)) == "apply"

    done = read_report(report["id"])
    assert (done["status"], done["counts"]["new"], done["error_count"], done["errors"]) == ("applied", 1, 0, [])


def test_an_upload_that_was_applied_whole_can_be_neither_retried_nor_cancelled():
    report = restate((ENDS[0], 5))

    with transaction() as session:
        for act in (imports.retry_import, imports.cancel_import):
            with pytest.raises(Conflict):
                act(session, BOSS, report["id"])

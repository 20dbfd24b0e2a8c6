"""POSTs with an `Idempotency-Key`: sent again they get the same answer, and have their effect once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.data.engine import get_engine, transaction
from shared.services import companies
from tests.http_metrics.client import Answer, Client

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
ROUND = {"closed_on": "2024-01-31", "round": "A", "currency": "EUR", "post_money_valuation": 7}
CALLS, THREADS = 200, 8


def post(api: Client, path: str, sent: object, key: str, **headers: str) -> Answer:
    return api.call("POST", path, sent, {"idempotency-key": key, **headers})


def count(table: str) -> int:
    with transaction() as session:
        return int(session.execute(text(f"select count(*) from {table}")).scalar_one())


@pytest.fixture
def losing_commits(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Of commits, a third are made and not acknowledged, and some are lost before they are made."""
    rng, happened, commit, turn = Random(7), Counter[str](), Session.commit, threading.Lock()

    def lose(session: Session) -> None:
        with turn:
            chance = rng.random()
        if chance < 0.1:
            session.rollback()
        else:
            commit(session)
        if chance < 0.4:
            happened["lost before" if chance < 0.1 else "lost after"] += 1
            raise OperationalError("commit", {}, ConnectionError("the connection was closed"))

    monkeypatch.setattr(Session, "commit", lose)
    return happened


def test_two_hundred_posts_whose_acknowledgements_are_lost_have_two_hundred_effects(
    api: Client, losing_commits: Counter[str]
):
    def insist(number: int) -> tuple[str, bool]:
        rng, lost = Random(number), False
        for _ in range(60):
            answer = post(api, "/v1/companies", {**COMPANY, "name": f"Company {number}"}, f"key {number}")
            if answer.status == 201 and rng.random() < 0.5:
                lost = True  # the caller's connection broke, so it never saw this answer
                continue
            if answer.status == 201:
                assert not lost or answer.headers["Idempotency-Replayed"] == "true"
                return str(answer.json["id"]), "Idempotency-Replayed" in answer.headers
            assert (answer.status, answer.json["code"]) == (503, "database_unavailable"), answer.text
        raise AssertionError("sixty calls were not enough")

    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(insist, range(CALLS)))

    assert losing_commits["lost after"] > 50 < sum(replayed for _, replayed in told)
    assert losing_commits["lost before"] > 10
    with Session(get_engine()) as session:
        stored = session.execute(text("select id::text, name from companies")).all()
    assert len(stored) == CALLS
    assert {name for _, name in stored} == {f"Company {number}" for number in range(CALLS)}
    assert {company for company, _ in told} == {company for company, _ in stored}


def test_the_answer_that_is_repeated_is_the_first_one_to_the_letter(api: Client):
    first = post(api, "/v1/companies", COMPANY, "k", prefer="return=representation")
    api.call("PATCH", first.headers["Location"], {"name": "Renamed since"})
    again = post(api, "/v1/companies", COMPANY, "k", prefer="return=representation")

    assert (again.status, again.body, again.headers["Location"]) == (201, first.body, first.headers["Location"])
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["X-Correlation-Id"] != first.headers["X-Correlation-Id"]
    assert "Idempotency-Replayed" not in first.headers


def test_rounds_closes_and_reopenings_are_repeated_too(api: Client):
    company = post(api, "/v1/companies", COMPANY, "c").json["id"]
    api.call("PUT", f"/v1/companies/{company}/inputs/2024-03-31", {"total_revenue": 1})
    for path, sent, status in (
        (f"/v1/companies/{company}/rounds", ROUND, 201),
        ("/v1/periods/2024/1/close", {}, 201),
        ("/v1/periods/2024/1/reopen", {"reason": "late"}, 200),
    ):
        answers = [post(api, path, sent, path) for _ in range(2)]
        assert [answer.status for answer in answers] == [status] * 2, answers[1].text
        assert answers[0].body == answers[1].body
    assert (count("funding_rounds"), count("period_closes"), count("companies")) == (1, 1, 1)


@pytest.mark.parametrize(
    ("path", "sent", "headers"),
    [
        ("/v1/companies", {**COMPANY, "name": "Other"}, {}),
        ("/v1/companies", COMPANY, {"prefer": "return=minimal"}),
        ("/v1/periods/2024/1/close", {}, {}),
    ],
)
def test_a_key_that_is_used_for_another_call_is_422(api: Client, path: str, sent: Any, headers: dict[str, str]):
    post(api, "/v1/companies", COMPANY, "k")
    answer = post(api, path, sent, "k", **headers)

    assert (answer.status, answer.json["code"]) == (422, "idempotency_key_reused")
    assert count("companies") == 1


def test_keys_are_each_principal_s_own(api: Client):
    with transaction() as session:
        session.execute(
            text("insert into idempotency_keys select 'somebody else', 'k', 'f', 201, '{}', 'theirs', now()")
        )

    assert post(api, "/v1/companies", COMPANY, "k").json["name"] == "Acme"


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ä", "a\tb", " a", "a\n"])
def test_a_key_that_is_none_is_named(api: Client, key: str):
    answer = post(api, "/v1/companies", COMPANY, key)

    assert (answer.status, answer.json["code"]) == (400, "invalid_input")
    assert [error["header"] for error in answer.json["errors"]] == ["Idempotency-Key"]
    assert count("companies") == 0


def test_a_call_that_is_still_under_way_is_409_and_its_end_is_answered(api: Client, monkeypatch: pytest.MonkeyPatch):
    entered, may_go_on, create = threading.Event(), threading.Event(), companies.create_company

    def create_slowly(*call: Any) -> Any:
        entered.set()
        assert may_go_on.wait(10)
        return create(*call)

    monkeypatch.setattr(companies, "create_company", create_slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, api, "/v1/companies", COMPANY, "k")
        assert entered.wait(10)
        early = post(api, "/v1/companies", COMPANY, "k")
        may_go_on.set()
        assert (early.status, early.json["code"]) == (409, "idempotency_key_in_use")
        assert post_until_done(api).body == first.result(10).body
    assert count("companies") == 1


def post_until_done(api: Client) -> Answer:
    for _ in range(1000):
        answer = post(api, "/v1/companies", COMPANY, "k")
        if answer.status != 409:
            return answer
    raise AssertionError("the first call does not end")


def test_a_refused_call_keeps_nothing_and_may_be_mended(api: Client):
    first = post(api, "/v1/companies", {**COMPANY, "external_id": "a"}, "first")
    refused = post(api, "/v1/companies", {**COMPANY, "external_id": "a"}, "k")
    mended = post(api, "/v1/companies", {**COMPANY, "external_id": "b"}, "k")

    assert [answer.status for answer in (first, refused, mended)] == [201, 409, 201]


def test_an_answer_is_kept_for_a_day_and_then_forgotten(api: Client):
    for key in ("old", "older"):
        post(api, "/v1/companies", COMPANY, key)
    with transaction() as session:
        session.execute(text("update idempotency_keys set answered_at = now() - interval '24 hours'"))

    assert "Idempotency-Replayed" not in post(api, "/v1/companies", COMPANY, "old").headers
    assert post(api, "/v1/companies", COMPANY, "old").headers["Idempotency-Replayed"] == "true"
    assert (count("companies"), count("idempotency_keys")) == (3, 1)

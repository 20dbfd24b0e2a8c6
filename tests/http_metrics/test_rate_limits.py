"""Quotas: each principal's own, by the class of the call, exact however many instances serve it."""

import os
import subprocess
import sys
from collections import Counter

import psycopg2
import pytest
from sqlalchemy import text

from benchmarks.statements import noting_statements
from shared.data import pages, rate_counts
from shared.data.engine import dispose_engines, get_engine, get_reader
from shared.data.rate_counts import admit_call, forget_counts
from shared.domain.route_classes import RouteClass, Usage
from shared.settings import get_settings
from shared.web import limits
from shared.web.freshness import KEPT
from tests.architecture.sources import ROOT
from tests.data.owner import owner_transaction
from tests.http_metrics.client import Client
from tests.http_metrics.conftest import ClientFor

TARGET = "/v1/metrics/definitions"
"""Asks the database for nothing but the count."""
QUOTA, PROCESSES, CALLS, COUNTS = 150, 4, 90, 1_000


@pytest.fixture(autouse=True)
def _nobody_has_used_up_a_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_used_up", {})


def limit(monkeypatch: pytest.MonkeyPatch, **quotas: int) -> None:
    for name, quota in quotas.items():
        monkeypatch.setenv(f"RATE_LIMIT_{name}", str(quota))
    get_settings.cache_clear()


def hammer(token: str, what: str, how_many: int) -> list[tuple[int, int]]:
    """What four processes at once were told: (status or number, minute) of each call or count."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.http_metrics.hammer_process", what, str(how_many)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    try:
        for each in started:
            print(token, file=each.stdin, flush=True)
        for each in started:
            assert each.stdout
            assert each.stdout.readline() == "ready\n"
        for each in started:
            print("go", file=each.stdin, flush=True)
        said = [each.communicate(timeout=100)[0] for each in started]
    finally:
        for each in started:
            each.kill()
            each.wait()
    lines = [line.split() for text in said for line in text.splitlines()]
    return [(int(first), int(window)) for first, window in lines]


@pytest.mark.parametrize("target", [TARGET, "/v1/companies"])
def test_four_processes_that_hammer_for_one_principal_are_allowed_exactly_the_quota(
    api: Client, monkeypatch: pytest.MonkeyPatch, target: str
):
    limit(monkeypatch, READ=QUOTA)
    answered = hammer(api.token, target, CALLS)
    made, allowed = Counter(w for _, w in answered), Counter(w for status, w in answered if status == 200)

    assert len(answered) == PROCESSES * CALLS
    assert {status for status, _ in answered} == {200, 429}
    assert max(made.values()) > QUOTA, "some minute saw more calls than the quota"
    assert {window: allowed[window] for window in made} == {window: min(QUOTA, made[window]) for window in made}


def test_of_four_thousand_counts_by_four_processes_each_has_a_number_of_its_own(api: Client):
    numbers: dict[int, list[int]] = {}
    for number, window in hammer(api.token, "counts", COUNTS):
        numbers.setdefault(window, []).append(number)

    assert sum(map(len, numbers.values())) == PROCESSES * COUNTS
    assert {window: sorted(found) for window, found in numbers.items()} == {
        window: list(range(1, len(found) + 1)) for window, found in numbers.items()
    }


def test_a_call_beyond_the_quota_is_told_when_to_come_again(api: Client, monkeypatch: pytest.MonkeyPatch):
    limit(monkeypatch, READ=2)
    answers = [api.get(TARGET) for _ in range(7)]
    statuses = [answer.status for answer in answers]

    assert statuses.count(200) in {2, 4}, "four, where a minute ended meanwhile"
    refused = answers[-1]
    assert (refused.status, refused.json["code"]) == (429, "rate_limited")
    assert refused.headers["RateLimit-Policy"] == '"read";q=2;w=60'
    left = int(refused.headers["Retry-After"])
    assert refused.headers["RateLimit"] == f'"read";r=0;t={left}'
    assert 1 <= left <= 60
    assert answers[0].headers["RateLimit"].startswith('"read";r=1;t=')


def test_each_class_and_each_principal_has_a_quota_of_its_own(
    api: Client, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
):
    limit(monkeypatch, READ=1, WRITE=1, EXPORT=1, UPLOAD=0)
    company = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
    calls = (
        ("read", "GET", "/v1/companies", None, {}),
        ("write", "POST", "/v1/companies", company, {}),
        ("export", "GET", "/v1/metrics?format=csv", None, {}),
        ("export", "GET", "/v1/financials", None, {"accept": "text/csv"}),
        ("export", "GET", "/v1/imports/template?format=csv", None, {}),
        ("read", "GET", "/v1/metrics", None, {}),
        ("read", "GET", "/v1/metrics?format=json", None, {"accept": "text/csv"}),
        ("write", "PATCH", "/v1/companies/x", {}, {}),
    )
    told = [
        api.call(method, target, body, headers).headers["RateLimit-Policy"]
        for _, method, target, body, headers in calls
    ]
    assert told == [f'"{name}";q=1;w=60' for name, *_ in calls]
    other = client_for("Portfolio.Read")

    assert other.get("/v1/companies").status == 200
    upload = api.call("POST", "/v1/imports", b"", {"content-type": "text/csv"})
    assert (upload.status, "RateLimit" in upload.headers) == (400, False)


def test_what_is_refused_counts_too_and_what_has_no_principal_does_not(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
):
    limit(monkeypatch, WRITE=2)
    reader = client_for("Portfolio.Read")
    statuses = [reader.call("POST", "/v1/companies", {}).status for _ in range(7)]

    assert {403, 429} == set(statuses)
    for answer in (Client("").get("/v1/companies"), Client("x.y.z").get("/v1/companies"), Client("").get("/v1/health")):
        assert "RateLimit" not in answer.headers


def test_a_read_that_is_held_costs_one_round_trip_counted_or_not(api: Client, monkeypatch: pytest.MonkeyPatch):
    tag = {"if-none-match": api.get("/v1/companies").headers["ETag"]}
    with noting_statements() as counted:
        assert api.call("GET", "/v1/companies", headers=tag).status == 304
    limit(monkeypatch, READ=0)
    with noting_statements() as uncounted:
        assert Client(api.token).call("GET", "/v1/companies", headers=tag).status == 304

    assert ["tell_admission" in each.sql for each in counted] == [True]
    assert ["change_head" in each.sql for each in uncounted] == [True]


def test_a_read_of_one_statement_costs_one_round_trip_its_count_included(api: Client):
    assert api.get("/v1/companies").status == 200, "what is granted is known from here"
    KEPT.forget()
    with noting_statements() as sent:
        answer = api.get("/v1/companies")

    assert [("tell_admission" in each.sql, "from companies" in each.sql) for each in sent] == [(True, True)]
    assert answer.headers["RateLimit"].split(";")[1] == f"r={get_settings().rate_limits[RouteClass.READ] - 2}"
    assert api.call("GET", "/v1/companies", headers={"if-none-match": answer.headers["ETag"]}).status == 304


def test_a_file_whose_rows_come_in_a_transaction_is_counted_before_that_begins(api: Client):
    assert api.get("/v1/metrics?format=csv").status == 200, "what is granted is known from here"
    KEPT.forget()
    with noting_statements() as sent:
        assert api.get("/v1/metrics?format=csv").status == 200

    assert ["tell_admission" in each.sql for each in sent] == [True] + [False] * (len(sent) - 1)
    assert "reporting_metrics" not in sent[0].sql


def test_a_call_beyond_the_quota_learns_nothing_and_the_next_one_costs_a_count_only(
    api: Client, monkeypatch: pytest.MonkeyPatch
):
    limit(monkeypatch, READ=1)
    statuses = [api.get("/v1/companies?limit=1").status]
    while 429 not in statuses:  # a minute may end meanwhile
        KEPT.forget()
        statuses.append(api.get("/v1/companies?limit=2").status)
    with noting_statements() as sent:
        refused = api.get("/v1/companies?limit=3")

    assert (refused.status, refused.json["code"]) == (429, "rate_limited")
    assert ["companies" in each.sql for each in sent] == [False]


def test_that_the_quota_is_used_up_is_said_before_what_else_is_wrong(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
):
    limit(monkeypatch, READ=1)
    submitter = client_for("Company.Submit", companies=[])
    wrong = ("/v1/companies?limit=no", "/v1/fx-rates", "/v1/audit-log")
    answers = {target: [submitter.get(target) for _ in range(5)][-1] for target in wrong}

    assert {answer.status for answer in answers.values()} == {429}


def test_a_read_that_fails_is_counted_and_the_next_goes_by_the_same_connection(
    api: Client, monkeypatch: pytest.MonkeyPatch
):
    limit(monkeypatch, READ=100)
    with monkeypatch.context() as patch:
        patch.setattr(pages, "_PAGE", "select 1/0, :page_limit from ({query}) as page")
        failed = api.get("/v1/companies")
    answer = api.get("/v1/companies")

    assert failed.status == 500
    assert [each.headers["RateLimit"].split(";")[1] for each in (failed, answer)] == ["r=99", "r=98"]
    assert get_reader().waiting == 1


def test_where_a_call_cannot_be_counted_nothing_is_read_and_the_connection_is_of_use_again(api: Client):
    assert api.get("/v1/companies").status == 200
    KEPT.forget()
    with owner_transaction() as session:
        session.execute(text("alter table rate_counts rename to other_counts"))
    refused = api.get("/v1/companies")
    with owner_transaction() as session:
        session.execute(text("alter table other_counts rename to rate_counts"))

    assert refused.status >= 500
    assert api.get("/v1/companies").status == 200
    assert get_reader().waiting == 1


def test_counts_survive_a_connection_that_went_away(api: Client):
    assert api.get(TARGET).status == 200
    with get_engine().connect() as connection:
        others = "pid <> pg_backend_pid() and datname = current_database()"
        connection.execute(text(f"select pg_terminate_backend(pid, 5000) from pg_stat_activity where {others}"))

    assert api.get(TARGET).status == 200


def test_without_the_database_nothing_that_is_limited_is_served(offline_api: Client, monkeypatch: pytest.MonkeyPatch):
    assert Client(offline_api.token).get(TARGET).status == 200, "nothing is limited"
    limit(monkeypatch, READ=10)
    answer = offline_api.get(TARGET)

    assert (answer.status, answer.json["code"]) == (503, "database_unavailable")


def test_without_the_database_a_call_tries_it_once(api: Client, monkeypatch: pytest.MonkeyPatch):
    tried = []

    def refuse() -> None:
        tried.append("connect")
        raise psycopg2.OperationalError("could not connect to server")

    get_reader().dispose()
    with monkeypatch.context() as patch:
        patch.setattr(get_reader().engine, "raw_connection", refuse)
        for target in (TARGET, "/v1/companies"):
            assert api.get(target).json["code"] == "database_unavailable"

    assert tried == ["connect", "connect"]
    assert api.get("/v1/companies").status == 200


@pytest.mark.parametrize("target", [TARGET, "/v1/companies"])
def test_a_call_of_whose_count_nothing_is_told_is_not_served(api: Client, monkeypatch: pytest.MonkeyPatch, target: str):
    with monkeypatch.context() as patch:
        patch.setattr(rate_counts, "_take", lambda *_: None)
        refused = api.get(target)

    assert (refused.status, refused.json["code"]) == (500, "internal_error")
    assert api.get(target).status == 200


def test_a_window_that_has_passed_is_forgotten_and_a_new_one_begins_at_one(database_url: str):
    assert database_url
    used: list[Usage] = []
    admit_call("one", RouteClass.READ, used.append)
    with owner_transaction() as session:
        session.execute(text("update rate_counts set window_number = window_number - 1, used = 999"))
    admit_call("one", RouteClass.READ, used.append)
    with owner_transaction() as session:
        session.execute(text("update rate_counts set window_number = window_number - 100"))
        assert forget_counts(session) == 1
    dispose_engines()
    admit_call("one", RouteClass.READ, used.append)
    assert [usage.used for usage in used] == [1, 1, 1]

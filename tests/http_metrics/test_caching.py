"""Lists answered 304 while nothing has changed, never stale, and large answers as gzip."""

import gzip
import json
from random import Random

import azure.functions as func
import pytest

from shared.data.engine import transaction
from shared.services import reads
from shared.web.freshness import KEPT
from shared.web.kept_answers import KeptAnswers
from tests.data.writes import add_companies, publish_rates, record_a_round, submit_a_quarter
from tests.http_metrics.client import Client
from tests.http_metrics.conftest import ClientFor

RATES = "/v1/fx-rates?base=EUR&quote=USD&limit=1000"
READS = (
    "/v1/companies",
    "/v1/inputs",
    RATES,
    "/v1/metrics?currency=USD",
    "/v1/metrics?currency=SEK&metrics=arr,runway_months",
    "/v1/financials?format=csv",
    "/v1/metrics?shape=matrix&metrics=arr",
    "/v1/portfolio/summary?reporting_quarter=2024Q4&currency=EUR",
    "/v1/portfolio/reporting-status?reporting_quarter=2024Q4",
)


def test_a_list_is_304_until_something_changes_and_then_shows_it(api: Client):
    with transaction() as session:
        companies = add_companies(session)
    lists = [*READS, f"/v1/companies/{companies[0]}/rounds"]
    rng, changed = Random(2), 0
    held = {target: api.get(target) for target in lists}
    for _ in range(12):
        again = {t: api.call("GET", t, headers={"if-none-match": held[t].headers["ETag"]}) for t in lists}
        assert {(answer.status, answer.body) for answer in again.values()} == {(304, b"")}
        with transaction() as session:
            rng.choice((submit_a_quarter, record_a_round, publish_rates))(session, rng, companies[0])
        for target in lists:
            answer = api.call("GET", target, headers={"if-none-match": held[target].headers["ETag"]})
            KEPT.forget()
            truth = api.get(target)
            assert api.get(target).body == truth.body, "the kept answer"
            assert (held[target] if answer.status == 304 else answer).body == truth.body
            changed += truth.body != held[target].body
            held[target] = truth
    assert changed >= 8
    assert held[RATES].headers["Cache-Control"] == "private, no-cache"


def test_a_tag_of_one_scope_address_or_form_is_none_of_another(api: Client, client_for: ClientFor):
    with transaction() as session:
        (one, _) = add_companies(session)
    own = client_for("Company.Submit", companies=[str(one)])
    tags = {
        api.get("/v1/companies").headers["ETag"],
        api.get("/v1/companies?limit=1").headers["ETag"],
        own.get("/v1/companies").headers["ETag"],
        api.call("GET", "/v1/companies", headers={"accept": "application/*"}).headers["ETag"],
    }

    assert len(tags) == 4


@pytest.mark.parametrize(
    ("header", "packed"),
    [("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("gzip;q=0", False), ("br", False), ("", False)],
)
def test_large_answers_are_packed_for_those_who_take_it(api: Client, header: str, packed: bool):
    with transaction() as session:
        for _ in range(5):
            add_companies(session)
    plain = api.get("/v1/companies")
    answer = api.call("GET", "/v1/companies", headers={"accept-encoding": header})
    single = api.call("GET", f"/v1/companies/{plain.json['items'][0]['id']}", headers={"accept-encoding": header})

    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert (gzip.decompress(answer.body) if packed else answer.body) == plain.body
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert json.loads(single.body)["version"] == 1, "a small answer comes as it is"


def test_an_answer_is_read_once_while_nothing_changes(api: Client, monkeypatch: pytest.MonkeyPatch):
    with transaction() as session:
        add_companies(session)
    asked = []
    monkeypatch.setattr(
        reads, "list_companies", lambda *call, read=reads.list_companies: asked.append(1) or read(*call)
    )
    first, second = api.get("/v1/companies"), api.get("/v1/companies")
    other = api.get("/v1/companies?limit=1")

    assert (first.body, len(asked)) == (second.body, 2)
    assert other.body != first.body
    assert first.headers["X-Correlation-Id"] != second.headers["X-Correlation-Id"]


def test_a_close_that_is_made_anew_is_read_anew(api: Client):
    with transaction() as session:
        (one, _) = add_companies(session)
        submit_a_quarter(session, Random(1), one)
    (quarter,) = {f"{item['reporting_year']}Q{item['reporting_quarter']}" for item in api.items("/v1/metrics")}
    path = f"/v1/periods/{quarter[:4]}/{quarter[5]}"
    target = f"/v1/inputs?as_of={quarter}-close"
    api.call("POST", f"{path}/close", {})
    held = api.get(target)
    again = api.call("GET", target, headers={"if-none-match": held.headers["ETag"]})
    api.call("POST", f"{path}/reopen", {"reason": "late figures"})
    api.call("POST", f"{path}/close", {})

    assert (again.status, again.body) == (304, b"")
    assert api.call("GET", target, headers={"if-none-match": held.headers["ETag"]}).status == 200


def test_the_answers_asked_for_last_are_kept_as_many_as_fit():
    kept, made = KeptAnswers(max_bytes=100, max_answer_bytes=60), []

    def ask(asked: str, size: int, status: int = 200, state: str = "now") -> int:
        def make() -> func.HttpResponse:
            made.append(asked)
            return func.HttpResponse(b"x" * size, status_code=status, headers={"A": asked}, mimetype="text/csv")

        answer = kept.answer(asked, state, make)
        assert (answer.headers["A"], answer.mimetype) == (asked, "text/csv")
        answer.headers["A"] = "changed by who answers"
        return len(answer.get_body())

    for asked in ("a", "b", "a"):
        assert ask(asked, 45) == 45
    ask("c", 45)
    for asked in ("a", "c"):
        ask(asked, 45)
    assert made == ["a", "b", "c"], "what was asked for longest ago went"
    for asked, size, status in (("large", 61, 200), ("large", 61, 200), ("refused", 1, 404), ("refused", 1, 404)):
        ask(asked, size, status)
    assert made[3:] == ["large", "large", "refused", "refused"]
    assert [kept.has(asked) for asked in ("a", "b", "large")] == [True, False, False]


def test_an_answer_of_another_state_is_replaced_and_takes_no_room_of_its_own():
    kept = KeptAnswers(max_bytes=100)

    def ask(asked: str, state: str, body: str) -> bytes:
        return kept.answer(asked, state, lambda: func.HttpResponse(body * 40)).get_body()[:1]

    assert ask("other", "1", "o") == b"o"
    assert [ask("a", state, body) for state, body in (("1", "p"), ("2", "q"), ("3", "r"), ("3", "s"))] == [
        *(b"p", b"q", b"r", b"r")
    ]
    assert ask("other", "1", "t") == b"o"

"""Whatever is asked: a problem that says so, a correlation id in answer and log, nothing internal."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.services import reads
from shared.web.accept import weigh
from tests.http_metrics.client import Client
from tests.http_metrics.test_answers import path_of
from tests.rooms import ROUTES

MADE = re.compile(r"[0-9a-f]{32}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize(
    "target", ["/", "/v1", "/v1/company", "/v1/companies//", "/v2/companies", "/v1/inputs/a/b/c?x=1"]
)
@pytest.mark.parametrize("method", METHODS)
def test_an_address_nothing_is_at_is_a_404_problem(method: str, target: str):
    answer = Client("").call(method, target)

    assert (answer.status, answer.json["code"]) == (404, "not_found"), answer.text
    assert answer.json["instance"].endswith(target)
    assert answer.headers["X-Correlation-Id"] == answer.json["correlation_id"]
    assert "Allow" not in answer.headers


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_another_method_than_an_address_serves_is_a_405_that_names_those_it_does(name: str):
    path = path_of(ROUTES[name])
    served = set(Client("").call("OPTIONS", path).headers["Allow"].split(", "))

    assert ROUTES[name].method in served
    for method in {*METHODS, "PROPFIND"} - served:
        answer = Client("").call(method, path)
        assert (answer.status, answer.json["code"]) == (405, "method_not_allowed"), answer.text
        assert set(answer.headers["Allow"].split(", ")) == served
        assert method in answer.json["detail"]


def test_asking_what_an_address_serves_answers_without_a_body():
    answer = Client("").call("OPTIONS", "/v1/companies")

    assert (answer.status, answer.body, answer.headers["Allow"]) == (204, b"", "GET, OPTIONS, POST")


def test_a_read_whose_answer_cannot_be_read_is_406(api: Client):
    answer = api.call("GET", "/v1/companies", headers={"accept": "application/xml, application/json;q=0"})

    assert (answer.status, answer.json["code"]) == (406, "not_acceptable")
    assert answer.json["errors"][0]["header"] == "Accept"
    assert answer.headers.keys() >= {"X-Correlation-Id"}
    assert api.call("GET", "/v1/companies", headers={"accept": "text/html, */*;q=0.1"}).status == 200


def test_a_write_whose_answer_cannot_be_read_has_no_effect(api: Client):
    sent = {"name": "Unread", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
    answer = api.call("POST", "/v1/companies", sent, {"accept": "text/csv"})

    assert (answer.status, answer.json["code"]) == (406, "not_acceptable")
    assert list(api.items("/v1/companies")) == []


@pytest.mark.parametrize(
    ("header", "kind", "admitted"),
    [
        (None, "text/csv", True),
        ("", "text/csv", True),
        ("text/*", "text/csv", True),
        ("text/*;q=0.0, */*", "text/csv", False),
        ("*/*;q=0, text/csv", "text/csv", True),
        ("application/json; q=0.000", "application/json", False),
        ("application/json;version=1", "application/json", True),
        ("TEXT/CSV;Q=0.5", "text/csv", True),
        ("application/problem+json", "application/json", False),
    ],
)
def test_the_most_specific_range_of_an_accept_header_decides(header: str | None, kind: str, admitted: bool):
    assert (weigh(header, kind) > 0) is admitted


@pytest.mark.parametrize("given", ["abc-123", "0123456789abcdef0123456789abcdef", "trace:7.a_b", "x" * 128])
def test_a_correlation_id_that_can_be_logged_comes_back(api: Client, given: str):
    fine = api.call("GET", "/v1/companies", headers={"x-correlation-id": given})
    refused = api.call("GET", "/v1/companies?limit=0", headers={"x-correlation-id": given})
    nowhere = Client("").call("GET", "/nowhere", headers={"x-correlation-id": given})

    assert [answer.headers["X-Correlation-Id"] for answer in (fine, refused, nowhere)] == [given] * 3
    assert refused.json["correlation_id"] == nowhere.json["correlation_id"] == given


@pytest.mark.parametrize("given", ["", " ", "a b", "a\nb", "%s", "x" * 129, "-a", "ä"])
def test_any_other_correlation_id_is_replaced_by_a_new_one(given: str):
    answers = [Client("").call("GET", "/nowhere", headers={"x-correlation-id": given}) for _ in range(2)]
    made = {answer.headers["X-Correlation-Id"] for answer in answers}

    assert len(made) == 2
    assert all(MADE.fullmatch(one) for one in made)


def test_every_line_logged_while_a_request_is_served_carries_its_correlation_id(
    api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def look(_session: object, _scope: object, filters: dict[str, object], *_: object) -> None:
        logging.getLogger("some.library").warning("looked for %s", filters["fund"])
        raise RuntimeError("postgresql://user:secret@host/db")

    monkeypatch.setattr(reads.companies, "list_companies", look)

    def ask(number: int) -> str:
        answer = api.call("GET", f"/v1/companies?fund=F{number}", headers={"x-correlation-id": f"call-{number}"})
        assert (answer.status, answer.json["code"], answer.json["correlation_id"]) == (
            500,
            "internal_error",
            f"call-{number}",
        )
        return answer.text

    with ThreadPoolExecutor(4) as pool:
        bodies = list(pool.map(ask, range(20)))

    assert "secret" not in "".join(bodies)
    looked = {record.getMessage() for record in caplog.records if record.name == "some.library"}
    assert looked == {f"looked for F{number} [call-{number}]" for number in range(20)}
    failed = [record for record in caplog.records if record.exc_info]
    assert {record.correlation_id for record in failed} == {f"call-{number}" for number in range(20)}
    logging.getLogger("afterwards").warning("100%% %s", "done")
    assert caplog.records[-1].getMessage() == "100% done"

"""Writes that name what they expect: ETags, If-Match, If-None-Match, merge patches, batches, and terse answers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.http_metrics.client import Answer, Client
from tests.http_metrics.conftest import ClientFor

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
PATCH = {"content-type": "application/merge-patch+json"}
MINIMAL = {"prefer": "respond-async, return=minimal"}
NOBODY = "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10"


@pytest.fixture
def company(api: Client) -> str:
    return str(api.call("POST", "/v1/companies", COMPANY).json["id"])


def quarter_of(company: str, period_end: str = "2024-03-31") -> str:
    return f"/v1/companies/{company}/inputs/{period_end}"


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"] if answer.body else ""


def places_of(answer: Answer) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json["errors"]}


def test_a_read_that_has_the_newest_state_is_answered_304(api: Client, company: str):
    path = quarter_of(company)
    api.call("PUT", path, {"total_revenue": 1})
    for target in (path, f"/v1/companies/{company}"):
        fresh = api.get(target)
        for header in (fresh.headers["ETag"], f'"other", W/{fresh.headers["ETag"]}', "*"):
            again = api.call("GET", target, headers={"if-none-match": header})
            assert (again.status, again.body, again.headers["ETag"]) == (304, b"", fresh.headers["ETag"])
            assert again.headers["Cache-Control"] == "private, no-cache"
        assert api.call("GET", target, headers={"if-none-match": '"other"'}).body == fresh.body
        assert api.call("GET", target, headers={"if-match": '"other"'}).status == 412


def test_every_write_answers_the_etag_that_a_read_then_has(api: Client, company: str):
    path, seen = quarter_of(company), []
    for method, sent in (("PUT", {"total_revenue": 1}), ("PATCH", {"employees": 2}), ("PUT", {"total_revenue": 3})):
        seen.append(api.call(method, path, sent).headers["ETag"])
        assert api.get(path).headers["ETag"] == seen[-1]
    assert seen == ['"actual-1"', '"actual-2"', '"actual-3"']
    renamed = api.call("PATCH", f"/v1/companies/{company}", {"name": "Other"}).headers["ETag"]
    assert renamed == api.get(f"/v1/companies/{company}").headers["ETag"] == '"2"'


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("stale", ['"actual-1"', 'W/"actual-2"', '"budget-2"', '"actual-1", "actual-3"'])
def test_a_write_to_a_quarter_that_has_moved_on_is_refused_and_changes_nothing(
    api: Client, company: str, method: str, stale: str
):
    path, sent = quarter_of(company), None if method == "DELETE" else {"total_revenue": 9}
    for revenue in (1, 2):
        api.call("PUT", path, {"total_revenue": revenue})

    assert code_of(api.call(method, path, sent, {"if-match": stale})) == (412, "precondition_failed")
    assert (api.get(path).json["total_revenue"], api.get(path).json["version"]) == (2, 2)
    assert api.call(method, path, sent, {"if-match": f'{stale}, "actual-2"'}).status in {200, 204}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_to_a_company_that_has_moved_on_is_refused(api: Client, company: str, method: str):
    path, sent = f"/v1/companies/{company}", None if method == "DELETE" else {**COMPANY, "name": "New"}
    api.call("PATCH", path, {"name": "Renamed"})

    assert code_of(api.call(method, path, sent, {"if-match": '"1"'})) == (412, "precondition_failed")
    assert api.get(path).json["name"] == "Renamed"
    assert api.call(method, path, sent, {"if-match": '"2"'}).status in {200, 204}


def test_create_only_stores_what_is_not_there_and_nothing_else(api: Client, company: str):
    path, create_only = quarter_of(company), {"if-none-match": "*"}

    assert code_of(api.call("PUT", path, {"total_revenue": 0}, {"if-match": "*"})) == (412, "precondition_failed")
    assert api.call("PUT", path, {"total_revenue": 1}, create_only).status == 201
    assert code_of(api.call("PUT", path, {"total_revenue": 2}, create_only)) == (412, "precondition_failed")
    assert api.call("PUT", path, {"total_revenue": 2, "scenario": "budget"}, create_only).status == 201
    api.call("DELETE", path)
    assert api.call("PUT", path, {"total_revenue": 3}, create_only).status == 200
    assert [item["version"] for item in api.get(f"{path}/history").json["items"]] == [1, 2, 3]


@pytest.mark.parametrize("header", ["if-match", "if-none-match"])
@pytest.mark.parametrize("value", ["", " ", "actual-1", '"a', "*, *", '"a" "b"', "W/x"])
def test_a_header_that_is_no_list_of_tags_is_named(offline_api: Client, header: str, value: str):
    answer = offline_api.call("PUT", quarter_of(NOBODY), {"total_revenue": 1}, {header: value})

    assert code_of(answer) == (400, "invalid_input")
    assert answer.json["errors"][0]["header"].lower() == header


def test_of_many_who_write_what_they_read_at_once_no_write_is_lost(api: Client, company: str):
    path = quarter_of(company)
    api.call("PUT", path, {"employees": 0})

    def add_ten(_: int) -> int:
        refused, added = 0, 0
        while added < 10:
            read = api.get(path)
            answer = api.call(
                "PATCH", path, {"employees": int(read.json["employees"]) + 1}, {"if-match": read.headers["ETag"]}
            )
            added, refused = added + (answer.status == 200), refused + (answer.status == 412)
        return refused

    with ThreadPoolExecutor(4) as pool:
        refused = sum(pool.map(add_ten, range(4)))
    assert api.get(path).json["employees"] == 40
    assert refused > 0, "writers met"


def test_a_merge_patch_changes_what_is_sent_clears_what_is_null_and_keeps_the_rest(api: Client, company: str):
    path = quarter_of(company)
    api.call("PUT", path, {"total_revenue": 10, "employees": 3, "debt_outstanding": 7, "currency": "USD"})
    answer = api.call("PATCH", path, b'{"employees": 4, "debt_outstanding": null}', PATCH)

    assert (answer.status, answer.json["outcome"]) == (200, "restated")
    standing = api.get(path).json
    assert [standing[name] for name in ("total_revenue", "employees", "debt_outstanding", "currency")] == [
        10,
        4,
        None,
        "USD",
    ]
    assert api.call("PATCH", path, b"{}", PATCH).json["outcome"] == "unchanged"
    assert api.call("PATCH", path, b'{"currency": null}', PATCH).json["currency"] == "EUR"
    assert code_of(api.call("PATCH", path, b"{}", {"content-type": "text/plain"}))[0] == 415


def test_a_merge_patch_of_what_is_not_there_is_404(api: Client, company: str):
    for path in (quarter_of(company), quarter_of(NOBODY)):
        assert code_of(api.call("PATCH", path, {"employees": 1})) == (404, "not_found")


def test_a_caller_who_prefers_little_gets_the_headers_only(api: Client):
    created = api.call("POST", "/v1/companies", COMPANY, MINIMAL)
    path = f"{created.headers['Location']}/inputs/2024-03-31"
    answers = [
        created,
        api.call("PUT", path, {"total_revenue": 1}, MINIMAL),
        api.call("PUT", path, {"total_revenue": 2}, MINIMAL),
        api.call("PATCH", path, {"total_revenue": 3}, MINIMAL),
        api.call("PATCH", created.headers["Location"], {"name": "New"}, MINIMAL),
    ]

    assert [(answer.status, answer.body) for answer in answers] == [(201, b""), (201, b""), *[(204, b"")] * 3]
    assert {answer.headers["Preference-Applied"] for answer in answers} == {"return=minimal"}
    assert answers[3].headers["ETag"] == api.get(path).headers["ETag"]
    assert api.call("PUT", path, {"total_revenue": 4}, {"prefer": "return=minimalist"}).body


def batch_of(*keys: tuple[str, str], **fields: Any) -> list[dict[str, Any]]:
    return [{"company_id": company, "period_end": end, **fields} for company, end in keys]


def test_a_batch_is_stored_whole_with_a_receipt_for_each(api: Client, company: str):
    other = str(api.call("POST", "/v1/companies", COMPANY).json["id"])
    api.call("PUT", quarter_of(company), {"total_revenue": 5})
    sent = batch_of(
        (company, "2024-03-31"), (other, "2024-03-31"), (company, "2024-06-30"), total_revenue=5, employees=0
    )
    answer = api.call("PUT", "/v1/inputs", sent)

    assert answer.status == 200, answer.text
    told = [(item["company_id"], item["period_end"], item["outcome"], item["version"]) for item in answer.json["items"]]
    assert told == [
        (company, "2024-03-31", "restated", 2),
        (other, "2024-03-31", "new", 1),
        (company, "2024-06-30", "new", 1),
    ]
    assert all(item["warnings"] for item in answer.json["items"]), "nobody employed is doubtful"
    assert api.get(quarter_of(other)).json["total_revenue"] == 5
    assert [item["outcome"] for item in api.call("PUT", "/v1/inputs", sent).json["items"]] == ["unchanged"] * 3
    assert api.call("PUT", "/v1/inputs", sent, MINIMAL).status == 204


def test_a_batch_with_fields_that_cannot_be_used_names_them_all(offline_api: Client):
    sent = [*batch_of((NOBODY, "2024-03-31"), total_revenue="many", emploees=1), 7, {"period_end": "2024-03-31"}]
    answer = offline_api.call("PUT", "/v1/inputs", sent)

    assert places_of(answer) == {
        "/0/total_revenue": "invalid",
        "/0/emploees": "unknown",
        "/1": "invalid",
        "/2/company_id": "required",
    }
    for body in ([], batch_of(*[(NOBODY, "2024-03-31")] * 501), {"items": []}):
        assert places_of(offline_api.call("PUT", "/v1/inputs", body)) == {"": "invalid_json"}


def test_a_batch_with_an_item_that_cannot_be_stored_stores_nothing_and_names_every_such_item(
    client_for: ClientFor, api: Client, company: str
):
    hidden = str(api.call("POST", "/v1/companies", COMPANY).json["id"])
    keys = [(company, "2024-03-31"), (company, "2024-05-15"), (hidden, "2024-03-31"), (company, "2024-03-31")]
    submitter = client_for("Company.Submit", companies=[company])
    answer = submitter.call("PUT", "/v1/inputs", batch_of(*keys, (company, "1901-03-31"), total_revenue=1))

    assert code_of(answer) == (400, "invalid_input")
    assert places_of(answer) == {
        "/1/period_end": "not_a_quarter_end",
        "/2/company_id": "not_found",
        "/3": "given_twice",
        "/4/period_end": "out_of_range",
    }
    assert list(api.items("/v1/inputs")) == []

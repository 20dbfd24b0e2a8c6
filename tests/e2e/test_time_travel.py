"""Reading back: versions of a quarter, moments, closed quarters, overridden rates; over HTTP."""

from typing import Any

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import exact, new_company, now, places_of, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")


@pytest.fixture(scope="module", autouse=True)
def rates(stack: RunningStack) -> None:
    """Rates first."""
    stack.load_rates()


def test_the_history_of_a_quarter_says_who_when_why_and_from_which_cell(stack: RunningStack):
    company = new_company(stack, external_id="historic")
    header = "company_external_id,period_end,total_revenue\n"
    posted = stack.post(
        "/v1/imports",
        data=f"{header}historic,2024-03-31,100\n",
        headers={"Content-Type": "text/csv", "Content-Disposition": 'attachment; filename="q1.csv"'},
    )
    stack.finished_import(posted.json()["id"])
    put_input(stack, company, "2024-03-31", total_revenue=120, reason="audit")
    stack.delete(f"/v1/companies/{company['id']}/inputs/2024-03-31?reason=sold")

    answer = stack.get(f"/v1/companies/{company['id']}/inputs/2024-03-31/history")
    versions = answer.json()["items"]

    assert [(v["version"], v["total_revenue"], v["reason"], v["deleted"]) for v in versions] == [
        (1, 100, "uploaded as q1.csv", False),
        (2, 120, "audit", False),
        (3, None, "sold", True),
    ]
    assert versions[0]["cells"] == {"company_external_id": "A2", "period_end": "B2", "total_revenue": "C2"}
    assert (versions[0]["source_file"], versions[0]["import_id"]) == ("q1.csv", posted.json()["id"])
    assert [v["superseded_at"] for v in versions][:2] == [v["recorded_at"] for v in versions][1:]
    problem_of(stack.get(f"/v1/companies/{company['id']}/inputs/2023-03-31/history"), 404, "not_found")


def test_inputs_financials_and_metrics_read_as_of_a_moment(stack: RunningStack):
    company = new_company(stack, reporting_currency="GBP")
    query = {"company_id": company["id"]}
    put_input(stack, company, "2024-03-31", total_revenue=100, gross_profit=50)
    before = now()
    put_input(stack, company, "2024-03-31", total_revenue=200, gross_profit=50)

    def read(path: str, **more: str) -> Any:
        return stack.items(f"/v1/{path}", **query, **more)

    for path, name, old, new in (
        ("inputs", "total_revenue", 100, 200),
        ("financials", "total_revenue", 100, 200),
        ("metrics", "gross_margin", 0.5, 0.25),
    ):
        assert [row[name] for row in read(path, as_of=before)] == [old]
        assert [row[name] for row in read(path)] == [new]
    assert read("inputs", as_of="2020-01-01T00:00:00Z") == []


def test_a_changed_year_end_does_not_change_what_was_known_before(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "2024-03-31", total_revenue=100)
    before = now()
    stack.patch(f"/v1/companies/{company['id']}", json={"fiscal_year_end": "03-31"})

    def quarter(**more: str) -> tuple[int, int]:
        (row,) = stack.items("/v1/metrics", company_id=company["id"], **more)
        return row["fiscal_year"], row["fiscal_quarter"]

    assert (quarter(), quarter(as_of=before)) == ((2024, 4), (2024, 1))


@pytest.mark.parametrize("moment", ["yesterday", "2024-01-01T00:00:00", "2025Q5-close", "2025Q4"])
def test_what_is_no_moment_is_refused_with_examples(stack: RunningStack, moment: str):
    problem = problem_of(stack.get("/v1/metrics", params={"as_of": moment}), 400, "invalid_input")

    assert places_of(problem) == {"as_of": "invalid"}
    assert "2025Q4-close" in problem["errors"][0]["message"]


def test_a_closed_quarter_is_read_back_and_restated_only_with_a_reason(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "1993-03-31", total_revenue=100)
    never = stack.get("/v1/metrics?as_of=1993Q1-close")
    assert places_of(problem_of(never, 400, "invalid_input")) == {"as_of": "never_closed"}

    closed = stack.post("/v1/periods/1993/1/close", json={"reason": "board pack"})
    assert closed.status_code == 201
    body = closed.json()
    assert (body["as_of"], body["status"], body["reason"], body["rows"]) == (
        "1993Q1-close",
        "closed",
        "board pack",
        3,
    )
    assert len(body["content_hash"]) == 64
    problem_of(stack.post("/v1/periods/1993/1/close", json={}), 409, "already_closed")

    silent = put_input(stack, company, "1993-03-31", total_revenue=150)
    assert places_of(problem_of(silent, 400, "invalid_input")) == {"/reason": "closed_quarter_needs_reason"}
    path = f"/v1/companies/{company['id']}/inputs/1993-03-31"
    problem_of(stack.delete(path), 400, "invalid_input")
    assert put_input(stack, company, "1993-03-31", total_revenue=100).json()["outcome"] == "unchanged"
    late = new_company(stack)
    problem_of(put_input(stack, late, "1993-03-31", total_revenue=1), 400, "invalid_input")
    assert put_input(stack, company, "1993-06-30", total_revenue=1).status_code == 201
    assert put_input(stack, company, "1993-03-31", total_revenue=150, reason="audit").json()["outcome"] == "restated"

    query = {"company_id": company["id"], "end_reporting_date": "1993-03-31"}
    assert [row["total_revenue"] for row in stack.items("/v1/financials", **query, as_of="1993Q1-close")] == [100]
    assert [row["total_revenue"] for row in stack.items("/v1/financials", **query)] == [150]


def test_an_upload_into_a_closed_quarter_rejects_rows_that_give_no_reason(stack: RunningStack):
    company = new_company(stack, external_id="closed-upload")
    put_input(stack, company, "1994-03-31", total_revenue=100)
    assert stack.post("/v1/periods/1994/1/close", json={}).status_code == 201
    rows = "company_external_id,period_end,total_revenue\nclosed-upload,1994-03-31,200\nclosed-upload,1994-06-30,1\n"

    def upload(query: str) -> dict[str, Any]:
        posted = stack.post(f"/v1/imports{query}", data=rows, headers={"Content-Type": "text/csv"})
        return stack.finished_import(posted.json()["id"])

    report = upload("")
    assert report["counts"] == {"rows": 2, "new": 1, "unchanged": 0, "restated": 0, "rejected": 1}
    assert [error["code"] for error in report["errors"]] == ["closed_quarter_needs_reason"]
    assert upload("?reason=audited")["counts"]["restated"] == 1


def test_reopening_is_on_record_and_the_close_stays_readable(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "1995-03-31", total_revenue=100)
    stack.post("/v1/periods/1995/1/close", json={})
    problem_of(stack.post("/v1/periods/1995/1/reopen", json={}), 400, "invalid_input")

    reopened = stack.post("/v1/periods/1995/1/reopen", json={"reason": "late audit"}).json()
    assert (reopened["status"], reopened["reopened_because"]) == ("reopened", "late audit")
    assert put_input(stack, company, "1995-03-31", total_revenue=150).json()["outcome"] == "restated"
    rows = stack.items("/v1/financials", company_id=company["id"], as_of="1995Q1-close")
    assert [row["total_revenue"] for row in rows] == [100]

    again = stack.post("/v1/periods/1995/1/close", json={}).json()
    assert again["content_hash"] != reopened["content_hash"]
    listed = [item for item in stack.items("/v1/periods") if item["reporting_year"] == 1995]
    assert [item["status"] for item in listed] == ["closed", "reopened"]
    problem_of(stack.post("/v1/periods/1996/1/reopen", json={"reason": "none"}), 409, "not_closed")
    problem_of(stack.post("/v1/periods/1901/1/close", json={}), 409, "nothing_to_close")
    problem_of(stack.get("/v1/periods/1995/5"), 404, "not_found")


def test_closing_is_the_whole_firm_s(stack: RunningStack):
    narrow = stack.token("Admin", fund="Some Fund")

    problem_of(stack.post("/v1/periods/1995/2/close", json={}, token=narrow), 403, "not_allowed")


def test_an_overridden_rate_counts_until_it_is_lifted_and_the_past_reads_as_it_was(stack: RunningStack):
    company = new_company(stack, reporting_currency="NOK")
    put_input(stack, company, "2015-03-31", cash_balance=1000)
    published = closing(stack, company)
    before = now()
    path = "/v1/fx-rates/EUR/NOK/2015-03-31"

    sent = {"rate": 10, "reason": "contract rate"}
    answer = exact(stack.put(path, json=sent))
    assert (answer["rate"], answer["kind"], answer["reason"]) == (10, "override", "contract rate")
    assert closing(stack, company) == 10
    assert closing(stack, company, as_of=before) == published
    problem_of(stack.put(path, json={"rate": 0, "reason": "x"}), 400, "invalid_input")
    problem_of(stack.put(path, json={"rate": 10}), 400, "invalid_input")
    problem_of(stack.put("/v1/fx-rates/NOK/EUR/2015-03-31", json=sent), 400, "invalid_input")

    stack.load_rates()
    assert closing(stack, company) == 10, "a refresh leaves an override alone"
    assert stack.delete(f"{path}?reason=error").status_code == 204
    assert closing(stack, company) == published
    problem_of(stack.delete(f"{path}?reason=error"), 404, "not_found")


def closing(stack: RunningStack, company: dict[str, Any], **query: str) -> object:
    """Kroner for a euro at the end of the company's only quarter, from its translated cash."""
    answer = stack.get("/v1/financials", params={"company_id": company["id"], "currency": "EUR", **query})
    (row,) = exact(answer)["items"]
    return round(1 / row["fx_rate_closing"], 6)


def test_definitions_tell_every_metric_and_field(stack: RunningStack):
    body = stack.get("/v1/metrics/definitions").json()
    by_name = {metric["name"]: metric for metric in body["metrics"]}

    assert len(by_name) == 55
    assert len(body["fields"]) == 20
    runway = by_name["runway_months"]
    assert (runway["unit"], runway["decimals"], runway["sense"], runway["version"]) == ("months", 4, "higher", 1)
    assert runway["inputs"] == ["cash_burn", "cash_balance"]
    assert "cash_generating" in runway["null_reasons"]
    assert by_name["monthly_net_burn"]["sense"] == "lower"

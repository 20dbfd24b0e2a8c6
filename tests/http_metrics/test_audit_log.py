"""What the audit log tells of writes, files and refusals, from where, and what happens when it cannot."""

import logging
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.domain.permissions import SYSTEM
from shared.services.imports import hash_content
from shared.settings import get_settings
from shared.web.recording import client_address
from tests.durable_imports.upload import run_upload
from tests.http_metrics.audit_entries import all_entries, break_the_chain, entries_of
from tests.http_metrics.client import Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.portfolio import publish

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31", "external_id": "acme"}
PLANTED = 918273645


@pytest.fixture
def company(api: Client) -> str:
    return str(api.call("POST", "/v1/companies", COMPANY).json["id"])


def told(answer: Any) -> tuple[Any, Any]:
    """Before and after of the one entry that a call left."""
    (entry,) = entries_of(answer)
    return entry["before"], entry["after"]


def test_a_write_tells_versions_and_names_and_never_a_company_s_figures(api: Client, company: str):
    path = f"/v1/companies/{company}/inputs/2024-03-31"
    first = api.call("PUT", path, {"total_revenue": PLANTED, "employees": 3})
    again = api.call("PUT", path, {"total_revenue": PLANTED, "employees": 3})
    second = api.call("PATCH", path, {"employees": PLANTED, "reason": "counted again"})
    gone = api.call("DELETE", f"{path}?reason=mistake")

    assert told(first) == (None, {"version": 1, "fields": ["total_revenue", "employees"], "reason": None})
    assert entries_of(again) == []
    assert told(second) == ({"version": 1}, {"version": 2, "fields": ["employees"], "reason": "counted again"})
    assert told(gone) == ({"version": 2}, {"version": 3, "deleted": True, "reason": "mistake"})
    assert str(PLANTED) not in str(all_entries())


def test_settings_tell_what_they_were_and_what_they_are(api: Client, company: str):
    publish({"USD": "1.25"}, date(2024, 1, 1), 5)
    renamed = api.call("PATCH", f"/v1/companies/{company}", {"name": "Acme SE", "funds": ["Fund IV"]})
    put = api.call("PUT", "/v1/fx-rates/EUR/USD/2024-01-02", {"rate": 1.15, "reason": "contract"})
    lifted = api.call("DELETE", "/v1/fx-rates/EUR/USD/2024-01-02?reason=over")

    before, after = {"name": "Acme", "funds": [], "version": 1}, {"name": "Acme SE", "funds": ["Fund IV"], "version": 2}
    assert told(renamed) == (before, after)
    published, override = {"rate": "1.25", "kind": "published"}, {"rate": "1.15", "kind": "override"}
    assert told(put) == (published, {**override, "reason": "contract"})
    assert told(lifted) == (override, {**published, "reason": "over"})


def test_a_call_that_is_sent_again_under_its_key_is_on_record_once(api: Client):
    answers = [api.call("POST", "/v1/companies", COMPANY, {"idempotency-key": "k"}) for _ in range(2)]

    assert [len(entries_of(answer)) for answer in answers] == [1, 0]


def test_a_write_that_is_refused_leaves_nothing(api: Client, company: str):
    path = f"/v1/companies/{company}/inputs/2024-03-31"
    assert api.call("PUT", path, {"total_revenue": 1}).status == 201
    before = all_entries()
    for method, target, body, headers in (
        ("PUT", f"/v1/companies/{company}/inputs/2024-03-30", {"total_revenue": 1}, {}),
        ("PUT", path, {"total_revenue": 2}, {"if-match": '"0"'}),
        ("POST", "/v1/companies", COMPANY, {}),
        ("DELETE", f"/v1/companies/{company}", None, {}),
        ("PUT", "/v1/inputs", [{"company_id": company, "period_end": "2024-03-30"}], {}),
        ("POST", "/v1/periods/1999/1/close", {}, {}),
    ):
        assert api.call(method, target, body, headers).status >= 400

    assert all_entries() == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("figures", ["financials", "metrics"])
def test_a_file_of_figures_is_on_record_each_time_it_leaves_and_not_when_it_does_not(
    api: Client, company: str, figures: str, form: str
):
    api.call("PUT", f"/v1/companies/{company}/inputs/2024-03-31", {"total_revenue": 1})
    target = f"/v1/{figures}?format={form}&company_id={company}"
    made, kept = api.get(target), api.get(target)
    held = api.call("GET", target, headers={"if-none-match": made.headers["ETag"]})
    read = api.get(f"/v1/{figures}")

    assert (made.status, kept.status, held.status) == (200, 200, 304)
    for answer in (made, kept):
        (entry,) = entries_of(answer)
        assert (entry["action"], entry["kind"]) == (f"list_{figures}", figures)
        assert entry["key"] == {"format": form, "company_id": company}
        assert entry["after"] == {"bytes": len(answer.body), "sha256": hash_content(answer.body)}
    assert entries_of(held) == entries_of(read) == []


def test_what_is_denied_by_permission_and_by_scope_is_on_record(client_for: ClientFor, company: str):
    reader, narrowed = client_for("Portfolio.Read"), client_for("Portfolio.Write", companies=[str(UUID(int=1))])
    path = f"/v1/companies/{company}"
    by_role = reader.call("PATCH", path, {"name": "Mine"})
    by_scope = narrowed.get(path)
    in_batch = narrowed.call("PUT", "/v1/inputs", [{"company_id": company, "period_end": "2024-03-31"}])
    whole_firm = client_for("Admin", companies=[str(UUID(int=1))]).get("/v1/audit-log")

    found = [entry for answer in (by_role, by_scope, in_batch, whole_firm) for entry in entries_of(answer)]
    assert [(e["action"], e["outcome"], e["kind"], e["after"]) for e in found] == [
        ("update_company", "denied", "route", {"by": "permission", "code": "not_allowed"}),
        ("read_company", "denied", "route", {"by": "scope", "code": "not_found"}),
        ("put_inputs", "denied", "route", {"by": "scope", "code": "invalid_input"}),
        ("list_audit_log", "denied", "route", {"by": "permission", "code": "not_allowed"}),
    ]
    assert [entry["company_id"] for entry in found] == [company, company, None, None]


def test_what_is_not_there_and_what_comes_without_a_token_that_holds_is_no_denial(api: Client, company: str):
    assert company
    before = all_entries()
    assert api.get(f"/v1/companies/{UUID(int=1)}").status == 404
    assert Client("x.y.z").get(f"/v1/companies/{company}").status == 401
    assert Client("").get("/v1/audit-log").status == 401

    assert all_entries() == before


def test_a_hostile_path_is_put_on_record_as_far_as_it_can_be(client_for: ClientFor):
    narrowed = client_for("Company.Submit", companies=[str(UUID(int=1))])
    answer = narrowed.get(f"/v1/imports/{'a%00%0A' * 200}")

    (entry,) = entries_of(answer)
    assert entry["key"] == {"import_id": ("a\ufffd\n" * 200)[:200]}


def test_a_file_that_cannot_be_put_on_record_is_not_handed_out_and_nothing_is_written(
    api: Client, company: str, caplog: pytest.LogCaptureFixture
):
    path = f"/v1/companies/{company}/inputs/2024-03-31"
    break_the_chain()
    caplog.clear()

    for target in ("/v1/metrics?format=csv", "/v1/financials?format=xlsx", "/v1/imports/template?format=csv"):
        answer = api.get(target)
        assert (answer.status, answer.json["code"]) == (503, "audit_unavailable"), target
        assert answer.headers["Retry-After"]
    assert api.call("PUT", path, {"total_revenue": PLANTED}).status == 500
    assert api.get(path).status == 404
    assert str(PLANTED) not in caplog.text


def test_a_refusal_stands_when_it_cannot_be_put_on_record(client_for: ClientFor, caplog: pytest.LogCaptureFixture):
    reader = client_for("Portfolio.Read")
    break_the_chain()

    assert reader.call("POST", "/v1/companies", COMPANY).status == 403
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert errors[0].startswith("a denied access could not be put on record: ChainLostError")


def test_the_steps_of_an_upload_are_on_record_under_its_sender(company: str):
    assert company
    report = run_upload("company_external_id,period_end,total_revenue\nacme,2024-03-31,7\nacme,2024-03-30,7\n")

    found = [entry for entry in all_entries() if entry["key"].get("id") == report["id"]]
    steps = [(entry["subject"], entry["action"], entry["after"].get("status")) for entry in found]
    assert steps == [
        (SYSTEM.subject, "run_service", "received"),
        (SYSTEM.subject, "apply_chunks", None),
        (SYSTEM.subject, "run_service", "applied"),
    ]
    assert found[1]["after"] == {"new": 1}


def test_the_log_is_read_newest_first_page_by_page_and_narrowed(api: Client, client_for: ClientFor, company: str):
    other = client_for("Portfolio.Write")
    for number in range(4):
        other.call("PUT", f"/v1/companies/{company}/inputs/2024-03-31", {"total_revenue": number})
    client_for("Portfolio.Read").call("DELETE", f"/v1/companies/{company}")
    items = list(api.items("/v1/audit-log?limit=2"))

    assert [item["number"] for item in items] == list(range(6, 0, -1))
    assert [item["action"] for item in items] == ["delete_company", *["put_input"] * 4, "create_company"]
    assert items[0] == {**items[0], "outcome": "denied", "object": {"kind": "route", "key": {"company_id": company}}}
    middle = items[3]["at"].replace("+", "%2B")

    def numbers(query: str) -> list[int]:
        return [item["number"] for item in api.items(f"/v1/audit-log?limit=3&{query}")]

    assert numbers("outcome=denied") == numbers("action=delete_company") == [6]
    assert numbers(f"company_id={company}&action=put_input") == [5, 4, 3, 2]
    assert numbers(f"company_id={UUID(int=1)}") == numbers("principal=nobody") == []
    assert numbers(f"from={middle}") == [6, 5, 4, 3]
    assert numbers(f"to={middle}") == [2, 1]
    assert numbers(f"principal={items[0]['subject']}") == [6]
    assert numbers(f"principal={items[0]['principal']}") == [6, 5, 4, 3, 2, 1]
    assert api.get("/v1/audit-log?from=2024-01-01T00:00:00").status == 400


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9:51234", "203.0.113.9"),
        (1, "6.6.6.6,[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", None),
        (0, "203.0.113.9", None),
        (1, "unknown", None),
        (1, "6.6.6.6, <script>", None),
        (1, None, None),
        (1, "", None),
    ],
)
def test_the_address_is_what_our_outermost_proxy_saw(
    database_url: str, monkeypatch: pytest.MonkeyPatch, trusted: int, forwarded: str | None, address: str | None
):
    assert database_url
    monkeypatch.setenv("TRUSTED_PROXIES", str(trusted))
    get_settings.cache_clear()

    assert client_address(forwarded) == address


@pytest.mark.parametrize(
    "written", ["0.5", "1700000000", "2026-01-31", "2026-01-31T12:00:00", "0001-01-01T00:00:00%2B14:00"]
)
def test_an_instant_is_written_with_its_day_and_zone(api: Client, written: str):
    answer = api.get(f"/v1/audit-log?to={written}")

    assert answer.status == 400
    assert [error["parameter"] for error in answer.json["errors"]] == ["to"]

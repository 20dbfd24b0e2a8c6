"""How the app answers when it cannot serve: the database away, a rule of the database met, a fault of its own."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.permissions import SYSTEM
from shared.services import companies, reads
from shared.web.answering import UNLESS_SAID
from shared.web.endpoint import Route
from tests.http_metrics.client import Client
from tests.rooms import ROUTES

COMPANY = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
SOMEONE = "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10"


def path_of(route: Route) -> str:
    values = {"company_id": SOMEONE, "period_end": "2024-03-31", "import_id": "0" * 32, "date": "2024-01-02"}
    values["grant_id"] = SOMEONE
    period = {"reporting_year": "2024", "reporting_quarter": "1"}
    return "/" + route.path.format(**values, **period, base="EUR", quote="USD", name="swagger-ui.css")


@pytest.mark.parametrize("name", sorted(set(ROUTES) - {"read_health", "post_import"}))
def test_a_parameter_a_route_does_not_know_is_refused_before_anything_is_done(offline_api: Client, name: str):
    route = ROUTES[name]
    body = {} if route.method in {"POST", "PUT", "PATCH"} else None

    answer = offline_api.call(route.method, f"{path_of(route)}?fnud=IV", body)

    assert (answer.status, answer.json["code"]) == (400, "invalid_input"), answer.text
    unknown = [error for error in answer.json["errors"] if error["code"] == "unknown"]
    assert [error["parameter"] for error in unknown] == ["fnud"]
    assert unknown[0]["message"].partition("; ")[2]


def test_without_the_database_health_says_so_and_reads_are_worth_a_retry(offline_api: Client):
    health = Client("").get("/v1/health")
    read = offline_api.get("/v1/companies")

    assert (health.status, health.json) == (503, {"status": "degraded", "database": "unavailable"})
    assert (read.status, read.json["code"]) == (503, "database_unavailable")
    assert read.headers["Retry-After"].isdecimal()
    assert "127.0.0.1" not in read.text


def test_a_fault_of_our_own_is_logged_and_tells_nothing_of_its_insides(
    api: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def fail(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(reads.companies, "list_companies", fail)
    answer = api.get("/v1/companies?limit=1")

    assert (answer.status, answer.json["code"]) == (500, "internal_error")
    assert "hunter2" not in answer.text
    assert set(answer.headers) == {"X-Correlation-Id", "RateLimit", "RateLimit-Policy", *UNLESS_SAID}
    assert answer.json["instance"].endswith("/v1/companies?limit=1")
    assert "hunter2" in caplog.text


def test_of_many_who_take_an_external_id_at_once_one_gets_it(api: Client):
    def create(_: int) -> int:
        answer = api.call("POST", "/v1/companies", {**COMPANY, "external_id": "wanted"})
        assert answer.status == 201 or answer.json["code"] in {"conflict", "external_id_taken"}, answer.text
        return answer.status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(create, range(8))) == [201] + [409] * 7


def test_of_many_who_put_a_quarter_at_once_one_is_new_and_versions_follow(api: Client):
    path = f"/v1/companies/{api.call('POST', '/v1/companies', COMPANY).json['id']}/inputs/2024-03-31"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda revenue: api.call("PUT", path, {"total_revenue": revenue}), range(8)))

    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    assert sorted(answer.json["version"] for answer in answers) == list(range(1, 9))
    newest = max(answers, key=lambda answer: answer.json["version"]).json["total_revenue"]
    assert api.get(path).json["total_revenue"] == newest
    assert len(api.get(f"{path}/history").json["items"]) == 8


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/inputs/2024-03-31", {"total_revenue": 1}),
        ("POST", "/rounds", {"closed_on": "2024-01-31", "round": "A", "currency": "EUR", "post_money_valuation": 1}),
        ("PATCH", "", {"name": "Renamed"}),
        ("DELETE", "", None),
    ],
)
def test_a_write_that_waited_for_the_company_s_deletion_finds_it_gone(
    api: Client, method: str, path: str, body: dict[str, object] | None
):
    company = api.call("POST", "/v1/companies", COMPANY).json["id"]
    with ThreadPoolExecutor(1) as pool:
        with transaction() as session:
            companies.remove_company(session, SYSTEM, UUID(company))
            writing = pool.submit(api.call, method, f"/v1/companies/{company}{path}", body)
            wait_until_one_waits()
        answer = writing.result(10)

    assert (answer.status, answer.text and answer.json["code"]) == (404, "not_found"), answer.text


def wait_until_one_waits() -> None:
    """Until a session waits for a lock that another holds."""
    asked, deadline = threading.Event(), time.monotonic() + 10
    while time.monotonic() < deadline:
        with transaction() as session:
            if session.execute(text("select count(*) from pg_locks where not granted")).scalar():
                return
        asked.wait(0.01)
    raise AssertionError("nobody waits")

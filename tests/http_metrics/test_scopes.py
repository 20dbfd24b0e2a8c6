"""Narrowed principals, on every route: another's company is in no answer and is changed by no call."""

from typing import Any

import pytest
from sqlalchemy import text

from shared.data.engine import transaction
from shared.domain.permissions import Permission
from shared.web.endpoint import Route
from tests.http_metrics.client import Answer, Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.portfolio import MINE, OTHER, Portfolio, build
from tests.rooms import ROUTES

COMPANY = {"name": "New", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
QUERIES = {
    "list_fx_rates": "?base=EUR&quote=USD",
    "read_period_rate": "?base=EUR&quote=USD&period_start=2024-01-01&period_end=2024-03-31",
    "list_changes": "?from=2020-01-01T00:00:00Z",
    "read_explanation": "?metric=gross_margin",
    "delete_fx_rate": "?reason=none",
}
BODIES: dict[str, dict[str, Any]] = {
    "replace_company": COMPANY,
    "update_company": {"name": "Taken"},
    "put_input": {"total_revenue": 1},
    "patch_input": {"total_revenue": 1},
    "create_drop_link": {"file_name": "q1.csv"},
    "record_round": {"closed_on": "2024-01-15", "round": "Hostile", "currency": "EUR", "post_money_valuation": 1},
}


def send(client: Client, route: Route, company: str) -> Answer:
    """A well-formed call of a route about a company."""
    path = "/" + route.path.format(
        company_id=company,
        period_end="2023-12-31",
        import_id="0" * 32,
        reporting_year="2022",
        reporting_quarter="1",
        base="EUR",
        quote="USD",
        date="2024-01-02",
    )
    return client.call(route.method, path + QUERIES.get(route.function, ""), BODIES.get(route.function))


def about_a_company() -> list[Route]:
    return [route for route in ROUTES.values() if "{company_id}" in route.path]


def narrowed(client_for: ClientFor, portfolio: Portfolio, fund_id: str) -> dict[str, Client]:
    return {
        "a company's user": client_for("Company.Submit", companies=[portfolio.mine]),
        "a company's user with a fund": client_for("Company.Submit", companies=[portfolio.mine], funds=[OTHER]),
        "by company": client_for("Portfolio.Write", companies=[portfolio.mine]),
        "by fund name": client_for("Portfolio.Write", funds=[MINE]),
        "by fund id": client_for("Admin", funds=[fund_id]),
    }


@pytest.fixture
def portfolio(api: Client) -> Portfolio:
    return build(api)


@pytest.fixture
def clients(api: Client, client_for: ClientFor, portfolio: Portfolio) -> dict[str, Client]:
    assert api
    return narrowed(client_for, portfolio, id_of_fund(MINE))


def id_of_fund(name: str) -> str:
    with transaction() as session:
        return str(session.execute(text("select id from funds where name = :name"), {"name": name}).scalar_one())


def test_reads_of_one_s_own_company_succeed_and_another_s_is_not_there(
    clients: dict[str, Client], portfolio: Portfolio
):
    for who, client in clients.items():
        for route in about_a_company():
            if route.method == "GET":
                own = send(client, route, portfolio.mine)
                assert own.status == 200, (who, route, own.text)
            found = send(client, route, portfolio.other)
            if route.permission is Permission.MANAGE and who.startswith("a company's user"):
                assert found.status == 403, (who, route, found.text)
            else:
                assert (found.status, found.json["code"]) == (404, "not_found"), (who, route, found.text)


def test_no_list_shows_another_s_company_whatever_is_asked(clients: dict[str, Client], portfolio: Portfolio):
    of_the_firm = Permission.ADMINISTER
    lists = [route for route in ROUTES.values() if route.function.startswith("list_") and "{" not in route.path]
    listed = [route for route in lists if route.permission is not of_the_firm]
    for route in [each for each in lists if each.permission is of_the_firm]:
        assert {client.get(f"/{route.path}").status for client in clients.values()} == {403}
    for who, client in clients.items():
        for route in listed:
            query = QUERIES.get(route.function, "?limit=1000")
            asked = [query, f"{query}&company_id={portfolio.other}", f"{query}&fund={OTHER.replace(' ', '%20')}"]
            asked += [f"{query}&external_id={portfolio.secret}"]
            for target in asked:
                answer = client.get(f"/{route.path}{target}")
                assert answer.status in {200, 400}, (who, route, answer.text)
                seen = answer.text.lower().replace(target.lower(), "")
                if answer.status == 200:
                    assert portfolio.other not in seen, (who, route)
                    assert portfolio.secret not in seen, (who, route)


def test_hostile_writes_change_nothing_of_the_other_company(
    api: Client, clients: dict[str, Client], portfolio: Portfolio
):
    def state() -> list[str]:
        paths = ("", "/rounds", "/inputs/2023-12-31/history")
        return [api.get(f"/v1/companies/{portfolio.other}{path}").text for path in paths]

    before = state()
    for client in clients.values():
        for route in about_a_company():
            send(client, route, portfolio.other)

    assert state() == before


def test_a_fund_s_holder_adds_companies_to_it_by_name_or_id_and_to_no_other(clients: dict[str, Client]):
    for who, allowed in (("by fund name", True), ("by fund id", True), ("by company", False)):
        mine = clients[who].call("POST", "/v1/companies", {**COMPANY, "funds": [MINE]})
        assert mine.status == (201 if allowed else 403), (who, mine.text)
        other = clients[who].call("POST", "/v1/companies", {**COMPANY, "funds": [OTHER]})
        assert (other.status, other.json["code"]) == (403, "not_allowed"), who
        assert clients[who].call("POST", "/v1/companies", COMPANY).status == 403


def test_a_fund_s_holder_cannot_move_a_company_out_of_its_sight(clients: dict[str, Client], portfolio: Portfolio):
    path = f"/v1/companies/{portfolio.mine}"
    for who in ("by fund name", "by fund id", "by company"):
        for funds in ([OTHER], [], None):
            assert clients[who].call("PATCH", path, {"funds": funds}).status == 403, (who, funds)
    assert clients["by fund id"].get(path).json["funds"] == [MINE]


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", "/v1/periods/2024/1/close", {}),
        ("POST", "/v1/periods/2023/4/reopen", {"reason": "mine"}),
        ("PUT", "/v1/fx-rates/EUR/USD/2024-01-02", {"rate": 9, "reason": "mine"}),
        ("DELETE", "/v1/fx-rates/EUR/USD/2024-01-02?reason=mine", None),
    ],
)
def test_what_concerns_the_whole_portfolio_is_not_done_by_who_is_narrowed(
    clients: dict[str, Client], method: str, target: str, body: dict[str, Any] | None
):
    answer = clients["by fund id"].call(method, target, body)

    assert (answer.status, answer.json["code"]) == (403, "not_allowed")

"""Companies and their rounds over HTTP: made, found, changed, kept."""

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import exact, new_company, places_of, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")
WHOLE = {
    "name": "Nordwind AG",
    "external_id": "nordwind",
    "reporting_currency": "EUR",
    "fiscal_year_end": "06-30",
    "reporting_status": "active",
    "funds": ["Fund X", "Fund Y"],
    "location_country": "DE",
    "customer_type": "Enterprise",
    "revenue_type": "SaaS",
}


def test_a_company_is_answered_as_it_was_sent_at_its_location(stack: RunningStack):
    answer = stack.post("/v1/companies", json=WHOLE)
    assert answer.status_code == 201
    body = answer.json()

    assert {name: body[name] for name in WHOLE} == WHOLE
    assert answer.headers["Location"] == f"/v1/companies/{body['id']}"
    assert stack.get(answer.headers["Location"]).json() == body
    assert body["created_by"] == "test.person@firm.example"


def test_an_external_id_belongs_to_one_company(stack: RunningStack):
    new_company(stack, external_id="only-one")

    taken = stack.post("/v1/companies", json={**WHOLE, "external_id": "only-one"})

    assert "only-one" in problem_of(taken, 409, "external_id_taken")["detail"]


def test_put_replaces_the_whole_and_patch_changes_what_is_sent(stack: RunningStack):
    company = new_company(stack, location_country="SE", customer_type="SMB", funds=["Fund Z"])
    path = f"/v1/companies/{company['id']}"

    patched = stack.patch(path, json={"customer_type": None, "reporting_status": "exited"}).json()
    assert (patched["customer_type"], patched["reporting_status"]) == (None, "exited")
    assert (patched["location_country"], patched["funds"], patched["name"]) == ("SE", ["Fund Z"], company["name"])

    sent = {"name": "Renamed", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
    replaced = stack.put(path, json=sent).json()
    assert replaced["name"] == "Renamed"
    assert (replaced["location_country"], replaced["funds"], replaced["reporting_status"]) == (None, [], "active")


def test_lists_are_filtered_and_followed_page_by_page_without_loss(stack: RunningStack):
    made = [new_company(stack, funds=["Paged Fund"], external_id=f"paged-{n}")["id"] for n in range(7)]

    paged = [item["id"] for item in stack.items("/v1/companies", fund="Paged Fund", limit=2)]

    assert sorted(paged) == sorted(made)
    assert len(set(paged)) == 7
    found = stack.items("/v1/companies", external_id="paged-3")
    assert [item["external_id"] for item in found] == ["paged-3"]
    assert stack.items("/v1/companies", fund="Paged Fund", reporting_status="exited") == []


def test_a_company_with_figures_is_kept_and_the_problem_says_how_to_deactivate_it(stack: RunningStack):
    company = new_company(stack)
    path = f"/v1/companies/{company['id']}"
    assert put_input(stack, company, "2024-03-31", total_revenue=1).status_code == 201

    refused = problem_of(stack.delete(path), 409, "company_has_inputs")

    assert '{"reporting_status": "inactive"}' in refused["detail"]
    assert stack.patch(path, json={"reporting_status": "inactive"}).json()["reporting_status"] == "inactive"


def test_a_company_without_figures_is_deleted(stack: RunningStack):
    path = f"/v1/companies/{new_company(stack)['id']}"

    assert stack.delete(path).status_code == 204
    problem_of(stack.get(path), 404, "not_found")
    problem_of(stack.delete(path), 404, "not_found")


def test_a_new_currency_holds_from_its_day_and_old_quarters_keep_theirs(stack: RunningStack):
    company = new_company(stack, reporting_currency="GBP")
    path = f"/v1/companies/{company['id']}"
    put_input(stack, company, "2023-12-31", total_revenue=100)

    undated = stack.patch(path, json={"reporting_currency": "EUR"})
    assert places_of(problem_of(undated, 400, "invalid_input")) == {"/reporting_currency_from": "required"}

    changed = stack.patch(path, json={"reporting_currency": "EUR", "reporting_currency_from": "2024-01-01"}).json()
    put_input(stack, company, "2024-03-31", total_revenue=120)
    assert changed["reporting_currency"] == "EUR"
    rows = stack.items("/v1/metrics", company_id=company["id"])
    assert [(row["period_end"], row["currency"]) for row in rows] == [("2023-12-31", "GBP"), ("2024-03-31", "EUR")]
    assert rows[1]["nulls"]["revenue_growth_qoq"] == "currency_changed"


def test_a_year_end_that_the_quarters_on_record_do_not_fit_is_refused(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "2024-03-31", total_revenue=1)
    path = f"/v1/companies/{company['id']}"

    refused = problem_of(stack.patch(path, json={"fiscal_year_end": "01-31"}), 409, "periods_do_not_fit")
    assert "2024-03-31" in refused["detail"]

    moved = stack.patch(path, json={"fiscal_year_end": "06-30"})
    assert moved.json()["fiscal_year_end"] == "06-30"
    (row,) = stack.items("/v1/metrics", company_id=company["id"])
    assert (row["fiscal_year"], row["fiscal_quarter"]) == (2024, 3)


def test_rounds_are_recorded_corrected_and_valued(stack: RunningStack):
    company = new_company(stack)
    path = f"/v1/companies/{company['id']}/rounds"
    sent = {"closed_on": "2024-01-15", "round": "Series A", "currency": "EUR", "post_money_valuation": 50000000.5}
    put_input(stack, company, "2024-03-31", cash_balance=1000000, debt_outstanding=0)

    assert stack.post(path, json=sent).status_code == 201
    assert stack.post(path, json=sent).status_code == 200
    assert stack.post(path, json={**sent, "post_money_valuation": 60000000, "reason": "cap table"}).status_code == 200

    (round_,) = exact(stack.get(path))["items"]
    assert (round_["post_money_valuation"], round_["version"]) == (60000000, 2)
    (row,) = exact(stack.get(f"/v1/metrics?company_id={company['id']}"))["items"]
    assert (row["enterprise_value"], row["valuation_age_days"]) == (59000000, 76)


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({"name": " "}, {"/name": "invalid"}),
        ({"reporting_currency": "EURO", "fiscal_year_end": "13-31"}, None),
        ({"reporting_status": "sleeping"}, None),
        ({"reporting_curency": "EUR"}, {"/reporting_curency": "unknown"}),
        ({"funds": [""]}, None),
    ],
)
def test_bad_fields_of_a_company_are_named(stack: RunningStack, change: dict[str, object], places: dict | None):
    problem = problem_of(
        stack.post("/v1/companies", json={**WHOLE, "external_id": None, **change}), 400, "invalid_input"
    )

    named = places_of(problem)
    assert named == places if places else {place.split("/")[1] for place in named} == set(change)
    assert all(len(error["message"]) > 10 for error in problem["errors"])

"""Where a figure comes from; over HTTP."""

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import exact, new_company, places_of, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")


def test_a_figure_is_explained_down_to_the_cell_the_rate_and_the_arithmetic(stack: RunningStack):
    stack.load_rates()
    company = new_company(stack, external_id="explained", reporting_currency="GBP")
    posted = stack.post(
        "/v1/imports",
        data="company_external_id,period_end,cash_burn,cash_balance\nexplained,2024-03-31,-300,1000\n",
        headers={"Content-Type": "text/csv", "Content-Disposition": 'attachment; filename="burn.csv"'},
    )
    stack.finished_import(posted.json()["id"])
    path = f"/v1/companies/{company['id']}/metrics/2024-03-31/explain"

    told = exact(stack.get(path, params={"metric": "monthly_net_burn", "currency": "USD"}))

    (rate,) = told["rates"]
    assert told["expression"] == "(−cash_burn) / 3 × average"
    assert told["arithmetic"] == f"(−(−300)) / 3 × {rate['average']}"
    assert told["value"] == round(100 * rate["average"], 4)
    assert (rate["base"], rate["quote"], rate["observations"], rate["provider"]) == ("GBP", "USD", 63, "ecb")
    (burn,) = told["inputs"]
    assert (burn["value"], burn["version"], burn["source_file"], burn["cell"]) == (-300, 1, "burn.csv", "C2")
    assert told["formula_version"] == 1

    runway = exact(stack.get(path, params={"metric": "runway_months"}))
    assert (runway["value"], runway["arithmetic"], runway["rates"]) == (10, "1000 / ((−(−300)) / 3)", [])


def test_a_null_is_spelled_out(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "2024-03-31", total_revenue=100)
    path = f"/v1/companies/{company['id']}/metrics/2024-03-31/explain"

    told = stack.get(path, params={"metric": "ltm_total_revenue"}).json()

    assert (told["value"], told["arithmetic"]) == (None, None)
    assert told["null"]["reason"] == "missing_quarter:2023-06-30,2023-09-30,2023-12-31"
    assert told["null"]["sentence"].endswith("not on record, ending 2023-06-30, 2023-09-30, 2023-12-31")
    unknown = problem_of(stack.get(path, params={"metric": "runway"}), 400, "invalid_input")
    assert places_of(unknown) == {"metric": "invalid"}
    assert "runway_months" in unknown["errors"][0]["message"]
    other = path.replace("2024-03-31", "2023-03-31")
    problem_of(stack.get(other, params={"metric": "arr"}), 404, "not_found")

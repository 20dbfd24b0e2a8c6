"""Company-quarters over HTTP: submitted, restated, withdrawn, listed; exact to the digit."""

import json

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import exact, new_company, places_of, problem_of, put_input

pytestmark = pytest.mark.xdist_group("e2e")


def test_a_quarter_is_new_then_unchanged_then_restated(stack: RunningStack):
    company = new_company(stack)
    figures = {"total_revenue": 1000, "gross_profit": 700}

    new = put_input(stack, company, "2024-03-31", **figures)
    same = put_input(stack, company, "2024-03-31", **figures)
    other = put_input(stack, company, "2024-03-31", **{**figures, "gross_profit": 650, "reason": "audit"})

    assert [(answer.status_code, answer.json()["outcome"]) for answer in (new, same, other)] == [
        (201, "new"),
        (200, "unchanged"),
        (200, "restated"),
    ]
    assert [answer.json()["version"] for answer in (new, same, other)] == [1, 1, 2]
    stands = stack.get(f"/v1/companies/{company['id']}/inputs/2024-03-31").json()
    assert (stands["gross_profit"], stands["reason"]) == (650, "audit")


def test_a_field_that_a_later_put_leaves_out_is_no_longer_reported(stack: RunningStack):
    company = new_company(stack)
    put_input(stack, company, "2024-03-31", total_revenue=1000, employees=5)

    restated = put_input(stack, company, "2024-03-31", total_revenue=1000).json()

    assert (restated["outcome"], restated["employees"]) == ("restated", None)


def test_amounts_come_back_with_the_digits_they_were_sent_with(stack: RunningStack):
    company = new_company(stack)
    path = f"/v1/companies/{company['id']}/inputs/2024-03-31"
    sent = (
        '{"total_revenue": 1234567890123456.12345678, "gross_profit": 0.10, "ebitda": -0.00000001, "cash_balance": 1e3}'
    )

    answer = stack.put(path, data=sent, headers={"Content-Type": "application/json"})

    assert answer.status_code == 201, answer.text
    text = stack.get(path).text
    assert '"total_revenue":1234567890123456.12345678' in text.replace(" ", "")
    stands = exact(stack.get(path))
    assert str(stands["gross_profit"]) in {"0.1", "0.10"}
    assert f"{stands['ebitda']:f}" == "-0.00000001"
    assert stands["cash_balance"] == 1000


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('"12"', None),
        ("true", "number"),
        ("[1]", "number"),
        ("12345678901234567", "digits"),
        ("0.123456789", "decimal"),
        ('"lots"', "lots"),
    ],
)
def test_an_amount_is_a_number_that_can_be_held_exactly(stack: RunningStack, value: str, words: str | None):
    path = f"/v1/companies/{new_company(stack)['id']}/inputs/2024-03-31"
    answer = stack.put(path, data=f'{{"total_revenue": {value}}}', headers={"Content-Type": "application/json"})

    if words is None:
        assert answer.status_code == 201
        return
    (error,) = problem_of(answer, 400, "invalid_input")["errors"]
    code = "too_precise" if words == "decimal" else "invalid"
    assert (error["pointer"], error["code"]) == ("/total_revenue", code)
    assert words in error["message"]


@pytest.mark.parametrize(
    "text", ['{"total_revenue": NaN}', '{"total_revenue": 1', "[]", "", '{"ebitda": 1, "ebitda": 2}']
)
def test_what_is_no_json_object_is_refused_with_the_reason(stack: RunningStack, text: str):
    path = f"/v1/companies/{new_company(stack)['id']}/inputs/2024-03-31"
    answer = stack.put(path, data=text.encode(), headers={"Content-Type": "application/json"})

    assert places_of(problem_of(answer, 400, "invalid_input")) == {"": "invalid_json"}


def test_every_bad_field_is_named_at_once_with_what_would_be_right(stack: RunningStack):
    answer = put_input(
        stack,
        new_company(stack),
        "2024-03-31",
        total_revenu=1,
        employees=-3,
        currency="EURO",
        scenario="dream",
        ebitda="much",
    )

    problem = problem_of(answer, 400, "invalid_input")
    assert set(places_of(problem)) == {"/total_revenu", "/employees", "/currency", "/scenario", "/ebitda"}
    messages = {error["pointer"]: error["message"] for error in problem["errors"]}
    assert "total_revenue" in messages["/total_revenu"]
    assert "positive" in messages["/employees"]


def test_a_day_that_ends_no_quarter_is_refused_with_the_nearest_two(stack: RunningStack):
    problem = problem_of(put_input(stack, new_company(stack), "2024-05-15", total_revenue=1), 400, "invalid_input")

    (error,) = problem["errors"]
    assert (error["code"], "2024-03-31" in error["message"], "2024-06-30" in error["message"]) == (
        "not_a_quarter_end",
        True,
        True,
    )


def test_a_week_based_end_is_kept_and_a_second_end_of_the_same_quarter_is_refused(stack: RunningStack):
    company = new_company(stack)
    assert put_input(stack, company, "2024-03-29", total_revenue=1).status_code == 201

    refused = problem_of(put_input(stack, company, "2024-03-31", total_revenue=1), 400, "invalid_input")

    assert refused["errors"][0]["code"] == "quarter_already_reported"
    (row,) = stack.items("/v1/metrics", company_id=company["id"])
    assert (row["period_end"], row["period_start"]) == ("2024-03-29", "2024-01-01")


def test_a_doubtful_figure_is_stored_with_a_warning(stack: RunningStack):
    answer = put_input(stack, new_company(stack), "2024-03-31", total_revenue=100, recurring_revenue=150)

    assert answer.status_code == 201
    (warning,) = answer.json()["warnings"]
    assert warning["field"] == "recurring_revenue"
    assert "150" in warning["message"]


def test_a_withdrawn_quarter_is_gone_from_reads_and_can_come_back(stack: RunningStack):
    company = new_company(stack)
    path = f"/v1/companies/{company['id']}/inputs/2024-03-31"
    put_input(stack, company, "2024-03-31", total_revenue=1)

    assert stack.delete(f"{path}?reason=wrong%20company").status_code == 204
    problem_of(stack.get(path), 404, "not_found")
    problem_of(stack.delete(path), 404, "not_found")
    assert stack.items("/v1/metrics", company_id=company["id"]) == []

    back = put_input(stack, company, "2024-03-31", total_revenue=2).json()
    assert (back["outcome"], back["version"]) == ("restated", 3)


def test_scenarios_are_never_mixed(stack: RunningStack):
    company = new_company(stack)
    for end, revenue in (("2023-12-31", 100), ("2024-03-31", 110)):
        put_input(stack, company, end, total_revenue=revenue)
    put_input(stack, company, "2024-03-31", total_revenue=500, scenario="budget")

    (budget,) = stack.items("/v1/metrics", company_id=company["id"], scenario="budget")
    actual = stack.items("/v1/metrics", company_id=company["id"])

    assert budget["nulls"]["revenue_growth_qoq"] == "missing_quarter:2023-12-31"
    assert [row["revenue_growth_qoq"] for row in actual] == [None, 0.1]
    assert len(stack.items("/v1/inputs", company_id=company["id"])) == 2


def test_inputs_are_listed_by_company_fund_and_period_page_by_page(stack: RunningStack):
    companies = [new_company(stack, funds=["Listed Fund"]) for _ in range(3)]
    ends = ("2023-06-30", "2023-09-30", "2023-12-31", "2024-03-31")
    for company in companies:
        for end in ends:
            put_input(stack, company, end, total_revenue=1)

    everything = stack.items("/v1/inputs", fund="Listed Fund", limit=5)
    assert len({(item["company_id"], item["period_end"]) for item in everything}) == len(everything) == 12
    window = {"start_reporting_date": "2023-09-01", "end_reporting_date": "2023-12-31"}
    found = stack.items("/v1/inputs", company_id=f"{companies[0]['id']},{companies[1]['id']}", **window)
    assert sorted(item["period_end"] for item in found) == ["2023-09-30"] * 2 + ["2023-12-31"] * 2


def test_a_body_of_another_type_or_beyond_the_limit_is_refused(stack: RunningStack):
    path = f"/v1/companies/{new_company(stack)['id']}/inputs/2024-03-31"

    typed = stack.put(path, data="total_revenue=1", headers={"Content-Type": "application/x-www-form-urlencoded"})
    problem_of(typed, 415, "unsupported_media_type")
    large = json.dumps({"reason": "x" * 1_000_001}).encode()
    problem_of(stack.put(path, data=large, headers={"Content-Type": "application/json"}), 413, "body_too_large")


def test_findings_list_what_is_doubtful_now_and_forget_what_was_mended(stack: RunningStack):
    company = new_company(stack, funds=["Doubted Fund"])
    put_input(stack, company, "2023-12-31", total_revenue=100, recurring_revenue=90)
    put_input(stack, company, "2024-03-31", total_revenue=100_000, recurring_revenue=90)
    put_input(stack, company, "2024-06-30", total_revenue=100, recurring_revenue=150)

    def found() -> list[tuple[str, str, str]]:
        items = stack.items("/v1/findings", fund="Doubted Fund", limit=1)
        assert {item["company_id"] for item in items} == {company["id"]}
        return [(item["period_end"], item["code"], item["field"]) for item in items]

    assert found() == [
        ("2024-03-31", "scale_slip", "total_revenue"),
        ("2024-06-30", "recurring_above_total", "recurring_revenue"),
        ("2024-06-30", "scale_slip", "total_revenue"),
    ]
    put_input(stack, company, "2024-03-31", total_revenue=100, recurring_revenue=90)
    assert found() == [("2024-06-30", "recurring_above_total", "recurring_revenue")]

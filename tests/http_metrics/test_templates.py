"""`GET /v1/imports/template`: whose quarter it asks for, what it holds, and that it comes back as it was filled."""

import csv
import io
from datetime import date

import pytest

from shared.domain.fields import FIELD_NAMES
from shared.services import templates
from tests.durable_imports.upload import run_upload
from tests.http_metrics.client import Answer, Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.portfolio import Portfolio, build
from tests.shared.services.opened import Opened

PATH = "/v1/imports/template"


def new_company(api: Client, **fields: object) -> str:
    sent = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31", **fields}
    answer = api.call("POST", "/v1/companies", sent)
    assert answer.status == 201, answer.text
    return answer.json["id"]


def put(api: Client, company: str, end: str, **figures: object) -> None:
    assert api.call("PUT", f"/v1/companies/{company}/inputs/{end}", figures).status == 201


def lines_of(answer: Answer) -> tuple[list[str], list[dict[str, str]]]:
    """A CSV template's # lines and its rows."""
    assert answer.status == 200, answer.text
    lines = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    remarks = [line[0] for line in lines if line[0].startswith("#")]
    header = lines[len(remarks)]
    return remarks, [dict(zip(header, line, strict=True)) for line in lines[len(remarks) + 1 :]]


def rows_of(api: Client, query: str) -> list[dict[str, str]]:
    return lines_of(api.get(f"{PATH}?format=csv&{query}"))[1]


@pytest.fixture
def portfolio(api: Client) -> Portfolio:
    return build(api)


def test_the_row_asks_for_the_quarter_after_the_last_in_the_currency_of_then(api: Client):
    company = new_company(api, external_id="acme")
    put(api, company, "2024-03-31", total_revenue="1250000.50", employees=7)
    change = {"reporting_currency": "USD", "reporting_currency_from": "2024-04-01"}
    assert api.call("PATCH", f"/v1/companies/{company}", change).status == 200

    remarks, (row,) = lines_of(api.get(f"{PATH}?format=csv&company_id={company}"))

    assert {name: value for name, value in row.items() if value} == {
        "company_external_id": "acme",
        "period_end": "2024-06-30",
        "currency": "USD",
        "scenario": "actual",
    }
    assert set(FIELD_NAMES) < set(row)
    assert remarks[:2] == ["# template: 1", "# scale: units"]
    assert remarks[-1] == (
        "# For reference Acme reported for 2024-03-31 in EUR / total_revenue 1250000.50 / employees 7"
    )


@pytest.mark.parametrize(
    ("year_end", "ends", "expected"),
    [
        ("12-31", ["2024-09-30", "2024-12-31"], "2025-03-31"),
        ("08-31", ["2024-05-31"], "2024-08-31"),
        ("09-30", ["2024-06-29", "2024-09-28"], "2024-12-28"),
    ],
)
def test_every_calendar_s_next_quarter_can_be_submitted(api: Client, year_end: str, ends: list[str], expected: str):
    company = new_company(api, fiscal_year_end=year_end)
    for end in ends:
        put(api, company, end, total_revenue=1)

    (row,) = rows_of(api, f"company_id={company}")

    assert (row["company_id"], row["period_end"]) == (company, expected)
    put(api, company, row["period_end"], total_revenue=1)


def test_a_company_that_never_reported_begins_with_the_last_ended_quarter(api: Client):
    company = new_company(api, fiscal_year_end="08-31")

    remarks, (row,) = lines_of(api.get(f"{PATH}?format=csv&company_id={company}"))

    ended = date.fromisoformat(row["period_end"])
    assert ended.month in {2, 5, 8, 11}
    assert 0 <= (date.today() - ended).days <= 92  # noqa: DTZ011 (the app takes the clock's day)
    assert not [line for line in remarks if "For reference" in line]


def test_a_withdrawn_quarter_is_asked_for_again_and_a_budget_has_its_own(api: Client, portfolio: Portfolio):
    path = f"/v1/companies/{portfolio.mine}/inputs"
    assert api.call("DELETE", f"{path}/2023-12-31?scenario=budget&reason=wrong").status == 204
    assert api.call("DELETE", f"{path}/2024-03-31?scenario=budget&reason=wrong").status == 204

    ends = {
        scenario: rows_of(api, f"company_id={portfolio.mine}&scenario={scenario}")[0]
        for scenario in ("actual", "budget")
    }

    assert (ends["actual"]["period_end"], ends["actual"]["scenario"]) == ("2024-06-30", "actual")
    assert (ends["budget"]["period_end"], ends["budget"]["scenario"]) == ("2023-12-31", "budget")


def test_an_id_that_a_spreadsheet_would_change_is_replaced_by_the_platform_s(api: Client):
    ids = {
        name: new_company(api, name=f"Of {name}", external_id=name) for name in ("=1+1", "00123", "-7", "1e5", "acme,b")
    }

    rows = rows_of(api, f"company_id={','.join(ids.values())}")

    written = {row["company_id"] or row["company_external_id"] for row in rows}
    assert written == {"acme,b", *(key for name, key in ids.items() if name != "acme,b")}


def test_everyone_gets_a_row_for_each_active_company_in_sight(api: Client, client_for: ClientFor, portfolio: Portfolio):
    gone = new_company(api, external_id="gone", reporting_status="exited")

    assert {row["company_external_id"] for row in rows_of(api, "")} == {"mine", "secret-other"}
    assert [row["company_external_id"] for row in rows_of(api, f"company_id={gone}")] == ["gone"]
    mine = client_for("Company.Submit", companies=[portfolio.mine])
    assert [row["company_external_id"] for row in rows_of(mine, "")] == ["mine"]
    assert portfolio.secret not in mine.get(f"{PATH}?format=csv").text
    assert rows_of(client_for("Company.Submit"), "") == []


def test_another_s_company_is_not_there_and_a_reader_may_not_ask(
    api: Client, client_for: ClientFor, portfolio: Portfolio
):
    mine = client_for("Company.Submit", companies=[portfolio.mine])
    for target in (portfolio.other, f"{portfolio.mine},{portfolio.other}", "6f0a5f4e-0d0f-4f5e-9f57-0c6f0b1c7a10"):
        answer = mine.get(f"{PATH}?company_id={target}")
        assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert client_for("Portfolio.Read").get(PATH).status == 403
    assert mine.get(f"{PATH}?company_id={portfolio.mine}").status == 200
    assert api.get(f"{PATH}?company_id=,").status == 400


def test_more_companies_than_a_template_holds_are_refused_with_the_way_out(
    api: Client, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(templates, "MAX_COMPANIES", 1)

    answer = api.get(PATH)

    assert answer.status == 400
    (error,) = answer.json["errors"]
    assert (error["parameter"], error["code"]) == ("company_id", "too_many_companies")
    assert "at most 1 companies; name some by company_id" in error["message"]
    assert api.get(f"{PATH}?company_id={portfolio.mine}").status == 200


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("csv", "text/csv; charset=utf-8"),
    ],
)
def test_the_file_is_named_typed_and_kept_by_no_cache(api: Client, kind: str, content_type: str):
    company = new_company(api, name='Zürich "AG"\nß', external_id=None)
    put(api, company, "2024-03-31", total_revenue=1)

    answer = api.get(f"{PATH}?company_id={company}&format={kind}&scenario=actual")

    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="zurich-ag-2024-06-30-actual.{kind}"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_template_filled_in_is_put_on_record_in_its_own_scale_and_locale(api: Client, portfolio: Portfolio):
    query = f"format=csv&locale=de&scale=thousands&company_id={portfolio.mine}"
    text = api.get(f"{PATH}?{query}").body.decode("utf-8-sig")
    *above, header, row = text.splitlines()
    cells = dict(zip(header.split(";"), row.split(";"), strict=True)) | {"total_revenue": "1.234,5", "employees": "12"}

    report = run_upload("\r\n".join([*above, header, ";".join(cells.values())]))

    assert (report["counts"]["new"], report["errors"]) == (1, [])
    (stored,) = api.items(f"/v1/inputs?company_id={portfolio.mine}&start_reporting_date=2024-06-30")
    assert (stored["total_revenue"], stored["employees"], stored["period_end"]) == (1234500, 12, "2024-06-30")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_sent_back_as_it_is_says_nothing(api: Client, portfolio: Portfolio, kind: str):
    report = run_upload(api.get(f"{PATH}?format={kind}&company_id={portfolio.mine}").body)

    assert (report["counts"]["unchanged"], report["counts"]["new"], report["errors"]) == (1, 0, [])
    assert [warning["code"] for warning in report["warnings"]] == ["nothing_said"]


def test_a_german_template_separates_by_semicolons_and_declares_its_locale_and_scale(api: Client, portfolio: Portfolio):
    answer = api.get(f"{PATH}?format=csv&locale=de&scale=thousands&company_id={portfolio.mine}")

    lines = answer.body.decode("utf-8-sig").splitlines()
    assert lines[:3] == ["# template: 1", "# scale: thousands", "# locale: de"]
    assert lines[-2].startswith("company_external_id;period_end;currency;")
    assert "total_revenue 1.002 " in lines[-3]
    assert lines[-3].endswith(" / employees 0")
    assert api.get(f"{PATH}?locale=de_DE!").status == 400


def test_a_workbook_offers_the_currencies_that_are_published(api: Client, portfolio: Portfolio):
    opened = Opened(api.get(f"{PATH}?company_id={portfolio.mine}").body)

    assert "EUR,CAD,USD" in opened.xml("Inputs")
    assert "2024-03-31,2024-06-30,2024-09-30,2024-12-31,2025-03-31" in opened.xml("Inputs")

"""Figures as CSV and XLSX, opened again by a real reader: the values of the JSON, and text that stays text."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from shared.services import exports
from shared.web.freshness import KEPT
from tests.http_metrics.client import Answer, Client
from tests.http_metrics.portfolio import publish

HOSTILE = "=cmd|' /C calc'!A0"
HUGE = "1234567890123456.1234"
PATHS = ("/v1/metrics", "/v1/financials")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def hostile(api: Client) -> str:
    """A company whose name and id are formulas, with a loss, an amount of 20 digits, and nulls."""
    publish({"USD": "1.25"}, date(2023, 11, 20), 140)
    sent = {"name": HOSTILE, "external_id": '@SUM(1;2),"x"', "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
    company = api.call("POST", "/v1/companies", sent).json["id"]
    for end, ebitda in (("2023-12-31", "-250.5"), ("2024-03-31", 0)):
        figures = {"total_revenue": "0.1", "ebitda": ebitda, "cash_balance": HUGE, "employees": 3, "cash_burn": 0}
        assert api.call("PUT", f"/v1/companies/{company}/inputs/{end}", figures).status == 201
    api.call("POST", "/v1/companies", {**sent, "name": "Silent", "external_id": "silent"})
    return str(company)


def lines_of(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


def sheet_of(answer: Answer, name: str) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.text
    header, *lines = CalamineWorkbook.from_filelike(io.BytesIO(answer.body)).get_sheet_by_name(name).to_python()
    return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["currency=USD", "currency=GBP"])
def test_a_csv_has_the_values_of_the_json_to_the_last_digit(api: Client, hostile: str, path: str, query: str):
    rows = list(api.items(f"{path}?{query}"))
    lines = lines_of(api.get(f"{path}?{query}&format=csv"))

    assert [line["company_id"] for line in lines] == [hostile, hostile]
    assert set(lines[0]) - set(rows[0]) == {"company_external_id", "company_name"}
    for line, row in zip(lines, rows, strict=True):
        nulls = "; ".join(f"{name}: {why}" for name, why in sorted(row.pop("nulls").items()))
        assert line.pop("nulls") == nulls
        for name, value in row.items():
            shown = "; ".join(value) if isinstance(value, list) else "" if value is None else value
            same = Decimal(line[name]) == value if isinstance(value, int | Decimal) else line[name] == shown
            assert same, (name, line[name], value)


def test_text_of_a_csv_starts_no_formula_and_numbers_are_plain(api: Client, hostile: str):
    assert hostile
    first, _ = lines_of(api.get("/v1/financials?format=csv&sort=period_end"))

    assert (first["company_name"], first["company_external_id"]) == (f"'{HOSTILE}", '\'@SUM(1;2),"x"')
    assert (first["ebitda"], first["cash_balance"], first["debt_outstanding"]) == ("-250.5", HUGE, "")


@pytest.mark.parametrize("path", PATHS)
def test_a_workbook_has_the_values_what_they_mean_and_their_rates(api: Client, hostile: str, path: str):
    assert hostile
    answer = api.get(f"{path}?currency=USD&format=xlsx")
    rows = list(api.items(f"{path}?currency=USD"))
    values = sheet_of(answer, "Values")

    assert [line["company_name"] for line in values] == [HOSTILE, HOSTILE]
    for line, row in zip(values, rows, strict=True):
        for name, value in row.items():
            if isinstance(value, int | Decimal):
                digits = Decimal(value).normalize().as_tuple().digits
                kind, shown = (str, f"{value:f}") if len(digits) > 15 else (float, float(value))
                assert (type(line[name]), line[name]) == (kind, shown), name
            elif name not in {"nulls", "flags"}:
                assert str(line[name]) == (value or ""), name
    definitions = {line["name"]: line for line in sheet_of(answer, "Definitions")}
    known = api.get("/v1/metrics/definitions").json
    meant = known["metrics"] if path == "/v1/metrics" else known["fields"]
    assert {name: line["label"] for name, line in definitions.items()} == {one["name"]: one["label"] for one in meant}
    if path == "/v1/metrics":
        assert definitions["gross_margin"]["formula"] == "gross profit / revenue"
    rates = sheet_of(answer, "FX")
    assert [(line["base"], line["quote"], line["fx_rate_average"]) for line in rates] == [("EUR", "USD", 1.25)] * 2
    assert [line["fx_closing_date"] for line in rates] == [date(2023, 12, 29), date(2024, 3, 29)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_matrix_in_a_file_has_a_line_for_each_column_and_company(api: Client, hostile: str, form: str):
    answer = api.get(f"/v1/financials?fields=ebitda,employees&shape=matrix&by=reporting_quarter&format={form}")
    lines = lines_of(answer) if form == "csv" else sheet_of(answer, "Values")

    assert [(line["name"], line["company_id"]) for line in lines] == [("ebitda", hostile), ("employees", hostile)]
    assert [Decimal(str(lines[0][title])) for title in ("2023Q4", "2024Q1")] == [Decimal("-250.5"), 0]
    assert list(lines[0])[4:] == ["2023Q4", "2024Q1"]


@pytest.mark.parametrize("shape", ["", "&shape=matrix"])
def test_a_workbook_lists_each_rate_once_however_many_companies_were_translated_at_it(
    api: Client, hostile: str, shape: str
):
    twin = {"name": "Twin", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
    company = api.call("POST", "/v1/companies", twin).json["id"]
    assert company != hostile
    assert api.call("PUT", f"/v1/companies/{company}/inputs/2024-03-31", {"total_revenue": 7}).status == 201
    rates = sheet_of(api.get(f"/v1/metrics?currency=USD&metrics=arr{shape}&format=xlsx"), "FX")

    told = [(line["base"], line["quote"], line["period_end"], line["fx_rate_average"]) for line in rates]
    assert told == [("EUR", "USD", date(2023, 12, 31), 1.25), ("EUR", "USD", date(2024, 3, 31), 1.25)]
    assert [line["fx_closing_date"] for line in rates] == [date(2023, 12, 29), date(2024, 3, 29)]


def test_a_matrix_of_nothing_is_a_file_of_headers(api: Client, hostile: str):
    assert hostile
    early = "start_reporting_date=2001-01-01&end_reporting_date=2001-12-31"
    asked = f"/v1/metrics?currency=USD&metrics=arr,cash_out_date&shape=matrix&{early}"
    assert lines_of(api.get(f"{asked}&format=csv")) == []
    book = api.get(f"{asked}&format=xlsx")
    assert (sheet_of(book, "Values"), sheet_of(book, "FX")) == ([], [])


def test_a_matrix_of_dates_and_numbers_says_the_same_as_the_rows(api: Client, hostile: str):
    assert hostile
    asked = "/v1/metrics?currency=USD&metrics=monthly_net_burn,cash_out_date,revenue_per_employee"
    (sheet, csv_lines) = (
        sheet_of(api.get(f"{asked}&shape=matrix&format=xlsx"), "Values"),
        lines_of(api.get(f"{asked}&shape=matrix&format=csv")),
    )
    for line, csv_line in zip(sheet, csv_lines, strict=True):
        for row in api.items(asked):
            value, end = row[line["name"]], row["period_end"]
            shown = "" if value is None else value
            assert csv_line[end] == str(shown), (line["name"], end)
            assert line[end] == (float(shown) if isinstance(shown, int | Decimal) else shown), (line["name"], end)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("text/csv", "text/csv"),
        (f"text/html, {XLSX};q=0.9, */*;q=0.1", XLSX),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/*", "text/csv"),
        ("application/json;q=0, text/csv;q=0.001", "text/csv"),
    ],
)
def test_the_form_is_what_accept_weighs_most(api: Client, accept: str | None, kind: str):
    answer = api.call("GET", "/v1/metrics", headers={} if accept is None else {"accept": accept})

    assert answer.status == 200
    assert answer.headers.get("Content-Type", "application/json").partition(";")[0] == kind


def test_another_form_is_not_acceptable_but_format_goes_before_accept(api: Client):
    refused = api.call("GET", "/v1/metrics", headers={"accept": "image/png"})

    assert (refused.status, refused.json["code"], refused.json["errors"][0]["header"]) == (
        406,
        "not_acceptable",
        "Accept",
    )
    assert api.call("GET", "/v1/metrics?format=csv", headers={"accept": "image/png"}).status == 200


def test_a_file_s_name_says_what_it_holds_and_more_rows_than_it_takes_are_refused(
    api: Client, hostile: str, monkeypatch: pytest.MonkeyPatch
):
    assert hostile
    name = api.get("/v1/metrics?currency=USD&format=csv").headers["Content-Disposition"]
    assert name.startswith('attachment; filename="metrics-actual-usd-20')
    for form in ("csv", "xlsx"):
        monkeypatch.setitem(exports.MAX_ROWS, form, 2)
        assert api.get(f"/v1/metrics?format={form}").status == 200
        monkeypatch.setitem(exports.MAX_ROWS, form, 1)
        KEPT.forget()
        refused = api.get(f"/v1/metrics?format={form}")
        assert (refused.status, refused.json["errors"][0]["code"]) == (400, "too_large")

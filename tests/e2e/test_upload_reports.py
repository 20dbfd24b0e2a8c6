"""Uploads as their senders and approvers meet them: workbooks in, reports out, decisions that wake what waits."""

import io
from typing import Any

import pytest
import requests
import xlsxwriter
from azure.storage.blob import ContainerClient
from python_calamine import CalamineWorkbook

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company, put_input

pytestmark = pytest.mark.xdist_group("e2e")
ENDS = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31")


def workbook(rows: list[list[Any]]) -> bytes:
    """A workbook with a title above its table, and a sheet of remarks."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Figures")
    sheet.write_row(0, 0, ["Quarterly figures, in thousands"])
    for number, row in enumerate(rows, start=2):
        for place, cell in enumerate(row):
            sheet.write(number, place, cell)
    book.add_worksheet("Remarks").write(0, 0, "call us")
    book.close()
    return buffer.getvalue()


def drop(stack: RunningStack, name: str, content: bytes, **options: str) -> dict[str, Any]:
    with stack.container() as container:
        container.upload_blob(name, content, metadata=options, overwrite=True)
    return stack.finished_drop(name)


def test_a_workbook_comes_out_as_versions_and_as_an_annotated_copy_of_itself(stack: RunningStack):
    company = new_company(stack)
    rows = [
        ["company_id", "Period end", "Total revenue", "employees"],
        [company["id"], "2025-03-31", 1250.5, 12],
        [company["id"], "2025-06-30", "=1+1", 12],
        [company["id"], "2025-09-30", "=cmd|'/c calc'!A1", "many"],
    ]

    report = drop(stack, "figures.xlsx", workbook(rows), scale="thousands")

    assert (report["sheet"], report["other_sheets"]) == ("Figures", ["Remarks"])
    assert (report["counts"]["new"], report["counts"]["rejected"]) == (1, 2)
    found = [(error["sheet"], error["cell"], error["code"]) for error in report["errors"]]
    assert found == [("Figures", "C5", "formula"), ("Figures", "C6", "formula"), ("Figures", "D6", "not_a_number")]
    (stored,) = stack.items("/v1/inputs", company_id=company["id"])
    assert (stored["total_revenue"], stored["employees"], stored["source_sheet"]) == (1250500, 12, "Figures")
    answer = stack.get(f"/v1/imports/{report['id']}/report?format=xlsx")
    copy = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert copy.sheet_names[0] == "Summary"
    assert copy.get_sheet_by_name("Figures").to_python()[-3][2] == 1250.5


def test_every_finding_is_listed_page_by_page_and_the_reports_lie_beside_the_file(stack: RunningStack):
    company = new_company(stack)
    rows = "".join(f"{company['id']},2025-03-31,x{number}\n" for number in range(150))
    report = drop(stack, "many.csv", f"company_id,period_end,total_revenue\n{rows}".encode())

    assert (report["status"], report["error_count"], len(report["errors"])) == ("needs_fix", 150, 100)
    listed = stack.items(f"/v1/imports/{report['id']}/issues", severity="error", limit=40)
    assert [issue["row_number"] for issue in listed] == list(range(2, 152))
    outcomes = stack.items(f"/v1/imports/{report['id']}/rows", outcome="rejected")
    assert len(outcomes) == 150
    lines = stack.get(f"/v1/imports/{report['id']}/report?format=csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 151
    connection = str(stack.connection["blob_connection_string"])
    with ContainerClient.from_connection_string(connection, "reports") as reports:
        names = stack.eventually(
            lambda: (
                sorted(found)
                if len(found := list(reports.list_blob_names(name_starts_with="many.csv/"))) == 3
                else None
            ),
            30,
            "the reports were written",
        )
    assert [name.rpartition(".")[2] for name in names] == ["csv", "json", "xlsx"]


@pytest.fixture
def waiting(stack: RunningStack) -> dict[str, Any]:
    """An upload that restates a year, and so waits for approval."""
    company = new_company(stack)
    for end in ENDS:
        assert put_input(stack, company, end, total_revenue=1000).status_code == 201
    rows = "".join(f"{company['id']},{end},2000\n" for end in ENDS)
    report = drop(stack, f"{company['id'][:8]}.csv", f"company_id,period_end,total_revenue\n{rows}".encode())
    assert report["status"] == "pending_approval", report
    assert [concern["code"] for concern in report["approval"]["concerns"]] == ["large_restatement"]
    return {**report, "company_id": company["id"]}


def decide(stack: RunningStack, report: dict[str, Any], word: str, **options: Any) -> requests.Response:
    return stack.post(f"/v1/imports/{report['id']}/{word}", **options)


def ended(stack: RunningStack, report: dict[str, Any], status: str) -> dict[str, Any]:
    path = f"/v1/imports/{report['id']}"
    return stack.eventually(
        lambda: body if (body := stack.get(path).json())["status"] == status else None, 30, f"it is {status}"
    )


def revenues(stack: RunningStack, report: dict[str, Any]) -> list[float]:
    return [row["total_revenue"] for row in stack.items("/v1/inputs", company_id=report["company_id"])]


def test_an_approved_upload_is_applied_and_says_who_approved_it(stack: RunningStack, waiting: dict[str, Any]):
    assert revenues(stack, waiting) == [1000] * 4

    answer = decide(stack, waiting, "approve", json={"reason": "audited"})

    assert answer.status_code == 202, answer.text
    done = ended(stack, waiting, "applied")
    assert (done["decision"]["decision"], done["decision"]["reason"]) == ("approved", "audited")
    assert (done["counts"]["restated"], revenues(stack, waiting)) == (4, [2000] * 4)
    assert decide(stack, waiting, "approve").status_code == 202
    assert decide(stack, waiting, "reject").status_code == 409


@pytest.mark.parametrize(("word", "status"), [("reject", "rejected"), ("cancel", "cancelled")])
def test_an_upload_that_is_turned_down_or_stopped_stores_nothing(
    stack: RunningStack, waiting: dict[str, Any], word: str, status: str
):
    assert decide(stack, waiting, word).status_code == 202

    assert ended(stack, waiting, status)["finished_at"]
    assert revenues(stack, waiting) == [1000] * 4


def test_who_may_not_manage_cannot_approve(stack: RunningStack, waiting: dict[str, Any]):
    submitter = stack.token("Company.Submit", company=waiting["company_id"])

    assert decide(stack, waiting, "approve", token=submitter).status_code == 403
    assert ended(stack, waiting, "pending_approval")


def test_an_upload_that_needed_a_company_is_retried_once_it_is_there(stack: RunningStack):
    content = b"company_external_id,period_end,total_revenue\nlate-comer,2025-03-31,1000\n"
    report = drop(stack, "late.csv", content)
    assert (report["status"], report["errors"][0]["code"]) == ("needs_fix", "company_not_found")
    new_company(stack, external_id="late-comer")

    assert stack.post(f"/v1/imports/{report['id']}/retry").status_code == 202

    assert ended(stack, report, "applied")["counts"]["new"] == 1

"""A template from the running platform: filled in by hand, uploaded, and on record."""

import csv
import io
import time

import pytest

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import exact, new_company, put_input

pytestmark = pytest.mark.xdist_group("e2e")


def test_a_template_filled_in_and_uploaded_is_the_next_quarter_on_record(stack: RunningStack):
    company = new_company(stack, external_id="of-a-template")
    assert put_input(stack, company, "2025-09-30", total_revenue=10).status_code == 201

    given = stack.get(f"/v1/imports/template?format=csv&company_id={company['id']}")
    workbook = stack.get(f"/v1/imports/template?company_id={company['id']}")

    assert given.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert given.headers["Content-Disposition"] == 'attachment; filename="of-a-template-2025-12-31-actual.csv"'
    assert workbook.content.startswith(b"PK")
    lines = [line for line in csv.reader(io.StringIO(given.content.decode("utf-8-sig"))) if line[0][0] != "#"]
    lines[1][lines[0].index("total_revenue")] = "12.50"
    filled = io.StringIO(newline="")
    csv.writer(filled).writerows(lines)
    sent = stack.post("/v1/imports", data=filled.getvalue().encode(), headers={"Content-Type": "text/csv"})
    assert sent.status_code == 202, sent.text
    job = sent.json()["id"]
    while (found := stack.get(f"/v1/imports/{job}").json())["status"] not in {"applied", "needs_fix", "failed"}:
        time.sleep(0.1)
    assert (found["status"], found["counts"]["new"], found["error_count"]) == ("applied", 1, 0)
    stored = exact(stack.get(f"/v1/companies/{company['id']}/inputs/2025-12-31"))
    assert (str(stored["total_revenue"]), stored["currency"], stored["recurring_revenue"]) == ("12.50", "EUR", None)

"""A company's folder in the container: what is dropped there is the company's own, and a link opens nothing else."""

import pytest
import requests

from tests.devstack.running_stack import RunningStack
from tests.e2e.api import new_company

pytestmark = pytest.mark.xdist_group("e2e")
PUT_HEADERS = {"x-ms-blob-type": "BlockBlob"}
OPTIONS = {"x-ms-meta-mode": "validate", "x-ms-meta-reason": "audit"}


def rows(*names: str) -> str:
    return "company_id,period_end,total_revenue\n" + "".join(f"{name},2025-03-31,1000\n" for name in names)


def link(stack: RunningStack, company: str, file_name: str) -> dict[str, str]:
    token = stack.token("Company.Submit", company=company)
    answer = stack.post(f"/v1/companies/{company}/drop-links", json={"file_name": file_name}, token=token)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_link_takes_the_company_s_file_and_its_rows_of_others_are_not_found(stack: RunningStack):
    mine, other = (new_company(stack)["id"] for _ in range(2))
    given = link(stack, mine, "q1.csv")

    put = requests.put(given["url"], data=rows(mine, other), headers={**PUT_HEADERS, **OPTIONS}, timeout=30)

    assert put.status_code == 201, put.text
    report = stack.finished_drop(given["file_name"])
    assert (report["mode"], report["reason"], report["counts"]["new"]) == ("validate", "audit", 1)
    assert [(error["cell"], error["code"]) for error in report["errors"]] == [("A3", "company_not_found")]


def test_a_link_reads_nothing_replaces_nothing_and_opens_no_other_name(stack: RunningStack):
    company = new_company(stack)["id"]
    url = link(stack, company, "q2.csv")["url"]
    assert requests.put(url, data=rows(company), headers=PUT_HEADERS, timeout=30).status_code == 201

    assert requests.get(url, timeout=30).status_code == 403
    assert requests.put(url, data="other", headers=PUT_HEADERS, timeout=30).status_code in {403, 409}
    assert requests.put(url.replace("q2", "q3"), data="x", headers=PUT_HEADERS, timeout=30).status_code == 403
    elsewhere = url.replace(company, new_company(stack)["id"])
    assert requests.put(elsewhere, data="x", headers=PUT_HEADERS, timeout=30).status_code == 403


def test_nobody_gets_a_link_into_another_company_s_folder(stack: RunningStack):
    mine, other = (new_company(stack)["id"] for _ in range(2))
    token = stack.token("Company.Submit", company=mine)

    answer = stack.post(f"/v1/companies/{other}/drop-links", json={"file_name": "q1.csv"}, token=token)

    assert answer.status_code == 404
    climbing = stack.post(f"/v1/companies/{mine}/drop-links", json={"file_name": "../q1.csv"}, token=token)
    assert (climbing.status_code, climbing.json()["errors"][0]["pointer"]) == (400, "/file_name")


@pytest.mark.parametrize(
    ("name", "metadata", "code"),
    [("nobody-s/q1.csv", {}, "unknown_folder"), ("odd-options.csv", {"mode": "perhaps"}, "invalid_option")],
)
def test_a_drop_that_cannot_be_taken_is_a_job_that_says_why(
    stack: RunningStack, name: str, metadata: dict[str, str], code: str
):
    company = new_company(stack)["id"]
    with stack.container() as container:
        container.upload_blob(name, rows(company), metadata=metadata, overwrite=True)

    report = stack.finished_drop(name)

    assert (report["status"], [error["code"] for error in report["errors"]]) == ("needs_fix", [code])

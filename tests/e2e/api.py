"""Short words for what API tests do again and again."""

import itertools
import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import requests

from tests.devstack.running_stack import RunningStack

_numbers = itertools.count(1)


def new_company(stack: RunningStack, **fields: Any) -> dict[str, Any]:
    """A company of its own for a test; its body."""
    sent = {"name": f"Company {next(_numbers)}", "reporting_currency": "EUR", "fiscal_year_end": "12-31", **fields}
    answer = stack.post("/v1/companies", json=sent)
    assert answer.status_code == 201, answer.text
    return exact(answer)


def put_input(stack: RunningStack, company: dict[str, Any], period_end: str, **fields: Any) -> requests.Response:
    """Submit a company-quarter."""
    return stack.put(f"/v1/companies/{company['id']}/inputs/{period_end}", json=fields)


def now() -> str:
    """This instant, a moment apart from what is written before and after."""
    time.sleep(0.05)
    instant = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    time.sleep(0.05)
    return instant


def exact(answer: requests.Response) -> Any:
    """An answer's JSON with its numbers as they were written."""
    return json.loads(answer.text, parse_float=Decimal)


def problem_of(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of an answer, after its shape, status and code were looked at."""
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.text
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.text
    assert {"type", "title", "detail", "instance"} <= set(body)
    return body


def places_of(problem: dict[str, Any]) -> dict[str, str]:
    """Where a problem's errors stand, and their codes."""
    return {
        error.get("pointer") or error.get("parameter") or error.get("header") or "": error["code"]
        for error in problem["errors"]
    }

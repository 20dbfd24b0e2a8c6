"""What every answer says to a browser, and that no other site is let in."""

import pytest

from tests.http_metrics.client import Answer, Client

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
KEPT = {"no-store", "private, no-cache", "public, max-age=0, must-revalidate"}
"""Nowhere, by its one reader who asks again, or (the description) by anybody who asks again."""


def answers(api: Client) -> dict[str, Answer]:
    """One of every kind: JSON, a file, a refusal, nothing there, the description, health."""
    return {
        "a list": api.get("/v1/companies"),
        "a file": api.get("/v1/metrics?format=csv"),
        "a refusal": Client("").get("/v1/companies"),
        "a mistake": api.get("/v1/companies?limit=none"),
        "nothing": api.get("/v1/nothing"),
        "the description": api.get("/openapi.json"),
        "health": Client("").get("/v1/health"),
    }


def test_every_answer_tells_a_browser_to_run_frame_guess_and_keep_nothing(api: Client):
    for what, answer in answers(api).items():
        assert {name: answer.headers.get(name) for name in SAFE} == SAFE, what
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'"), what
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], what
        assert answer.headers["Cache-Control"] in KEPT, what


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_no_other_site_is_let_in(api: Client, method: str):
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "GET"}
    answer = api.call(method, "/v1/companies", headers=asked)

    assert [name for name in answer.headers if name.lower().startswith("access-control")] == []

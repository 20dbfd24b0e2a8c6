"""The problems that the description names are those the code raises, and routes do refuse with them, as described."""

import ast
from typing import Any

import pytest

from shared.domain import errors
from shared.web.openapi.problem_samples import SAMPLES
from tests.architecture.sources import modules_in
from tests.http_metrics.client import Answer, Client
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.described import CheckedClient, document, operation_of
from tests.http_metrics.documented_calls import example_call
from tests.rooms import ROUTES

ERRORS = {kind.__name__: kind for kind in (errors.PlatformError, *errors.PlatformError.__subclasses__())}
ROOTS = {"error", "unavailable"}
"""Codes of classes that are always raised with another."""
OF_NO_ROUTE = {"method_not_allowed"}
"""What is refused where no route is."""
GUARDED = sorted(name for name, route in ROUTES.items() if route.permission is not None)
ABSENT = {"company_id": "00000000-0000-4000-8000-000000000000", "import_id": "0" * 32, "reporting_year": "1980"}
ABSENT["grant_id"] = ABSENT["company_id"]
OF_THINGS = sorted(name for name in GUARDED if ABSENT.keys() & set(ROUTES[name].path.replace("{", "}").split("}")))
WITH_BODY = sorted(name for name in GUARDED if "415" in operation_of(name)["responses"])


def test_the_problems_described_are_those_the_code_raises():
    raised = {kind.code for kind in ERRORS.values()}
    for module in modules_in("shared", "http_metrics", "durable_imports"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ERRORS:
                raised |= {word.value.value for word in node.keywords if word.arg == "code" and is_text(word.value)}

    assert raised - ROOTS == set(SAMPLES)


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def call(api: Client, name: str, **changed: Any) -> Answer:
    """The route's example, on things that are not there."""
    method, target, body, headers = example_call(name, ABSENT)
    return api.call(method, target, changed.get("body", body), {**headers, **changed.get("headers", {})})


def test_without_a_token_or_a_role_every_route_says_so(client_for: ClientFor):
    nobody, forged, nothing = CheckedClient(""), CheckedClient("x.y.z"), client_for("Unknown.Role")
    said = {name: [call(caller, name) for caller in (nobody, forged, nothing)] for name in GUARDED}

    codes = {name: [(answer.status, answer.json["code"]) for answer in answers] for name, answers in said.items()}
    expected = [(401, "not_authenticated"), (401, "invalid_token"), (403, "not_allowed")]
    assert {name: told for name, told in codes.items() if told != expected} == {}


def test_without_the_database_every_route_says_when_to_ask_again(offline_api: Client):
    names = sorted(set(GUARDED) - {"post_import", "list_metric_definitions"})
    answers = {name: call(offline_api, name) for name in names}

    codes = {name: (answer.status, answer.json["code"]) for name, answer in answers.items()}
    assert codes == dict.fromkeys(names, (503, "database_unavailable"))


def test_health_without_the_database_is_as_described(offline_api: Client):
    assert offline_api.get("/v1/health").status == 503


@pytest.mark.parametrize("name", sorted(set(WITH_BODY) - {"create_drop_link"}))
def test_a_body_that_is_too_large_or_no_json_is_refused(offline_api: Client, name: str):
    large = call(offline_api, name, body=b" " * 1_000_001)
    text = call(offline_api, name, body=b"a=1", headers={"content-type": "text/plain"})

    assert (large.status, large.json["code"]) == (413, "body_too_large")
    assert (text.status, text.json["code"]) == (415, "unsupported_media_type")


def test_a_drop_link_s_body_is_read_once_its_company_is_found(api: Client):
    sent = {"name": "Acme", "reporting_currency": "EUR", "fiscal_year_end": "12-31"}
    path = f"/v1/companies/{api.call('POST', '/v1/companies', sent).json['id']}/drop-links"

    assert api.call("POST", path, b" " * 1_000_001).status == 413
    assert api.call("POST", path, b"a=1", {"content-type": "text/plain"}).status == 415


def test_what_is_not_there_is_not_found(api: Client):
    answers = {name: call(api, name) for name in OF_THINGS if name not in {"close_period", "reopen_period"}}

    assert len(answers) > 15
    assert {name: answer.status for name, answer in answers.items() if answer.status != 404} == {}


def test_every_refusal_is_told_with_an_example_of_each_code():
    told = [
        (int(status), code)
        for methods in document()["paths"].values()
        for said in methods.values()
        for status, answer in said["responses"].items()
        for code in answer.get("content", {}).get("application/problem+json", {}).get("examples", ())
    ]

    assert {code for _, code in told} == set(SAMPLES) - OF_NO_ROUTE
    examples = document()["components"]["examples"]
    assert [(status, code) for status, code in told if examples[code]["value"]["status"] != status] == []

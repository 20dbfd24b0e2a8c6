"""The description says what the app does: every route, every answer, every problem; and its examples are real."""

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
from openapi_pydantic import OpenAPI
from pydantic import BaseModel

import durable_imports.blobs
from shared.schemas.exact_json import dump_exact
from shared.services.imports import hash_content
from shared.web.openapi.document import Issuer, describe_api, write_document
from shared.web.openapi.examples import FILE, load_examples
from shared.web.openapi.operation import COMPANY_ID
from shared.web.openapi.operations import OPERATIONS
from shared.web.request import ApiRequest
from tests.architecture.sources import ROOT
from tests.http_metrics.conftest import ClientFor
from tests.http_metrics.described import CheckedClient, document, operation_of
from tests.http_metrics.documented_calls import PAGES, Steadying, call_every_operation
from tests.http_metrics.json_schema import KEYWORDS, offences
from tests.http_metrics.portfolio import build
from tests.rooms import ROUTES

METHODS = ("get", "put", "post", "patch", "delete")


def test_every_registered_route_is_described_and_nothing_else_is():
    described = {
        (method.upper(), path.removeprefix("/")): operation["operationId"]
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }

    assert described == {(route.method, route.path): name for name, route in ROUTES.items()}
    assert set(OPERATIONS) == set(ROUTES)


def test_it_is_openapi_3_1_and_says_the_same_every_time():
    parsed = OpenAPI.model_validate_json(write_document(Issuer()).text)

    assert parsed.openapi == "3.1.0"
    assert len(parsed.paths) == len({route.path for route in ROUTES.values()})
    assert describe_api(Issuer()) == describe_api(Issuer())
    write_document.cache_clear()
    assert write_document(Issuer()) == write_document(Issuer())


def test_the_copy_in_docs_is_the_document():
    assert (ROOT / "docs/openapi.json").read_text() == write_document(Issuer()).text


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_an_operation_names_its_summary_permission_parameters_and_problems(name: str):
    route, said = ROUTES[name], operation_of(name)
    in_path = [each["name"] for each in said.get("parameters", []) if each["in"] == "path"]

    assert said["summary"]
    assert said["summary"] == route.meaning.partition("\n\n")[0]
    assert in_path == re.findall(r"\{(\w+)\}", route.path)
    assert [each["name"] for each in said.get("parameters", []) if not each.get("description")] == []
    assert bool(said["security"]) is (route.permission is not None)
    assert said.get("x-permission") == (route.permission and route.permission.value)
    assert "500" in said["responses"]
    assert (route.permission is None) or {"400", "401", "403", "503"} <= said["responses"].keys()


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_reference_leads_somewhere_and_every_component_is_used():
    used = set(references(document()))
    components = document()["components"]
    there = {f"#/components/{kind}/{name}" for kind in ("schemas", "examples", "headers") for name in components[kind]}

    assert used == there
    assert not [name for name in there if "__" in name]


def schemas_in(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all within it."""
    yield schema
    further = schema.get("additionalProperties")
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items"), further]
    for each in inner:
        if isinstance(each, dict):
            yield from schemas_in(each)


def test_every_schema_uses_keywords_that_tests_check_and_every_example_is_as_described():
    found = [each for schema in document()["components"]["schemas"].values() for each in schemas_in(schema)]
    assert len(found) > 300
    assert {keyword for schema in found for keyword in schema} - KEYWORDS == set()
    problem = document()["components"]["schemas"]["Problem"]
    for code, example in document()["components"]["examples"].items():
        assert not list(offences(example["value"], problem, document()))
        assert example["value"]["code"] == code


@pytest.mark.parametrize("name", sorted(name for name, said in OPERATIONS.items() if said.body_example))
def test_a_body_s_example_is_as_its_schema_says(name: str):
    content = operation_of(name)["requestBody"]["content"]
    for described in content.values():
        if "example" in described and "schema" in described:
            assert not list(offences(described["example"], described["schema"], document()))


def _note(
    request: ApiRequest, models: set[type[BaseModel]], parse: Callable[..., Any], model: type[BaseModel], *limit: int
) -> Any:
    models.add(model)
    return parse(request, model, *limit)


@pytest.fixture
def parsed_with(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[type[BaseModel]]]:
    """The schemas with which the handlers parsed queries and bodies."""
    used: dict[str, set[type[BaseModel]]] = {"query": set(), "body": set()}
    for part, models in (*used.items(), ("bodies", used["body"])):
        monkeypatch.setattr(ApiRequest, part, partialmethod(_note, models, getattr(ApiRequest, part)))
    return used


def test_every_example_is_answered_as_described_by_the_schemas_the_handlers_parse_with(
    client_for: ClientFor,
    parsed_with: dict[str, set[type[BaseModel]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    monkeypatch.setattr(durable_imports.blobs, "save_content", hash_content)
    api = CheckedClient(client_for().token)
    portfolio = build(api)
    steadying = Steadying({portfolio.mine: COMPANY_ID})
    recorded = {}
    parsed_with["query"].clear()
    parsed_with["body"].clear()
    for function, answer in call_every_operation(api, portfolio):
        said = OPERATIONS[function]
        assert answer.status == next(iter(said.answers)), (function, answer.text)
        if function != "read_health":
            assert said.query in parsed_with["query"], function
            assert parsed_with["body"] == ({said.body} if said.body else set()), function
        if answer.body and answer.media_type == "application/json" and function != "read_openapi_document":
            recorded[function] = json.loads(steadying.steady(answer.text), parse_float=Decimal)
        parsed_with["query"].clear()
        parsed_with["body"].clear()
    assert {*recorded} | {"read_openapi_document", "give_import_template", *PAGES} >= {
        name for name, said in OPERATIONS.items() if any(answer.media_types for answer in said.answers.values())
    }
    (tmp_path / FILE.name).write_text(dump_lines(recorded))
    assert load_examples() == recorded, f"if these are right, cp {tmp_path / FILE.name} {FILE}; dev.py generate"


def dump_lines(recorded: dict[str, object]) -> str:
    """A function a line."""
    members = (f"{json.dumps(name)}: {dump_exact(recorded[name])}" for name in sorted(recorded))
    return "{\n" + ",\n".join(members) + "\n}\n"

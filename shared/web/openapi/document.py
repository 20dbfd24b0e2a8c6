"""The OpenAPI 3.1 document, put together from the routes, `OPERATIONS`, the schemas and recorded examples."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

from shared.domain.media_types import JSON, PROBLEM_JSON
from shared.domain.permissions import ROLE_PERMISSIONS, Permission
from shared.schemas.exact_json import dump_exact
from shared.schemas.inputs import MAX_BATCH
from shared.web.endpoint import Route, all_routes
from shared.web.openapi.conventions import ANSWER_HEADERS, bare_answers, header_parameters, told_headers
from shared.web.openapi.examples import load_examples
from shared.web.openapi.links import links_of
from shared.web.openapi.operation import Answer, Operation
from shared.web.openapi.operations import OPERATIONS
from shared.web.openapi.problem_samples import Problem, problem_codes, sample_problem
from shared.web.openapi.schemas import REFERENCE, describe_models, path_parameters, query_parameters, used_schemas

VERSION = "1.0.0"
_ABOUT = (
    "Financial reporting for a portfolio: what companies submit, what it is in other currencies, what follows from it."
    "\n\nNumbers are JSON numbers with exact digits. Null is not zero. Unknown fields and parameters are refused."
    " An empty parameter counts as absent. Lists answer `items` and `next`, the URL of the next page."
    " Errors are RFC 9457 problems with a stable `code`."
)
_TAGS = {"health": "platform", "openapi.json": "platform", "docs": "platform", "redoc": "platform"}
_ALWAYS = "X-Correlation-Id"
_OF_COUNTED_CALLS = ("RateLimit", "RateLimit-Policy")
_OF_PROBLEMS = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After", *_OF_COUNTED_CALLS),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose tokens the API takes: the issuer's URL as tokens carry it, and the audience."""

    url: str = "https://login.microsoftonline.com/common/v2.0"
    audience: str = "api://portfolio-metrics"

    def endpoint(self, name: str) -> str:
        """Where the issuer lets people sign in (`authorize`) and gives tokens (`token`), as Entra ID lays it out."""
        return f"{self.url.removesuffix('/').removesuffix('/v2.0')}/oauth2/v2.0/{name}"

    @property
    def scope(self) -> str:
        """The scope that asks for everything the caller's roles permit."""
        return f"{self.audience}/.default"


@dataclass(frozen=True, slots=True)
class Document:
    """The document as it is served, and the tag of this state of it."""

    text: str
    tag: str


@lru_cache(maxsize=4)
def write_document(issuer: Issuer) -> Document:
    """The document for one issuer: JSON text, a path and a schema a line, and its tag."""
    text = _lines(describe_api(issuer), depth=3)
    return Document(f"{text}\n", sha256(text.encode()).hexdigest()[:32])


def describe_api(issuer: Issuer) -> dict[str, Any]:
    """The document as a mapping; deterministic."""
    schemas = describe_models(_models())
    examples = load_examples()
    paths: dict[str, dict[str, Any]] = {}
    routes = all_routes()
    for name, route in sorted(routes.items(), key=lambda item: (item[1].path, item[1].method)):
        described = _operation(route, OPERATIONS[name], schemas, examples.get(name), issuer)
        paths.setdefault(f"/{route.path}", {})[route.method.lower()] = described
    codes = sorted({code for name, route in routes.items() for code in _codes_of(route, OPERATIONS[name])})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Portfolio metrics", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in sorted({_tag(route.path) for route in routes.values()})],
        "paths": paths,
        "components": {
            "schemas": used_schemas(paths, schemas),
            "examples": {code: {"value": sample_problem(code)} for code in codes},
            "headers": {
                name: {"description": meaning, "required": True, "schema": {"type": "string"}}
                for name, meaning in ANSWER_HEADERS.items()
            },
            "securitySchemes": _security_schemes(issuer),
        },
    }


def _models() -> Iterator[type[BaseModel]]:
    yield Problem
    for operation in OPERATIONS.values():
        yield operation.query
        if operation.body is not None:
            yield operation.body
        yield from (answer.schema for answer in operation.answers.values() if answer.schema is not None)


def _codes_of(route: Route, operation: Operation) -> Iterator[str]:
    for codes in problem_codes(route, operation).values():
        yield from codes


def _operation(
    route: Route,
    operation: Operation,
    schemas: Mapping[str, Any],
    example: Any,
    issuer: Issuer,
) -> dict[str, Any]:
    summary, _, more = route.meaning.partition("\n\n")
    names = re.findall(r"\{(\w+)\}", route.path)
    described: dict[str, Any] = {
        "operationId": route.function,
        "summary": summary,
        "description": "\n\n".join(part for part in (more, _permission_text(route.permission)) if part),
        "tags": [_tag(route.path)],
        "security": [{"entra": [issuer.scope]}, {"bearer": []}] if route.permission else [],
    }
    if route.permission is not None:
        described["x-permission"] = route.permission.value
        described["x-roles"] = _roles(route.permission)
    parameters = [
        *path_parameters(names, operation.path_example),
        *query_parameters(operation.query, schemas, operation.query_example),
        *header_parameters(operation.conventions),
    ]
    if parameters:
        described["parameters"] = parameters
    if operation.body is not None or operation.files:
        described["requestBody"] = _request_body(operation)
    described["responses"] = {
        **_answers(route, operation, example),
        **{str(status): answer for status, answer in _problems(route, operation) if status not in operation.answers},
    }
    return described


def _answers(route: Route, operation: Operation, example: Any) -> dict[str, Any]:
    """By status, what is answered when all is well; the usual answer with its example and what it leads to."""
    told = [*told_headers(operation.conventions), *(_OF_COUNTED_CALLS if route.permission else ())]
    answers = {status: _answer(answer, told) for status, answer in operation.answers.items()}
    for status, meaning, header in bare_answers(operation.conventions):
        bare = Answer(meaning, media_types=(), headers=(header,) if header else ())
        answers.setdefault(status, _answer(bare, told))
    usual = next(iter(operation.answers))
    if links := links_of(route.function):
        answers[usual]["links"] = links
    if example is not None:
        answers[usual]["content"][JSON]["example"] = example
    return {str(status.value): answer for status, answer in answers.items()}


def _request_body(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if operation.body is not None:
        schema: dict[str, Any] = _reference(operation.body)
        if operation.body_is_list:
            schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": MAX_BATCH}
        content[JSON] = {"schema": schema, "example": operation.body_example}
    for media_type in operation.files:
        content[media_type] = {}
        if media_type == "text/csv":
            content[media_type] = {"example": operation.body_example}
        elif media_type == "multipart/form-data":
            file = {"type": "string", "contentMediaType": "application/octet-stream"}
            content[media_type] = {"schema": {"type": "object", "properties": {"file": file}}}
    return {"required": operation.body_required, "content": content}


def _answer(answer: Answer, told: list[str]) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.description, "headers": _headers(*answer.headers, *told)}
    if answer.media_types:
        described["content"] = {
            media_type: {"schema": _reference(answer.schema)} if answer.schema and media_type == JSON else {}
            for media_type in answer.media_types
        }
    return described


def _problems(route: Route, operation: Operation) -> Iterator[tuple[int, dict[str, Any]]]:
    for status, codes in problem_codes(route, operation).items():
        described: dict[str, Any] = {
            "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{c}`' for c in codes)}."
        }
        described["headers"] = _headers(*_OF_PROBLEMS.get(HTTPStatus(status), ()))
        examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
        described["content"] = {PROBLEM_JSON: {"schema": _reference(Problem), "examples": examples}}
        yield status, described


def _headers(*names: str) -> dict[str, dict[str, str]]:
    """Those that an answer always has, by reference."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted({*names, _ALWAYS})}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=model.__name__)}


def _tag(path: str) -> str:
    """The resource a path is about: its first word, or below a company the word after it."""
    words = path.removeprefix("v1/").split("/")
    nested = words[0] == "companies" and len(words) > len(("companies", "{company_id}"))
    word = words[2] if nested else words[0]
    return _TAGS.get(word, word)


def _roles(permission: Permission) -> list[str]:
    return [role.value for role, permissions in ROLE_PERMISSIONS.items() if permission in permissions]


def _permission_text(permission: Permission | None) -> str:
    if permission is None:
        return "Open to all: no token is asked for."
    return f"Needs the permission to {permission.value}: the role {' or '.join(_roles(permission))}."


def _security_schemes(issuer: Issuer) -> dict[str, Any]:
    flow = {
        "authorizationUrl": issuer.endpoint("authorize"),
        "tokenUrl": issuer.endpoint("token"),
        "scopes": {issuer.scope: "Everything that the roles of the person who signs in permit."},
    }
    about = "Sign in with the firm's directory; the app roles of the person decide."
    return {
        "entra": {"type": "oauth2", "description": about, "flows": {"authorizationCode": flow}},
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token got elsewhere."},
    }


def _lines(value: Any, depth: int) -> str:
    """JSON text with the outer levels of mappings a member a line."""
    if depth == 0 or not isinstance(value, Mapping) or not value:
        return dump_exact(value)
    members = (f"{dump_exact(name)}: {_lines(member, depth - 1)}" for name, member in value.items())
    return "{\n" + ",\n".join(members) + "\n}"

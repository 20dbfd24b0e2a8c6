"""From the pydantic schemas to the document's components and parameters."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from shared.domain.fx import PIVOT
from shared.schemas.described import CURRENCY
from shared.web.openapi.operation import COMPANY_ID

REFERENCE = "#/components/schemas/{model}"
_TEXT: dict[str, Any] = {"type": "string"}
PATH_PARAMETERS: dict[str, tuple[dict[str, Any], str, str]] = {
    "company_id": ({"type": "string", "format": "uuid"}, "The company.", COMPANY_ID),
    "period_end": ({"type": "string", "format": "date"}, "The last day of the fiscal quarter.", "2024-03-31"),
    "grant_id": ({"type": "string", "format": "uuid"}, "The grant.", "b6a7f3a8-6f0e-4e52-9c55-0d9b9b6b7a10"),
    "import_id": (_TEXT, "The upload, as answered when it was taken in.", "91691c1bf21eda8a0c417bd0a31642ee"),
    "reporting_year": ({"type": "string", "pattern": "^[0-9]{4}$"}, "The calendar year.", "2023"),
    "reporting_quarter": ({"type": "string", "enum": ["1", "2", "3", "4"]}, "Its quarter.", "4"),
    "base": ({"type": "string", "enum": [PIVOT]}, "The currency of which one is bought: ISO 4217.", "EUR"),
    "quote": ({"type": "string", "pattern": CURRENCY}, "The currency it is bought with: ISO 4217.", "USD"),
    "date": ({"type": "string", "format": "date"}, "The day of the rate.", "2024-01-02"),
    "name": (_TEXT, "The file's name.", "swagger-ui.css"),
}
"""By name: the schema, the meaning, and the example of every path parameter."""


class _Plain(GenerateJsonSchema):
    """Without a title for every field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (pydantic's core schemas; all alike)
        return False


def describe_models(models: Iterable[type[BaseModel]]) -> dict[str, dict[str, Any]]:
    """The JSON Schemas of these models and of all they refer to, by name, in alphabetical order."""
    distinct = sorted({model.__name__: model for model in models}.items())
    wanted = [(model, "validation") for _, model in distinct]
    _, found = models_json_schema(wanted, ref_template=REFERENCE, schema_generator=_Plain)  # type: ignore[arg-type]  # the mode is a literal
    schemas: dict[str, dict[str, Any]] = found["$defs"]
    for schema in schemas.values():
        schema["description"] = _meaning(schema.get("description", ""))
    return dict(sorted(schemas.items()))


def used_schemas(paths: Any, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Those that the paths refer to, or that one of those refers to; the queries' own became parameters."""
    used: set[str] = set()
    waiting = [paths]
    while waiting:
        new = {name for name in _referred(waiting.pop()) if name not in used}
        used |= new
        waiting += [schemas[name] for name in sorted(new)]
    return {name: schema for name, schema in schemas.items() if name in used}


def _referred(value: Any) -> Iterator[str]:
    """The names of the schemas that a part of the document refers to."""
    if isinstance(value, Mapping):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(REFERENCE.format(model="")):
            yield reference.rpartition("/")[2]
        for member in value.values():
            yield from _referred(member)
    elif isinstance(value, list):
        for item in value:
            yield from _referred(item)


def path_parameters(names: Iterable[str], examples: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The parameters of a path."""
    for name in names:
        schema, meaning, example = PATH_PARAMETERS[name]
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": meaning,
            "schema": schema,
            "example": examples.get(name, example),
        }


def query_parameters(
    model: type[BaseModel], schemas: Mapping[str, Any], examples: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """The query parameters that a schema takes; what it only ever takes as null is none."""
    schema = schemas[model.__name__]
    meanings = _attributes(model)
    for name, described in schema.get("properties", {}).items():
        kind = _without_null(described)
        if kind is None:
            continue
        meaning = kind.pop("description", None) or meanings.get(name)
        parameter = {"name": name, "in": "query", "required": name in schema.get("required", ())}
        if meaning:
            parameter["description"] = meaning
        if kind.get("type") == "array":
            parameter |= {"style": "form", "explode": False}
        parameter["schema"] = kind
        if name in examples:
            parameter["example"] = examples[name]
        yield parameter


def _without_null(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """A parameter's schema: one that is not given is absent, not null."""
    if schema.get("type") == "null":
        return None
    kept = {name: value for name, value in schema.items() if name != "anyOf" and (name, value) != ("default", None)}
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        return {**kept, **kinds[0]}
    return {**kept, "anyOf": kinds} if kinds else kept


def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """What the `Attributes:` of the model's docstring, and of those it extends, say."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        _, _, listed = (each.__doc__ or "").partition("Attributes:\n")
        for line in listed.splitlines() if issubclass(each, BaseModel) else ():
            name, colon, meaning = line.strip().partition(": ")
            if colon and name.isidentifier():
                found[name] = meaning
    return found


def _meaning(text: str) -> str:
    return text.partition("\n\nAttributes:")[0].strip()

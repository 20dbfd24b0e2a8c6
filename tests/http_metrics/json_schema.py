"""JSON Schema 2020-12 as far as the API's description uses it; a keyword that is not known here is an error."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

NOTES = frozenset({"title", "description", "default", "examples", "example", "contentMediaType"})
KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "number": (int, Decimal),
    "integer": (int,),
}
FORMATS = {"uuid": UUID, "date": date.fromisoformat, "date-time": datetime.fromisoformat}
BOUNDS = {
    "minimum": lambda value, bound: value >= bound,
    "maximum": lambda value, bound: value <= bound,
    "exclusiveMinimum": lambda value, bound: value > bound,
    "exclusiveMaximum": lambda value, bound: value < bound,
    "maxLength": lambda value, bound: len(value) <= bound,
    "minLength": lambda value, bound: len(value) >= bound,
    "minItems": lambda value, bound: len(value) >= bound,
    "maxItems": lambda value, bound: len(value) <= bound,
}
KEYWORDS = NOTES | BOUNDS.keys() | {"$ref", "anyOf", "const", "enum", "type", "format", "pattern", "items"}
KEYWORDS |= {"properties", "required", "additionalProperties"}


def offences(value: Any, schema: Mapping[str, Any], document: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """What of a value (its numbers int or Decimal) is not as the schema says."""
    unknown = schema.keys() - KEYWORDS
    assert not unknown, f"{at}: the keywords {sorted(unknown)} are not known here"
    if "$ref" in schema:
        yield from offences(value, resolve(schema["$ref"], document), document, at)
    if "anyOf" in schema and all(any(offences(value, each, document, at)) for each in schema["anyOf"]):
        yield f"{at}: {value!r} is none of {schema['anyOf']}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    if "type" in schema and not is_kind(value, schema["type"]):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    yield from _narrower(value, schema, at)
    if isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            yield from offences(item, schema["items"], document, f"{at}/{place}")
    if isinstance(value, dict):
        yield from _members(value, schema, document, at)


def resolve(reference: str, document: Mapping[str, Any]) -> Any:
    """What a reference within the document stands for."""
    found: Any = document
    for word in reference.removeprefix("#/").split("/"):
        found = found[word]
    return found


def is_kind(value: Any, kind: str) -> bool:
    """Whether a value is of a JSON type."""
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _narrower(value: Any, schema: Mapping[str, Any], at: str) -> Iterator[str]:
    for keyword, holds in BOUNDS.items():
        if keyword in schema and not holds(value, schema[keyword]):
            yield f"{at}: {value!r} breaks {keyword} {schema[keyword]}"
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} is not like {schema['pattern']}"
    if isinstance(value, str) and "format" in schema:
        try:
            FORMATS[schema["format"]](value)
        except ValueError:
            yield f"{at}: {value!r} is no {schema['format']}"


def _members(value: dict[str, Any], schema: Mapping[str, Any], document: Mapping[str, Any], at: str) -> Iterator[str]:
    known, further = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{at}: {name} is missing" for name in schema.get("required", ()) if name not in value)
    for name, member in value.items():
        if name in known:
            yield from offences(member, known[name], document, f"{at}/{name}")
        elif further is False:
            yield f"{at}: {name} is not described"
        elif isinstance(further, dict):
            yield from offences(member, further, document, f"{at}/{name}")

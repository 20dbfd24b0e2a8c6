"""What a description says of the values callers send: as much of each rule as JSON Schema can hold.

The rules are enforced where values are read; what stands here only tells callers, and the programs that make calls from
a description, what is worth sending.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.domain.selection import Operator, is_day

CURRENCY = "^[A-Za-z]{3}$"
YEAR_END = "^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$"
REPORTING_QUARTER = "^(19[7-9][0-9]|20[0-9]{2}|2100)Q[1-4]$"
CLOSE = "^[0-9]{4}Q[1-4]-close$"
_NOTHING = r"\s\u0000\u001c-\u001f\u0085"
TEXT = r"^[^\u0000]*$"
"""A text that can be stored."""
LINE = rf"^[^\u0000]*[^{_NOTHING}][^\u0000]*$"
"""One that says something."""
LISTED = rf"^[^\u0000]*[^,{_NOTHING}][^\u0000]*$"
"""One that says something between commas."""
FILE_NAME = rf"^ *[^/\\.{_NOTHING}][^/\\\u0000-\u001f\u007f-\u00a0]*$"
"""Without a path; which other characters cannot be shown is Unicode's to say."""
_DIGITS = r"([0-9]{1,16}(\.[0-9]{0,8})?|\.[0-9]{1,8})"
WRITTEN_NUMBER = rf"^[+-]?{_DIGITS}$"
MOMENT: dict[str, Any] = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "pattern": CLOSE}]}
_TOO_LARGE = 10**16


class Described:
    """Beside a type in `Annotated`: keywords that its JSON Schema has in place of, or beside, its own."""

    def __init__(self, **keywords: Any) -> None:
        self._keywords = keywords

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The type's own schema with these keywords."""
        return {**handler(schema), **self._keywords}


def amount_forms(sign: str = "[+-]?", **bounds: int) -> list[dict[str, Any]]:
    """An exact number, written as a JSON number or as a text; `bounds` stand in place of the lower one."""
    number = {"type": "number", **(bounds or {"exclusiveMinimum": -_TOO_LARGE}), "exclusiveMaximum": _TOO_LARGE}
    return [number, {"type": "string", "pattern": f"^{sign}{_DIGITS}$"}]


def describe_conditions(columns: Sequence[str]) -> dict[str, Any]:
    """The parameters `column[comparison]=value`, as one object of them all."""
    numbers = "|".join(name for name in columns if not is_day(name))
    days = "|".join(name for name in columns if is_day(name))
    compared = "|".join(operator for operator in Operator if operator is not Operator.NULL)
    patterns: dict[str, Any] = {
        rf"^({numbers})\[({compared})\]$": {"type": "string", "pattern": WRITTEN_NUMBER},
        rf"^({'|'.join(columns)})\[{Operator.NULL}\]$": {"type": "string", "enum": ["true", "false"]},
    }
    if days:
        patterns[rf"^({days})\[({compared})\]$"] = {"type": "string", "format": "date"}
    return {"type": "object", "patternProperties": patterns, "additionalProperties": False}


def describe_listed(schema: dict[str, Any], names: Iterable[str]) -> None:
    """Say of a list of names, which may be absent, that these are the names there are."""
    listed = next(kind for kind in schema.get("anyOf", [schema]) if kind.get("type") == "array")
    listed["items"] = {**listed["items"], "enum": list(names)}

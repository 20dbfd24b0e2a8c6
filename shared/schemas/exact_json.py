"""JSON whose numbers keep their digits: Decimal is written as it stands, never through a float."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any
from uuid import UUID


def dump_exact(value: Any) -> str:
    """A value of mappings, lists, texts, numbers, dates and None as JSON text."""
    if type(value) is str:
        return encode_basestring(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | UUID):
        return f'"{value.isoformat() if isinstance(value, date) else value}"'
    if isinstance(value, Mapping):
        members = [f"{encode_basestring_ascii(str(name))}:{dump_exact(item)}" for name, item in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dump_exact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)

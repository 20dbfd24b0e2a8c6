"""JSON whose numbers keep their digits: Decimal is written as it stands, never through a float."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def dump_exact(value: Any) -> str:  # noqa: ANN401 (JSON)
    """A value of mappings, lists, texts, numbers, dates and None as JSON text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(name))}:{dump_exact(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(dump_exact, value)) + "]"
    if isinstance(value, date | datetime):
        return json.dumps(value.isoformat())
    return json.dumps(str(value) if isinstance(value, UUID) else value, ensure_ascii=False)

"""Pages of rows, each as JSON text built by PostgreSQL, with the key at which the next page starts."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shared.data.reading import plain_rows
from shared.data.statement import statement

_PAGE = "select key::text, body::text from ({query} limit :page_limit + 1) as page"
"""Rows are put together here: an aggregate in the database would copy all of them twice."""


@dataclass(frozen=True, slots=True)
class Page:
    """`items` is a JSON array as text; `next_key` is the last row's key when more rows follow."""

    items: str
    next_key: list[Any] | None


def fetch_page(session: Session, query: str, parameters: dict[str, Any], limit: int) -> Page:
    """At most `limit` rows of `query`, which yields `key` (a JSON array) and `body` (a JSON object) in order."""
    rows = plain_rows(session, statement(_PAGE.format(query=query)), {**parameters, "page_limit": limit})
    shown = rows[:limit]
    return Page(f"[{','.join([body for _, body in shown])}]", json.loads(shown[-1][0]) if len(rows) > limit else None)

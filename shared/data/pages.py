"""Pages of rows as JSON text built by PostgreSQL, with the key at which the next page starts."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from shared.data.statement import statement

_PAGE = """
with numbered as (
  select row_number() over () as n, page.* from ({query} limit :page_limit + 1) as page
)
select
  coalesce(json_agg(body order by n) filter (where n <= :page_limit), '[]')::text as items,
  (array_agg(key::text order by n) filter (where n = :page_limit))[1] as last_key,
  count(*) > :page_limit as more
from numbered
"""


@dataclass(frozen=True, slots=True)
class Page:
    """`items` is a JSON array as text; `next_key` is the last row's key when more rows follow."""

    items: str
    next_key: list[Any] | None


def fetch_page(session: Session, query: str, parameters: dict[str, Any], limit: int) -> Page:
    """At most `limit` rows of `query`, which yields `key` (a JSON array) and `body` (a JSON object) in order."""
    row = session.execute(statement(_PAGE.format(query=query)), {**parameters, "page_limit": limit}).one()
    return Page(row.items, json.loads(row.last_key) if row.more else None)

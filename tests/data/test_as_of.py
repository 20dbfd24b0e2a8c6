"""Reading as of an instant equals a database that was fed only what was known then."""

import json
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.engine import read_instant, transaction
from tests.data.writes import WRITES, add_companies

DERIVED = text(
    "select (to_jsonb(r) - 'quarter_index')::text from derive_reporting("
    "cast(:ids as uuid[]), array['actual', 'budget'], array['USD', 'EUR', 'JPY'], cast(:as_of as timestamptz)) as r"
)


def derived(session: Session, companies: list[UUID], as_of: datetime | str) -> list[dict[str, Any]]:
    rows = session.execute(DERIVED, {"ids": companies, "as_of": str(as_of)}).scalars()
    return sorted((json.loads(row) for row in rows), key=lambda r: json.dumps(r, sort_keys=True))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_read_as_of_an_instant_is_what_was_read_at_that_instant(database_url: str, seed: int):
    assert database_url
    rng = Random(100 + seed)
    with transaction() as session:
        companies = add_companies(session)
    seen: list[tuple[datetime, list[dict[str, Any]]]] = []
    for _ in range(30):
        write = rng.choice(WRITES)
        with transaction() as session:
            write(session, rng, rng.choice(companies))
        with transaction() as session:
            seen.append((read_instant(session), derived(session, companies, "infinity")))

    with transaction() as session:
        for instant, rows in seen:
            assert derived(session, companies, instant) == rows, instant
    assert len({json.dumps(rows) for _, rows in seen}) > 15

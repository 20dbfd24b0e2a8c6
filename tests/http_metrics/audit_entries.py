"""The audit log as a test looks at it: the entries of one call, or all of them."""

import json
from typing import Any

from sqlalchemy import text

from shared.data.engine import transaction
from tests.data.owner import owner_transaction
from tests.http_metrics.client import Answer


def entries_of(answer: Answer) -> list[dict[str, Any]]:
    """What was put on record of the call that was answered so."""
    return [entry for entry in all_entries() if entry["correlation_id"] == answer.headers["X-Correlation-Id"]]


def all_entries() -> list[dict[str, Any]]:
    """The whole log, oldest first."""
    with transaction() as session:
        query = "select coalesce(json_agg(to_jsonb(l) order by number), '[]')::text from audit_log as l"
        found: list[dict[str, Any]] = json.loads(session.execute(text(query)).scalar_one())
    return found


def break_the_chain() -> None:
    """Let nothing be put on record any more."""
    with owner_transaction() as session:
        session.execute(text("delete from audit_chain"))

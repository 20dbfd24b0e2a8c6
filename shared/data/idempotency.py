"""Answers kept under idempotency keys: claiming a key for a transaction, looking up, keeping, forgetting."""

import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from shared.data.statement import statement

KEPT_FOR = timedelta(hours=24)
FORGOTTEN_AT_ONCE = 100
"""Old answers that one call removes: more than one call adds, so that they never pile up."""
_LOCK_SEED = 7_203_404


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a call was answered, and the fingerprint of that call."""

    fingerprint: str
    status: int
    headers: dict[str, str]
    body: str


def claim_key(session: Session, subject: str, key: str) -> bool:
    """Hold the key until this transaction ends; False when another transaction holds it."""
    query = "select pg_try_advisory_xact_lock(hashtextextended(:subject || chr(10) || :key, :seed))"
    return bool(session.execute(statement(query), {"subject": subject, "key": key, "seed": _LOCK_SEED}).scalar_one())


def find_answer(session: Session, subject: str, key: str) -> KeptAnswer | None:
    """What was answered under the key within the time that answers are kept."""
    query = """
    select fingerprint, status, headers, body from idempotency_keys
    where subject = :subject and key = :key and answered_at > clock_timestamp() - cast(:kept_for as interval)
    """
    row = session.execute(statement(query), {"subject": subject, "key": key, "kept_for": KEPT_FOR}).one_or_none()
    return KeptAnswer(row.fingerprint, row.status, row.headers, row.body) if row else None


def keep_answer(session: Session, subject: str, key: str, answer: KeptAnswer) -> None:
    """Keep the answer of this transaction's effect in place of one that is too old, and forget some that are."""
    query = """
    insert into idempotency_keys (subject, key, fingerprint, status, headers, body, answered_at)
    values (:subject, :key, :fingerprint, :status, cast(:headers as jsonb), :body, clock_timestamp())
    on conflict (subject, key) do update set
      fingerprint = excluded.fingerprint, status = excluded.status, headers = excluded.headers, body = excluded.body,
      answered_at = excluded.answered_at
    """
    values = {"fingerprint": answer.fingerprint, "status": answer.status, "body": answer.body}
    session.execute(statement(query), {"subject": subject, "key": key, "headers": json.dumps(answer.headers), **values})
    forget = """
    delete from idempotency_keys where (subject, key) in (
      select subject, key from idempotency_keys where answered_at <= clock_timestamp() - cast(:kept_for as interval)
      order by answered_at limit :some for update skip locked
    )
    """
    session.execute(statement(forget), {"kept_for": KEPT_FOR, "some": FORGOTTEN_AT_ONCE})

"""A chain of acts of every shape, and what somebody with the database in hand may do to it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.data.audit import Act, note_act, read_ends, stream_entries
from shared.data.engine import transaction
from shared.data.origins import Origin, acting
from shared.domain.audit_chain import Link, link_hash
from shared.domain.permissions import Principal, Role
from shared.domain.statuses import AuditOutcome

Tampering = Callable[[Session, Random, int], None]
WORDS = (
    "",
    "plain",
    'quo"ted',
    "back\\slash",
    "Ünïcödé 公司 𝄞",
    "line\nbreak\ttab",
    "nul\0nul",
    "half\ud800",
    "{}",
    "null",
)
COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "subject": "subject || 'x'",
    "name": "name || ' '",
    "action": "action || '_x'",
    "outcome": "case outcome when 'done' then 'denied' else 'done' end",
    "kind": "kind || 'x'",
    "key": """key || '{"x": 1}'""",
    "company_id": "case when company_id is null then gen_random_uuid() end",
    "before": """case when before is null then '{}'::jsonb end""",
    "after": """coalesce(after, '{}') || '{"x": null}'""",
    "correlation_id": "case when correlation_id is null then 'x' end",
    "address": "case when address is null then '127.0.0.1' else '127.0.0.2' end",
    "hash": "encode(sha256(convert_to(hash, 'UTF8')), 'hex')",
}
"""What each column may be altered to."""


def random_act(rng: Random) -> Act:
    """An act with some of everything that can be told of one."""

    def told() -> dict[str, object] | None:
        some = (
            rng.choice(WORDS),
            rng.randrange(10**12),
            Decimal("1.50"),
            None,
            True,
            [1, [rng.choice(WORDS)]],
            {"a": {}},
        )
        return rng.choice((None, {}, {f"{rng.choice(WORDS)}{n}": rng.choice(some) for n in range(rng.randrange(5))}))

    company = rng.choice((None, UUID(int=rng.getrandbits(128))))
    return Act(rng.choice(("company", "input")), told() or {}, company, told(), told(), rng.choice(tuple(AuditOutcome)))


def build_chain(rng: Random, transactions: int) -> int:
    """Acts of as many transactions; how many there are."""
    acts = 0
    for _ in range(transactions):
        who = Principal(rng.choice(WORDS), rng.choice(WORDS), frozenset({Role.ADMIN}))
        origin = Origin(
            "put_input", rng.choice((None, rng.choice(WORDS))), rng.choice((None, "203.0.113.9", "2001:db8::1"))
        )
        with acting(origin), transaction() as session:
            for _ in range(rng.randrange(1, 4)):
                note_act(session, who, random_act(rng))
                acts += 1
    return acts


def remake_chain(session: Session, first: int, days_ago: int = 0) -> None:
    """Make every hash from an entry on anew, as the verifier would: the chain holds again, but it is another."""
    start, head = read_ends(session)
    last = start
    for stored in list(stream_entries(session, head.number + 1)):
        at = stored.at - timedelta(days=days_ago if stored.number >= first else 0)
        found = stored.hash
        if stored.number >= first:
            found = link_hash(last.hash, stored.number, at, stored.entry.line)
            query = "update audit_log set hash = :hash, at = :at where number = :number"
            session.execute(text(query), {"hash": found, "at": at, "number": stored.number})
        last = Link(stored.number, found)
    session.execute(text("update audit_chain set number = :number, hash = :hash"), last._asdict())


def _delete(session: Session, rng: Random, count: int) -> None:
    session.execute(text("delete from audit_log where number = :n"), {"n": rng.randrange(1, count + 1)})


def _close_the_gap(session: Session, rng: Random, count: int) -> None:
    gone = rng.randrange(1, count)
    session.execute(text("delete from audit_log where number = :n"), {"n": gone})
    session.execute(text("update audit_log set number = -number where number > :n"), {"n": gone})
    session.execute(text("update audit_log set number = -number - 1 where number < 0"))
    session.execute(text("update audit_chain set number = number - 1"))


def _swap(session: Session, rng: Random, count: int) -> None:
    one, two = rng.sample(range(1, count + 1), 2)
    for number, becomes in ((one, -1), (two, one), (-1, two)):
        session.execute(text("update audit_log set number = :b where number = :n"), {"n": number, "b": becomes})


def _insert(session: Session, rng: Random, count: int) -> None:
    """A copy of an entry after itself; all that follow move on by one, the head too."""
    after = rng.randrange(1, count + 1)
    session.execute(text("update audit_log set number = -number where number > :n"), {"n": after})
    session.execute(text("update audit_log set number = 1 - number where number < 0"))
    columns = "at, subject, name, action, outcome, kind, key, company_id, before, after, correlation_id, address, hash"
    query = f"insert into audit_log (number, {columns}) select number + 1, {columns} from audit_log where number = :n"
    session.execute(text(query), {"n": after})
    session.execute(text("update audit_chain set number = number + 1"))


def _cut_the_end(session: Session, rng: Random, count: int) -> None:
    session.execute(text("delete from audit_log where number > :n"), {"n": rng.randrange(count)})


def _cut_the_beginning(session: Session, rng: Random, count: int) -> None:
    session.execute(text("delete from audit_log where number <= :n"), {"n": rng.randrange(1, count + 1)})


def _append_past_the_head(session: Session, rng: Random, count: int) -> None:
    _insert(session, rng, count)
    session.execute(text("delete from audit_log where number <= :n"), {"n": 0})
    session.execute(text("update audit_chain set number = number - 1"))


def _empty(session: Session, _rng: Random, _count: int) -> None:
    session.execute(text("truncate audit_log"))


TAMPERINGS: dict[str, Tampering] = {
    "deletes an entry": _delete,
    "deletes one and numbers the rest anew": _close_the_gap,
    "swaps two": _swap,
    "inserts one": _insert,
    "cuts off the end": _cut_the_end,
    "cuts off the beginning": _cut_the_beginning,
    "puts one past the head": _append_past_the_head,
    "empties the log": _empty,
}

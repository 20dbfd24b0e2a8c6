"""The audit log: who did what to what, from where; appended in the transaction of the act, never changed.

Entries are gathered and written as the last act of their transaction, under the lock of all numbers: they stand in the
order of commits without a gap, and each is chained to the one before (`shared/domain/audit_chain.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.data.changes import hold_numbers
from shared.data.engine import defer, transaction
from shared.data.origins import current_origin
from shared.data.pages import Page, fetch_page
from shared.data.statement import statement
from shared.domain.audit_chain import Entry, Link, Linked, plain_value
from shared.domain.permissions import Principal
from shared.domain.statuses import AuditOutcome

READ_AT_ONCE = 1_000
APPENDED_AT_ONCE = 200
"""In one statement, whose work grows with the square of it."""
_APPEND = """
with recursive stamp as materialized (select clock_timestamp() as at),
sent as (select place, line from unnest(cast(:lines as text[])) with ordinality as sent(line, place)),
chained as (
  select cast(0 as bigint) as place, number, hash, cast(null as text) as line from audit_chain
  union all
  select s.place, c.number + 1, encode(sha256(convert_to(concat_ws(chr(10),
    c.hash, c.number + 1, to_char(stamp.at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS.US"Z"'), s.line
  ), 'UTF8')), 'hex'), s.line
  from chained as c join sent as s on s.place = c.place + 1 cross join stamp
),
grown as (
  update audit_chain as a set number = c.number, hash = c.hash
  from (select number, hash from chained order by place desc limit 1) as c
)
insert into audit_log (
  number, at, subject, name, action, outcome, kind, key, company_id, before, after, correlation_id, address, hash
)
select
  c.number, stamp.at, e ->> 0, e ->> 1, e ->> 2, e ->> 3, e ->> 4, e -> 5, cast(e ->> 6 as uuid),
  nullif(e -> 7, 'null'), nullif(e -> 8, 'null'), e ->> 9, e ->> 10, c.hash
from chained as c cross join stamp cross join lateral cast(c.line as jsonb) as e
where c.place > 0
"""
_BODY = """json_build_object(
  'number', l.number, 'at', l.at, 'subject', l.subject, 'principal', l.name, 'action', l.action, 'outcome', l.outcome,
  'object', json_build_object('kind', l.kind, 'key', l.key), 'company_id', l.company_id, 'before', l.before,
  'after', l.after, 'correlation_id', l.correlation_id, 'address', l.address, 'hash', l.hash
)"""
_LIST = f"""
select json_build_array(l.number) as key, {_BODY} as body
from audit_log as l
where (cast(:after_number as bigint) is null or l.number < cast(:after_number as bigint))
  and (cast(:principal as text) is null or l.subject = :principal or l.name = :principal)
  and (cast(:action as text) is null or l.action = :action)
  and (cast(:outcome as text) is null or l.outcome = :outcome)
  and (cast(:company_id as uuid) is null or l.company_id = cast(:company_id as uuid)
    or l.key -> 'company_ids' ? cast(:company_id as text))
  and (cast(:since as timestamptz) is null or l.at >= cast(:since as timestamptz))
  and (cast(:until as timestamptz) is null or l.at < cast(:until as timestamptz))
order by l.number desc
"""  # noqa: S608 (fixed fragments; every value is bound)
_STORED = """
select number, at, subject, name, action, outcome, kind, key, company_id::text, before, after, correlation_id, address,
  hash
from audit_log where number <= :head order by number
"""


class ChainLostError(RuntimeError):
    """The one row of `audit_chain` is not there: without it nothing is recorded, so nothing is done."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done, or was refused.

    Attributes:
        kind: What it is done to: `company`, `input`, `import` …
        key: Which one of its kind; `company_ids` where it is about several.
        company_id: The company it is about.
        before: What of the object stood before: versions, and settings that change.
        after: What stands now.
        outcome: Whether it was done.
    """

    kind: str
    key: Mapping[str, Any]
    company_id: UUID | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    outcome: AuditOutcome = AuditOutcome.DONE


def note_act(session: Session, principal: Principal, act: Act) -> None:
    """Put an act of this transaction on record, if it commits."""
    origin = current_origin()
    told = {
        "subject": principal.subject,
        "name": principal.name,
        "action": origin.action,
        "outcome": act.outcome.value,
        "kind": act.kind,
        "key": act.key,
        "company_id": act.company_id,
        "before": act.before,
        "after": act.after,
        "correlation_id": origin.correlation_id,
        "address": origin.address,
    }
    defer(session, _append, [Entry(**plain_value(told)).line])


def record_act(principal: Principal, act: Act) -> None:
    """Put an act on record that has no transaction of its own: a file handed out, an access denied."""
    with transaction() as session:
        note_act(session, principal, act)


def _append(session: Session, lines: list[str]) -> None:
    """Chain these entries to those on record; nothing but the commit may follow."""
    if not lines:
        return
    hold_numbers(session)
    for start in range(0, len(lines), APPENDED_AT_ONCE):
        some = lines[start : start + APPENDED_AT_ONCE]
        if session.execute(statement(_APPEND), {"lines": some}).rowcount == len(some):  # type: ignore[attr-defined]  # a cursor's result
            continue
        raise ChainLostError("the audit log has lost its chain: the row of audit_chain is not there")


def list_entries(session: Session, filters: Mapping[str, Any], after: Sequence[Any] | None, limit: int) -> Page:
    """Entries, newest first."""
    (number,) = after or (None,)
    return fetch_page(session, _LIST, {**filters, "after_number": number}, limit)


def read_ends(session: Session) -> tuple[Link, Link]:
    """The last link that was removed, and the newest one."""
    query = "select pruned_number, pruned_hash, number, hash from audit_chain"
    row = session.execute(statement(query)).one()
    return Link(row.pruned_number, row.pruned_hash), Link(row.number, row.hash)


def stream_entries(session: Session, head: int) -> Iterator[Linked]:
    """Every entry that is kept up to `head`, by number; however many there are, few lie in memory at once."""
    rows = session.execute(statement(_STORED), {"head": head}, execution_options={"yield_per": READ_AT_ONCE})
    for number, at, *values, found in rows:
        yield Linked(number, at, Entry(*values), found)


def has_loose_entries(session: Session) -> bool:
    """Whether an entry stands beyond the head of the chain: nothing that appends leaves one there."""
    query = "select exists (select from audit_log where number > (select number from audit_chain))"
    return bool(session.execute(statement(query)).scalar_one())


def prune_entries(session: Session, keep_days: int) -> int:
    """Remove the entries that are older than so many days, and note the last of them; answers how many."""
    hold_numbers(session)
    return int(session.execute(statement("select prune_audit_log(:days)"), {"days": keep_days}).scalar_one())


def newest_link(session: Session) -> tuple[Link, datetime]:
    """The newest link, and the database's instant at which it is."""
    row = session.execute(statement("select number, hash, clock_timestamp() as at from audit_chain")).one()
    return Link(row.number, row.hash), row.at

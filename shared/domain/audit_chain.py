"""The chain that entries of the audit log form: each hash is over the one before and the entry itself.

    hash(n) = SHA-256 of `hash(n − 1)`, `n`, the instant and the entry's line, a line each

The line is a JSON array of the entry's values in the order of `Entry`. Whoever alters, removes, inserts or moves an
entry breaks every hash from there on, unless all that follow are made anew; against that stand anchors: a number and
its hash, noted where the database's owner cannot write.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

BEGINNING = "0" * 64
"""What stands in place of a hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is told of one act, in plain values (`plain_value`): the database gives them back as they are.

    Attributes:
        subject: The principal's stable id.
        name: The principal's name.
        action: The function that acted.
        outcome: `done` or `denied`.
        kind: What was acted on.
        key: Which one of its kind.
        company_id: Whose it is, where it is one company's.
        before: What of it stood before.
        after: What stands now.
        correlation_id: Of the call.
        address: The client's.
    """

    subject: str
    name: str
    action: str
    outcome: str
    kind: str
    key: Mapping[str, Any]
    company_id: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    correlation_id: str | None
    address: str | None

    @property
    def line(self) -> str:
        """The entry as JSON text: the same values, the same text."""
        values = [getattr(self, name) for name in _ORDER]
        return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


_ORDER = tuple(field.name for field in fields(Entry))


class Link(NamedTuple):
    """An entry's place in the chain."""

    number: int
    hash: str


class Linked(NamedTuple):
    """An entry as it is stored."""

    number: int
    at: datetime
    entry: Entry
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain came to.

    Attributes:
        entries: How many hold.
        last: The last link that holds.
        fault: What is wrong at the first place where it does not hold; None: nothing.
        unchecked: Anchors that lie before what is kept.
    """

    entries: int
    last: Link
    fault: str | None = None
    unchecked: tuple[Link, ...] = ()


def plain_value(value: Any) -> Any:
    """A value as JSON that the database gives back as it is: amounts, days and ids as text; no floats.

    Raises:
        TypeError: it has a type that would not come back the same.
    """
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(value)
    raise TypeError(f"{type(value).__name__} is not put on record")


def _storable(text: str) -> str:
    """The text, with what the database cannot hold made visible as U+FFFD."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


_WRITERS: tuple[tuple[tuple[type, ...], Callable[[Any], Any]], ...] = (
    ((bool, int, type(None)), lambda value: value),
    ((str,), lambda value: _storable(str(value))),
    ((Decimal,), lambda value: f"{value:f}"),
    ((date,), lambda value: value.isoformat()),
    ((UUID,), str),
    ((Mapping,), lambda value: {_storable(str(name)): plain_value(item) for name, item in value.items()}),
    ((list, tuple), lambda value: [plain_value(item) for item in value]),
    ((set, frozenset), lambda value: sorted(plain_value(item) for item in value)),
)
"""By kinds of value; an instant is a date."""


def write_instant(at: datetime) -> str:
    """An instant as the hash is made of it: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def link_hash(previous: str, number: int, at: datetime, line: str) -> str:
    """The hash of an entry, given the one before it."""
    return sha256("\n".join((previous, str(number), write_instant(at), line)).encode()).hexdigest()


def verify_chain(entries: Iterable[Linked], start: Link, head: Link, anchors: Iterable[Link] = ()) -> Verdict:
    """Follow the chain from the first entry that is kept to its head; read once, in order, nothing is kept in memory.

    Args:
        entries: The stored entries by number.
        start: The last link that was removed when its time was over; number 0: none was.
        head: The newest link, as the database notes it beside the entries.
        anchors: Links that were noted elsewhere.
    """
    noted = sorted(anchors)
    unchecked = tuple(link for link in noted if link.number < start.number)
    wanted = {link.number: link.hash for link in noted}
    last, count = start, 0
    if wanted.get(start.number, start.hash) != start.hash:
        return Verdict(0, start, f"entry {start.number}, the last that was removed, has another hash than its anchor")
    for stored in entries:
        fault = _fault_of(stored, last, wanted)
        if fault:
            return Verdict(count, last, fault, unchecked)
        last, count = Link(stored.number, stored.hash), count + 1
    if last != head:
        fault = f"the entries end with {last.number}, the chain with {head.number}: the end is missing or was made anew"
        return Verdict(count, last, fault, unchecked)
    if missing := [link.number for link in noted if link.number > last.number]:
        return Verdict(count, last, f"entry {missing[0]} has an anchor and is not there: the end is missing", unchecked)
    return Verdict(count, last, None, unchecked)


def _fault_of(stored: Linked, last: Link, wanted: Mapping[int, str]) -> str | None:
    """What is wrong with an entry that follows `last`."""
    if stored.number != last.number + 1:
        return f"after entry {last.number} comes {stored.number}"
    if link_hash(last.hash, stored.number, stored.at, stored.entry.line) != stored.hash:
        return f"entry {stored.number} is not what was recorded, or does not follow {last.number}"
    if wanted.get(stored.number, stored.hash) != stored.hash:
        return f"entry {stored.number} has another hash than its anchor: it or one before it was made anew"
    return None

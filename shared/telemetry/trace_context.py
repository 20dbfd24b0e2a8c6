"""Where a span belongs: trace and parent, as the W3C's `traceparent` writes them (`00-<trace>-<span>-<flags>`)."""

import random
import re
from hashlib import blake2b
from typing import NamedTuple

_TRACEPARENT = r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?"
"""Compiled where it is first needed, and kept by `re`: cold start."""
_NO_TRACE, _NO_SPAN = "0" * 32, "0" * 16
_ids = random.SystemRandom()


class Parent(NamedTuple):
    """The span that causes another: its trace and its own id, in hexadecimal digits."""

    trace_id: str
    span_id: str


def read_traceparent(text: str | None) -> Parent | None:
    """What a `traceparent` says; None where it is none that can be used.

    Its flag is not believed: the functions host writes `00` for traces that it keeps.
    """
    found = re.fullmatch(_TRACEPARENT, text, re.ASCII) if isinstance(text, str) else None
    if found is None or found[1] == _NO_TRACE or found[2] == _NO_SPAN:
        return None
    return Parent(found[1], found[2])


def write_traceparent(parent: Parent) -> str:
    """A parent as a `traceparent`."""
    return f"00-{parent.trace_id}-{parent.span_id}-01"


def make_trace_id() -> str:
    """A new trace's id."""
    return f"{_ids.getrandbits(128) or 1:032x}"


def make_span_id() -> str:
    """A new span's id."""
    return f"{random.getrandbits(64) or 1:016x}"


def span_id_of(instance_id: str) -> str:
    """The id of an orchestration's span: the same in every replay and on every instance."""
    return blake2b(instance_id.encode(), digest_size=8).hexdigest()


def is_kept(trace_id: str, share: float) -> bool:
    """Whether a trace is among the part that is kept: the same answer for all of it, on every instance."""
    return share >= 1 or int(trace_id[-8:], 16) < share * 0x1_0000_0000

"""Follows the chain of the whole audit log and says whether it holds: `python -m shared.data.verify_audit`.

The database is that of DATABASE_URL. An anchor is a link that was noted outside the database (the hourly log line
`audit log anchor NUMBER:HASH`): with it, an end that was cut off or a chain that was made anew is found too.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from shared.data.audit import has_loose_entries, read_ends, stream_entries
from shared.data.engine import transaction
from shared.domain.audit_chain import Link, Verdict, verify_chain


def parse_anchor(text: str) -> Link:
    """An anchor as a log line has it: `NUMBER:HASH`.

    Raises:
        ValueError: it is none.
    """
    number, _, found = text.strip().partition(":")
    if len(found) != 64 or set(found) - set("0123456789abcdef"):  # noqa: PLR2004 (digits of a SHA-256)
        raise ValueError(f"{text!r} is no anchor; write NUMBER:HASH")
    return Link(int(number), found)


def verify_audit_log(session: Session, anchors: Sequence[Link] = ()) -> tuple[Link, Verdict]:
    """The last link that was removed in its time, and what following the chain from there came to.

    Nobody waits for it: it follows the chain to the head that stood when it began. When entries are removed meanwhile,
    it begins again.
    """
    start, head = read_ends(session)
    verdict = verify_chain(stream_entries(session, head.number), start, head, anchors)
    if read_ends(session)[0] != start:
        return verify_audit_log(session, anchors)
    if verdict.fault is None and has_loose_entries(session):
        return start, replace(verdict, fault="entries stand beyond the head of the chain")
    return start, verdict


def main(arguments: Sequence[str] | None = None) -> int:
    """Say whether the chain holds; 0: it does."""
    parser = argparse.ArgumentParser(prog="shared.data.verify_audit", description=__doc__)
    parser.add_argument("--anchor", action="append", default=[], type=parse_anchor, metavar="NUMBER:HASH")
    with transaction() as session:
        start, verdict = verify_audit_log(session, parser.parse_args(arguments).anchor)
    if start.number:
        sys.stdout.write(f"entries 1 to {start.number} were removed when their time was over\n")
    for link in verdict.unchecked:
        sys.stdout.write(f"anchor {link.number} lies before what is kept and was not compared\n")
    if verdict.fault:
        sys.stdout.write(f"BROKEN after {verdict.entries} entries that hold: {verdict.fault}\n")
        return 1
    sys.stdout.write(f"the chain of {verdict.entries} entries holds; head {verdict.last.number}:{verdict.last.hash}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

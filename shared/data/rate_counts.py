"""Counting calls where all instances count: by one statement in a transaction of its own, and no round trip of its own.

It goes ahead of the first thing that the call reads. What it tells comes as a message, together with the newest
change, by which a read knows whether it was answered before.

Windows are the minutes of the database's clock. Of the calls of one principal and class in one minute each is given a
number of its own, so that of any number of instances together exactly the first so many are within a quota.
"""

import re
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from shared.data.reading import Ahead, send_ahead
from shared.data.statement import statement
from shared.domain.route_classes import WINDOW_SECONDS, RouteClass, Usage

_ADMIT = "select tell_admission(%(call_subject)s, %(call_class)s, %(call_seconds)s)"
"""As the driver takes it: every call waits for this."""
_TOLD = re.compile(r"admitted (?P<window>\d+) (?P<used>\d+) (?P<seconds_left>\d+) (?P<newest_change>.+)")


def admit_call(subject: str, route_class: RouteClass, take: Callable[[Usage], None]) -> None:
    """Count one call of a principal, at the latest with what this context reads next.

    Args:
        subject: The principal's stable id.
        route_class: Against which quota it counts.
        take: Is told which call of its window it is, and the state the data is in: before anything is answered that
            was read in the same round trip, and not at all where the database lost the call.

    Raises:
        OperationalError: the database does not answer.
    """
    values = {"call_subject": subject, "call_class": route_class.value, "call_seconds": WINDOW_SECONDS}
    send_ahead(Ahead(_ADMIT, values, lambda messages: _take(messages, take)))


def _take(messages: Sequence[str], take: Callable[[Usage], None]) -> None:
    for told in filter(None, map(_TOLD.search, messages)):
        take(Usage(int(told["window"]), int(told["used"]), int(told["seconds_left"]), told["newest_change"]))


def forget_counts(session: Session) -> int:
    """Remove the counts of windows that are over for long; answers how many."""
    query = f"""
    delete from rate_counts
    where window_number < floor(extract(epoch from clock_timestamp()) / {WINDOW_SECONDS}) - 60
    """  # noqa: S608 (a constant)
    return int(session.execute(statement(query)).rowcount)  # type: ignore[attr-defined]  # a cursor's result

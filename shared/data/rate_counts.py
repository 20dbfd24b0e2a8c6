"""Counting calls where all instances count: one statement, one round trip, no transaction around it.

The same round trip tells the newest change, by which a read knows whether it was answered before.

Windows are the minutes of the database's clock. Of the calls of one principal and class in one minute each is given a
number of its own, so that of any number of instances together exactly the first so many are within a quota.
"""

from sqlalchemy.orm import Session

from shared.data.reading import ask
from shared.data.statement import statement
from shared.domain.route_classes import WINDOW_SECONDS, RouteClass, Usage

_ADMIT = "select * from admit_call(%(subject)s, %(route_class)s, %(seconds)s)"
"""As the driver takes it: every call waits for this."""


def admit_call(subject: str, route_class: RouteClass) -> Usage:
    """Count one call of a principal; the answer says which of its window it is, and the state the data is in.

    Raises:
        OperationalError: the database does not answer.
    """
    values = {"subject": subject, "route_class": route_class.value, "seconds": WINDOW_SECONDS}
    (counted,) = ask(_ADMIT, values)
    return Usage(*counted)


def forget_counts(session: Session) -> int:
    """Remove the counts of windows that are over for long; answers how many."""
    query = f"""
    delete from rate_counts
    where window_number < floor(extract(epoch from clock_timestamp()) / {WINDOW_SECONDS}) - 60
    """  # noqa: S608 (a constant)
    return int(session.execute(statement(query)).rowcount)  # type: ignore[attr-defined]  # a cursor's result

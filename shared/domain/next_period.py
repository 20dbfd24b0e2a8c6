"""Which quarter a company reports next, and which quarter ends are plausible for it.

A 52/53-week company is known by an end on record that is not the calendar's own: its next quarter ends 13 weeks after
the last, 14 where 13 would end it a whole week from the calendar's day.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from shared.domain.periods import LATEST_END, MAX_DAYS_FROM_NOMINAL, FiscalCalendar
from shared.domain.scenarios import Scenario

_WEEKS = (timedelta(weeks=13), timedelta(weeks=14))
QUARTERS_AHEAD = 3


def choose_next_end(calendar: FiscalCalendar, recorded: Sequence[date], scenario: Scenario, today: date) -> date:
    """The end of the quarter to report next.

    Args:
        calendar: The company's year.
        recorded: Period ends on record in this scenario, in any order; one year of them tells a 52/53-week company.
        scenario: Without anything on record, actual figures begin with the last quarter that has ended, plans with the
            one that is running.
        today: The day it is.

    Returns:
        The quarter after the last one on record, or the first to begin with; never beyond the year 2100.
    """
    if not recorded:
        ended, running = calendar.ends_around(today)
        return ended if scenario is Scenario.ACTUAL else running
    return ends_after(calendar, recorded)[0]


def ends_after(calendar: FiscalCalendar, recorded: Sequence[date]) -> tuple[date, ...]:
    """Plausible ends of the quarter after the last on record, the likeliest first."""
    last = max(recorded)
    quarter = calendar.quarter(calendar.nearest_index(last))
    nominal = calendar.nominal_end(quarter.index + 1)
    if nominal > LATEST_END:
        return (last,)
    if all(_is_nominal(calendar, end) for end in recorded):
        return (nominal,)
    strayed = {last + weeks: abs((last + weeks - nominal).days) for weeks in _WEEKS}
    near = [end for end, days in strayed.items() if days < MAX_DAYS_FROM_NOMINAL]
    far = [end for end, days in strayed.items() if days == MAX_DAYS_FROM_NOMINAL]
    return tuple(dict.fromkeys([*near, *far, nominal]))


def plausible_ends(calendar: FiscalCalendar, recorded: Sequence[date], chosen: date) -> tuple[date, ...]:
    """Ends a person may choose from, ascending: the last on record, the next as it could be, and those that follow."""
    index = calendar.nearest_index(chosen)
    following = [calendar.nominal_end(index + ahead) for ahead in range(1, QUARTERS_AHEAD + 1)]
    known = [max(recorded), *ends_after(calendar, recorded)] if recorded else []
    return tuple(sorted({chosen, *known, *(end for end in following if end <= LATEST_END)}))


def _is_nominal(calendar: FiscalCalendar, end: date) -> bool:
    return calendar.nominal_end(calendar.nearest_index(end)) == end

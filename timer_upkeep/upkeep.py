"""The timer functions that remove what nobody can ask for any more."""

import logging

import azure.functions as func

from shared.data.changes import drop_superseded
from shared.data.engine import transaction
from shared.data.rate_counts import forget_counts
from shared.telemetry.functions import observe

blueprint = func.Blueprint()
SCHEDULE = "0 15 2 * * *"
"""Every night at 02:15 UTC."""
COUNTS_SCHEDULE = "0 45 2 * * *"
"""Every night at 02:45 UTC."""

_log = logging.getLogger(__name__)


@blueprint.function_name("tend_change_feed")
@blueprint.timer_trigger(schedule=SCHEDULE, arg_name="timer", run_on_startup=False)
@observe("tend_change_feed")
def tend_change_feed(timer: func.TimerRequest) -> None:  # noqa: ARG001 (the binding wants it)
    """Remove from the change feed what a later change of the same thing tells as well."""
    with transaction() as session:
        dropped = drop_superseded(session)
    if dropped:
        _log.info("dropped %d superseded changes", dropped)


@blueprint.function_name("tend_rate_counts")
@blueprint.timer_trigger(schedule=COUNTS_SCHEDULE, arg_name="timer", run_on_startup=False)
@observe("tend_rate_counts")
def tend_rate_counts(timer: func.TimerRequest) -> None:  # noqa: ARG001 (as above)
    """Forget the counts of principals who have not called for an hour."""
    with transaction() as session:
        forget_counts(session)

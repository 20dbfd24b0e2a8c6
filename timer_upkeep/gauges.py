"""The timer that says how the platform stands: who is late, how fresh the rates are, what waits."""

import azure.functions as func

from shared import telemetry
from shared.clock import utc_now
from shared.data.engine import transaction
from shared.services.standing import read_standing
from shared.telemetry.functions import observe

blueprint = func.Blueprint()
SCHEDULE = "0 20 * * * *"
"""Twenty minutes past every hour."""


@blueprint.function_name("record_standing")
@blueprint.timer_trigger(schedule=SCHEDULE, arg_name="timer", run_on_startup=False)
@observe("record_standing")
def record_standing(timer: func.TimerRequest) -> None:  # noqa: ARG001 (the binding wants it)
    """Set the gauges; nothing is asked where telemetry is off."""
    if not telemetry.is_on():
        return
    with transaction() as session:
        standing = read_standing(session, utc_now())
    for name, value in standing.items():
        telemetry.gauge(name, value)
    telemetry.flush(0)

"""The timer function that records what the provider published since the newest rate on record."""

import logging
from datetime import date, timedelta

import azure.functions as func

from shared.clock import utc_now
from shared.data.engine import transaction
from shared.data.origins import Origin, acting
from shared.domain.fx import Observation
from shared.services.rates import newest_recorded_day, record_observations
from shared.settings import get_settings
from shared.telemetry import count, flush
from shared.telemetry.functions import observe
from timer_fx import ecb

blueprint = func.Blueprint()
SCHEDULE = "0 30 16 * * 1-5"
"""Workdays at 16:30 UTC: the bank publishes around 16:00 Central European Time."""
DAILY_SUFFICES = timedelta(days=1)
CORRECTIONS_WINDOW = timedelta(days=30)

_log = logging.getLogger(__name__)


@blueprint.function_name("refresh_fx_rates")
@blueprint.timer_trigger(schedule=SCHEDULE, arg_name="timer", run_on_startup=False)
@observe("refresh_fx_rates")
def refresh_fx_rates(timer: func.TimerRequest) -> None:
    """Record the day's rates; after missed days, or the first time, the history fills the gap."""
    with transaction() as session:
        newest = newest_recorded_day(session)
    observations = published_since(newest, utc_now().date(), get_settings().fx_source)
    with acting(Origin("refresh_fx_rates")), transaction() as session:
        changed = record_observations(session, observations)
    count("fx_rates", changed)
    flush(0)
    late = " (late)" if timer.past_due else ""
    _log.info("recorded %d new or corrected rates of %d published%s", changed, len(observations), late)


def published_since(newest: date | None, today: date, source: str) -> list[Observation]:
    """What to look at again: everything at first, later the days since `newest` and a month before, for corrections.

    Args:
        newest: The newest day on record.
        today: The present day.
        source: `ecb` or `package`.
    """
    if source == "package":
        observations = ecb.parse(ecb.packaged_history())
    elif newest is not None and today - newest <= DAILY_SUFFICES:
        observations = ecb.parse(ecb.fetch(ecb.DAILY))
    else:
        observations = ecb.parse(ecb.fetch(ecb.HISTORY))
    since = date.min if newest is None else newest - CORRECTIONS_WINDOW
    return [observation for observation in observations if observation.observed_on >= since]

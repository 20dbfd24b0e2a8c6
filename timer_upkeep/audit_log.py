"""The timer functions of the audit log: its head noted outside the database, and what is old enough removed."""

import logging

import azure.functions as func

from shared.data.audit import newest_link
from shared.data.engine import transaction
from shared.data.origins import Origin, acting
from shared.services.audit import prune_audit_log
from shared.settings import get_settings
from shared.telemetry.functions import observe

blueprint = func.Blueprint()
HOURLY = "0 5 * * * *"
"""Five minutes past every hour."""
NIGHTLY = "0 30 2 * * *"
"""Every night at 02:30 UTC."""

_log = logging.getLogger(__name__)


@blueprint.function_name("record_audit_anchor")
@blueprint.timer_trigger(schedule=HOURLY, arg_name="timer", run_on_startup=False)
@observe("record_audit_anchor")
def record_audit_anchor(timer: func.TimerRequest) -> None:  # noqa: ARG001 (the binding wants it)
    """Log the newest link of the chain: whoever can write the database cannot write that log."""
    with transaction() as session:
        link, at = newest_link(session)
    _log.warning("audit log anchor %d:%s at %s", link.number, link.hash, at.isoformat())


@blueprint.function_name("tend_audit_log")
@blueprint.timer_trigger(schedule=NIGHTLY, arg_name="timer", run_on_startup=False)
@observe("tend_audit_log")
def tend_audit_log(timer: func.TimerRequest) -> None:  # noqa: ARG001 (as above)
    """Remove the entries that have been kept long enough; the rest still proves itself."""
    with acting(Origin("tend_audit_log")), transaction() as session:
        removed = prune_audit_log(session, get_settings().audit_days)
    if removed:
        _log.info("removed %d entries of the audit log", removed)

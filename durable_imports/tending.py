"""The timer that tends uploads: what was left lying is taken up again, and old staging is cleaned away."""

import asyncio
import logging
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func

from durable_imports.decisions import wake_import
from shared.clock import utc_now
from shared.data import import_staging
from shared.data.engine import transaction
from shared.data.imports import stale_jobs
from shared.settings import get_settings
from shared.telemetry.functions import observe

blueprint = df.Blueprint()
SCHEDULE = "0 */10 * * * *"
"""Every ten minutes."""
UNTOUCHED = timedelta(minutes=15)
"""An open job that nothing happened to for so long may have lost the one who was to start or wake it."""

_log = logging.getLogger(__name__)


@blueprint.function_name("tend_imports")
@blueprint.timer_trigger(schedule=SCHEDULE, arg_name="timer", run_on_startup=False)
@blueprint.durable_client_input(client_name="client")
@observe("tend_imports")
async def tend_imports(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:  # noqa: ARG001 (the binding wants it)
    """Wake or start the orchestrations of open jobs, and remove the staged rows of jobs that are long over."""
    stale, cleaned = await asyncio.to_thread(_look)
    for import_id in stale:
        await wake_import(client, import_id)
    if stale or cleaned:
        _log.info("woke %d imports, cleaned the staging of %d", len(stale), cleaned)


def _look() -> tuple[list[str], int]:
    now = utc_now()
    with transaction() as session:
        stale = stale_jobs(session, now - UNTOUCHED, now)
        return stale, import_staging.clean_staging(session, now - timedelta(days=get_settings().staging_days), now)

"""The timers that start backups and their verification. One of each is under way at a time."""

import logging

import azure.durable_functions as df
import azure.functions as func

from durable_backups.contracts import CHECK_ORCHESTRATOR, ORCHESTRATOR
from shared.telemetry import current_traceparent
from shared.telemetry.functions import observe

blueprint = df.Blueprint()
UNDER_WAY = {df.OrchestrationRuntimeStatus.Running, df.OrchestrationRuntimeStatus.Pending}

_log = logging.getLogger(__name__)


@blueprint.function_name("start_backup")
@blueprint.timer_trigger(schedule="%BACKUP_SCHEDULE%", arg_name="timer", run_on_startup=False)
@blueprint.durable_client_input(client_name="client")
@observe("start_backup")
async def start_backup(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:  # noqa: ARG001 (the binding wants it)
    """Start a backup unless one is being written."""
    await _start_alone(client, ORCHESTRATOR)


@blueprint.function_name("start_backup_check")
@blueprint.timer_trigger(schedule="%BACKUP_CHECK_SCHEDULE%", arg_name="timer", run_on_startup=False)
@blueprint.durable_client_input(client_name="client")
@observe("start_backup_check")
async def start_backup_check(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:  # noqa: ARG001 (as above)
    """Start the verification of the newest backup unless one is under way."""
    await _start_alone(client, CHECK_ORCHESTRATOR)


async def _start_alone(client: df.DurableOrchestrationClient, orchestrator: str) -> None:
    """Start it under its own name as its id, so that there is one at a time; a start replaces one that is over."""
    status = await client.get_status(orchestrator)
    if status and status.runtime_status in UNDER_WAY:
        _log.warning("%s is still under way since %s; this run is left out", orchestrator, status.created_time)
        return
    traceparent = current_traceparent()
    told = {} if traceparent is None else {"client_input": traceparent}
    await client.start_new(orchestrator, instance_id=orchestrator, **told)

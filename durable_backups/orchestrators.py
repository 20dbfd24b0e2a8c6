"""The orchestrations of backups: write one, prove it, delete what is outdated; and prove the newest one again.

They only sequence. Activities answer `{"ok": …}` for outages, which are asked again later; damage they raise, and the
orchestration fails with it.
"""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import azure.durable_functions as df

from durable_backups.contracts import (
    CHECK,
    CHECK_ORCHESTRATOR,
    DELETE,
    ORCHESTRATOR,
    RETRY_PAUSES_SECONDS,
    WRITE,
    Task,
    carried_by,
    make_task,
)
from shared.telemetry.functions import observe_orchestration, orchestration_traceparent

blueprint = df.Blueprint()
Steps = Generator[Any, Any, Any]


class BackupFailedError(Exception):
    """The database or the storage did not answer for too long."""


@blueprint.function_name(ORCHESTRATOR)
@blueprint.orchestration_trigger(context_name="context")
@observe_orchestration(ORCHESTRATOR, carried_by)
def create_backup(context: df.DurableOrchestrationContext) -> Steps:
    """Write a backup, read it back, and only then delete the outdated ones; the answer is its name and size."""
    told = orchestration_traceparent(context.get_input(), ORCHESTRATOR)
    written = yield from _insist(context, WRITE, make_task("", told))
    proved = make_task(written["name"], told)
    yield from _insist(context, CHECK, proved)
    deleted = yield from _insist(context, DELETE, proved)
    return {**written, **deleted}


@blueprint.function_name(CHECK_ORCHESTRATOR)
@blueprint.orchestration_trigger(context_name="context")
@observe_orchestration(CHECK_ORCHESTRATOR, carried_by)
def check_newest_backup(context: df.DurableOrchestrationContext) -> Steps:
    """Read the newest backup and see that it is whole and recent; the answer is its name and size."""
    told = orchestration_traceparent(context.get_input(), CHECK_ORCHESTRATOR)
    return (yield from _insist(context, CHECK, make_task("", told)))


def _insist(context: df.DurableOrchestrationContext, activity: str, task: Task) -> Steps:
    """An activity's answer; what is not ok is asked again, later and later."""
    context.set_custom_status({"step": activity})
    for pause in (*RETRY_PAUSES_SECONDS, None):
        answer = yield context.call_activity(activity, task)
        if answer["ok"]:
            return {name: value for name, value in answer.items() if name != "ok"}
        if pause is not None:
            yield context.create_timer(context.current_utc_datetime + timedelta(seconds=pause))
    raise BackupFailedError(f"{activity} was given up: {answer['error']}")

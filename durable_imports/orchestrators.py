"""The orchestration of one upload: stage, check, wait for approval where it is needed, apply, report.

It only sequences. Activities answer `{"ok": …}` and never raise, so that retrying stays plain: what is not ok is asked
again later.
"""

from collections.abc import Generator, Sequence
from datetime import datetime, timedelta
from typing import Any

import azure.durable_functions as df

from durable_imports.contracts import (
    APPLY,
    CHECK,
    DECIDE,
    DECISION,
    FINISH,
    GIVE_UP,
    LONGEST_TIMER_DAYS,
    ORCHESTRATOR,
    REPORT,
    RETRY_PAUSES_SECONDS,
    STAGE,
    Order,
    carried_by,
    chunk_batches,
    make_order,
    read_order,
)
from shared.telemetry.functions import observe_orchestration, orchestration_traceparent

blueprint = df.Blueprint()
Steps = Generator[Any, Any, Any]


class _GivenUpError(Exception):
    """Something did not answer for too long."""


@blueprint.function_name(ORCHESTRATOR)
@blueprint.orchestration_trigger(context_name="context")
@observe_orchestration(ORCHESTRATOR, carried_by)
def import_file(context: df.DurableOrchestrationContext) -> Steps:
    """Bring the upload named by the input to its end; the answer is its status."""
    import_id, told = read_order(context.get_input())
    traceparent = orchestration_traceparent(told, import_id)
    order = make_order(import_id, traceparent)
    try:
        (staged,) = yield from _insist(context, STAGE, [order])
        batches = chunk_batches(import_id, staged["chunks"], traceparent)
        yield from _insist(context, CHECK, batches)
        if batches and (yield from _decide(context, order)) == "apply":
            yield from _insist(context, APPLY, batches)
        (finished,) = yield from _insist(context, FINISH, [order])
        yield from _insist(context, REPORT, [order])
    except _GivenUpError:
        return (yield context.call_activity(GIVE_UP, order))
    return finished["status"]


def _insist(context: df.DurableOrchestrationContext, activity: str, inputs: Sequence[Any]) -> Steps:
    """An activity's answers to all inputs, side by side; what is not ok is asked again, later and later."""
    context.set_custom_status({"step": activity, "calls": len(inputs)})
    answers: dict[int, Any] = {}
    for pause in (*RETRY_PAUSES_SECONDS, None):
        open_places = [place for place in range(len(inputs)) if place not in answers]
        if open_places:
            calls = [context.call_activity(activity, inputs[place]) for place in open_places]
            found = yield context.task_all(calls)
            answers |= {place: answer for place, answer in zip(open_places, found, strict=True) if answer["ok"]}
        if len(answers) == len(inputs):
            return [answers[place] for place in range(len(inputs))]
        if pause is not None:
            yield context.create_timer(context.current_utc_datetime + timedelta(seconds=pause))
    raise _GivenUpError


def _decide(context: df.DurableOrchestrationContext, order: Order) -> Steps:
    """What comes after the check, once whoever has to agree has said so, or the time for it is over."""
    while True:
        (answer,) = yield from _insist(context, DECIDE, [order])
        if answer["next"] != "wait":
            return answer["next"]
        look_again = context.current_utc_datetime + timedelta(days=LONGEST_TIMER_DAYS)
        deadline = context.create_timer(min(datetime.fromisoformat(answer["until"]), look_again))
        decided = context.wait_for_external_event(DECISION)
        first = yield context.task_any([decided, deadline])
        if first == decided:
            deadline.cancel()

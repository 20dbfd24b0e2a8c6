"""What people decide about an upload: approve it, reject it, cancel it, try it again.

The decision is committed first; the orchestration is woken after that, and reads it. Saying the same again wakes it
again, so a call whose answer was lost is simply repeated.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from durable_imports.contracts import DECISION
from durable_imports.starters import is_running, start_import
from shared.domain.permissions import Permission
from shared.schemas.imports import ImportDecision
from shared.schemas.queries import NoQuery
from shared.services import imports
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest
from shared.web.respond import json_answer

blueprint = df.Blueprint()


@blueprint.durable_client_input(client_name="client")
@endpoint(blueprint, "POST", "v1/imports/{import_id}/approve", Permission.MANAGE)
async def approve_import(request: ApiRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Let an upload that waits for approval be applied."""
    return await _decide(request, client, lambda *call: imports.decide_approval(*call, approved=True))


@blueprint.durable_client_input(client_name="client")
@endpoint(blueprint, "POST", "v1/imports/{import_id}/reject", Permission.MANAGE)
async def reject_import(request: ApiRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Turn an upload that waits for approval down; nothing of it is stored."""
    return await _decide(request, client, lambda *call: imports.decide_approval(*call, approved=False))


@blueprint.durable_client_input(client_name="client")
@endpoint(blueprint, "POST", "v1/imports/{import_id}/cancel", Permission.SUBMIT)
async def cancel_import(request: ApiRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Stop an upload; what it has stored stays."""
    return await _decide(request, client, lambda *call: imports.cancel_import(*call[:3]))


@blueprint.durable_client_input(client_name="client")
@endpoint(blueprint, "POST", "v1/imports/{import_id}/retry", Permission.SUBMIT)
async def retry_import(request: ApiRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Let an upload that is over go on from where it stood."""
    return await _decide(request, client, lambda *call: imports.retry_import(*call[:3]))


async def _decide(
    request: ApiRequest, client: df.DurableOrchestrationClient, act: Callable[..., None]
) -> func.HttpResponse:
    import_id = request.raw.route_params["import_id"]
    request.query(NoQuery)
    said = request.body(ImportDecision) if request.raw.get_body() else ImportDecision()

    def commit() -> str:
        with request.transaction() as session:
            act(session, request.principal, import_id, said.reason)
            return imports.read_import(session, request.principal, import_id)

    body = await asyncio.to_thread(commit)
    await wake_import(client, import_id)
    return json_answer(body, HTTPStatus.ACCEPTED, {"Location": f"/v1/imports/{import_id}"})


async def wake_import(client: Any, import_id: str) -> None:
    """Tell the job's orchestration to look again; start one where the job is open and none is under way."""
    if await is_running(client, import_id):
        await client.raise_event(import_id, DECISION, {})
    else:
        await start_import(client, import_id)

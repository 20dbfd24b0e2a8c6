"""`/v1/companies/{company_id}/inputs/{period_end}` and `/v1/inputs`: what companies submit."""

import json
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

import azure.functions as func

from shared.domain.permissions import Permission
from shared.domain.preconditions import input_tag
from shared.domain.statuses import Outcome
from shared.domain.submissions import Receipt
from shared.schemas.inputs import MAX_BATCH, BatchedInput, InputPut
from shared.schemas.queries import FindingsQuery, HistoryQuery, InputKeyQuery, InputQuery
from shared.services import findings, input_batches, inputs, reads
from shared.services.closes import resolve_as_of
from shared.telemetry.business import count_submissions
from shared.web.conditions import read_precondition, tag_header, tagged_answer
from shared.web.endpoint import endpoint
from shared.web.freshness import fresh_answer
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import empty_answer, json_answer, page_answer, written_answer

blueprint = func.Blueprint()
PATH = "v1/companies/{company_id}/inputs/{period_end}"
KEY = {"company_id", "period_end", "scenario"}


@endpoint(blueprint, "PUT", PATH, Permission.SUBMIT)
def put_input(request: ApiRequest) -> func.HttpResponse:
    """Submit a company-quarter: 201 when it is new, 200 when it is unchanged or restated."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    sent, expected = request.body(InputPut), read_precondition(request)
    with request.transaction() as session:
        result = inputs.put_input(session, request.principal, company_id, period_end, sent, expected)
    return _stored(request, result)


@endpoint(blueprint, "PATCH", PATH, Permission.SUBMIT)
def patch_input(request: ApiRequest) -> func.HttpResponse:
    """Change the fields that are sent of a reported company-quarter; null clears one."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    sent, expected = request.body(InputPut), read_precondition(request)
    with request.transaction() as session:
        result = inputs.patch_input(session, request.principal, company_id, period_end, sent, expected)
    return _stored(request, result)


def _stored(request: ApiRequest, result: inputs.PutResult) -> func.HttpResponse:
    count_submissions([result.receipt.outcome.value], "call")
    status = HTTPStatus.CREATED if result.receipt.outcome is Outcome.NEW else HTTPStatus.OK
    said = json.dumps(_told(result.receipt), ensure_ascii=False)
    return written_answer(request, f"{said[:-1]},{result.body[1:]}", status, tag_header(result.tag))


def _told(receipt: Receipt) -> dict[str, Any]:
    return {"outcome": receipt.outcome.value, "warnings": [asdict(finding) for finding in receipt.warnings]}


@endpoint(blueprint, "PUT", "v1/inputs", Permission.SUBMIT)
def put_inputs(request: ApiRequest) -> func.HttpResponse:
    """Submit up to 500 company-quarters: all are stored, or none."""
    batch = request.bodies(BatchedInput, MAX_BATCH)
    with request.transaction() as session:
        receipts = input_batches.put_inputs(session, request.principal, batch)
    count_submissions([receipt.outcome.value for receipt in receipts], "call")
    items = [
        {**item.model_dump(mode="json", include=KEY), "version": receipt.version, **_told(receipt)}
        for item, receipt in zip(batch, receipts, strict=True)
    ]
    return written_answer(request, json.dumps({"items": items}, ensure_ascii=False))


@endpoint(blueprint, "GET", PATH, Permission.READ)
def read_input(request: ApiRequest) -> func.HttpResponse:
    """The company-quarter as it now stands."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    query = request.query(InputKeyQuery)
    with request.reading() as session:
        body = reads.read_input(session, request.principal, company_id, period_end, query.scenario)
    return tagged_answer(request, body, input_tag(query.scenario.value, json.loads(body)["version"]))


@endpoint(blueprint, "DELETE", PATH, Permission.SUBMIT)
def delete_input(request: ApiRequest) -> func.HttpResponse:
    """Withdraw the company-quarter; its versions stay on record."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    query, expected = request.query(InputKeyQuery), read_precondition(request)
    key = (company_id, period_end, query.scenario)
    with request.transaction() as session:
        inputs.remove_input(session, request.principal, *key, query.reason, expected)
    return empty_answer()


@endpoint(blueprint, "GET", PATH + "/history", Permission.READ)
def read_input_history(request: ApiRequest) -> func.HttpResponse:
    """Every version of the company-quarter: who, when, why, from which file and cells."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    scenario = request.query(HistoryQuery).scenario
    with request.reading() as session:
        items = reads.read_input_history(session, request.principal, company_id, period_end, scenario)
    return json_answer(f'{{"items":{items},"next":null}}')


@endpoint(blueprint, "GET", "v1/findings", Permission.READ)
def list_findings(request: ApiRequest) -> func.HttpResponse:
    """What is doubtful about the figures on record."""
    query = request.query(FindingsQuery)
    after = decode_cursor(query.cursor, date, UUID)
    with request.reading() as session:
        page = findings.list_findings(session, request.principal, query.filters(), after, query.limit)
    return page_answer(request, page)


@endpoint(blueprint, "GET", "v1/inputs", Permission.READ)
def list_inputs(request: ApiRequest) -> func.HttpResponse:
    """Company-quarters as they now stand, oldest first."""
    query = request.query(InputQuery)
    after = decode_cursor(query.cursor, date, UUID, str)
    with request.reading() as session:
        instant = resolve_as_of(session, query.as_of)
        asked = (session, request.principal, query.filters(), instant, after, query.limit)
        return fresh_answer(session, request, lambda: page_answer(request, reads.list_inputs(*asked)), also=instant)

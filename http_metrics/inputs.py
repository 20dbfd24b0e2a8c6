"""`/v1/companies/{company_id}/inputs/{period_end}` and `/v1/inputs`: what companies submit."""

import json
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from uuid import UUID

import azure.functions as func

from shared.data.engine import transaction
from shared.domain.permissions import Permission
from shared.domain.statuses import Outcome
from shared.schemas.inputs import InputPut
from shared.schemas.queries import FindingsQuery, HistoryQuery, InputKeyQuery, InputQuery
from shared.services import findings, inputs, reads
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import empty_answer, json_answer, page_answer

blueprint = func.Blueprint()
PATH = "v1/companies/{company_id}/inputs/{period_end}"


@endpoint(blueprint, "PUT", PATH, Permission.SUBMIT)
def put_input(request: ApiRequest) -> func.HttpResponse:
    """Submit a company-quarter: 201 when it is new, 200 when it is unchanged or restated."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    sent = request.body(InputPut)
    with transaction() as session:
        result = inputs.put_input(session, request.principal, company_id, period_end, sent)
    outcome = result.receipt.outcome
    said = {"outcome": outcome.value, "warnings": [asdict(finding) for finding in result.receipt.warnings]}
    status = HTTPStatus.CREATED if outcome is Outcome.NEW else HTTPStatus.OK
    return json_answer(f"{json.dumps(said, ensure_ascii=False)[:-1]},{result.body[1:]}", status)


@endpoint(blueprint, "GET", PATH, Permission.READ)
def read_input(request: ApiRequest) -> func.HttpResponse:
    """The company-quarter as it now stands."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    query = request.query(InputKeyQuery)
    with transaction() as session:
        return json_answer(reads.read_input(session, request.principal, company_id, period_end, query.scenario))


@endpoint(blueprint, "DELETE", PATH, Permission.SUBMIT)
def delete_input(request: ApiRequest) -> func.HttpResponse:
    """Withdraw the company-quarter; its versions stay on record."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    query = request.query(InputKeyQuery)
    with transaction() as session:
        inputs.remove_input(session, request.principal, company_id, period_end, query.scenario, query.reason)
    return empty_answer()


@endpoint(blueprint, "GET", PATH + "/history", Permission.READ)
def read_input_history(request: ApiRequest) -> func.HttpResponse:
    """Every version of the company-quarter: who, when, why, from which file and cells."""
    company_id, period_end = request.path_id("company_id"), request.path_date("period_end")
    scenario = request.query(HistoryQuery).scenario
    with transaction() as session:
        items = reads.read_input_history(session, request.principal, company_id, period_end, scenario)
    return json_answer(f'{{"items":{items},"next":null}}')


@endpoint(blueprint, "GET", "v1/findings", Permission.READ)
def list_findings(request: ApiRequest) -> func.HttpResponse:
    """What is doubtful about the figures on record."""
    query = request.query(FindingsQuery)
    after = decode_cursor(query.cursor, date, UUID)
    with transaction() as session:
        page = findings.list_findings(session, request.principal, query.filters(), after, query.limit)
    return page_answer(request, page)


@endpoint(blueprint, "GET", "v1/inputs", Permission.READ)
def list_inputs(request: ApiRequest) -> func.HttpResponse:
    """Company-quarters as they now stand, oldest first."""
    query = request.query(InputQuery)
    after = decode_cursor(query.cursor, date, UUID, str)
    with transaction() as session:
        page = reads.list_inputs(session, request.principal, query.filters(), query.as_of, after, query.limit)
    return page_answer(request, page)

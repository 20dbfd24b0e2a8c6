"""`/v1/companies`: portfolio companies."""

import json
from http import HTTPStatus
from uuid import UUID

import azure.functions as func
from sqlalchemy.orm import Session

from shared.domain.permissions import Permission
from shared.domain.preconditions import company_tag
from shared.schemas.companies import CompanyCreate, CompanyUpdate
from shared.schemas.queries import CompanyQuery, NoQuery
from shared.services import companies, reads
from shared.web.conditions import read_precondition, tag_header, tagged_answer
from shared.web.endpoint import endpoint
from shared.web.freshness import fresh_answer
from shared.web.idempotency import answer_once
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import empty_answer, page_answer, written_answer

blueprint = func.Blueprint()
PATH = "v1/companies"


@endpoint(blueprint, "POST", PATH, Permission.MANAGE)
def create_company(request: ApiRequest) -> func.HttpResponse:
    """Add a portfolio company."""
    company = request.body(CompanyCreate)
    with request.transaction() as session:
        return answer_once(session, request, lambda: _create(session, request, company))


def _create(session: Session, request: ApiRequest, company: CompanyCreate) -> func.HttpResponse:
    company_id, body = companies.create_company(session, request.principal, company)
    headers = {"Location": f"/{PATH}/{company_id}", **tag_header(_tag(body))}
    return written_answer(request, body, HTTPStatus.CREATED, headers)


@endpoint(blueprint, "GET", PATH, Permission.READ)
def list_companies(request: ApiRequest) -> func.HttpResponse:
    """Companies by name."""
    query = request.query(CompanyQuery)
    after = decode_cursor(query.cursor, str, UUID)
    filters = query.model_dump(include={"fund", "reporting_status", "external_id"})
    with request.reading() as session:
        asked = (session, request.principal, filters, after, query.limit)
        return fresh_answer(session, request, lambda: page_answer(request, reads.list_companies(*asked)))


@endpoint(blueprint, "GET", PATH + "/{company_id}", Permission.READ)
def read_company(request: ApiRequest) -> func.HttpResponse:
    """One company."""
    request.query(NoQuery)
    company_id = request.path_id("company_id")
    with request.reading() as session:
        body = companies.read_company(session, request.principal, company_id)
    return tagged_answer(request, body, _tag(body))


@endpoint(blueprint, "PUT", PATH + "/{company_id}", Permission.MANAGE)
def replace_company(request: ApiRequest) -> func.HttpResponse:
    """Replace every field of a company."""
    company_id, company = request.path_id("company_id"), request.body(CompanyCreate)
    return _change(request, company_id, company)


@endpoint(blueprint, "PATCH", PATH + "/{company_id}", Permission.MANAGE)
def update_company(request: ApiRequest) -> func.HttpResponse:
    """Change the fields that are sent."""
    company_id, change = request.path_id("company_id"), request.body(CompanyUpdate)
    return _change(request, company_id, change)


@endpoint(blueprint, "DELETE", PATH + "/{company_id}", Permission.MANAGE)
def delete_company(request: ApiRequest) -> func.HttpResponse:
    """Remove a company that never reported."""
    request.query(NoQuery)
    company_id, expected = request.path_id("company_id"), read_precondition(request)
    with request.transaction() as session:
        companies.remove_company(session, request.principal, company_id, expected)
    return empty_answer()


def _change(request: ApiRequest, company_id: UUID, change: CompanyCreate | CompanyUpdate) -> func.HttpResponse:
    expected = read_precondition(request)
    with request.transaction() as session:
        body = companies.change_company(session, request.principal, company_id, change, expected)
    return written_answer(request, body, headers=tag_header(_tag(body)))


def _tag(body: str) -> str:
    return company_tag(json.loads(body)["version"])

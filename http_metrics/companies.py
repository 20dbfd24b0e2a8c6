"""`/v1/companies`: portfolio companies."""

from http import HTTPStatus
from uuid import UUID

import azure.functions as func

from shared.data.engine import transaction
from shared.domain.permissions import Permission
from shared.schemas.companies import CompanyCreate, CompanyUpdate
from shared.schemas.queries import CompanyQuery, NoQuery
from shared.services import companies, reads
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import empty_answer, json_answer, page_answer

blueprint = func.Blueprint()
PATH = "v1/companies"


@endpoint(blueprint, "POST", PATH, Permission.MANAGE)
def create_company(request: ApiRequest) -> func.HttpResponse:
    """Add a portfolio company."""
    company = request.body(CompanyCreate)
    with transaction() as session:
        company_id, body = companies.create_company(session, request.principal, company)
    return json_answer(body, HTTPStatus.CREATED, {"Location": f"/{PATH}/{company_id}"})


@endpoint(blueprint, "GET", PATH, Permission.READ)
def list_companies(request: ApiRequest) -> func.HttpResponse:
    """Companies by name."""
    query = request.query(CompanyQuery)
    after = decode_cursor(query.cursor, str, UUID)
    filters = query.model_dump(include={"fund", "reporting_status", "external_id"})
    with transaction() as session:
        page = reads.list_companies(session, request.principal, filters, after, query.limit)
    return page_answer(request, page)


@endpoint(blueprint, "GET", PATH + "/{company_id}", Permission.READ)
def read_company(request: ApiRequest) -> func.HttpResponse:
    """One company."""
    request.query(NoQuery)
    company_id = request.path_id("company_id")
    with transaction() as session:
        return json_answer(companies.read_company(session, request.principal, company_id))


@endpoint(blueprint, "PUT", PATH + "/{company_id}", Permission.MANAGE)
def replace_company(request: ApiRequest) -> func.HttpResponse:
    """Replace every field of a company."""
    company_id, company = request.path_id("company_id"), request.body(CompanyCreate)
    with transaction() as session:
        return json_answer(companies.change_company(session, request.principal, company_id, company))


@endpoint(blueprint, "PATCH", PATH + "/{company_id}", Permission.MANAGE)
def update_company(request: ApiRequest) -> func.HttpResponse:
    """Change the fields that are sent."""
    company_id, change = request.path_id("company_id"), request.body(CompanyUpdate)
    with transaction() as session:
        return json_answer(companies.change_company(session, request.principal, company_id, change))


@endpoint(blueprint, "DELETE", PATH + "/{company_id}", Permission.MANAGE)
def delete_company(request: ApiRequest) -> func.HttpResponse:
    """Remove a company that never reported."""
    request.query(NoQuery)
    company_id = request.path_id("company_id")
    with transaction() as session:
        companies.remove_company(session, request.principal, company_id)
    return empty_answer()

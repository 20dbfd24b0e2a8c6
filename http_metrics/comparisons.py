"""`/v1/changes` and `/v1/variance`: derived values side by side."""

import json
from datetime import date
from uuid import UUID

import azure.functions as func

from shared.domain.permissions import Permission
from shared.schemas.queries import ChangesQuery, VarianceQuery
from shared.services import comparisons
from shared.web.endpoint import endpoint
from shared.web.request import ApiRequest, decode_cursor
from shared.web.respond import page_answer

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "v1/changes", Permission.READ)
def list_changes(request: ApiRequest) -> func.HttpResponse:
    """Which derived values moved between two moments, from what to what, and why."""
    query = request.query(ChangesQuery)
    after = decode_cursor(query.cursor, date, UUID, str)
    with request.reading() as session:
        page, formulas = comparisons.list_changes(
            session, request.principal, query.filters(), query.since, query.until, after, query.limit
        )
    return page_answer(request, page, f',"formulas":{json.dumps(formulas)}')


@endpoint(blueprint, "GET", "v1/variance", Permission.READ)
def list_variances(request: ApiRequest) -> func.HttpResponse:
    """Actual figures against a plan: absolute, relative, favourable or not."""
    query = request.query(VarianceQuery)
    after = decode_cursor(query.cursor, date, UUID)
    with request.reading() as session:
        page = comparisons.list_variances(
            session, request.principal, query.filters(), query.scenario, after, query.limit
        )
    return page_answer(request, page)
